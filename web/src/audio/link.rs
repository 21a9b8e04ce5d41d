//! What the page tells the engine, as messages of the worklet's own making.

use crate::controls::VOLUME_OFF_DB;
use crate::desk::Slot;
use crate::screen::engine_settings;
use neurorack_engine::instrument::CurveSlot;
use neurorack_engine::sources::{ClockSource, Patch};
use neurorack_engine::{ControlFrame, GateInput, PreparedBank, ScaledCurve};
use neurorack_worklet::message::{CurveData, Message, bank_messages};

/// Parts of a bank that are sent at a time while a hit may sound, and the pause after them in milliseconds: copying them
/// then takes a small part of each block that is rendered.
pub(super) const PACED_PARTS: usize = 4;
pub(super) const PACE_MS: u64 = 10;

/// A gate goes high or low at this time of the audio clock, in seconds.
pub(super) fn gate(time_s: f64, gate: GateInput, high: bool) -> Vec<u8> {
    Message::Gate { time_s, gate, high, velocity: 1.0 }.encode()
}

/// The volume, in decibels, as a factor on the samples.
pub(super) fn level(volume_db: f64) -> f32 {
    if volume_db <= VOLUME_OFF_DB { 0.0 } else { 10f64.powf(volume_db / 20.0) as f32 }
}

/// The controls as they stand: the knobs of CV 1 to 4 in volts, the volume in decibels.
pub(super) fn control(cv_volts: [f64; 4], volume_db: f64) -> Vec<u8> {
    Message::Control(ControlFrame { cv: cv_volts.map(|volts| volts as f32), level: level(volume_db) }).encode()
}

/// What the menu sets.
pub(super) fn settings(menu: &neurorack_panel::Settings) -> Vec<u8> {
    Message::Settings(engine_settings(menu)).encode()
}

/// A new sound for coming hits.
pub(super) fn curve(slot: Slot, curve: &ScaledCurve) -> Vec<u8> {
    let slot = match slot {
        Slot::F1 => CurveSlot::F1,
        Slot::F2 => CurveSlot::F2,
    };
    Message::Curve { slot, curve: CurveData::from(curve) }.encode()
}

/// Who moves the clock, with the knobs as they stand; the other sources rest.
pub(super) fn clock(clock: ClockSource, knobs_volts: [f32; 4]) -> Vec<u8> {
    Message::Patch(Patch { clock, knobs_volts, ..Patch::calm() }).encode()
}

/// The messages that bring a bank to the engine, in order.
pub(super) fn bank(bank: &PreparedBank) -> Vec<Vec<u8>> {
    bank_messages(bank)
}
