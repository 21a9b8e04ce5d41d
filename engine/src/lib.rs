//! The real-time engine: descriptors, banks, streaming networks, the instrument.
//!
//! Pure: no I/O, no threads, no clock, no global randomness. [`Instrument::render`](instrument::Instrument::render) is
//! the one door to the sound, on every host.

pub mod bank;
pub mod control;
pub mod curve;
pub mod descriptors;
mod ear;
pub mod event;
pub mod fft;
pub mod fitting;
mod freeze;
pub mod instrument;
pub mod models;
mod motion;
pub mod offline;
pub mod preset;
mod shelf;
pub mod sources;
pub mod stream;
pub mod take;
mod voice;

pub use bank::{Bank, ModelBank, PreparedBank, RenderedBank};
pub use control::{ControlFrame, Settings};
pub use curve::ScaledCurve;
pub use event::{Event, GateInput};
pub use instrument::{CurveSlot, Instrument};
pub use shelf::{Retired, TAKES};
pub use take::{Take, TakeLabel};
