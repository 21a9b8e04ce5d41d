//! The hn-sinc-NSF: the network that the original Neurorack published, rendered ahead and whole.
//!
//! A neural source-filter network (X. Wang, S. Takaki and J. Yamagishi, "Neural harmonic-plus-noise waveform model with
//! trainable maximum voice frequency for text-to-speech synthesis", SSW 2019) that the seven descriptors drive. A sum of 17
//! sines and white noise each pass dilated convolutions; two windowed-sinc filters, whose common cut-off is predicted for
//! each sample, mix them: `audio = lowpass(harmonic) + highpass(noise)`. About 15 GMAC for a second of sound, too much for an
//! audio thread: [`render`] is for hosts that render a hit before it is played. `neurorack_nets::hn_sinc_nsf` is the same
//! network in burn, which this one is compared with.
//!
//! [`frames`] asks it for what a hand plays between two curves, [`Draws`] are its random numbers, the same on every machine.

mod block;
mod condition;
mod convolution;
mod draws;
mod frames;
mod hit;
mod mixing;
mod render;
mod source;
#[cfg(any(test, feature = "test-bank"))]
pub mod test_weights;
mod weights;

pub use draws::Draws;
pub use frames::{Ask, MOST_FRAMES, frames};
pub use hit::{CLOSING_S, finish, hit};
pub use render::{Trace, render, trace};
pub use source::harmonic_cycles;
pub use weights::{FRAME_VALUES, TensorShape, Weights, tensor_shapes};

use crate::descriptors::{Descriptors, HOP_SAMPLES};

/// The kind that bank cards name.
pub const KIND: &str = "hn-sinc-nsf";

/// Sample rate that the network speaks, in hertz.
pub const SAMPLE_RATE_HZ: u32 = 22_050;

/// Samples of sound for each frame of descriptors: 23.2 ms.
pub const FRAME_SAMPLES: usize = 512;

/// Sines of the harmonic source, the fundamental included.
pub const HARMONICS: usize = 17;

/// Seconds from one frame to the next.
pub const FRAME_S: f64 = FRAME_SAMPLES as f64 / SAMPLE_RATE_HZ as f64;

/// Sample rate in hertz, frame and hop of the factory sets in samples that bank cards must have; the last at 44.1 kHz, as in
/// every bank.
pub(crate) const TIMING: [u32; 3] = [SAMPLE_RATE_HZ, FRAME_SAMPLES as u32, HOP_SAMPLES as u32];

/// One frame of the network's input in its own units: rms, zero crossings per sample, roll-off, flatness, bandwidth,
/// centroid and f0, frequencies in hertz; f0 is 0 where the sound has no pitch.
pub type Frame = [f32; Descriptors::COUNT];

/// Channels of the condition, the context and every hidden signal.
const WIDTH: usize = 64;

/// Index of pitch in a [`Frame`].
const F0: usize = 6;

/// Amplitude of each source sine.
const SINE_AMPLITUDE: f32 = 0.1;

/// Standard deviation of the noise added to the sines of a frame with a pitch.
const VOICED_NOISE: f32 = 0.003;

/// The same in a frame without, and of the noise branch's source.
const UNVOICED_NOISE: f32 = SINE_AMPLITUDE / 3.0;
