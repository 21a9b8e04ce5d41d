//! The engine in an AudioWorklet: a plain C ABI and the messages that reach it.
//!
//! `processor.js` instantiates this module, copies message bytes in and samples out, and knows nothing of either. The
//! page uses this crate as a library for [`message`] and [`Status`].

pub mod abi;
pub mod message;
mod status;
mod worklet;

pub use status::{Refusal, Status};
pub use worklet::{OUTPUT_SAMPLES, Worklet};
