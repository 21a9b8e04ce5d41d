//! A preset into memory: the same samples in the page's worker, in `neurorack render` and in tests.

use crate::bank::{ModelBank, PreparedBank};
use crate::control::{ControlFrame, Settings};
use crate::curve::ScaledCurve;
use crate::descriptors::DescriptorCurve;
use crate::event::{Event, GateInput};
use crate::instrument::{CurveSlot, Instrument};
use crate::models::sinc_nsf;
use crate::preset::{Preset, PresetError};
use crate::sources::{Action, Patch, Rack};
use std::sync::Arc;

/// Samples that are asked for at a time; the sound does not depend on it.
const BLOCK: usize = 128;

/// Longest hit in seconds: a curve lasts 4 s, and a slow one may be held back by CV 2.
pub const LONGEST_HIT_S: f32 = 10.0;

/// Lets the sources play the instrument for one block of at most [`Rack::MAX_BLOCK`] samples, and returns its largest
/// magnitude. Real-time safe.
pub fn perform(rack: &mut Rack, instrument: &mut Instrument, level: f32, out: &mut [f32]) -> f32 {
    let block = rack.advance(out.len() as u32);
    for edge in block.edges() {
        let (high, velocity) = (edge.strike.is_some(), edge.strike.unwrap_or(0.0));
        instrument.push(Event::Gate { at: edge.at, gate: edge.gate, high, velocity });
    }
    let mut peak = 0.0f32;
    for piece in block.pieces() {
        let out = &mut out[piece.at as usize..][..piece.samples as usize];
        instrument.bend(piece.bend_semitones);
        instrument.render(&ControlFrame { cv: piece.cv, level }, out);
        peak = peak.max(instrument.statistics().peak);
    }
    peak
}

/// One hit: Gate 1 goes high and low at the first sample while the clock stands. Ends with the sound, or after so many
/// seconds. A rack and an instrument that have not played yet give the same samples everywhere. Allocates.
#[must_use]
pub fn hit(rack: &mut Rack, instrument: &mut Instrument, level: f32, most_s: f32) -> Vec<f32> {
    rack.use_patch(&Patch { running: false, ..*rack.patch() });
    for action in [Action::Press { gate: GateInput::Gate1, velocity: 1.0 }, Action::Release { gate: GateInput::Gate1 }]
    {
        rack.push(0, action);
    }
    let most = samples(most_s, instrument);
    let mut audio = Vec::new();
    while audio.len() < most {
        next_block(rack, instrument, level, most, &mut audio);
        let statistics = instrument.statistics();
        if statistics.voices == 0 && !statistics.frozen {
            break;
        }
    }
    audio
}

/// One hit of a curve as it is, with noise loops from their start: no control moves, nothing limits it. What renders many
/// hits at once is compared with it. Allocates.
#[must_use]
pub fn plain_hit(bank: &PreparedBank, curve: &DescriptorCurve) -> Vec<f32> {
    sinc_nsf::render_golden(bank, curve, curve, 0.0)
}

/// A preset ready to be played: its sources, and the instrument with its bank and curves.
pub struct Stage {
    rack: Rack,
    // Too large to be handed around.
    instrument: Box<Instrument>,
    level: f32,
}

impl Stage {
    /// Sets a preset up with this bank, at the rate that it was prepared for. Allocates.
    ///
    /// # Errors
    /// When the preset plays a set that the bank does not have.
    pub fn new(preset: &Preset, bank: &ModelBank, prepared: Arc<PreparedBank>) -> Result<Self, PresetError> {
        let rate_hz = prepared.sample_rate_hz();
        // As every host's instrument begins, before the preset's own settings come.
        let mut instrument = Box::new(Instrument::new(prepared, Settings::default().seed));
        instrument.use_settings(&preset.settings);
        for (slot, curve) in [CurveSlot::F1, CurveSlot::F2].into_iter().zip(preset.curves(bank)?) {
            // Two curves always find room in a new instrument.
            let _ = instrument.use_curve(slot, Arc::new(ScaledCurve::from(&curve)));
        }
        let mut rack = Rack::new(rate_hz, &preset.patch);
        if let Some(gesture) = &preset.gesture {
            rack.use_gesture(gesture.points().iter().copied());
        }
        Ok(Self { rack, instrument, level: preset.level() })
    }

    /// One hit at the beginning of time, see [`hit`].
    #[must_use]
    pub fn hit(mut self, most_s: f32) -> Vec<f32> {
        hit(&mut self.rack, &mut self.instrument, self.level, most_s)
    }

    /// What the sources play in so many seconds: nothing, while the preset's clock stands.
    #[must_use]
    pub fn play(mut self, seconds: f32) -> Vec<f32> {
        let end = samples(seconds, &self.instrument);
        let mut audio = Vec::new();
        while audio.len() < end {
            next_block(&mut self.rack, &mut self.instrument, self.level, end, &mut audio);
        }
        audio
    }
}

/// A duration at the instrument's rate.
fn samples(seconds: f32, instrument: &Instrument) -> usize {
    (f64::from(seconds) * f64::from(instrument.sample_rate_hz())).round() as usize
}

/// Adds one block to `audio`, which does not grow beyond `end`.
fn next_block(rack: &mut Rack, instrument: &mut Instrument, level: f32, end: usize, audio: &mut Vec<f32>) {
    let start = audio.len();
    audio.resize(end.min(start + BLOCK), 0.0);
    perform(rack, instrument, level, &mut audio[start..]);
    while instrument.take_retired().is_some() {}
}
