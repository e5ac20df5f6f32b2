//! A function's process: on one processor, and what the system says of it.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// How often a second the kernel counts: `sysconf(_SC_CLK_TCK)`, 100 on every Linux that is in use.
const TICKS_PER_SECOND: f64 = 100.0;

/// A running process; dropping it kills it.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    pub(super) started: Instant,
}

/// The processors that this process may use, in order.
pub(super) fn processors() -> Vec<usize> {
    let allowed = sched_getaffinity(None).unwrap_or_default();
    (0..CpuSet::MAX_CPU).filter(|number| allowed.is_set(*number)).collect()
}

/// Keeps this thread, and what it starts, on one processor.
pub(super) fn pin(processor: usize) -> io::Result<()> {
    let mut only = CpuSet::new();
    only.set(processor);
    Ok(sched_setaffinity(None, &only)?)
}

impl Process {
    /// Starts `command` on one processor; what it says goes to `log`.
    pub(super) fn start(mut command: Command, processor: usize, log: &Path) -> io::Result<Self> {
        let log = File::options().create(true).append(true).open(log)?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        // The child gets the processors of the thread that starts it.
        let starter = thread::spawn(move || {
            pin(processor)?;
            let started = Instant::now();
            Ok(Self { child: command.spawn()?, started })
        });
        starter.join().unwrap_or_else(|_| Err(io::Error::other("the starting thread panicked")))
    }

    /// The CPU time of all its threads so far.
    pub(super) fn cpu_time(&self) -> io::Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name, in parentheses, may hold anything; user and system time are fields 14 and 15.
        let (_, fields) = stat.rsplit_once(") ").ok_or(io::ErrorKind::InvalidData)?;
        let ticks = fields.split(' ').skip(11).take(2).filter_map(|field| field.parse::<u32>().ok()).map(f64::from);
        Ok(Duration::from_secs_f64(ticks.sum::<f64>() / TICKS_PER_SECOND))
    }

    /// The most memory that it held at once, in bytes.
    pub(super) fn memory_peak(&self) -> io::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        Ok(kib.ok_or(io::ErrorKind::InvalidData)? * 1024)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
