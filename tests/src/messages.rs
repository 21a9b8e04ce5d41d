//! Files that the browser tests replay: messages, and what they must sound like.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::json;

use crate::scene::{QUANTUM, Scene, strikes};

/// The sample rates that browsers commonly play at.
const RATES_HZ: [u32; 2] = [44_100, 48_000];

/// When the hits sound: alone, between two samples, overlapping.
const HITS_S: [f64; 4] = [0.05, 0.300_007, 0.31, 0.35];

/// Length of the expected sound in seconds.
const SECONDS: f64 = 1.0;

/// The rate and the rounds of the benchmark.
pub(crate) const BENCH_RATE_HZ: u32 = 48_000;

/// Writes into `folder`, for each rate, the messages, their timing and the
/// samples that the native engine makes of them, and the benchmark's messages.
pub(crate) fn write(bank: &Path, folder: &Path) -> Result<()> {
    let scene = Scene::load(bank)?;
    let save = |name: String, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))
    };
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;

    for rate_hz in RATES_HZ {
        let setup = scene.setup(rate_hz);
        let hits = strikes(HITS_S);
        let length = (SECONDS * f64::from(rate_hz)) as usize / QUANTUM * QUANTUM;
        let mut worklet = Scene::worklet(rate_hz);
        for message in setup.iter().chain(&hits) {
            worklet.receive(message);
        }
        let mut expected = Vec::with_capacity(4 * length);
        for start in (0..length).step_by(QUANTUM) {
            let time_s = start as f64 / f64::from(rate_hz);
            for sample in worklet.render(QUANTUM, time_s) {
                expected.extend_from_slice(&sample.to_le_bytes());
            }
        }
        let status = worklet.status();
        let timing = json!({
            "rate": rate_hz,
            "length": length,
            "hits_s": HITS_S,
            "hits": status.hits,
            "dropped": status.dropped_events,
        });
        save(format!("setup-{rate_hz}.bin"), &framed(&setup))?;
        save(format!("hits-{rate_hz}.bin"), &framed(&hits))?;
        save(format!("expected-{rate_hz}.f32"), &expected)?;
        save(format!("timing-{rate_hz}.json"), timing.to_string().as_bytes())?;
    }

    save("bench-setup.bin".to_owned(), &framed(&scene.long_setup(BENCH_RATE_HZ)?))?;
    save("strike.bin".to_owned(), &framed(&strikes([0.0])))
}

/// The messages one after the other, each with its length as `u32` before it.
pub(crate) fn framed(messages: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for message in messages {
        bytes.extend_from_slice(&(message.len() as u32).to_le_bytes());
        bytes.extend_from_slice(message);
    }
    bytes
}
