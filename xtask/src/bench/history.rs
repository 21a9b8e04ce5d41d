//! What a voice costs, from version to version: as a multiple of a kernel that never changes, in the same run.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::{Context, Result, bail};

use super::Cost;
use crate::process;
use crate::workspace;

/// Where earlier runs stand: a line each, `commit,host,voices,multiple`.
const FILE: &str = "docs/benchmarks.csv";
const HEADING: &str = "commit,host,voices,multiple";

/// More than this times the median of the last [`RUNS`] is a regression.
const MOST: f64 = 1.10;
const RUNS: usize = 3;

/// Shows this run beside earlier ones, adds it to them where `keep`, and fails where something became slower.
///
/// `references` holds the share of a block that the kernel takes on each host, in percent.
pub(super) fn compare(costs: &[Cost], references: &BTreeMap<String, f64>, keep: bool) -> Result<()> {
    let path = workspace::root().join(FILE);
    let mut text = std::fs::read_to_string(&path).unwrap_or_else(|_| format!("{HEADING}\n"));
    let commit = process::output(process::command("git")?.args(["rev-parse", "--short", "HEAD"]))?;
    let mut slower = Vec::new();
    println!(
        "\nmultiples of a product of a 256 x 256 matrix and a vector in the same run, and change from the last {RUNS} runs:"
    );
    let mut lines = String::new();
    for Cost { host, voices, mean_percent, .. } in costs.iter().filter(|cost| cost.voices > 0) {
        let reference = references.get(host).with_context(|| format!("no reference for {host}"))?;
        let multiple = mean_percent / reference;
        let before = earlier(&text, host, *voices);
        let change = before.map(|before| multiple / before);
        let shown = change.map_or_else(|| "first run".into(), |change| format!("{:+.1} %", 100.0 * (change - 1.0)));
        println!("{host:<18} {voices:>6} {multiple:>10.2} {shown:>12}");
        if change.is_some_and(|change| change > MOST) {
            slower.push(format!("{host}, {voices} voices: {shown}"));
        }
        // Writing to a String cannot fail.
        let _ = writeln!(lines, "{},{host},{voices},{multiple:.3}", commit.trim());
    }
    if keep {
        text += &lines;
        std::fs::write(&path, text).with_context(|| format!("cannot write {FILE}"))?;
        println!("added to {FILE}");
    }
    if !slower.is_empty() {
        bail!("REGRESSION of more than {:.0} %: {}", 100.0 * (MOST - 1.0), slower.join("; "));
    }
    Ok(())
}

/// The median of the last runs on a host.
fn earlier(text: &str, host: &str, voices: u64) -> Option<f64> {
    let multiple = |line: &str| {
        let mut fields = line.split(',').skip(1);
        let is_it = fields.next() == Some(host) && fields.next()?.parse() == Ok(voices);
        if is_it { fields.next()?.parse::<f64>().ok() } else { None }
    };
    let mut last: Vec<f64> = text.lines().rev().filter_map(multiple).take(RUNS).collect();
    last.sort_by(f64::total_cmp);
    last.get(last.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_the_last_runs_is_what_counts() {
        let text = format!(
            "{HEADING}\na,native,1,9\nb,native,1,2\nc,native,8,50\nd,native,1,4\ne,native,1,3\nf,WASM in Chromium,1,7\n"
        );
        assert_eq!(earlier(&text, "native", 1), Some(3.0));
        assert_eq!(earlier(&text, "native", 8), Some(50.0));
        assert_eq!(earlier(&text, "native", 2), None);
        assert_eq!(earlier("", "native", 1), None);
    }
}
