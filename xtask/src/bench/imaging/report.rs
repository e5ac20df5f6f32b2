//! What came of it: tables for people, or a line of JSON a measurement.

use serde_json::{Value, json};

use super::fidelity::{WAYS, WIDTHS, standing, summary};
use super::field::Way;
use super::speed::{Measurement, Subject, count, millis};
use super::targets::{Results, Target};
use crate::bench::median::median;

/// All tables.
pub(super) fn tables(subjects: &[Subject], results: &Results, targets: &[Target]) -> String {
    let mut text = String::new();
    for subject in subjects {
        text.push_str(&speed(subject, results));
    }
    text.push_str(&batch(results));
    text.push_str(&fidelity(results));
    text.push_str(&encoder(results));
    text.push_str("\ntargets\n");
    for target in targets {
        text.push_str(&format!("{target}\n"));
    }
    text
}

/// A line a way; the ratio is ours of the same kind by this one, as the targets are.
fn speed(subject: &Subject, results: &Results) -> String {
    let source = std::fs::metadata(&subject.source).map_or(0, |file| file.len());
    let mut text = format!("{}, {:.1} MB\n", subject.title, count(source) / 1e6);
    text.push_str(&format!(
        "  {:<24} {:>9} {:>9} {:>11} {:>9} {:>9} {:>8}\n",
        "", "CPU", "wall", "memory", "read", "written", "ours/it"
    ));
    for one in results.speed.iter().filter(|one| one.subject == subject.name) {
        if let Err(error) = &one.rounds {
            text.push_str(&format!("  {:<24} refused: {error}\n", one.way.name()));
            continue;
        }
        let ours = if one.way.lives_on() { Way::Ours } else { Way::OursProcess };
        let ratio = results.of(&subject.name, ours).map_or(f64::NAN, Measurement::cpu_ms) / one.cpu_ms();
        let read = bytes_read(one).map_or("-".to_owned(), |bytes| format!("{:.2} MB", bytes / 1e6));
        let memory = one.memory_mib();
        let memory = if memory.is_nan() { "-".to_owned() } else { format!("{memory:.1} MiB") };
        let ratio = if ratio.is_nan() { "-".to_owned() } else { format!("{ratio:.3}") };
        let written = one.median(|taken| count(taken.output_bytes));
        text.push_str(&format!(
            "  {:<24} {:>6.1} ms {:>6.1} ms {memory:>11} {read:>9} {written:>7.0} B {ratio:>8}\n",
            one.way.name(),
            one.cpu_ms(),
            one.wall_ms(),
        ));
    }
    text.push('\n');
    text
}

fn bytes_read(one: &Measurement) -> Option<f64> {
    let rounds = one.rounds.as_deref().ok()?;
    let known = median(rounds.iter().filter_map(|taken| taken.bytes_read).map(count));
    (!known.is_nan()).then_some(known)
}

fn batch(results: &Results) -> String {
    let mut text = "a hundred JPEGs of 2 to 6 MP to 320\n".to_owned();
    for one in &results.batch {
        text.push_str(&format!("  {:<26} {:>6.1} pictures/s\n", one.who.name(), one.per_second()));
    }
    text
}

fn fidelity(results: &Results) -> String {
    let mut text = String::new();
    for width in WIDTHS {
        let pictures = results.fidelity.iter().filter(|one| one.width == width && one.way == Way::Ours).count();
        text.push_str(&format!("\nfidelity at {width} wide, {pictures} pictures\n"));
        text.push_str(&format!("  {:<24} {:>18} {:>8} {:>14}\n", "", "SSIMULACRA2 median", "least", "PSNR median"));
        for way in WAYS {
            if let Some(summary) = summary(&results.fidelity, width, way) {
                let (median, least, psnr) = (summary.median, summary.least, summary.psnr);
                text.push_str(&format!("  {:<24} {median:>18.2} {least:>8.2} {psnr:>11.2} dB\n", way.name()));
            }
        }
        if let Some(standing) = standing(&results.fidelity, width) {
            let below = if standing.below.is_empty() { "none".to_owned() } else { standing.below.join(", ") };
            let level = standing.level * 100.0;
            text.push_str(&format!("  ours is level with the better on {level:.0} %; below the lower: {below}\n"));
        }
    }
    text
}

