//! `thumbgate policy`: what AWS policies allow, and why.

pub(crate) mod documents;
mod explain;
mod simulate;

use crate::args::{PolicyAction, PolicyArgs};
use crate::exit::{Exit, Stop};

pub(crate) fn run(args: PolicyArgs) -> Result<Exit, Stop> {
    match args.action {
        PolicyAction::Simulate(args) => simulate::run(&args),
        PolicyAction::Explain(args) => explain::run(&args),
    }
}
