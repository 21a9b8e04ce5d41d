//! FRAVE: a latent of timbre that is freed of the descriptors, before the Sinc-NSF that plays.
//!
//! After Devis, Demerlé, Nabi, Genova and Esling, "Continuous descriptor-based control for deep audio synthesis" (ICASSP
//! 2023): an autoencoder whose latent says everything about a sound but its descriptors, and whose decoder is told the
//! descriptors beside. What differs: it works at control rate, and the latent is freed twice over: the encoder sees a timbre
//! less what its descriptors let expect, and a fader discriminator (Lample et al., "Fader networks", NeurIPS 2017) drove out
//! what was left. The encoder sees a hit's [`Timbre`] and not its samples, and the decoder answers with a timbre, which the
//! [Sinc-NSF](super::sinc_nsf) plays under the curve. There is no latent frame to wait for, and the latency is none.
//!
//! ```text
//! z = E(timbre - M(centre))     16 numbers, each of deviation 1 over the training data
//! timbre' = D(z, course)        levels of 32 bands at 5 moments, noisiness of 24
//! E, M, D: three dense layers, LeakyReLU between; widths 128, 64, 128
//! ```
//!
//! `M` is the average timbre of sounds whose descriptors have this centre, so that the latent does not say again what the course
//! says. The [`Course`] is what the curve does on the whole, as it is asked for now; what it was moved by since it was
//! measured, up to an octave, is told to the network instead ([`told`]). A curve without a timbre (drawn, invented) has the
//! latent of the average sound, zeros.
//! `neurorack_nets::frave` defines the same network in burn.

mod course;
mod weights;

pub use course::{COURSE, Course};
pub(crate) use weights::{Layers, Weights};

use crate::descriptors::{Descriptors, Timbre};

/// The kind that bank cards name.
pub const KIND: &str = "frave";

/// Dimensions of the latent; the first move the sound most.
pub const LATENT: usize = 16;

/// Dimensions that hands and inputs can move.
pub const PLAYED: usize = 4;

/// Width of the hidden layers.
pub const WIDTH: usize = 128;

/// Width of the hidden layers of what is expected of the descriptors alone.
pub const EXPECTED_WIDTH: usize = 64;

/// Most octaves of a move that the network is told; what is beyond moves the course.
pub const MOST_TOLD: f32 = 1.0;

/// Numbers of a timbre that the decoder answers with.
pub const DECODED: usize = Timbre::COUNT - Descriptors::COUNT;

/// Inputs of the decoder.
pub const DECODER_INPUTS: usize = LATENT + COURSE;

/// A place in the latent space.
pub type Latent = [f32; LATENT];

/// Farthest that a dimension is played from the average sound, in deviations.
pub const FARTHEST: f32 = 5.0;

/// What the network is told of a curve that was moved by so many octaves since it was measured: it has learned to follow such a
/// move more exactly than another course. The course is told as if the curve had not been moved so far. Real-time safe.
#[must_use]
pub fn told(octaves: &[f32; Descriptors::COUNT]) -> [f32; Descriptors::COUNT] {
    octaves.map(|octaves| octaves.clamp(-MOST_TOLD, MOST_TOLD))
}

/// The place `alpha` of the way from one to another, moved by so much in the first dimensions. Real-time safe.
#[must_use]
pub fn place(ends: &[Latent; 2], alpha: f32, moved: &[f32; PLAYED]) -> Latent {
    let between = between(ends, alpha);
    std::array::from_fn(|index| {
        let moved = moved.get(index).copied().unwrap_or(0.0);
        (between[index] + moved).clamp(-FARTHEST, FARTHEST)
    })
}

/// The numbers `alpha` of the way from the first ones to the second. Real-time safe.
#[must_use]
pub fn between<const N: usize>([first, second]: &[[f32; N]; 2], alpha: f32) -> [f32; N] {
    std::array::from_fn(|index| first[index] + alpha * (second[index] - first[index]))
}
