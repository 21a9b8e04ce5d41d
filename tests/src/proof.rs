//! Plays random scripts natively and says how long the longest block took; `tests/browser/proof.mjs` does the same in Chromium.

use std::path::Path;
use std::time::Instant;

use anyhow::{Result, ensure};
use serde_json::json;

use crate::messages::BENCH_RATE_HZ;
use crate::player::Scripts;
use crate::scene::{QUANTUM, Scene};

/// A script's blocks are timed so many times, and each counts by its quickest: other programs can only make a block slower, and no
/// two rounds are held up at the same one.
const ROUNDS: usize = 3;

/// Plays every script of a folder; prints one line of JSON.
pub(crate) fn run(folder: &Path) -> Result<()> {
    let scripts = Scripts::load(folder)?;
    let (mut times_s, mut hashes) = (Vec::new(), Vec::new());
    for script in 0..scripts.count() {
        let (mut best, hash) = timed(&scripts, script)?;
        for _ in 1..ROUNDS {
            let (again, same) = timed(&scripts, script)?;
            ensure!(hash == same, "script {script} sounded otherwise when it was played again");
            best.iter_mut().zip(again).for_each(|(best, again)| *best = best.min(again));
        }
        times_s.append(&mut best);
        hashes.push(format!("{hash:08x}"));
    }
    times_s.sort_by(f64::total_cmp);
    let block_s = QUANTUM as f64 / f64::from(BENCH_RATE_HZ);
    let percent = |share: f64| 100.0 * times_s[((times_s.len() - 1) as f64 * share) as usize] / block_s;
    let line = json!({
        "host": "native",
        "blocks": times_s.len(),
        "median_percent": percent(0.5),
        "p99_percent": percent(0.99),
        "p9999_percent": percent(0.9999),
        "longest_percent": percent(1.0),
        "over_a_quarter": times_s.iter().filter(|&&time_s| time_s > block_s / 4.0).count(),
        "hashes": hashes,
    });
    println!("{line}");
    Ok(())
}

/// Plays a script; returns what each block took in seconds, messages and all, and a hash of every sample (FNV-1a over their bits).
fn timed(scripts: &Scripts, script: usize) -> Result<(Vec<f64>, u32)> {
    let mut worklet = Scene::worklet(BENCH_RATE_HZ);
    let mut times_s = Vec::with_capacity(scripts.blocks(script));
    let (mut hash, mut all_within) = (0x811C_9DC5_u32, true);
    let mut begun = Instant::now();
    scripts.play(script, &mut worklet, |samples| {
        times_s.push(begun.elapsed().as_secs_f64());
        for sample in samples {
            all_within &= sample.abs() <= 1.0;
            hash = (hash ^ sample.to_bits()).wrapping_mul(0x0100_0193);
        }
        begun = Instant::now();
    })?;
    ensure!(all_within, "a sample of script {script} is above full scale, or no number");
    // The first block brought the bank, which a page does before anything sounds.
    times_s.remove(0);
    Ok((times_s, hash))
}
