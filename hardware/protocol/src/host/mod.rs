//! The host's side: what page and companion share.
//!
//! [`Session`] takes what arrives and hands out [`Heard`]; it says whom it talks to, and what to send. [`Screen`] knows which
//! pixels the module lacks, [`Calibrator`] makes volts of what its converter reads.

mod calibrator;
mod clock;
mod gates;
mod screen;
mod session;

pub use calibrator::{Calibrator, Found, Measured, READINGS, Reference, Unfinished};
pub use clock::{ClockMap, Jitter};
pub use gates::{GateChange, GateTracker};
pub use screen::{PICTURE_BYTES, Screen};
pub use session::{Heard, Pairing, Session};
