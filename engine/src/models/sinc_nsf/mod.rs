//! Sinc-NSF: a control network at frame rate drives bands of noise, fixed sines and harmonics of the pitch.
//!
//! After Wang, Takaki and Yamagishi, "Neural source-filter waveform models for statistical parametric speech synthesis"
//! (IEEE/ACM TASLP 2020) and its sinc variant with a predicted cross-over (Wang and Yamagishi, "Neural
//! harmonic-plus-noise waveform model with trainable maximum voice frequency", SSW 2019). What differs: the cross-over
//! acts on gains and not on filters, there is no neural filter at sample rate, and a bank of fixed sines carries modes.
//!
//! For each control frame (344.5 a second) of a hit, from the curve around it `x` ([`context`]: 9 frames of 7 descriptors),
//! the trigger features `t = exp(-τ / [2, 6, 30, 200] ms)`, the timbre at this time `T` ([`seen_timbre`]: 64 numbers,
//! zeros where none is known) and the hit vector `h` (64) of the whole curve ([`summary`]) and the timbre of its attack `T0`:
//!
//! ```text
//! a = LeakyReLU(W [x, t, T, h])     b = a + LeakyReLU(V1 a)     c = b + LeakyReLU(V2 b)
//! [noise, harmonics, sines, c] = H c + S h + U T
//! gain = rms · exp(10 tanh(head / 10)),   log2 fc = log2 800 + 6 tanh(c / 3)
//! tones of frequency f: gain · σ(4 (log2 fc - log2 f)),   bands: gain · σ(4 (log2 centre - log2 fc))
//! ```
//!
//! The first 26 ms of a hit have a deterministic part beside: 640 cosines, the lines of a cosine transform of 1024 samples, whose
//! amplitudes `0.02 · peak rms · G h · exp(10 tanh((L h + M T0) / 10))` come from the hit vector; the 16 levels `L h + M T0` are interpolated
//! over log frequency. An attack is not noise; its spectrum is smooth.
//!
//! The network has no memory: a stored curve is known ahead, so what a recurrent state would have to remember can be seen.
//!
//! [`context`]: crate::models::conditioning::context
//! [`summary`]: crate::models::conditioning::summary
//! [`seen_timbre`]: crate::models::conditioning::seen_timbre
//!
//! Gains move in straight lines between control frames. `neurorack_nets::sinc_nsf` defines and trains the same network
//! in burn; banks carry a hit recorded there, which [`ModelBank::verify`](crate::bank::ModelBank::verify) plays again.

mod control;
mod freed;
mod hit;
mod layout;
mod network;
mod strike;
mod weights;

pub(crate) use hit::{Hit, render_golden, render_hit};
pub(crate) use layout::{Layout, Tables};
pub(crate) use network::{MOST_QUESTIONS, Question, Workspace};
pub use strike::{STRIKE_FRAMES, STRIKE_LEVEL, STRIKE_LEVELS, STRIKE_LINES, strike_line, strike_place, strike_window};
pub(crate) use weights::Dense;
pub use weights::{Shape, Weights};

use crate::descriptors::{ANALYSIS_RATE_HZ, HOP_SAMPLES};
use crate::models::conditioning::{CONTEXT, SUMMARY, TIMBRE};
use crate::stream::hop_clock::CONTROL_HOP;

/// The kind that bank cards name.
pub const KIND: &str = "sinc-nsf";

/// Sample rate in hertz, control hop and descriptor hop in samples that bank cards must have.
pub(crate) const TIMING: [u32; 3] = [ANALYSIS_RATE_HZ, CONTROL_HOP, HOP_SAMPLES as u32];

/// Descriptors that enter the network.
pub(crate) const INPUTS: usize = 7;

/// Gains reach this many nepers above and below the loudness, 87 dB: pure tones have nothing beside them.
pub const LEVEL_NEPERS: f32 = 10.0;

/// Time constants of the features of the time since the trigger, in seconds.
pub(crate) const TRIGGER_S: [f32; 4] = [0.002, 0.006, 0.030, 0.200];

/// Numbers that enter the network for each control frame: the curve around it, the trigger features, the timbre.
pub(crate) const LOCAL_INPUTS: usize = CONTEXT + TRIGGER_S.len() + TIMBRE;

/// Numbers that enter the network in all.
pub(crate) const CONTROL_INPUTS: usize = LOCAL_INPUTS + HIT_OUTPUTS;

/// Numbers that enter the hit network.
pub(crate) const HIT_INPUTS: usize = SUMMARY + TIMBRE;

/// Width of the hit network's hidden layers.
pub(crate) const HIT_HIDDEN: usize = 128;

/// Numbers in the hit vector.
pub(crate) const HIT_OUTPUTS: usize = 64;

/// Largest width of the hidden layers.
pub(crate) const MAX_WIDTH: usize = 256;

/// Most noise bands: each takes 128 KiB of a prepared bank.
pub(crate) const MAX_BANDS: usize = 80;

/// Most harmonics.
pub(crate) const MAX_HARMONICS: usize = 64;

/// Most sines.
pub(crate) const MAX_SINES: usize = 256;
