//! `thumbgate completions` and `thumbgate man`: made from the command line's own description.

use std::io::Write as _;

use clap_complete::Shell;

use crate::args::CommandLine;
use crate::exit::{Exit, Stop};

pub(crate) fn completions(shell: Shell) -> Result<Exit, Stop> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut CommandLine::whole(), "thumbgate", &mut script);
    write(&script)
}

pub(crate) fn man(command: Option<&str>) -> Result<Exit, Stop> {
    let mut whole = CommandLine::whole();
    whole.build();
    let page = match command {
        None => whole,
        Some(name) => {
            let known: Vec<_> = whole.get_subcommands().map(|command| command.get_name().to_owned()).collect();
            // `config-check` and `config check` are both how the pages name each other.
            let mut words = name.split(['-', ' ']);
            let first = words.next().and_then(|word| whole.find_subcommand(word));
            let found = words.fold(first, |command, word| command?.find_subcommand(word)).cloned();
            let found = found.ok_or_else(|| {
                let shown = thumbgate_core::object::escape_controls(name);
                Stop::usage(format!("there is no command `{shown}`; there are: {}", known.join(", ")))
            })?;
            let title = format!("thumbgate-{}", name.replace(' ', "-"));
            found.name(title)
        }
    };
    let examples = page.get_after_help().map(ToString::to_string);
    let has_subcommands = page.get_subcommands().next().is_some();
    let man = clap_mangen::Man::new(page);
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    if has_subcommands {
        man.render_subcommands_section(&mut text)?;
    }
    if let Some(examples) = examples {
        text.extend(unfilled(&examples).into_bytes());
    }
    write(&text)
}

/// The examples as they stand: filled into paragraphs they could not be copied.
fn unfilled(examples: &str) -> String {
    let examples = examples.strip_prefix("Examples:\n").or_else(|| examples.strip_prefix("Example:\n"));
    let lines = examples.unwrap_or_default().lines().map(|line| {
        let escaped = line.replace('\\', "\\e").replace('-', "\\-");
        // A line that begins with a dot or a quote would be a command of troff.
        if escaped.starts_with(['.', '\'']) { format!("\\&{escaped}\n") } else { format!("{escaped}\n") }
    });
    format!(".SH EXAMPLES\n.nf\n{}.fi\n", lines.collect::<String>())
}

fn write(text: &[u8]) -> Result<Exit, Stop> {
    let mut out = std::io::stdout().lock();
    out.write_all(text)?;
    out.flush()?;
    Ok(Exit::Done)
}
