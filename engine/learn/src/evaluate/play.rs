//! Hits as the engine plays them, at the level their curves ask for.

use std::sync::Arc;

use neurorack_engine::descriptors::DescriptorCurve;
use neurorack_engine::{ControlFrame, CurveSlot, Event, Instrument, PreparedBank, ScaledCurve};

use crate::data::Hit;

/// Level that keeps the limiter out of the measurement; a power of two, so that undoing it is exact.
const BELOW_LIMITER: f32 = 1.0 / 64.0;
const SEED: u64 = 1;

/// The engine's answer to a recording: one hit of its curve, as long as the recording.
pub fn render(bank: &Arc<PreparedBank>, hit: &Hit) -> Vec<f32> {
    render_curve(bank, &hit.curve, hit.samples.len())
}

/// One hit of a curve, `samples` long at the bank's prepared rate, without the limiter.
pub fn render_curve(bank: &Arc<PreparedBank>, curve: &DescriptorCurve, samples: usize) -> Vec<f32> {
    let mut instrument = Instrument::new(bank.clone(), SEED);
    let curve = Arc::new(ScaledCurve::from(curve));
    for slot in [CurveSlot::F1, CurveSlot::F2] {
        assert!(instrument.use_curve(slot, curve.clone()).is_ok(), "a fresh instrument has room for two curves");
    }
    assert!(instrument.push(Event::strike(0, 1.0)), "a fresh queue has room");
    let controls = ControlFrame { level: BELOW_LIMITER, ..ControlFrame::default() };
    let mut sound = vec![0.0; samples];
    instrument.render(&controls, &mut sound);
    sound.iter_mut().for_each(|sample| *sample /= BELOW_LIMITER);
    sound
}
