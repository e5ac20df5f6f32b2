//! `cargo xtask stack`: the test stack in the foreground, for single tests by hand.

use crate::aws_env;
use crate::stack::{Stack, StackError};
use crate::workspace::Workspace;

/// Starts MiniStack, prints what to export, and waits for Ctrl-C.
///
/// # Errors
/// MiniStack does not start, or ends by itself.
pub(crate) fn run(workspace: &Workspace) -> Result<u8, StackError> {
    let mut stack = Stack::start(workspace)?;
    println!("# MiniStack answers; export these where `cargo test` runs. Ctrl-C ends it.");
    for (name, value) in aws_env::variables(&stack.endpoint()) {
        println!("export {name}={value}");
    }
    Err(stack.wait())
}
