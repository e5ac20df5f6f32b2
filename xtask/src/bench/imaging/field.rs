//! Everybody who renders, ready to: two long-lived processes, and programs that are started anew.

use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::driver::Driver;
use super::order::{Format, Order, Taken};
use super::process;
use super::sources::jpegs;

/// A way to have a picture rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Our renderer, in a process that lives on.
    Ours,
    /// sharp, in a process of Node.js that lives on.
    Sharp,
    /// `thumbgate`, a process for each picture.
    OursProcess,
    /// Node.js with sharp, started for one picture.
    SharpProcess,
    /// `vipsthumbnail`, a process for each picture.
    Vips,
    /// `djpeg -scale 1/8` of libjpeg-turbo: it makes no thumbnail, it only decodes.
    Djpeg,
}

impl Way {
    /// All of them, in the order of the tables.
    pub(super) const ALL: [Self; 6] =
        [Self::Ours, Self::Sharp, Self::OursProcess, Self::Vips, Self::SharpProcess, Self::Djpeg];

    /// Its name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours, long-lived",
            Self::Sharp => "sharp, long-lived",
            Self::OursProcess => "thumbgate, process",
            Self::SharpProcess => "node + sharp, process",
            Self::Vips => "vipsthumbnail, process",
            Self::Djpeg => "djpeg 1/8, process",
        }
    }

    /// Whether one process renders all pictures, so that its peak of memory is that of the largest.
    pub(super) const fn lives_on(self) -> bool {
        matches!(self, Self::Ours | Self::Sharp)
    }
}

impl fmt::Display for Way {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Where everybody's programs are.
#[derive(Debug)]
pub(super) struct Programs {
    /// Our long-lived driver.
    pub(super) ours: PathBuf,
    /// `thumbgate`.
    pub(super) thumbgate: PathBuf,
    /// The folder of sharp's installation, in which sharp's driver is too.
    pub(super) node: PathBuf,
    /// Whether `vipsthumbnail` is there.
    pub(super) has_vips: bool,
    /// Whether `djpeg` is there.
    pub(super) has_djpeg: bool,
    /// Where logs and the lists of folders go.
    pub(super) scratch: PathBuf,
}

impl Programs {
    /// `node` with sharp's driver.
    pub(super) fn sharp(&self) -> Command {
        let mut command = Command::new("node");
        command.arg(self.node.join("driver.mjs")).arg(&self.node);
        command
    }

    /// `vipsthumbnail` with one thread, as its neighbours have.
    fn vipsthumbnail(order: &Order<'_>, size: &str) -> Command {
        let options = match order.format {
            Format::Jpeg(quality) => format!("[Q={quality},strip,background=255]"),
            Format::Png => "[strip]".to_owned(),
        };
        let mut output = order.output(size).into_os_string();
        output.push(options);
        let mut command = Command::new("vipsthumbnail");
        command.arg(order.source).args(["--size", size, "-o"]).arg(output).env("VIPS_CONCURRENCY", "1");
        command
    }
}

/// Everybody, running.
#[derive(Debug)]
pub(super) struct Field {
    programs: Programs,
    ours: Driver,
    sharp: Driver,
}

impl Field {
    /// Starts those who live on.
    pub(super) fn start(programs: Programs) -> Result<Self, String> {
        let ours = Driver::start(Command::new(&programs.ours))?;
        let sharp = Driver::start(programs.sharp())?;
        Ok(Self { programs, ours, sharp })
    }

    /// Where the programs are.
    pub(super) fn programs(&self) -> &Programs {
        &self.programs
    }

    /// Whether this way is open on this machine, for this source.
    pub(super) fn offers(&self, way: Way, source: &Path) -> bool {
        match way {
            Way::Vips => self.programs.has_vips,
            Way::Djpeg => self.programs.has_djpeg && source.extension().is_some_and(|suffix| suffix == "jpg"),
            _ => true,
        }
    }

    /// Has an order filled; several sizes are one decode for ours, and one run each for the others.
    pub(super) fn fill(&mut self, way: Way, order: &Order<'_>) -> Result<Taken, String> {
        match way {
            Way::Ours => self.ours.fill(order),
            Way::Sharp => self.sharp.fill(order),
            Way::SharpProcess => self.sharp_once(order),
            Way::OursProcess if order.sizes.len() > 1 => self.thumbgate_batch(order),
            Way::OursProcess | Way::Vips | Way::Djpeg => {
                let mut all: Option<Taken> = None;
                for size in order.sizes {
                    let one = self.process(way, order, size)?;
                    all = Some(all.map_or(one, |so_far| so_far.and(one)));
                }
                all.ok_or_else(|| "no size was asked for".to_owned())
            }
        }
    }

    fn process(&self, way: Way, order: &Order<'_>, size: &str) -> Result<Taken, String> {
        let output = order.output(size);
        let command = match way {
            Way::Vips => Programs::vipsthumbnail(order, size),
            Way::Djpeg => {
                let mut command = Command::new("djpeg");
                command.args(["-scale", "1/8", "-outfile", "/dev/null"]).arg(order.source);
                return process::run(command, Stdio::null(), &[], &self.log());
            }
            _ => {
                let mut command = Command::new(&self.programs.thumbgate);
                command.arg("make").arg(order.source).arg(&output).args(["--size", size]);
                command
            }
        };
        process::run(command, Stdio::null(), &[output], &self.log())
    }

    /// Node.js from its start to its end, with this order alone.
    fn sharp_once(&self, order: &Order<'_>) -> Result<Taken, String> {
        let orders = self.programs.scratch.join("order.txt");
        fs::write(&orders, format!("{order}\n")).map_err(|error| error.to_string())?;
        let input = File::open(&orders).map_err(|error| error.to_string())?;
        let outputs: Vec<_> = order.sizes.iter().map(|size| order.output(size)).collect();
        process::run(self.programs.sharp(), input.into(), &outputs, &self.log())
    }

    /// `thumbgate batch` on the source's folder, in which it is alone.
    fn thumbgate_batch(&self, order: &Order<'_>) -> Result<Taken, String> {
        let folder = order.source.parent().ok_or("the source is in no folder")?;
        let out = self.programs.scratch.join("several");
        // There is none at first; one of an earlier run would be up to date.
        let _ = fs::remove_dir_all(&out);
        let mut command = Command::new(&self.programs.thumbgate);
        command.arg("batch").arg(folder).arg(&out).args(["--jobs", "1"]);
        for size in order.sizes {
            command.args(["--size", size]);
        }
        let taken = process::run(command, Stdio::null(), &[], &self.log())?;
        let made = jpegs(&out).map_err(|error| error.to_string())?;
        let lengths: Vec<u64> = made.iter().filter_map(|path| Some(path.metadata().ok()?.len())).collect();
        if lengths.len() != order.sizes.len() {
            return Err(format!("{} outputs instead of {}", lengths.len(), order.sizes.len()));
        }
        Ok(Taken { output_bytes: lengths.iter().sum(), ..taken })
    }

    fn log(&self) -> PathBuf {
        self.programs.scratch.join("words.log")
    }
}
