//! What the page tells the engine, as messages of the worklet's own making.

use super::audio_input::Calibration;
use crate::desk::{Desk, Slot};
use leptos::prelude::GetUntracked;
use neurorack_engine::instrument::CurveSlot;
use neurorack_engine::sources::{Action, Gesture, Patch};
use neurorack_engine::{ControlFrame, GateInput, ScaledCurve};
use neurorack_host::engine_settings;
use neurorack_worklet::message::{CurveData, Message, Opening};

pub(super) use neurorack_worklet::message::strike;

/// Parts of a bank that are sent at a time while a hit may sound, and the pause after them in milliseconds: copying them
/// then takes a small part of each block that is rendered.
pub(super) const PACED_PARTS: usize = 4;
pub(super) const PACE_MS: u64 = 10;

/// A gate goes high or low at this time of the audio clock, in seconds.
pub(super) fn gate(time_s: f64, gate: GateInput, high: bool) -> Vec<u8> {
    Message::Gate { time_s, gate, high, velocity: 1.0 }.encode()
}

/// A note of this strength is struck at this time: semitones above the pitch as it was drawn.
pub(super) fn note(time_s: f64, semitones: f32, velocity: f32) -> Vec<u8> {
    Message::Trigger { time_s, velocity, semitones }.encode()
}

/// What is set at the sources, the knobs too.
pub(super) fn patch(patch: &Patch) -> Vec<u8> {
    Message::Patch(*patch).encode()
}

/// What goes round on the XY pad, if anything does.
pub(super) fn gesture(gesture: Option<&Gesture>) -> Vec<u8> {
    Message::gesture(gesture.map(Gesture::points).unwrap_or_default()).encode()
}

/// How both channels of the audio input are read.
pub(super) fn input_scales(channels: &[Calibration; 2]) -> Vec<u8> {
    Message::InputScales(channels.map(Calibration::scale)).encode()
}

/// What hands do to the sources at this time.
pub(super) fn action(time_s: f64, action: Action) -> Vec<u8> {
    Message::Action { time_s, action }.encode()
}

/// All that is set at the desk, but its bank; nothing until there are two sounds.
pub(super) fn opening(desk: Desk) -> Option<Vec<Vec<u8>>> {
    let [first, second] = desk.slots.map(|slot| slot.get_untracked());
    let (first, second, gesture) = (first?, second?, desk.gesture.get_untracked());
    let opening = Opening {
        control: frame(desk.cv.map(|knob| knob.get_untracked()), desk.volume_db.get_untracked()),
        settings: engine_settings(&desk.settings.get_untracked()),
        curves: [&first.scaled, &second.scaled],
        patch: &desk.whole_patch(),
        gesture: gesture.as_deref(),
    };
    Some(opening.messages())
}

/// The volume, in decibels, as a factor on the samples.
pub(super) fn level(volume_db: f64) -> f32 {
    neurorack_engine::preset::level(volume_db)
}

/// The controls as they stand: the knobs of CV 1 to 4 in volts, the volume in decibels.
pub(super) fn control(cv_volts: [f64; 4], volume_db: f64) -> Vec<u8> {
    Message::Control(frame(cv_volts, volume_db)).encode()
}

fn frame(cv_volts: [f64; 4], volume_db: f64) -> ControlFrame {
    ControlFrame { cv: cv_volts.map(|volts| volts as f32), level: level(volume_db) }
}

/// What the menu sets.
pub(super) fn settings(menu: &neurorack_panel::Settings) -> Vec<u8> {
    Message::Settings(engine_settings(menu)).encode()
}

/// Coming hits are takes of this bank.
pub(super) fn rendered_bank(serial: u64) -> Vec<u8> {
    Message::RenderedBank { serial }.encode()
}

/// A new sound for coming hits.
pub(super) fn curve(slot: Slot, curve: &ScaledCurve) -> Vec<u8> {
    let slot = match slot {
        Slot::F1 => CurveSlot::F1,
        Slot::F2 => CurveSlot::F2,
    };
    Message::Curve { slot, curve: CurveData::from(curve) }.encode()
}
