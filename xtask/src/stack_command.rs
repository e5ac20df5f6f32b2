//! `cargo xtask stack`: the test stack in the foreground, for single tests by hand.

use std::error::Error;

use crate::aws_env;
use crate::rie;
use crate::stack::Stack;
use crate::workspace::Workspace;

/// Starts MiniStack, prints what to export, and waits for Ctrl-C.
///
/// # Errors
/// Something cannot be installed, or MiniStack does not start, or ends by itself.
pub(crate) fn run(workspace: &Workspace) -> Result<u8, Box<dyn Error>> {
    let rie = rie::ensure(workspace)?;
    let mut stack = Stack::start(workspace)?;
    println!("# MiniStack answers; export these where `cargo test` runs. Ctrl-C ends it.");
    for (name, value) in aws_env::variables(&stack.endpoint()) {
        println!("export {name}={value}");
    }
    if let Some(rie) = rie {
        println!("export {}={}", rie::VARIABLE, rie.display());
    }
    Err(stack.wait().into())
}
