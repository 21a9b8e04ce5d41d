//! What the hand takes hold of.

mod alert;
mod choice;
mod fader;
mod knob;
mod pad;
mod start;
mod travel;

pub(crate) use alert::Alert;
pub(crate) use choice::{BankChoice, SoundChoice};
pub(crate) use fader::Fader;
pub(crate) use knob::Knob;
pub(crate) use pad::{FreezePad, TriggerPad};
pub(crate) use start::{Start, keyboard};
pub(crate) use travel::{Travel, capture, decibels, focus, volts};
