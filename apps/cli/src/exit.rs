//! How the command ends: the table of exit codes (contract: "CLI").

use std::process::ExitCode;

use thumbgate_config::ConfigErrors;
use thumbgate_core::error::{Failure, StorageError, StorageErrorKind};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything is done.
    Done,
    /// Some items failed.
    SomeFailed,
    /// The command line makes no sense.
    Usage,
    /// The configuration or the credentials are no good.
    Configuration,
    /// A signal asked to stop.
    Interrupted,
    /// Nobody reads the output any more.
    ClosedPipe,
}

impl Exit {
    const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::SomeFailed => 1,
            Self::Usage => 2,
            Self::Configuration => 3,
            Self::Interrupted => 130,
            // As if SIGPIPE had ended the process, as it ends other Unix tools.
            Self::ClosedPipe => 141,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Why a command stopped before its end.
#[derive(Debug)]
pub(crate) struct Stop {
    exit: Exit,
    told: Option<String>,
}

impl Stop {
    /// The work failed.
    pub(crate) fn failed(text: impl Into<String>) -> Self {
        Self { exit: Exit::SomeFailed, told: Some(text.into()) }
    }

    /// The command line makes no sense.
    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, told: Some(text.into()) }
    }

    /// The configuration, the credentials or a place is no good.
    pub(crate) fn configuration(text: impl Into<String>) -> Self {
        Self { exit: Exit::Configuration, told: Some(text.into()) }
    }

    /// A signal asked to stop.
    pub(crate) fn interrupted() -> Self {
        Self { exit: Exit::Interrupted, told: Some("interrupted".to_owned()) }
    }

    /// Every error of a configuration, with the name of its file.
    pub(crate) fn of_config(errors: &ConfigErrors, file: Option<&str>) -> Self {
        let lines: Vec<_> = errors
            .iter()
            .map(|error| match file {
                Some(file) if error.line() > 0 => format!("{file}:{error}"),
                Some(file) => format!("{file}: {error}"),
                None => error.message().to_owned(),
            })
            .collect();
        let exit = if file.is_some() { Exit::Configuration } else { Exit::Usage };
        Self { exit, told: Some(lines.join("\n")) }
    }

    /// A place (a bucket, a folder) that cannot be used at all.
    pub(crate) fn of_place(place: &str, error: &StorageError) -> Self {
        let hint = match error.kind() {
            StorageErrorKind::NotFound => "; check the name, or make it first",
            StorageErrorKind::KeyConflict => "; for one file use `thumbgate make`",
            _ => "",
        };
        let failure = Failure::from(error);
        Self::configuration(format!("cannot use `{place}`: {failure}{hint}"))
    }

    /// What to say of it, if anything.
    pub(crate) fn told(&self) -> Option<&str> {
        self.told.as_deref()
    }

    /// How the command ends.
    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }
}

impl From<std::io::Error> for Stop {
    /// A failed write to the standard output.
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self { exit: Exit::ClosedPipe, told: None };
        }
        Self::failed(format!("cannot write to the standard output: {error}"))
    }
}
