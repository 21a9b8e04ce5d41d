//! `cargo xtask bench`: what a voice costs, how that compares, how soon the page sounds and how long it is held up.
//!
//! Three measurements of the same core in the same run: the engine natively,
//! the engine as the browser runs it, and the original's network by burn. Then
//! the page: the first sound by a simulated line, the longest tasks while it
//! plays and, alone and for as long as wanted, what playing costs (`--soak`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::browser::Session;
use crate::process;
use crate::workspace::{self, Family};

mod history;
mod reliability;

/// Seconds of audio for the V1 network, which needs seconds for each of them.
const V1_SECONDS: &str = "2";

/// Measure what a voice costs, natively and in Chromium, against the V1 network.
///
/// Percentages are of the time that a block of 128 samples lasts at 48 kHz,
/// on one core: 100 % would be a core fully used by the instrument. Run it on
/// a quiet machine.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Seconds of audio to render for each figure
    #[arg(long, default_value_t = 10)]
    seconds: u32,
    /// Only what voices cost, beside earlier runs; fails where something became slower by more than a tenth
    #[arg(long)]
    history: bool,
    /// Likewise, and add this run to the earlier ones
    #[arg(long)]
    keep: bool,
    /// Only play eight voices, all modulators and both sequencers in Chromium for so long, and count what that costs
    #[arg(long, value_name = "MINUTES")]
    soak: Option<f64>,
    /// Only play N blocks of random playing natively and in Chromium: the longest of them, and whether both sound the same
    #[arg(long, value_name = "N")]
    proof: Option<u64>,
    /// Only let random hands play the page in Chromium for so long: drop-outs and memory
    #[arg(long, value_name = "MINUTES")]
    endure: Option<f64>,
    /// With --endure: the companion instead, at a module whose cable is pulled, on a JACK server of its own where there is jackd
    #[arg(long, requires = "endure")]
    companion: bool,
    /// Only render previews in Chromium, by the graphics card and by the processor
    #[arg(long)]
    gpu: bool,
    /// Leave out the V1 network, which needs burn to be built
    #[arg(long)]
    no_v1: bool,
}

/// One figure: the share of a core that `voices` voices take on `host`.
#[derive(Debug)]
struct Cost {
    host: String,
    voices: u64,
    /// Percent of one core, averaged over the blocks of the fastest round.
    mean_percent: f64,
    /// Percent of the block's time that the slowest block in a hundred took.
    p99_percent: f64,
}

/// Runs `cargo xtask bench`.
pub(crate) fn run(args: &Args) -> Result<()> {
    if let Some(minutes) = args.endure.filter(|_| args.companion) {
        return reliability::endure_companion(minutes);
    }
    let session = Session::start()?;
    if let Some(minutes) = args.soak {
        return soak(&session, minutes);
    }
    if let Some(blocks) = args.proof {
        return reliability::proof(&session, blocks);
    }
    if let Some(minutes) = args.endure {
        return reliability::endure(&session, minutes);
    }
    if args.gpu {
        return previews(&session);
    }
    let (mut costs, mut references) = native(args.seconds)?;
    let (more, reference) = wasm(&session, args.seconds)?;
    costs.extend(more);
    references.extend(reference);

    println!();
    println!("{:<18} {:>6} {:>18} {:>22}", "host", "voices", "mean, % of a core", "99th percentile block");
    for cost in &costs {
        println!("{:<18} {:>6} {:>16.2} % {:>20.2} %", cost.host, cost.voices, cost.mean_percent, cost.p99_percent);
    }
    if args.history || args.keep {
        return history::compare(&costs, &references, args.keep);
    }
    first_sound(&session)?;
    held_up(&session)?;
    if args.no_v1 {
        return Ok(());
    }

    let v1 = v1_seconds_per_second()?;
    println!();
    println!("V1 network in burn, one thread: {v1:.3} s for one second of sound");
    for cost in costs.iter().filter(|cost| cost.voices == 1) {
        println!("one voice, {}, is {:.0} times cheaper", cost.host, v1 / (cost.mean_percent / 100.0));
    }
    Ok(())
}

/// Builds the native half of the measurements; returns its program.
fn native_half() -> Result<PathBuf> {
    process::run(process::cargo(Family::Host)?.args(["build", "--quiet", "--release", "--package", "neurorack-e2e"]))?;
    Ok(Family::Host.target_dir()?.join("release/neurorack-e2e"))
}

fn native(seconds: u32) -> Result<Costs> {
    let mut bench = pinned(&native_half()?)?;
    bench.arg("bench").arg(workspace::root().join("static/banks/impacts.safetensors")).arg(seconds.to_string());
    read_costs(&process::output(&mut bench)?)
}

fn wasm(session: &Session, seconds: u32) -> Result<Costs> {
    let mut node = session.node()?;
    node.args(["bench.mjs", &seconds.to_string()]);
    read_costs(&process::output(&mut node)?)
}

/// The lines of JSON that a script prints.
fn figures(session: &Session, script: &[&str]) -> Result<Vec<Value>> {
    let said = process::output(session.node()?.args(script))?;
    said.lines().filter(|line| line.starts_with('{')).map(|line| Ok(serde_json::from_str(line)?)).collect()
}

/// A number of a script's line.
fn number(value: &Value, key: &str) -> Result<f64> {
    value[key].as_f64().with_context(|| format!("no {key} in {value}"))
}

