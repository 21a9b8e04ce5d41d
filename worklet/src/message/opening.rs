//! What an engine is told before it is struck for the first time.

use super::{CurveData, Message};
use neurorack_engine::bank::Catalogue;
use neurorack_engine::instrument::CurveSlot;
use neurorack_engine::preset::{USUAL_VOLUME_DB, level};
use neurorack_engine::sources::{Gesture, Patch};
use neurorack_engine::{ControlFrame, GateInput, ScaledCurve, Settings};

/// All that is set at an instrument, but its bank.
#[derive(Debug)]
pub struct Opening<'a> {
    /// The knobs and the level.
    pub control: ControlFrame,
    /// What the menu sets.
    pub settings: Settings,
    /// F1 and F2.
    pub curves: [&'a ScaledCurve; 2],
    /// What is set at the sources.
    pub patch: &'a Patch,
    /// What goes round on the XY pad.
    pub gesture: Option<&'a Gesture>,
}

impl Opening<'_> {
    /// What carries it to an engine, in order; the clock may run once there is something to strike.
    #[must_use]
    pub fn messages(&self) -> Vec<Vec<u8>> {
        let [first, second] = self.curves.map(CurveData::from);
        let messages = [
            Message::Control(self.control),
            Message::Settings(self.settings),
            Message::Curve { slot: CurveSlot::F1, curve: first },
            Message::Curve { slot: CurveSlot::F2, curve: second },
            Message::Patch(*self.patch),
            Message::gesture(self.gesture.map(Gesture::points).unwrap_or_default()),
        ];
        messages.iter().map(Message::encode).collect()
    }
}

/// The messages for a bank that nobody has played yet: its first two sounds, everything else as it is at first. None where
/// it brings fewer.
#[must_use]
pub fn first_opening(bank: &Catalogue) -> Vec<Vec<u8>> {
    let [first, second, ..] = bank.factory() else { return Vec::new() };
    let curves = [first, second].map(ScaledCurve::from);
    let patch = Patch::default();
    Opening {
        control: ControlFrame { cv: patch.knobs_volts, level: level(USUAL_VOLUME_DB.into()) },
        settings: Settings::default(),
        curves: curves.each_ref(),
        patch: &patch,
        gesture: None,
    }
    .messages()
}

/// The messages that strike Gate 1 at once: it goes high and low again.
#[must_use]
pub fn strike() -> [Vec<u8>; 2] {
    [true, false].map(|high| Message::Gate { time_s: 0.0, gate: GateInput::Gate1, high, velocity: 1.0 }.encode())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Worklet;
    use crate::message::bank_messages;
    use neurorack_engine::ModelBank;
    use neurorack_engine::bank::test_bank;

    #[test]
    fn an_engine_that_was_told_the_opening_sounds_when_it_is_struck() {
        let bank = ModelBank::parse(&test_bank::bytes(test_bank::SMALL, 1)).expect("a test bank");
        let mut worklet = Worklet::new(48_000, 1);
        for message in bank_messages(&bank.prepare(48_000)).iter().chain(&first_opening(bank.as_ref())).chain(&strike())
        {
            worklet.receive(message);
        }
        let heard = worklet.render(512, 0.0).iter().any(|sample| *sample != 0.0);
        let status = worklet.status();
        assert_eq!((heard, status.dropped_events, status.running), (true, 0, 1));
        assert!(status.hits >= 1);
    }
}
