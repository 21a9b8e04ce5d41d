//! MIDI where this program was built without devices: nothing is heard, and the state says why.

use super::{Options, Played};
use std::time::Instant;

/// Why nothing is heard, and what to do.
const WITHOUT: &str =
    "this neurorack was built without MIDI: `cargo install` it with its feature `device` for keyboards and controllers";

/// No port.
#[derive(Debug)]
pub(crate) struct MidiIn;

impl MidiIn {
    /// Opens nothing.
    pub(crate) fn open(_: Options, _: impl Fn(Instant, Played) + Clone + Send + 'static) -> Self {
        Self
    }

    /// Why nothing is listened to.
    pub(crate) fn state(&self) -> String {
        WITHOUT.to_owned()
    }

    /// Nothing.
    pub(crate) fn dropped(&self) -> u64 {
        0
    }
}

/// The names of the MIDI inputs.
///
/// # Errors
/// Always, with the reason as a sentence.
pub(crate) fn names() -> Result<Vec<String>, String> {
    Err(WITHOUT.to_owned())
}
