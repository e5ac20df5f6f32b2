//! Arguments of `cargo xtask`, parsed by hand into a [`Command`].
//!
//! A handful of words needs no parser crate, and xtask must compile in seconds.

use thiserror::Error;

use crate::ci::Step;
use crate::nearest::nearest;

/// The names of all commands, as they are typed.
pub(crate) const COMMANDS: [&str; 5] = ["test", "ci", "lint", "stack", "help"];

/// What the caller asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Run the tests with a fresh S3 API; the arguments go to `cargo test`.
    Test {
        /// What stood behind `--`.
        cargo_args: Vec<String>,
    },
    /// Start the S3 API in the foreground.
    Stack,
    /// Run all CI steps, or only one.
    Ci {
        /// The one step to run.
        only: Option<Step>,
    },
    /// Check layers and house rules.
    Lint,
    /// Print the help text.
    Help,
}

/// Why the arguments make no command.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum UsageError {
    /// The first word is no command.
    #[error("no command is named `{given}`; did you mean `{nearest}`?")]
    UnknownCommand {
        /// The word as typed.
        given: String,
        /// The command most like it.
        nearest: &'static str,
    },
    /// The word behind `ci` is no step.
    #[error("no CI step is named `{given}`; did you mean `{nearest}`?")]
    UnknownStep {
        /// The word as typed.
        given: String,
        /// The step most like it.
        nearest: &'static str,
    },
    /// A word that the command does not take.
    #[error("`{command}` does not take `{given}`{hint}")]
    Unexpected {
        /// The command.
        command: &'static str,
        /// The word as typed.
        given: String,
        /// What to write instead, where that can be guessed.
        hint: &'static str,
    },
}

/// Reads the words behind `cargo xtask`.
///
/// # Errors
/// An unknown command or step, or a word too many.
pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Command, UsageError> {
    let mut words = words.into_iter();
    let Some(name) = words.next() else {
        return Ok(Command::Help);
    };
    let rest: Vec<String> = words.collect();
    let asks_for_help = rest.iter().take_while(|word| *word != "--").any(|word| word == "--help" || word == "-h");
    if asks_for_help {
        return Ok(Command::Help);
    }
    match name.as_str() {
        "help" | "--help" | "-h" => Ok(Command::Help),
        "test" => parse_test(rest),
        "ci" => parse_ci(rest),
        "stack" => nothing_more("stack", rest, Command::Stack),
        "lint" => nothing_more("lint", rest, Command::Lint),
        _ => Err(UsageError::UnknownCommand { nearest: nearest(&name, &COMMANDS).unwrap_or("help"), given: name }),
    }
}

fn parse_test(words: Vec<String>) -> Result<Command, UsageError> {
    let mut words = words.into_iter();
    match words.next() {
        Some(separator) if separator != "--" => Err(UsageError::Unexpected {
            command: "test",
            given: separator,
            hint: "; arguments of `cargo test` go behind `--`",
        }),
        _ => Ok(Command::Test { cargo_args: words.collect() }),
    }
}

fn parse_ci(words: Vec<String>) -> Result<Command, UsageError> {
    let mut words = words.into_iter();
    let Some(given) = words.next() else {
        return Ok(Command::Ci { only: None });
    };
    let Some(step) = Step::named(&given) else {
        let names = Step::ALL.map(Step::name);
        return Err(UsageError::UnknownStep { nearest: nearest(&given, &names).unwrap_or("test"), given });
    };
    nothing_more("ci", words.collect(), Command::Ci { only: Some(step) })
}

fn nothing_more(command: &'static str, words: Vec<String>, parsed: Command) -> Result<Command, UsageError> {
    match words.into_iter().next() {
        None => Ok(parsed),
        Some(given) => Err(UsageError::Unexpected { command, given, hint: "" }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Command, UsageError, parse};
    use crate::ci::Step;

    fn parsed(line: &str) -> Result<Command, UsageError> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn each_command_is_read() {
        let cases = [
            ("", Command::Help),
            ("--help", Command::Help),
            ("lint --help", Command::Help),
            ("lint", Command::Lint),
            ("stack", Command::Stack),
            ("ci", Command::Ci { only: None }),
            ("ci clippy", Command::Ci { only: Some(Step::Clippy) }),
            ("test", Command::Test { cargo_args: vec![] }),
            (
                "test -- -p thumbgate-core -- --help",
                Command::Test { cargo_args: ["-p", "thumbgate-core", "--", "--help"].map(str::to_owned).to_vec() },
            ),
        ];
        for (line, command) in cases {
            assert_eq!(parsed(line), Ok(command), "{line}");
        }
    }

    #[test]
    fn a_wrong_word_is_answered_with_the_nearest() {
        let cases = [
            ("tset", "no command is named `tset`; did you mean `test`?"),
            ("ci clipy", "no CI step is named `clipy`; did you mean `clippy`?"),
            ("lint all", "`lint` does not take `all`"),
            ("test -p x", "`test` does not take `-p`; arguments of `cargo test` go behind `--`"),
        ];
        for (line, told) in cases {
            assert_eq!(parsed(line).unwrap_err().to_string(), told, "{line}");
        }
    }
}
