//! The thumbgate command.
fn main() {}
