//! Sinc-NSF: a control network at frame rate drives bands of noise, fixed sines and harmonics of the pitch.
//!
//! After Wang, Takaki and Yamagishi, "Neural source-filter waveform models for statistical parametric speech synthesis"
//! (IEEE/ACM TASLP 2020) and its sinc variant with a predicted cross-over (Wang and Yamagishi, "Neural
//! harmonic-plus-noise waveform model with trainable maximum voice frequency", SSW 2019). What differs: the cross-over
//! acts on gains and not on filters, there is no neural filter at sample rate, and a bank of fixed sines carries modes.
//!
//! For each control frame (344.5 a second) of a hit, from the conditioned descriptors `x` (7), the trigger features
//! `[exp(-τ/6 ms), exp(-τ/30 ms), exp(-τ/200 ms)]` and the hit vector `h` (64) of the curve's first 8 frames:
//!
//! ```text
//! a = LeakyReLU(W [x, trig, h])      g = GRU(a)      u = LeakyReLU(V [g, x, trig])
//! [noise, harmonics, sines, c] = H u,   sines += S h
//! gain = rms · exp(7 tanh(head / 7)),   log2 fc = log2 800 + 6 tanh(c / 3)
//! tones of frequency f: gain · σ(4 (log2 fc - log2 f)),   bands: gain · σ(4 (log2 centre - log2 fc))
//! ```
//!
//! Gains move in straight lines between control frames. `neurorack_learn::sinc_nsf` defines and trains the same network
//! in burn; banks carry a hit recorded there, which [`ModelBank::verify`](crate::bank::ModelBank::verify) plays again.

mod control;
mod hit;
mod layout;
mod weights;

pub(crate) use control::Workspace;
pub(crate) use hit::{CurvePair, Hit, render_golden};
pub(crate) use layout::{Layout, Tables};
pub use weights::{Shape, Weights};

use crate::descriptors::{ANALYSIS_RATE_HZ, HOP_SAMPLES};
use crate::stream::hop_clock::CONTROL_HOP;

/// The kind that bank cards name.
pub const KIND: &str = "sinc-nsf";

/// Sample rate in hertz, control hop and descriptor hop in samples that bank cards must have.
pub(crate) const TIMING: [u32; 3] = [ANALYSIS_RATE_HZ, CONTROL_HOP, HOP_SAMPLES as u32];

/// Descriptors that enter the network.
pub(crate) const INPUTS: usize = 7;

/// Features of the time since the trigger.
pub(crate) const TRIGGER_FEATURES: usize = 3;

/// Time constants of the trigger features in seconds.
pub(crate) const TRIGGER_S: [f32; TRIGGER_FEATURES] = [0.006, 0.030, 0.200];

/// Frames of the curve that the hit vector sees.
pub(crate) const HIT_FRAMES: usize = 8;

/// Numbers that enter the hit network.
pub(crate) const HIT_INPUTS: usize = HIT_FRAMES * INPUTS;

/// Width of the hit network's hidden layers.
pub(crate) const HIT_HIDDEN: usize = 128;

/// Numbers in the hit vector.
pub(crate) const HIT_OUTPUTS: usize = 64;

/// Largest control width `W` and trunk width `U`.
pub(crate) const MAX_WIDTH: usize = 256;

/// Most noise bands: each takes 128 KiB of a prepared bank.
pub(crate) const MAX_BANDS: usize = 80;

/// Most harmonics.
pub(crate) const MAX_HARMONICS: usize = 64;

/// Most sines.
pub(crate) const MAX_SINES: usize = 256;
