//! A piece of music for the instrument: hits and voltages over time, as a text file.
//!
//! ```text
//! # A line that starts with # is a remark.
//! tempo,96
//! beat,track,f1,f2,velocity,cv1
//! 0,,Deep boom,,1,
//! 1.5,bells,Small bell,Glass ring,0.7,-5>5/2
//! ```
//! The first column is `beat`, which needs a `tempo` line before it (beats a minute), or `seconds`. Each further line is a
//! hit at that time; lines may come in any order. `f1` is the sound: a factory set by name or number, or a file. `f2` is
//! the second sound, F1 where it is empty; `velocity` is 0 to 1, 1 where it is empty. `cv1` to `cv4` turn a voltage from
//! this hit on: `2.5` sets it, `-5>5/2` moves it from -5 to 5 V within 2 beats (or seconds), and where it is empty the
//! voltage stays as it is. A line whose `f1` is empty only turns voltages. Each `track` is an instrument of its own with
//! eight voices and four voltages, which start as on the module: CV 1 and 4 at -5 V, the others at 0 V. All tracks are
//! added and limited softly.

mod parse;
mod render;
mod score;

pub(crate) use render::render;
pub(crate) use score::Sequence;

use score::{Ramp, Step, Strike, Voltages};
