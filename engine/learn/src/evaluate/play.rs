//! Hits as the engine plays them, at the level their curves ask for.

use std::borrow::Cow;
use std::sync::Arc;

use neurorack_engine::descriptors::DescriptorCurve;
use neurorack_engine::fitting::Fitter;
use neurorack_engine::{ControlFrame, CurveSlot, Event, Instrument, ModelBank, PreparedBank, ScaledCurve};

use super::RENDER_RATE_HZ;
use crate::data::Hit;

/// Level that keeps the limiter out of the measurement; a power of two, so that undoing it is exact.
const BELOW_LIMITER: f32 = 1.0 / 64.0;

/// A bank that answers recordings as the instrument does: with their timbres fitted to it.
pub struct Player {
    bank: Arc<PreparedBank>,
    fitter: Option<Fitter>,
    draw: u64,
}

impl Player {
    /// Prepares a bank. Each recording has noise of its own, so that the luck of one draw is not that of all; `draw` numbers
    /// such sets of noise.
    pub fn new(bank: &ModelBank, draw: u64) -> Self {
        Self { fitter: Fitter::new(bank), ..Self::as_measured(bank, draw) }
    }

    /// The same, but each timbre is asked for as it was measured.
    pub fn as_measured(bank: &ModelBank, draw: u64) -> Self {
        Self { bank: Arc::new(bank.prepare(RENDER_RATE_HZ)), fitter: None, draw }
    }

    /// The hit with the curve that the bank is asked for.
    pub fn asked<'a>(&self, hit: &'a Hit) -> Cow<'a, Hit> {
        match &self.fitter {
            Some(fitter) => Cow::Owned(Hit { curve: fitter.fit(&hit.curve), ..hit.clone() }),
            None => Cow::Borrowed(hit),
        }
    }

    /// The engine's answer to a recording: one hit of its curve as it is, as long as the recording.
    pub fn render(&self, hit: &Hit) -> Vec<f32> {
        self.render_curve(hit, &hit.curve, hit.samples.len())
    }

    /// One hit of a curve, `samples` long, with the noise of a recording and without the limiter.
    pub fn render_curve(&self, of: &Hit, curve: &DescriptorCurve, samples: usize) -> Vec<f32> {
        let mut instrument = Instrument::new(self.bank.clone(), seed(&of.entry.file, self.draw));
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
}

/// The seed of a recording's noise, from its name (FNV-1a, 64 bits).
fn seed(file: &str, draw: u64) -> u64 {
    let bytes = file.bytes().chain(draw.to_le_bytes());
    bytes.fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}
