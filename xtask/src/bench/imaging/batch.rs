//! A hundred pictures of 2 to 6 megapixels, two at a time: who is through first.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::field::Programs;
use super::process;
use super::sources::jpegs;
use crate::bench::median::median;

/// Who goes through a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Folder {
    /// `thumbgate batch`.
    Ours,
    /// `xargs` with `vipsthumbnail`.
    Vips,
    /// sharp-cli.
    SharpCli,
}

impl Folder {
    /// Its name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Ours => "thumbgate batch --jobs 2",
            Self::Vips => "xargs -P2 vipsthumbnail",
            Self::SharpCli => "sharp-cli",
        }
    }
}

/// How fast somebody was.
#[derive(Debug)]
pub(super) struct Throughput {
    /// Who.
    pub(super) who: Folder,
    /// Pictures a second, one number a round.
    pub(super) rounds: Vec<f64>,
}

impl Throughput {
    /// The median of the rounds.
    pub(super) fn per_second(&self) -> f64 {
        median(self.rounds.iter().copied())
    }
}

/// Has the folder gone through by everybody, in turn.
pub(super) fn measure(programs: &Programs, hundred: &Path, rounds: usize) -> Result<Vec<Throughput>, String> {
    let all = [Folder::Ours, Folder::Vips, Folder::SharpCli];
    let there = all.into_iter().filter(|who| *who != Folder::Vips || programs.has_vips);
    let mut measured: Vec<_> = there.map(|who| Throughput { who, rounds: Vec::new() }).collect();
    let pictures = jpegs(hundred).map_err(|error| error.to_string())?;
    let names: Vec<_> = pictures.iter().map(|picture| picture.to_string_lossy().into_owned()).collect();
    let list = programs.scratch.join("hundred.txt");
    fs::write(&list, names.join("\0")).map_err(|error| error.to_string())?;
    for _ in 0..rounds {
        for one in &mut measured {
            let out = programs.scratch.join("hundred");
            // There is none at first; what is up to date would be skipped.
            let _ = fs::remove_dir_all(&out);
            fs::create_dir_all(&out).map_err(|error| error.to_string())?;
            let input = fs::File::open(&list).map_err(|error| error.to_string())?;
            let command = command(programs, one.who, hundred, &names, &out);
            let log = programs.scratch.join("words.log");
            let taken = process::run(command, Stdio::from(input), &[], &log)
                .map_err(|error| format!("{}: {error}", one.who.name()))?;
            let made = jpegs(&out).map_err(|error| error.to_string())?.len();
            if made != names.len() {
                return Err(format!("{} made {made} thumbnails of {} pictures", one.who.name(), names.len()));
            }
            one.rounds.push(f64::from(u32::try_from(made).unwrap_or(0)) / taken.wall.as_secs_f64());
        }
    }
    Ok(measured)
}

fn command(programs: &Programs, who: Folder, hundred: &Path, names: &[String], out: &Path) -> Command {
    match who {
        Folder::Ours => {
            let mut command = Command::new(&programs.thumbgate);
            command.arg("batch").arg(hundred).arg(out).args(["--size", "320x320", "--jobs", "2"]);
            command
        }
        Folder::Vips => {
            let mut command = Command::new("xargs");
            command.args(["-0", "-P2", "-n1", "vipsthumbnail", "--size", "320x320", "-o"]);
            command.arg(out.join("%s.jpg[Q=80,strip]")).env("VIPS_CONCURRENCY", "1");
            command
        }
        Folder::SharpCli => {
            let mut command = Command::new("node");
            command.arg(programs.node.join("node_modules/sharp-cli/bin/cli.js")).arg("--input").args(names);
            command.arg("--output").arg(out).args(["--quality", "80", "resize", "320", "320", "--fit", "inside"]);
            // With its own threads: it is slower with two.
            command
        }
    }
}
