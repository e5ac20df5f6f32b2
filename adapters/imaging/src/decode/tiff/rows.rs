//! Bytes out of what is made in rows.

use std::io::{self, Read};

/// What makes rows, one or some at a time.
pub(super) trait MakeRows {
    /// Puts what comes next in place of what is there; leaves nothing at the end.
    fn next_rows(&mut self, rows: &mut Vec<u8>) -> io::Result<()>;
}

/// A reader of what somebody makes.
pub(super) struct Rows<M> {
    maker: M,
    made: Vec<u8>,
    at: usize,
}

impl<M: MakeRows> Rows<M> {
    pub(super) fn new(maker: M) -> Self {
        Self { maker, made: Vec::new(), at: 0 }
    }
}

impl<M: MakeRows> Read for Rows<M> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.made.len() {
            self.maker.next_rows(&mut self.made)?;
            self.at = 0;
        }
        let count = self.made.get(self.at..).unwrap_or_default().read(buffer)?;
        self.at += count;
        Ok(count)
    }
}
