//! Arguments of `cargo xtask`, parsed by hand into a [`Command`].
//!
//! A handful of words needs no parser crate, and xtask must compile in seconds.

use thiserror::Error;

use crate::bench::{self, Subject};
use crate::ci::Step;
use crate::nearest::nearest;
use crate::package::{Arch, Request};

/// The names of all commands, as they are typed.
pub(crate) const COMMANDS: [&str; 7] = ["test", "ci", "lint", "package", "bench", "stack", "help"];

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
    /// Make the zip that Lambda is given.
    Package(Request),
    /// Measure our code and its peers.
    Bench(bench::Request),
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
    /// The word behind `bench` is nothing that can be measured.
    #[error("no bench is named `{given}`; did you mean `{nearest}`?")]
    UnknownBench {
        /// The word as typed.
        given: String,
        /// The bench most like it.
        nearest: &'static str,
    },
    /// An option without its value, or with one that it cannot have.
    #[error("`{option}` needs {what}")]
    Value {
        /// The option.
        option: &'static str,
        /// What has to follow it.
        what: &'static str,
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
        "package" => parse_package(rest),
        "bench" => parse_bench(rest),
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

fn parse_package(words: Vec<String>) -> Result<Command, UsageError> {
    let mut request = Request::default();
    let mut words = words.into_iter();
    while let Some(given) = words.next() {
        let mut path = |option| match words.next() {
            Some(path) => Ok(Some(path.into())),
            None => Err(UsageError::Value { option, what: "a path" }),
        };
        match given.as_str() {
            "--config" => request.config = path("--config")?,
            "--out" => request.out = path("--out")?,
            "--binary" => request.binary = path("--binary")?,
            "--arch" => match words.next().as_deref().and_then(Arch::named) {
                Some(arch) => request.arch = Some(arch),
                None => return Err(UsageError::Value { option: "--arch", what: "`arm64` or `x86_64`" }),
            },
            _ => return Err(UsageError::Unexpected { command: "package", given, hint: "" }),
        }
    }
    Ok(Command::Package(request))
}

fn parse_bench(words: Vec<String>) -> Result<Command, UsageError> {
    let mut subject = None;
    let (mut is_json, mut is_quick) = (false, false);
    for given in words {
        match given.as_str() {
            "--json" => is_json = true,
            "--quick" => is_quick = true,
            word if word.starts_with('-') || subject.is_some() => {
                return Err(UsageError::Unexpected { command: "bench", given, hint: "" });
            }
            word => {
                let Some(named) = Subject::named(word) else {
                    let names = Subject::ALL.map(Subject::name);
                    let nearest = nearest(word, &names).unwrap_or("policy");
                    return Err(UsageError::UnknownBench { given, nearest });
                };
                subject = Some(named);
            }
        }
    }
    let subject = subject.unwrap_or(Subject::Policy);
    if is_quick && subject != Subject::Imaging {
        let given = "--quick".to_owned();
        return Err(UsageError::Unexpected { command: "bench", given, hint: "; only `bench imaging` does" });
    }
    Ok(Command::Bench(bench::Request { subject, is_json, is_quick }))
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
    use crate::bench::{self, Subject};
    use crate::ci::Step;
    use crate::package::{Arch, Request};

    fn bench(subject: Subject, is_json: bool, is_quick: bool) -> Command {
        Command::Bench(bench::Request { subject, is_json, is_quick })
    }

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
            ("bench policy", bench(Subject::Policy, false, false)),
            ("bench lambda", bench(Subject::Lambda, false, false)),
            ("bench --quick imaging", bench(Subject::Imaging, false, true)),
            ("bench --json", bench(Subject::Policy, true, false)),
            ("package", Command::Package(Request::default())),
            (
                "package --arch x86_64 --config t.toml --out dist --binary b",
                Command::Package(Request {
                    arch: Some(Arch::X86_64),
                    config: Some("t.toml".into()),
                    out: Some("dist".into()),
                    binary: Some("b".into()),
                }),
            ),
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
            ("bench polcy", "no bench is named `polcy`; did you mean `policy`?"),
            ("bench policy policy", "`bench` does not take `policy`"),
            ("bench lambda --quick", "`bench` does not take `--quick`; only `bench imaging` does"),
            ("bench --jsno", "`bench` does not take `--jsno`"),
            ("package --arch mips", "`--arch` needs `arm64` or `x86_64`"),
            ("package --out", "`--out` needs a path"),
            ("package here", "`package` does not take `here`"),
            ("lint all", "`lint` does not take `all`"),
            ("test -p x", "`test` does not take `-p`; arguments of `cargo test` go behind `--`"),
        ];
        for (line, told) in cases {
            assert_eq!(parsed(line).unwrap_err().to_string(), told, "{line}");
        }
    }
}
