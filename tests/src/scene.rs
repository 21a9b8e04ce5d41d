//! What is played: a bank, its curves, and the messages that set them up.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use neurorack_engine::descriptors::{DescriptorCurve, MAX_FRAMES};
use neurorack_engine::{ControlFrame, CurveSlot, ModelBank, ScaledCurve};
use neurorack_worklet::Worklet;
use neurorack_worklet::message::{CurveData, Message, bank_messages};

/// Samples of a render quantum, as browsers have it.
pub(crate) const QUANTUM: usize = 128;

/// A bank and the instrument's state that every browser starts from.
pub(crate) struct Scene {
    bank: ModelBank,
}

impl Scene {
    /// Reads the bank.
    pub(crate) fn load(bank: &Path) -> Result<Self> {
        let bytes = std::fs::read(bank).with_context(|| format!("cannot read {}", bank.display()))?;
        let bank = ModelBank::parse(&bytes).with_context(|| format!("{} is no bank", bank.display()))?;
        ensure!(bank.factory().len() >= 2, "the bank needs two factory sets to play");
        Ok(Self { bank })
    }

    /// A worklet as the browser makes it, with its seed.
    pub(crate) fn worklet(rate_hz: u32) -> Worklet {
        Worklet::new(rate_hz, 1)
    }

    /// The messages for the bank, F1, F2 and the controls: CV 1 in the
    /// middle, full level.
    pub(crate) fn setup(&self, rate_hz: u32) -> Vec<Vec<u8>> {
        let [first, second] = [0, 1].map(|k| ScaledCurve::from(&self.bank.factory()[k]));
        self.messages(rate_hz, &first, &second)
    }

    /// The messages for hits that sound as long as a curve may last.
    pub(crate) fn long_setup(&self, rate_hz: u32) -> Result<Vec<Vec<u8>>> {
        let frames = self.bank.factory()[0].frames();
        let stretched = (0..MAX_FRAMES).map(|k| frames[k * frames.len() / MAX_FRAMES]).collect();
        let curve = ScaledCurve::from(&DescriptorCurve::new(stretched)?);
        Ok(self.messages(rate_hz, &curve, &curve))
    }

    fn messages(&self, rate_hz: u32, f1: &ScaledCurve, f2: &ScaledCurve) -> Vec<Vec<u8>> {
        let mut messages = bank_messages(&self.bank.prepare(rate_hz));
        for (slot, curve) in [(CurveSlot::F1, f1), (CurveSlot::F2, f2)] {
            let curve = CurveData::from(curve);
            messages.push(Message::Curve { slot, curve }.encode());
        }
        let control = ControlFrame { level: 1.0, ..ControlFrame::default() };
        messages.push(Message::Control(control).encode());
        messages
    }
}

/// Hits at these times, in the context's seconds.
pub(crate) fn strikes(times_s: impl IntoIterator<Item = f64>) -> Vec<Vec<u8>> {
    times_s.into_iter().map(|time_s| Message::Trigger { time_s, velocity: 1.0, semitones: 0.0 }.encode()).collect()
}
