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
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text)?;
    write(&text)
}

fn write(text: &[u8]) -> Result<Exit, Stop> {
    let mut out = std::io::stdout().lock();
    out.write_all(text)?;
    out.flush()?;
    Ok(Exit::Done)
}
