//! Scores of a bank: recordings never seen in training, played by the engine from their own descriptors.

use std::collections::BTreeMap;
use std::sync::Arc;

use neurorack_engine::descriptors::Descriptors;
use neurorack_engine::{ControlFrame, CurveSlot, Event, Instrument, ModelBank, PreparedBank, ScaledCurve};
use neurorack_recording::Recording;
use rayon::prelude::*;

use crate::data::Hit;
use crate::metrics::{self, Comparison};

/// Rate at which hits are rendered, in hertz.
const RENDER_RATE_HZ: u32 = 44_100;
/// Level that keeps the limiter out of the measurement; a power of two, so that undoing it is exact.
const BELOW_LIMITER: f32 = 1.0 / 64.0;
const SEED: u64 = 1;

/// Means over recordings.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Scores {
    /// Recordings that were measured.
    pub recordings: usize,
    /// Mean of each figure over the recordings that have it: `sc`, `log_l1`, `envelope_db`, `texture_db` (levels as they
    /// are), and `r_rms` … `r_f0` (Pearson's r over active frames).
    pub mean: BTreeMap<String, f64>,
}

/// Plays every hit's own curve and compares at 22,050 Hz.
pub fn compare_all(bank: &ModelBank, hits: &[Hit]) -> Vec<Comparison> {
    let prepared = Arc::new(bank.prepare(RENDER_RATE_HZ));
    hits.par_iter()
        .filter_map(|hit| {
            let sound = at_metric_rate(render(&prepared, hit))?;
            let target = at_metric_rate(hit.samples.clone())?;
            metrics::compare(&target, &sound)
        })
        .collect()
}

/// The engine's answer to a recording: one hit of its curve, as long as the recording.
pub fn render(bank: &Arc<PreparedBank>, hit: &Hit) -> Vec<f32> {
    let mut instrument = Instrument::new(bank.clone(), SEED);
    for slot in [CurveSlot::F1, CurveSlot::F2] {
        let curve = Arc::new(ScaledCurve::from(&hit.curve));
        assert!(instrument.use_curve(slot, curve).is_ok(), "a fresh instrument has room for two curves");
    }
    assert!(instrument.push(Event::Trigger { at: 0, velocity: 1.0 }), "a fresh queue has room");
    let controls = ControlFrame { cv: [-5.0, 0.0, 0.0, 0.0], level: BELOW_LIMITER, ..ControlFrame::default() };
    let mut sound = vec![0.0; hit.samples.len()];
    instrument.render(&controls, &mut sound);
    sound.iter_mut().for_each(|sample| *sample /= BELOW_LIMITER);
    sound
}

/// Means of what `comparisons` measured.
pub fn summarise(comparisons: &[Comparison]) -> Scores {
    let mut mean = BTreeMap::new();
    let mut add = |name: String, value: &dyn Fn(&Comparison) -> Option<f64>| {
        let values: Vec<f64> = comparisons.iter().filter_map(value).filter(|v| v.is_finite()).collect();
        if !values.is_empty() {
            mean.insert(name, values.iter().sum::<f64>() / values.len() as f64);
        }
    };
    add("sc".into(), &|c| Some(c.raw.convergence));
    add("log_l1".into(), &|c| Some(c.raw.log_l1));
    add("envelope_db".into(), &|c| c.envelope_db);
    add("texture_db".into(), &|c| c.texture_db);
    for (index, name) in Descriptors::NAMES.iter().enumerate() {
        add(format!("r_{name}"), &|c| c.tracking.active_correlation[index]);
    }
    Scores { recordings: comparisons.len(), mean }
}

fn at_metric_rate(samples: Vec<f32>) -> Option<Vec<f32>> {
    let recording = Recording::new(samples, RENDER_RATE_HZ).ok()?;
    Some(recording.at_rate(metrics::RATE_HZ).samples().to_vec())
}
