//! What holds for a million blocks and for an hour.

use anyhow::{Result, bail, ensure};

use super::{figures, native_half, number};
use crate::browser::Session;
use crate::process;
use crate::workspace::{self, Family};

/// Blocks of one script: each begins with a silent instrument.
const SCRIPT_BLOCKS: u64 = 20_000;

/// Plays so many blocks of random playing natively and in Chromium; shows how long they took, and fails where the two sound otherwise.
pub(super) fn proof(session: &Session, blocks: u64) -> Result<()> {
    let program = native_half()?;
    let folder = tempfile::tempdir()?;
    let scripts = blocks.div_ceil(SCRIPT_BLOCKS).max(1).to_string();
    let mut storm = process::command(&program)?;
    storm.arg("storm").arg(workspace::root().join("static/banks")).arg(folder.path());
    process::run(storm.args([&scripts, &blocks.min(SCRIPT_BLOCKS).to_string()]))?;

    let native =
        serde_json::from_str(process::output(process::command(&program)?.arg("proof").arg(folder.path()))?.trim())?;
    let Some(wasm) = figures(session, &["proof.mjs", &folder.path().to_string_lossy()])?.pop() else {
        bail!("proof.mjs printed no figures");
    };
    println!("\nrandom playing, shares of a block of 128 samples at 48 kHz, each block the quickest of three rounds:");
    println!(
        "{:<18} {:>9} {:>8} {:>8} {:>10} {:>9} {:>18}",
        "host", "blocks", "median", "p99", "p99.99", "longest", "over a quarter"
    );
    for value in [&native, &wasm] {
        let percent = |key: &str| number(value, key).map(|percent| format!("{percent:.1} %"));
        println!(
            "{:<18} {:>9} {:>8} {:>8} {:>10} {:>9} {:>18}",
            value["host"].as_str().unwrap_or_default(),
            value["blocks"],
            percent("median_percent")?,
            percent("p99_percent")?,
            percent("p9999_percent")?,
            percent("longest_percent")?,
            value["over_a_quarter"],
        );
    }
    ensure!(native["hashes"] == wasm["hashes"], "the two sound otherwise: {} and {}", native["hashes"], wasm["hashes"]);
    println!("every sample is the same natively and in Chromium");
    Ok(())
}

/// Lets random hands play the companion for some minutes, at a module whose cable is pulled.
pub(super) fn endure_companion(minutes: f64) -> Result<()> {
    let mut test = process::cargo(Family::Host)?;
    test.args(["test", "--release", "--quiet", "--package", "neurorack-companion", "--test", "cli", "--"]);
    test.args(["--ignored", "--nocapture", "hands_that_never_rest"]);
    process::run(test.env("NEURORACK_ENDURE_MINUTES", minutes.to_string()))
}

/// Lets random hands play the page for some minutes.
pub(super) fn endure(session: &Session, minutes: f64) -> Result<()> {
    for value in figures(session, &["endure.mjs", &minutes.to_string()])? {
        println!(
            "{:.1} minutes: {} hits, {} dropped, {} underruns",
            number(&value, "minutes")?,
            value["hits"],
            value["dropped"],
            value["underruns"]
        );
        println!("busiest tenth of a second of the worklet: {:.1} % of a core", number(&value, "most_load_percent")?);
        let [first, last, most] = [0, 1, 2].map(|index| value["renderer_mb"][index].as_f64().unwrap_or(f64::NAN));
        println!(
            "memory of the renderer: {first:.0} MB at first, {last:.0} MB at last, {most:.0} MB at most, {:+.1} MB an hour in the second half",
            number(&value, "renderer_mb_an_hour")?
        );
        println!("of it JavaScript's heap: {:+.1} MB an hour", number(&value, "heap_mb_an_hour")?);
        println!("done: {}; failed: {}; exceptions: {}", value["done"], value["failed"], value["errors"]);
        ensure!(value["errors"].as_array().is_none_or(Vec::is_empty), "the page threw exceptions");
        ensure!(value["dropped"] == 0, "the engine dropped something");
    }
    println!("every ten seconds: {}", session.results().join("endure.csv").display());
    Ok(())
}
