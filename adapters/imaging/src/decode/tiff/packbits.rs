//! `PackBits`: runs and copies (TIFF 6.0, section 9).

use std::borrow::Cow;
use std::io::{self, Read};

pub(super) struct Unpacked<'a> {
    packed: Cow<'a, [u8]>,
    at: usize,
    /// How much is left of the current run or copy.
    left: usize,
    is_run: bool,
}

impl<'a> Unpacked<'a> {
    pub(super) fn new(packed: Cow<'a, [u8]>) -> Self {
        Self { packed, at: 0, left: 0, is_run: false }
    }
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.left == 0 {
            let Some(head) = self.packed.get(self.at) else { return Ok(0) };
            self.at += 1;
            (self.left, self.is_run) = match *head {
                head @ 0..=127 => (usize::from(head) + 1, false),
                128 => continue,
                head => (257 - usize::from(head), true),
            };
        }
        let count = self.left.min(buffer.len());
        let target = buffer.get_mut(..count).unwrap_or_default();
        let count = if self.is_run {
            let Some(byte) = self.packed.get(self.at) else { return Ok(0) };
            target.fill(*byte);
            count
        } else {
            self.packed.get(self.at..).unwrap_or_default().read(target)?
        };
        self.left -= count;
        if !self.is_run {
            self.at += count;
        } else if self.left == 0 {
            self.at += 1;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::io::Read as _;

    use super::Unpacked;

    #[test]
    fn runs_and_copies() {
        // The example of TIFF 6.0's section 9, and its end cut off.
        let packed = [0xfe, 0xaa, 0x02, 0x80, 0x00, 0x2a, 0xfd, 0xaa, 0x80, 0x03, 0x80, 0x00, 0x2a];
        let mut all = Vec::new();
        Unpacked::new(Cow::Borrowed(&packed)).read_to_end(&mut all).unwrap();
        assert_eq!(all, [0xaa, 0xaa, 0xaa, 0x80, 0, 0x2a, 0xaa, 0xaa, 0xaa, 0xaa, 0x80, 0, 0x2a]);
    }
}
