//! What the module and its host say to each other over USB.
//!
//! PROTOCOL.md beside this crate is the contract in words; a test ties the two together. Firmware, page and companion use
//! this code, so that no byte is put together twice:
//!
//! - [`Message`] is what can be said, [`Frame`] how it becomes bytes, [`Receiver`] how bytes become frames again;
//! - [`Calibration`] makes volts of converter codes and is kept in [`flash`];
//! - [`midi`] carries the same where a host has no serial port;
//! - [`host`] is the host's side: handshake, gates that are never heard twice, module time on the host's clock, and the parts
//!   of the screen that changed.
//!
//! No heap, no clock and no ports: bytes come in and go out. Nothing here panics, whatever the bytes.
//!
//! ```
//! use neurorack_protocol::{Cv, Frame, Message, Receiver};
//!
//! let volts = Message::Cv(Cv { steps: [0, 5_000, -5_000, 25_000], ..Cv::default() });
//! let bytes = Frame { seq: 7, time_us: 1_000, message: volts.clone() }.to_bytes();
//!
//! let mut heard = Vec::new();
//! Receiver::new().receive(&bytes, |frame| heard.push(frame));
//! assert_eq!(heard[0].message, volts);
//! ```

#![no_std]

#[cfg(test)]
extern crate std;

mod calibration;
mod checklist;
pub mod flash;
mod frame;
pub mod host;
mod message;
pub mod midi;
mod reader;
mod receiver;
pub mod usb;
mod version;

pub use calibration::{Calibration, CalibrationError, Channel, Fit, Point};
pub use checklist::{Check, Checklist, Outcome};
pub use frame::{Frame, MAX_FRAME_BYTES};
pub use message::{
    Cv, Edge, Gates, Health, Info, MAX_RECTANGLE_BYTES, Message, MessageKind, Rate, Rectangle, Refusal, ResetCause,
    WireError,
};
pub use receiver::{Receiver, Reception};
pub use version::{Mismatch, NEWEST_FIRMWARE, Version};

/// Inputs for voltages.
pub const CV_INPUTS: usize = 4;

/// Inputs for gates.
pub const GATES: usize = 2;

/// Steps of a voltage on the wire in one volt: 0.2 mV each, so that 16 bits hold ±6.55 V.
pub const STEPS_PER_VOLT: f32 = 5_000.0;

/// Volts of so many steps.
#[must_use]
pub fn volts(steps: i16) -> f32 {
    f32::from(steps) / STEPS_PER_VOLT
}

/// Steps of so many volts, rounded; what 16 bits do not hold becomes their end, and what is no number 0.
#[must_use]
pub fn steps(volts: f32) -> i16 {
    // Casts from float to integer hold at the ends.
    libm::roundf(volts * STEPS_PER_VOLT) as i16
}
