//! What the process has used so far, as the operating system counts it.

use std::time::Duration;

/// The most memory that the process has held, in bytes; `None` where the system does not say.
///
/// Source: proc(5), `/proc/pid/status`, `VmHWM`.
pub(crate) fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

/// The processor time of all threads, ended ones too, to 10 ms; `None` where the system does not
/// say.
///
/// Source: proc(5), `/proc/pid/stat`, fields 14 and 15, in ticks of 1/100 s on every Linux.
pub(crate) fn cpu_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is the command's name in brackets, and may hold anything.
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut ticks = fields.split(' ').skip(11).map_while(|field| field.parse::<u64>().ok());
    let both = ticks.next()?.checked_add(ticks.next()?)?;
    Some(Duration::from_millis(both.checked_mul(10)?))
}
