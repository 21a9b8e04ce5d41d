//! What voices cost, without a device.

use neurorack_engine::{ControlFrame, CurveSlot, Event, Instrument, ModelBank, ScaledCurve, Settings};
use serde::Serialize;
use std::sync::Arc;
use std::time::Instant;

/// Samples of a block, and their rate.
pub(super) const BLOCK: usize = 128;
pub(super) const RATE_HZ: u32 = 48_000;

/// Blocks that are measured for each number of voices: some ten seconds of sound.
const BLOCKS: usize = 4_000;

/// Numbers of voices that are measured.
const VOICES: [u32; 4] = [1, 4, 8, 16];

/// What so many voices cost.
#[derive(Debug, Serialize)]
pub(super) struct Cost {
    pub(super) voices: u32,
    /// Of one core, in percent of the time that the blocks last.
    pub(super) percent: f32,
    /// The longest block, in percent of its time.
    pub(super) worst_percent: f32,
}

/// Measures all numbers of voices with the longest sound of a bank.
pub(super) fn measure(bank: &ModelBank) -> Vec<Cost> {
    let longest = bank.factory().iter().max_by_key(|curve| curve.frames().len());
    let Some(curve) = longest.map(|curve| Arc::new(ScaledCurve::from(curve))) else { return Vec::new() };
    let prepared = Arc::new(bank.prepare(RATE_HZ));
    VOICES
        .map(|voices| {
            let mut instrument = Instrument::new(Arc::clone(&prepared), 1);
            instrument.use_settings(&Settings { voices: 16, ..Settings::default() });
            for slot in [CurveSlot::F1, CurveSlot::F2] {
                // A new instrument has room for two curves.
                let _ = instrument.use_curve(slot, Arc::clone(&curve));
            }
            cost(&mut instrument, voices)
        })
        .into()
}

/// Renders with so many hits sounding all the time.
fn cost(instrument: &mut Instrument, voices: u32) -> Cost {
    let mut block = [0.0; BLOCK];
    let controls = ControlFrame::default();
    let budget_s = BLOCK as f64 / f64::from(RATE_HZ);
    let (mut total_s, mut worst_s) = (0.0, 0.0f64);
    for _ in 0..BLOCKS {
        for _ in instrument.statistics().voices..voices {
            instrument.push(Event::Trigger { at: 0, velocity: 1.0, semitones: 0.0 });
        }
        let begun = Instant::now();
        instrument.render(&controls, &mut block);
        let took_s = begun.elapsed().as_secs_f64();
        total_s += took_s;
        worst_s = worst_s.max(took_s);
    }
    let percent = |seconds: f64| (100.0 * seconds / budget_s) as f32;
    Cost { voices, percent: percent(total_s / BLOCKS as f64), worst_percent: percent(worst_s) }
}
