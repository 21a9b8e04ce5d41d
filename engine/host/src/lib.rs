//! What page and companion do alike around the instrument.
//!
//! The menu's settings in the engine's terms and back, what a model card says on the screen, MIDI messages and what was learned,
//! a button's pushes, what a hit is asked to be, and what is measured of it while
//! it sounds. No clock, no I/O: hosts say what time it is.

mod button;
mod card;
mod descriptor;
mod menu;
pub mod midi;
pub mod monitor;
pub mod morph;
mod names;

pub use button::{Button, LONG_PUSH_MS};
pub use card::facts;
pub use descriptor::{AUDIBLE_RMS, Descriptor};
pub use menu::{engine_settings, menu_settings};
pub use names::free_name;