/// Shows how long the first sound takes on a simulated line, and when each
/// stage on the way there is over.
fn first_sound(session: &Session) -> Result<()> {
    println!("\nfirst sound by 20 Mbit/s and 40 ms, median of five, and when each stage was over:");
    for value in figures(session, &["first-sound.mjs"])? {
        let (ms, what) = (number(&value, "median_ms")?, value["what"].as_str().unwrap_or_default());
        match value["stage"].as_str() {
            Some(stage) => println!("    {stage:<18} {ms:>6.0} ms"),
            None => println!("{what:<22} {ms:>6.0} ms"),
        }
    }
    Ok(())
}

/// Shows the page's longest tasks while it plays.
fn held_up(session: &Session) -> Result<()> {
    println!(
        "\nlongest task of the page, median of three, most processor time of one, and how many lasted more than 50 ms:"
    );
    for value in figures(session, &["held-up.mjs"])? {
        let what = value["what"].as_str().unwrap_or_default();
        let (ms, cpu_ms) = (number(&value, "median_ms")?, number(&value, "cpu_ms")?);
        println!("{what:<22} {ms:>6.0} ms {cpu_ms:>6.0} ms  {}  {}", value["over_50_ms"], value["longest"]);
    }
    Ok(())
}

/// Shows how quickly sounds of one second are rendered beside the page, and what that costs who plays.
fn previews(session: &Session) -> Result<()> {
    println!("\npreviews of one second:");
    for value in figures(session, &["gpu-bench.mjs"])? {
        let (ms, real_time) = (number(&value, "ms")?, number(&value, "real_time")?);
        let what = value["what"].as_str().unwrap_or_default();
        println!("{what:<40} {:>3} in {ms:>7.0} ms, {real_time:>6.1} times real time", value["hits"]);
    }
    println!("\nstrikes at Gate 1, from the press to the first sample:");
    for value in figures(session, &["map-load.mjs"])? {
        let (median_ms, longest_ms) = (number(&value, "median_ms")?, number(&value, "longest_ms")?);
        let what = value["what"].as_str().unwrap_or_default();
        let (heard, underruns) = (&value["heard"], &value["underruns"]);
        println!(
            "{what:<24} {heard:>3} heard, {median_ms:>5.1} ms, at most {longest_ms:>5.1} ms, {underruns} underruns"
        );
    }
    Ok(())
}

/// Shows what playing costs over some minutes.
fn soak(session: &Session, minutes: f64) -> Result<()> {
    for value in figures(session, &["soak.mjs", &minutes.to_string()])? {
        let percent = number(&value, "worklet_percent")?;
        let most = number(&value, "worklet_most_percent")?;
        println!(
            "{:.1} minutes, load of the machine {:.1}",
            number(&value, "minutes")?,
            number(&value, "machine_load")?
        );
        println!("worklet        {percent:>6.1} % of a core; {most:.1} % in its busiest tenth of a second");
        println!("whole renderer {:>6.1} % of a core", number(&value, "page_percent")?);
        println!("voices         {:>6.1} at a time, at least {}", number(&value, "voices")?, value["least_voices"]);
        println!("{} hits, {} underruns, {} dropped", value["hits"], value["underruns"], value["dropped"]);
    }
    Ok(())
}

/// Seconds that burn takes on one thread for a second of the V1 network.
fn v1_seconds_per_second() -> Result<f64> {
    process::run(process::cargo(Family::Learn)?.args([
        "build",
        "--quiet",
        "--release",
        "--package",
        "neurorack-learn",
    ]))?;
    let program = Family::Learn.target_dir()?.join("release/neurorack-train");
    let mut bench = pinned(&program)?;
    bench.args(["bench-v1", "--seconds", V1_SECONDS, "--json"]).env("RAYON_NUM_THREADS", "1");
    let said = process::output(&mut bench)?;
    let result: Value =
        serde_json::from_str(said.trim()).with_context(|| format!("`neurorack-train bench-v1` said: {said}"))?;
    result["seconds_per_second"].as_f64().context("`neurorack-train bench-v1` gave no seconds_per_second")
}

/// The program, held to one core where the system has `taskset`.
fn pinned(program: &Path) -> Result<Command> {
    match process::find(&["taskset"])? {
        Some(taskset) => {
            let mut command = process::command(taskset)?;
            command.args(["--cpu-list", "0"]).arg(program);
            Ok(command)
        }
        None => process::command(program),
    }
}

/// Costs of voices, and by host the share of a block in percent that the reference kernel takes.
type Costs = (Vec<Cost>, BTreeMap<String, f64>);

fn read_costs(lines: &str) -> Result<Costs> {
    let (mut costs, mut references) = (Vec::new(), BTreeMap::new());
    for line in lines.lines().filter(|line| line.starts_with('{')) {
        let value: Value = serde_json::from_str(line)?;
        let host = value["host"].as_str().unwrap_or_default().to_owned();
        if let Some(percent) = value["reference_percent"].as_f64() {
            references.insert(host, percent);
            continue;
        }
        costs.push(Cost {
            host,
            voices: value["voices"].as_u64().context("voices is a number")?,
            mean_percent: number(&value, "mean_percent")?,
            p99_percent: number(&value, "p99_percent")?,
        });
    }
    Ok((costs, references))
}
