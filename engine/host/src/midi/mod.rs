//! MIDI as the instrument understands it: notes strike with velocity and transposition, controllers turn what they were
//! taught, clock moves the sources.

mod allowance;
mod learned;
mod message;
mod stream;

pub use allowance::Allowance;
pub use learned::{Learned, Lesson};
pub use message::{Said, Tick, bent};
pub use stream::Stream;

/// The note that plays a sound as it is: the middle C.
pub const UNTRANSPOSED: u8 = 60;

/// The controller of the modulation wheel.
pub const WHEEL: u8 = 1;

/// Semitones that the pitch bend has to each side where nothing else was set.
pub const BEND_SEMITONES: u8 = 2;

/// Most semitones that the pitch bend may have to each side.
pub const MOST_BEND_SEMITONES: u8 = 24;
