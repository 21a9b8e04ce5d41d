//! A whole impact as a list of descriptor frames.

use super::{ANALYSIS_RATE_HZ, AnalysisConfig, Descriptors, HOP_SAMPLES, Timbre, describe};

/// Most frames of one curve: 4 s.
pub const MAX_FRAMES: usize = 1 + 4 * ANALYSIS_RATE_HZ as usize / HOP_SAMPLES;

/// The descriptors of one impact over time; what F1 and F2 are.
///
/// Frame `k` is centred on sample `k * HOP_SAMPLES` at [`ANALYSIS_RATE_HZ`]. A curve of a recording also has its timbre;
/// one that was drawn or invented has none, and the network chooses. As JSON a curve is its frames.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(transparent)]
pub struct DescriptorCurve {
    // Invariant: 1 to MAX_FRAMES frames, and every value is finite.
    frames: Box<[Descriptors]>,
    #[serde(skip)]
    timbre: Option<Timbre>,
}

impl DescriptorCurve {
    /// A curve of the given frames, [`HOP_SAMPLES`] apart.
    ///
    /// # Errors
    /// When there is no frame, more than [`MAX_FRAMES`], or a value that is not finite.
    pub fn new(frames: Vec<Descriptors>) -> Result<Self, CurveError> {
        if frames.is_empty() {
            return Err(CurveError::Empty);
        }
        if frames.len() > MAX_FRAMES {
            return Err(CurveError::TooLong { frames: frames.len() });
        }
        if let Some(frame) = frames.iter().position(|frame| !frame.is_finite()) {
            return Err(CurveError::NotFinite { frame });
        }
        Ok(Self { frames: frames.into_boxed_slice(), timbre: None })
    }

    /// The same frames with this timbre, or with none.
    #[must_use]
    pub fn with_timbre(self, timbre: Option<Timbre>) -> Self {
        Self { timbre, ..self }
    }

    /// What the frames leave open, where it is known.
    pub fn timbre(&self) -> Option<&Timbre> {
        self.timbre.as_ref()
    }

    /// The timbre, and how far the frames have been moved since it was measured.
    pub fn moved_timbre(&self) -> Option<MovedTimbre> {
        self.timbre.map(|timbre| MovedTimbre { timbre, octaves: timbre.moved(&self.frames) })
    }

    /// The frames, oldest first; never empty.
    pub fn frames(&self) -> &[Descriptors] {
        &self.frames
    }

    /// Time from the first to the last frame, in seconds.
    pub fn seconds(&self) -> f32 {
        ((self.frames.len() - 1) * HOP_SAMPLES) as f32 / ANALYSIS_RATE_HZ as f32
    }
}

impl<'de> serde::Deserialize<'de> for DescriptorCurve {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Vec::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A timbre on its way to the network, with how far its curve has been moved since it was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MovedTimbre {
    /// As it was measured.
    pub timbre: Timbre,
    /// By how many octaves each descriptor of the curve lies above where it lay then; finite.
    pub octaves: [f32; Descriptors::COUNT],
}

/// Measures the curve and the timbre of a whole mono recording at [`ANALYSIS_RATE_HZ`].
///
/// The curve has `1 + samples.len() / HOP_SAMPLES` frames.
///
/// # Errors
/// When there are no samples, a sample is not finite, or the recording is longer than 4 s.
pub fn analyse(samples: &[f32]) -> Result<DescriptorCurve, CurveError> {
    if samples.is_empty() {
        return Err(CurveError::Empty);
    }
    let frames = 1 + samples.len() / HOP_SAMPLES;
    if frames > MAX_FRAMES {
        return Err(CurveError::TooLong { frames });
    }
    if let Some(sample) = samples.iter().position(|sample| !sample.is_finite()) {
        return Err(CurveError::NotFinite { frame: sample / HOP_SAMPLES });
    }
    let curve = DescriptorCurve::new(describe(samples, AnalysisConfig::default()))?;
    let timbre = Timbre::measure(samples, curve.frames());
    Ok(curve.with_timbre(Some(timbre)))
}

/// Why a list of frames or samples is not a [`DescriptorCurve`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CurveError {
    /// No frame, or no sample to measure.
    #[error("a descriptor curve needs at least one frame: give it a sound that is not empty")]
    Empty,
    /// More than [`MAX_FRAMES`].
    #[error(
        "{frames} descriptor frames are more than the {MAX_FRAMES} of 4 seconds: cut the sound to its first impact"
    )]
    TooLong {
        /// How many frames there are.
        frames: usize,
    },
    /// A value, or a sample it is measured from, is infinite or not a number.
    #[error("descriptor frame {frame} is not finite: export the sound or the curve again")]
    NotFinite {
        /// Index of the first such frame.
        frame: usize,
    },
}
