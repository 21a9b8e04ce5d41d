//! The seven audio descriptors of an impact, and how they are measured.
//!
//! [`Descriptors`] is one frame, [`DescriptorCurve`] a whole impact with the [`Timbre`] it was measured with, [`Analyser`] measures frames from a stream of
//! samples and [`analyse`] a curve from a whole recording. The definitions are those of librosa 0.11 (centred frames,
//! zero padding; edge padding for zero crossings), so figures can be compared with the music information retrieval
//! literature; `tests/descriptors.rs` checks them against values recorded from librosa.

mod analyser;
mod curve;
mod half;
mod spectrum;
mod timbre;
mod yin;

pub use analyser::{Analyser, AnalysisConfig, describe};
pub use curve::{CurveError, DescriptorCurve, MAX_FRAMES, MovedTimbre, analyse};
pub use timbre::Timbre;
pub use yin::TROUGH_THRESHOLD;

/// Sample rate at which stored descriptor curves are measured, in hertz.
pub const ANALYSIS_RATE_HZ: u32 = 44_100;

/// Samples of one analysis window at [`ANALYSIS_RATE_HZ`]: 46 ms.
pub const WINDOW_SAMPLES: usize = 2_048;

/// Samples between the centres of two frames at [`ANALYSIS_RATE_HZ`]: 5.8 ms.
pub const HOP_SAMPLES: usize = 256;

/// One frame of audio descriptors, measured every [`HOP_SAMPLES`].
///
/// The order of the fields is the order of the channels in curves, banks and files.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct Descriptors {
    /// Loudness: root mean square of the window, full scale is 1.
    pub rms: f32,
    /// Percussivity: sign changes per sample, in `[0, 1]`.
    pub zcr: f32,
    /// Tone: frequency below which 85 % of the summed spectral magnitude lies, in hertz.
    pub rolloff_hz: f32,
    /// Noise: geometric over arithmetic mean of the power spectrum, in `[0, 1]`; 1 is white noise (and silence).
    pub flatness: f32,
    /// Richness: standard deviation of the magnitude spectrum around its centroid, in hertz.
    pub bandwidth_hz: f32,
    /// Brightness: centre of gravity of the magnitude spectrum, in hertz; 0 in silence.
    pub centroid_hz: f32,
    /// Pitch: the YIN estimate, in hertz. Always a number: in noise or silence it is whatever fits least badly.
    pub f0_hz: f32,
}

impl Descriptors {
    /// How many descriptors a frame has.
    pub const COUNT: usize = 7;

    /// Name of each descriptor in files, in field order.
    pub const NAMES: [&str; Self::COUNT] =
        ["rms", "zcr", "rolloff_hz", "flatness", "bandwidth_hz", "centroid_hz", "f0_hz"];

    /// The seven values in field order.
    pub fn to_array(self) -> [f32; Self::COUNT] {
        [self.rms, self.zcr, self.rolloff_hz, self.flatness, self.bandwidth_hz, self.centroid_hz, self.f0_hz]
    }

    /// A frame from seven values in field order.
    pub fn from_array(values: [f32; Self::COUNT]) -> Self {
        let [rms, zcr, rolloff_hz, flatness, bandwidth_hz, centroid_hz, f0_hz] = values;
        Self { rms, zcr, rolloff_hz, flatness, bandwidth_hz, centroid_hz, f0_hz }
    }

    /// Whether all seven values are finite.
    pub fn is_finite(self) -> bool {
        self.to_array().into_iter().all(f32::is_finite)
    }
}
