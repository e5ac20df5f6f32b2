//! `thumbgate policy simulate`: many requests, each on a line with its documents.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read as _, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use serde::Serialize;
use thumbgate_core::object::escape_controls;
use thumbgate_iam::case::Case;

use crate::args::SimulateArgs;
use crate::exit::{Exit, Stop};

/// The longest line: a case of dozens of documents of the largest size that AWS stores.
const LINE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// How long `--bench` decides.
const BENCH_TIME: Duration = Duration::from_secs(1);

/// The answer to a case.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Answer<'a> {
    Decided { id: &'a str, decision: &'static str },
    Unread { id: Option<&'a str>, error: String },
}

/// The last line of `--bench`.
#[derive(Debug, Serialize)]
struct Bench {
    decisions: u64,
    ns_per_decision: f64,
}

pub(crate) fn run(args: &SimulateArgs) -> Result<Exit, Stop> {
    let mut input = open(&args.cases)?;
    let mut output = BufWriter::new(io::stdout().lock());
    let mut kept = Vec::new();
    let mut all_read = true;
    while let Some(line) = next_line(&mut *input)? {
        let case = line.and_then(|line| parse(&line));
        let answer = match &case {
            Ok((id, case)) => Answer::Decided { id, decision: decision(case) },
            Err(Unread { id, error }) => {
                all_read = false;
                Answer::Unread { id: id.as_deref(), error: error.clone() }
            }
        };
        write_line(&mut output, &answer)?;
        if let (true, Ok((_, case))) = (args.bench, case) {
            kept.push(case);
        }
    }
    if args.bench {
        write_line(&mut output, &bench(&kept))?;
    }
    output.flush()?;
    Ok(if all_read { Exit::Done } else { Exit::SomeFailed })
}

/// A line that could not be read.
#[derive(Debug)]
struct Unread {
    id: Option<String>,
    error: String,
}

impl Unread {
    fn line(error: &str) -> Self {
        Self { id: None, error: error.to_owned() }
    }
}

fn open(path: &Path) -> Result<Box<dyn BufRead>, Stop> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = File::open(path).map_err(|error| {
        let shown = escape_controls(&path.to_string_lossy()).to_string();
        Stop::configuration(format!("cannot read the cases `{shown}`: {error}"))
    })?;
    Ok(Box::new(BufReader::with_capacity(256 * 1024, file)))
}

/// The next line that is not empty; none at the end. What is too long or no text is passed over
/// and told.
fn next_line(input: &mut dyn BufRead) -> Result<Option<Result<String, Unread>>, Stop> {
    let failed = |error: io::Error| Stop::failed(format!("cannot read the cases: {error}"));
    let limit = u64::try_from(LINE_BYTES_MAX).unwrap_or(u64::MAX);
    loop {
        let mut line = Vec::new();
        if input.take(limit).read_until(b'\n', &mut line).map_err(failed)? == 0 {
            return Ok(None);
        }
        if line.len() == LINE_BYTES_MAX && !line.ends_with(b"\n") {
            skip_line(input).map_err(failed)?;
            let error = format!("the line is longer than {LINE_BYTES_MAX} bytes");
            return Ok(Some(Err(Unread::line(&error))));
        }
        if !line.trim_ascii().is_empty() {
            return Ok(Some(String::from_utf8(line).map_err(|_| Unread::line("the line is no text in UTF-8"))));
        }
    }
}

fn skip_line(input: &mut dyn BufRead) -> io::Result<()> {
    loop {
        let part = input.fill_buf()?;
        let end = part.iter().position(|byte| *byte == b'\n');
        let (length, is_over) = match end {
            Some(end) => (end + 1, true),
            None => (part.len(), part.is_empty()),
        };
        input.consume(length);
        if is_over {
            return Ok(());
        }
    }
}

fn parse(line: &str) -> Result<(String, Case), Unread> {
    let mut case = Case::parse(line).map_err(|error| Unread { error: error.to_string(), id: error.id })?;
    match case.id.take() {
        Some(id) => Ok((id, case)),
        None => Err(Unread::line("the case needs `id`")),
    }
}

fn decision(case: &Case) -> &'static str {
    match &case.policies {
        Ok(policies) => policies.decide(&case.request).as_str(),
        Err(_) => "invalid",
    }
}

fn write_line(output: &mut impl Write, line: &impl Serialize) -> Result<(), Stop> {
    let mut text = serde_json::to_string(line).map_err(io::Error::from)?;
    text.push('\n');
    Ok(output.write_all(text.as_bytes())?)
}

/// Decides every case again and again; nothing is remembered between decisions.
fn bench(cases: &[Case]) -> Bench {
    let cases: Vec<_> = cases.iter().filter_map(|case| Some((case.policies.as_ref().ok()?, &case.request))).collect();
    let mut decisions: u64 = 0;
    let started = Instant::now();
    while !cases.is_empty() && started.elapsed() < BENCH_TIME {
        for (policies, request) in &cases {
            std::hint::black_box(policies.decide(std::hint::black_box(request)));
            decisions += 1;
        }
    }
    let nanos = started.elapsed().as_secs_f64() * 1e9;
    #[expect(clippy::cast_precision_loss, reason = "a count of decisions is far below 2^53")]
    let ns_per_decision = if decisions == 0 { 0.0 } else { nanos / decisions as f64 };
    Bench { decisions, ns_per_decision: (ns_per_decision * 10.0).round() / 10.0 }
}