fn encoder(results: &Results) -> String {
    let mut text = "\nJPEG at equal bytes, SSIMULACRA2 of ours above\n".to_owned();
    for one in &results.encoder {
        let (median, least) = (one.median(), one.least());
        text.push_str(&format!("  {:<24} median {median:>+6.2}  least {least:>+6.2}\n", one.peer.name()));
    }
    text
}

/// A JSON object a line.
pub(super) fn json_lines(versions: &[(&'static str, String)], results: &Results, targets: &[Target]) -> String {
    let mut lines = vec![json!({"bench": "imaging", "measure": "versions",
        "versions": versions.iter().map(|(name, version)| ((*name).to_owned(), json!(version)))
            .collect::<serde_json::Map<_, _>>()})];
    lines.extend(results.speed.iter().map(speed_line));
    lines.extend(results.batch.iter().map(|one| {
        json!({"bench": "imaging", "measure": "batch", "peer": one.who.name(),
            "pictures_per_second": one.per_second(), "rounds": one.rounds})
    }));
    lines.extend(results.fidelity.iter().map(|one| {
        json!({"bench": "imaging", "measure": "fidelity", "picture": one.picture, "width": one.width,
            "peer": one.way.name(), "ssimulacra2": one.scores.ssimulacra2, "psnr": one.scores.psnr})
    }));
    for one in &results.encoder {
        lines.extend(one.differences.iter().map(|(picture, difference)| {
            json!({"bench": "imaging", "measure": "jpeg_at_equal_bytes", "picture": picture,
                "peer": one.peer.name(), "ssimulacra2_above": difference})
        }));
    }
    lines.extend(targets.iter().map(|target| {
        json!({"bench": "imaging", "measure": "target", "target": target.text, "figure": target.figure,
            "bound": target.bound(), "is_met": target.is_met()})
    }));
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn speed_line(one: &Measurement) -> Value {
    let rounds = match &one.rounds {
        Ok(rounds) => rounds,
        Err(error) => {
            return json!({"bench": "imaging", "measure": "speed", "source": one.subject,
                "peer": one.way.name(), "refused": error});
        }
    };
    json!({
        "bench": "imaging",
        "measure": "speed",
        "source": one.subject,
        "peer": one.way.name(),
        "cpu_ms": one.cpu_ms(),
        "wall_ms": one.wall_ms(),
        "memory_peak_mib": one.memory_mib(),
        "bytes_read": bytes_read(one),
        "stopped_early": rounds.iter().all(|taken| taken.stopped_early),
        "output_bytes": one.median(|taken| count(taken.output_bytes)),
        "rounds_cpu_ms": rounds.iter().map(|taken| millis(taken.cpu)).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Results, json_lines, tables};
    use crate::bench::imaging::field::Way;
    use crate::bench::imaging::order::Taken;
    use crate::bench::imaging::speed::{Measurement, Subject};

    #[test]
    fn who_refuses_is_named_with_the_reason() {
        let subject = Subject::one("avif-12", "AVIF 12 MP");
        let speed = vec![
            Measurement { subject: "avif-12".to_owned(), way: Way::Ours, rounds: Err("unsupported".to_owned()) },
            Measurement { subject: "avif-12".to_owned(), way: Way::Sharp, rounds: Ok(vec![Taken::default()]) },
        ];
        let results = Results { speed, batch: Vec::new(), fidelity: Vec::new(), encoder: Vec::new() };
        let text = tables(&[subject], &results, &[]);
        assert!(text.contains("ours, long-lived         refused: unsupported"), "{text}");
        let lines = json_lines(&[("sharp", "1".to_owned())], &results, &[]);
        let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines[0]["versions"]["sharp"], "1");
        assert_eq!(lines[1]["refused"], "unsupported");
        assert_eq!(lines[2]["cpu_ms"], 0.0);
    }
}
