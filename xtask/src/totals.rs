//! The sum of all `test result:` lines of one `cargo test`.

use std::fmt;

/// How many tests passed, failed and were left out, over all test binaries.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Totals {
    /// Tests that passed.
    pub(crate) passed: u64,
    /// Tests that failed.
    pub(crate) failed: u64,
    /// Tests marked as ignored.
    pub(crate) skipped: u64,
}

impl Totals {
    /// Adds what `line` says, if it is the result line of a test binary.
    pub(crate) fn add(&mut self, line: &str) {
        let Some((_, result)) = line.split_once("test result: ") else {
            return;
        };
        // `ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s`
        let words: Vec<&str> = result.split([' ', ';']).collect();
        for pair in words.windows(2) {
            let &[count, what] = pair else { continue };
            let Ok(count) = count.parse::<u64>() else {
                continue;
            };
            match what {
                "passed" => self.passed += count,
                "failed" => self.failed += count,
                "ignored" => self.skipped += count,
                _ => {}
            }
        }
    }
}

impl fmt::Display for Totals {
    /// `N passed, N failed`, and `, N skipped` where there are such: CI reads this line.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(formatter, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Totals;

    fn total(lines: &[&str]) -> String {
        let mut totals = Totals::default();
        for line in lines {
            totals.add(line);
        }
        totals.to_string()
    }

    #[test]
    fn result_lines_add_up() {
        let first = "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 7 filtered out; finished in 0.01s";
        let second =
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s";
        let ignoring = "test result: ok. 0 passed; 0 failed; 4 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        let coloured = "test result: \u{1b}[32mok\u{1b}[0m. 5 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(total(&[]), "0 passed, 0 failed");
        assert_eq!(total(&[first, second]), "4 passed, 2 failed");
        assert_eq!(total(&[first, ignoring]), "3 passed, 0 failed, 4 skipped");
        assert_eq!(total(&[coloured]), "5 passed, 0 failed");
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(total(&["running 3 tests", "test a ... ok", "9 passed; 9 failed"]), "0 passed, 0 failed");
    }
}
