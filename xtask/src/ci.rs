//! `cargo xtask ci`: the steps of continuous integration, in order.
//!
//! The order is by what one wants to know first. The last line of output is the total of the
//! tests, so that a reader of logs finds it without knowing the steps.

use std::fmt;
use std::io;
use std::process::Stdio;
use std::time::{Duration, Instant};

use thiserror::Error;

use crate::lint::{self, LintError};
use crate::test_run::{self, TestRunError};
use crate::totals::Totals;
use crate::workspace::Workspace;

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The tests, as `cargo xtask test` runs them.
    Test,
    /// The formatting.
    Fmt,
    /// The compiler's and clippy's warnings.
    Clippy,
    /// The documentation's warnings.
    Doc,
    /// The layer check.
    Lint,
}

/// Why a step could not be judged.
#[derive(Debug, Error)]
pub(crate) enum CiError {
    /// The tests could not be run.
    #[error(transparent)]
    Test(#[from] TestRunError),
    /// The layer check could not be run.
    #[error(transparent)]
    Lint(#[from] LintError),
    /// Cargo could not be run.
    #[error("cannot run cargo")]
    Cargo(#[from] io::Error),
}

/// What came of one step.
#[derive(Debug)]
struct Report {
    step: Step,
    took: Duration,
    exit_code: u8,
    totals: Option<Totals>,
}

impl Step {
    /// All steps, in the order of a run.
    pub(crate) const ALL: [Self; 5] = [Self::Test, Self::Fmt, Self::Clippy, Self::Doc, Self::Lint];

    /// The word that chooses it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Doc => "doc",
            Self::Lint => "lint",
        }
    }

    /// The step with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == name)
    }
}

/// Runs all steps, or only one, up to the first failure; gives the exit code.
///
/// # Errors
/// A step could not be judged; one that failed is an exit code.
pub(crate) fn run(workspace: &Workspace, only: Option<Step>) -> Result<u8, CiError> {
    let mut reports = Vec::new();
    for step in Step::ALL {
        if only.is_some_and(|only| only != step) {
            continue;
        }
        println!("\n=== {} ===", step.name());
        let report = judge(workspace, step).inspect_err(|_| say_how_to_repeat(step))?;
        println!("=== {} took {} ===", step.name(), Seconds(report.took));
        let failed = report.exit_code != 0;
        reports.push(report);
        if failed {
            break;
        }
    }
    print!("\n{}", table(&reports));
    let exit_code = reports.last().map_or(0, |report| report.exit_code);
    if let Some(report) = reports.last().filter(|report| report.exit_code != 0) {
        say_how_to_repeat(report.step);
    }
    if let Some(totals) = reports.iter().find_map(|report| report.totals) {
        println!("{totals}");
    }
    Ok(exit_code)
}

fn judge(workspace: &Workspace, step: Step) -> Result<Report, CiError> {
    let started = Instant::now();
    let mut totals = None;
    let exit_code = match step {
        Step::Test => {
            let ran = test_run::run(workspace, &[])?;
            totals = Some(ran.totals);
            ran.exit_code
        }
        Step::Fmt => cargo(workspace, "fmt --all --check", None)?,
        Step::Clippy => cargo(workspace, "clippy --workspace --all-targets -- -D warnings", None)?,
        Step::Doc => cargo(workspace, "doc --workspace --no-deps", Some(("RUSTDOCFLAGS", "-D warnings")))?,
        Step::Lint => lint::run(workspace)?,
    };
    Ok(Report { step, took: started.elapsed(), exit_code, totals })
}

fn cargo(workspace: &Workspace, line: &str, variable: Option<(&str, &str)>) -> io::Result<u8> {
    let status = workspace.cargo().args(line.split(' ')).envs(variable).stdin(Stdio::null()).status()?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.unwrap_or(1))
}

fn say_how_to_repeat(step: Step) {
    println!("{0} failed; repeat just this step with: cargo xtask ci {0}", step.name());
}

/// The steps with their times, a line each, and their sum.
fn table(reports: &[Report]) -> String {
    let mut text = String::new();
    let mut line = |name: &str, took: Duration, verdict: &str| {
        text.push_str(&format!("{name:<8} {:>9}  {verdict}\n", Seconds(took).to_string()));
    };
    for report in reports {
        let verdict = if report.exit_code == 0 { "ok" } else { "FAILED" };
        line(report.step.name(), report.took, verdict);
    }
    line("all", reports.iter().map(|report| report.took).sum(), "");
    text
}

/// A time as people read it.
struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:.1} s", self.0.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Report, Step, table};

    #[test]
    fn every_step_is_found_by_its_name() {
        for step in Step::ALL {
            assert_eq!(Step::named(step.name()), Some(step));
        }
        assert_eq!(Step::named("package"), None);
    }

    #[test]
    fn the_table_shows_each_step_and_the_sum() {
        let report =
            |step, millis, exit_code| Report { step, took: Duration::from_millis(millis), exit_code, totals: None };
        assert_eq!(
            table(&[report(Step::Test, 12_300, 0), report(Step::Fmt, 400, 1)]),
            "test        12.3 s  ok\nfmt          0.4 s  FAILED\nall         12.7 s  \n"
        );
    }
}
