//! What the process has used so far, as the operating system counts it.

/// The most memory that the process has held, in bytes; `None` where the system does not say.
///
/// Source: proc(5), `/proc/pid/status`, `VmHWM`.
pub(crate) fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}
