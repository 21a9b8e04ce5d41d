//! What the hand takes hold of.

mod alert;
mod choice;
mod fader;
mod field;
mod knob;
mod pad;
mod start;
mod travel;

pub(crate) use alert::Alert;
pub(crate) use choice::{BankChoice, SoundChoice};
pub(crate) use fader::{Fader, Rail};
pub(crate) use field::Field;
pub(crate) use knob::{Knob, Patched};
pub(crate) use pad::{FreezePad, TriggerPad};
pub(crate) use start::{Start, is_typed_into, keyboard};
pub(crate) use travel::{Reading, Travel, VOLUME_OFF_DB, capture, decibels, focus, volts};
