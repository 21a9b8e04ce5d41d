//! Everything of `play` that is not on the audio thread: what is set, what the menu does, the module at its cable.

mod calibration;
mod desk;
mod face;
mod jacks;
mod keys;
mod library;
mod lines;
mod look;
mod menu;
mod power;
mod saved;
mod view;

pub(crate) use desk::{Desk, Loaded, Parts};
pub(crate) use jacks::Jacks;
pub(crate) use keys::Keys;
pub(crate) use library::{Library, Set};
pub(crate) use lines::{HELP, Request, keyboard};
pub(crate) use power::is_jetson;
pub(crate) use saved::State;
