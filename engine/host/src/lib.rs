//! What page and companion do alike around the instrument.
//!
//! The menu's settings in the engine's terms and back, what a model card says on the screen, MIDI messages and what was learned,
//! a button's pushes, counters, a calibration in words, what a hit is asked to be, and what is measured of it while
//! it sounds. No clock, no I/O: hosts say what time it is.

mod button;
mod calibration;
mod card;
mod counters;
mod descriptor;
mod menu;
pub mod midi;
pub mod monitor;
pub mod morph;
mod names;

pub use button::{Button, LONG_PUSH_MS};
pub use calibration::became;
pub use card::facts;
pub use counters::Counters;
pub use descriptor::{AUDIBLE_RMS, Descriptor};
pub use menu::{engine_settings, menu_settings};
pub use names::free_name;
