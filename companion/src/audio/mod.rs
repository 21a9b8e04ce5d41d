//! The real-time side of `play`: outputs, the instrument behind them, and the ways to it.
//!
//! `hands` brings what is played to the audio side, each with its time; [`Player`] brings banks, curves and settings, and takes
//! home what the instrument no longer needs. `voice_box` is the audio side itself.

mod clock;
mod hands;
mod notices;
mod output;
mod player;
mod reaction;
mod recorder;
mod voice_box;

pub(crate) use hands::{Deed, Hands};
pub(crate) use output::OutputArguments;
pub(crate) use player::{Player, Program};
pub(crate) use recorder::Recorder;
pub(crate) use voice_box::{Meters, ThreadWishes};
