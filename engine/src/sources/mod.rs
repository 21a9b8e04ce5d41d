//! What plays the instrument when no hardware is there: clock, sequencers, modulators and the cables between them.
//!
//! [`Patch`] is what a person sets, [`Rack`] plays it. Time is counted in samples and musical time in exact integers, so
//! the same patch and the same [`Action`]s give the same gate edges and voltages for any block size. Everything that a
//! [`Rack`] does after [`Rack::new`] is real-time safe.

use crate::control::within;

mod action;
mod audio_inputs;
mod bend;
mod block;
mod bytes;
mod cable;
mod clock;
mod dice;
mod division;
mod envelope;
mod gesture;
mod modulation;
mod modulator;
mod patch;
mod rack;
mod ready;
mod sequence;
mod sequencer;

pub use crate::event::GateInput;
pub use action::Action;
pub use audio_inputs::InputScale;
pub use block::{Block, Edge, Piece};
pub use bytes::{PATCH_BYTES, PatchBytesError};
pub use cable::{Cable, Cables, Input, Source};
pub use clock::{Clock, ClockSource};
pub use division::{Division, Span};
pub use gesture::{Gesture, GesturePoint, NoGesture};
pub use modulation::{Modulation, Shape};
pub use modulator::Modulator;
pub use patch::Patch;
pub use rack::{Rack, RackState};
pub use ready::ReadyPatch;
pub use sequence::{Sequence, Step};
pub use sequencer::Sequencer;

/// Volts of a full-scale source: gates are 0 or 5 V, modulators reach 5 V to each side of zero.
pub const FULL_VOLTS: f32 = crate::control::ControlFrame::MAX_VOLTS;
