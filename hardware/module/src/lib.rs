//! What the module does, without its pins.
//!
//! The firmware's tasks move bytes between peripherals and this crate; what the bytes mean is decided and tested here, on any
//! machine:
//!
//! - [`Module`] takes samples, edges and commands, and says what is to be sent;
//! - [`converter`], [`Debounce`], [`Quadrature`] make clean numbers of pins;
//! - [`Screen`] holds the pixels that still have to travel to the display, [`Alone`] draws them while no host is there;
//! - [`HeldAtStart`] begins the factory test, which `Module` keeps the list of;
//! - [`MidiPanel`] and [`usb_midi`] say the same over MIDI.
//!
//! No heap, no clock and no peripherals. Nothing here panics.

#![no_std]

#[cfg(test)]
extern crate std;

mod alone;
pub mod converter;
mod debounce;
mod midi;
mod module;
mod outbox;
mod quadrature;
mod rises;
mod screen;
mod self_test;
pub mod sh1106;
pub mod usb_midi;

pub use alone::{Alone, Standing};
pub use debounce::Debounce;
pub use midi::MidiPanel;
pub use module::{Identity, Module, Port, Request};
pub use outbox::{News, Note, Outbox};
pub use quadrature::Quadrature;
pub use screen::Screen;
pub use self_test::HeldAtStart;
