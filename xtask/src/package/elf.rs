//! What a Linux binary asks of the machine: its processor and its C library.
//!
//! Only what decides whether Lambda can start it is read. Source: the ELF specification, "ELF
//! Header"; names of symbol versions as glibc gives them.

use thiserror::Error;

use super::target::Arch;

/// The C library of Lambda's runtime `provided.al2023`. Source: Amazon Linux 2023, "Core glibc".
const GLIBC: Version = Version(2, 34);

/// The begin of the name of a symbol's version.
const GLIBC_NAME: &[u8] = b"GLIBC_";

/// A version of the C library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(u32, u32);

impl std::fmt::Display for Version {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}.{}", self.0, self.1)
    }
}

/// Why Lambda could not start a binary.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum ElfError {
    /// Something else than a program for Linux.
    #[error("it is no 64-bit ELF file, as programs for Linux are")]
    NoElf,
    /// A program for another processor.
    #[error("it is for another processor (ELF machine {machine}), not for {wanted}")]
    Machine {
        /// The number of its processor.
        machine: u16,
        /// The processor that was asked for.
        wanted: &'static str,
    },
    /// It needs a newer C library than Lambda has.
    #[error(
        "it needs glibc {needed}, and Lambda's provided.al2023 has {GLIBC}; build with\n    cargo zigbuild --profile dist --package thumbgate-lambda --bin bootstrap --target {triple}.{GLIBC}\nand give the binary with --binary"
    )]
    Glibc {
        /// What it needs.
        needed: Version,
        /// The target to build for.
        triple: &'static str,
    },
}

/// Checks that Lambda can start this binary on `arch`.
///
/// # Errors
/// It cannot.
pub(super) fn check(binary: &[u8], arch: Arch) -> Result<(), ElfError> {
    // Magic, 64 bits, least significant byte first.
    if binary.get(..6) != Some(b"\x7fELF\x02\x01") {
        return Err(ElfError::NoElf);
    }
    let machine = binary.get(18..20).and_then(|bytes| bytes.try_into().ok()).map(u16::from_le_bytes);
    let machine = machine.ok_or(ElfError::NoElf)?;
    if machine != arch.elf_machine() {
        return Err(ElfError::Machine { machine, wanted: arch.name() });
    }
    match newest_glibc(binary) {
        Some(needed) if needed > GLIBC => Err(ElfError::Glibc { needed, triple: arch.triple() }),
        _ => Ok(()),
    }
}

/// The newest version of the C library that is named; none in a static binary.
fn newest_glibc(binary: &[u8]) -> Option<Version> {
    let mut newest = None;
    for (start, _) in binary.windows(GLIBC_NAME.len()).enumerate().filter(|(_, window)| *window == GLIBC_NAME) {
        let name = binary.get(start + GLIBC_NAME.len()..).unwrap_or_default();
        let end = name.iter().position(|byte| !byte.is_ascii_digit() && *byte != b'.').unwrap_or(0);
        let text = name.get(..end).and_then(|digits| std::str::from_utf8(digits).ok()).unwrap_or_default();
        let mut numbers = text.split('.').map(str::parse);
        if let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) {
            newest = newest.max(Some(Version(major, minor)));
        }
    }
    newest
}

#[cfg(test)]
mod tests {
    use super::{ElfError, Version, check};
    use crate::package::target::Arch;

    fn elf(machine: u16, names: &[u8]) -> Vec<u8> {
        let mut file = b"\x7fELF\x02\x01\x01".to_vec();
        file.resize(18, 0);
        file.extend(machine.to_le_bytes());
        file.resize(64, 0);
        file.extend(names);
        file
    }

    #[test]
    fn a_binary_for_lambda_is_known() {
        let names = b"GLIBC_2.2.5\0GLIBC_2.34\0GLIBC_PRIVATE\0GLIBC_2.9\0";
        assert_eq!(check(&elf(62, names), Arch::X86_64), Ok(()));
        assert_eq!(check(&elf(183, b""), Arch::Arm64), Ok(()), "static");
    }

    #[test]
    fn what_lambda_could_not_start_is_told() {
        assert_eq!(check(b"#!/bin/sh\nexit 0\n", Arch::X86_64), Err(ElfError::NoElf));
        let wrong = check(&elf(62, b""), Arch::Arm64).unwrap_err();
        assert_eq!(wrong.to_string(), "it is for another processor (ELF machine 62), not for arm64");
        let newer = check(&elf(183, b"GLIBC_2.17\0GLIBC_2.39\0"), Arch::Arm64).unwrap_err();
        assert_eq!(newer, ElfError::Glibc { needed: Version(2, 39), triple: "aarch64-unknown-linux-gnu" });
        assert!(newer.to_string().contains("needs glibc 2.39, and Lambda's provided.al2023 has 2.34"), "{newer}");
    }
}
