//! The engine in an AudioWorklet: the messages that reach it and what it says of itself.
//!
//! `module/` makes a WebAssembly module of it; the page uses this crate for [`message`] and [`Status`].

mod banks;
pub mod message;
mod status;
mod takes;
mod worklet;

pub use status::{Refusal, Status};
pub use worklet::{OUTPUT_SAMPLES, Worklet};
