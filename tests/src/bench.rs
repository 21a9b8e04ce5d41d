//! What a voice costs natively; `tests/browser/bench.mjs` measures the same in Chromium.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::messages::BENCH_RATE_HZ;
use crate::reference;
use crate::scene::{QUANTUM, Scene, strikes};

/// Seconds for which each strike is timed; its curve lasts four.
const ROUND_S: u32 = 3;

/// Times 0, 1 and 8 voices for about `seconds` of audio each.
pub(crate) fn run(bank: &Path, seconds: u32) -> Result<()> {
    let scene = Scene::load(bank)?;
    let setup = scene.long_setup(BENCH_RATE_HZ)?;
    let strike = strikes([0.0]);
    let block_s = QUANTUM as f64 / f64::from(BENCH_RATE_HZ);
    println!("{}", json!({ "host": "native", "reference_percent": 100.0 * reference::product_s() / block_s }));
    let blocks = ROUND_S * BENCH_RATE_HZ / QUANTUM as u32;

    for voices in [0, 1, 8] {
        let mut rounds = Vec::new();
        for _ in 0..seconds.div_ceil(ROUND_S).max(1) {
            let mut worklet = Scene::worklet(BENCH_RATE_HZ);
            for message in &setup {
                worklet.receive(message);
            }
            worklet.render(QUANTUM, 0.0);
            for _ in 0..voices {
                worklet.receive(&strike[0]);
            }
            let mut times_s: Vec<f64> = (1..=blocks)
                .map(|block| {
                    let begun = Instant::now();
                    std::hint::black_box(worklet.render(QUANTUM, f64::from(block) * block_s));
                    begun.elapsed().as_secs_f64()
                })
                .collect();
            let sounding = worklet.status().voices;
            ensure!(sounding == voices, "{sounding} voices sound instead of {voices}");
            times_s.sort_by(f64::total_cmp);
            let mean_s = times_s.iter().sum::<f64>() / times_s.len() as f64;
            rounds.push((mean_s, times_s[times_s.len() * 99 / 100]));
        }
        // The fastest round counts: other programs can only make one slower.
        let fastest = rounds.into_iter().min_by(|a, b| a.0.total_cmp(&b.0));
        let (mean_s, p99_s) = fastest.context("at least one round")?;
        let line = json!({
            "host": "native",
            "voices": voices,
            "mean_percent": 100.0 * mean_s / block_s,
            "p99_percent": 100.0 * p99_s / block_s,
        });
        println!("{line}");
    }
    Ok(())
}
