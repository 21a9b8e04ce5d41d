//! Audio files to analysable recordings: decoding, resampling, trimming to the first impact.
//!
//! ```no_run
//! use neurorack_recording::Recording;
//!
//! let bytes = std::fs::read("door.flac")?;
//! let curve = Recording::decode(&bytes, "door.flac")?.first_impact()?.curve()?;
//! println!("{} frames, {} s", curve.frames().len(), curve.seconds());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod decode;
mod error;
mod impact;
mod resample;

pub use error::RecordingError;

use neurorack_engine::descriptors::{ANALYSIS_RATE_HZ, DescriptorCurve, analyse};

/// Lowest and highest sample rate of a recording, in hertz.
pub const SAMPLE_RATES_HZ: std::ops::RangeInclusive<u32> = 8_000..=192_000;

/// Longest recording, in seconds.
pub const LONGEST_SECONDS: u32 = 600;

/// Largest file that is decoded, in bytes.
pub const LARGEST_FILE_BYTES: usize = 64 << 20;

/// A mono recording in memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    // Invariant: not empty, every sample finite, at most LONGEST_SECONDS; the rate is in SAMPLE_RATES_HZ.
    samples: Box<[f32]>,
    sample_rate_hz: u32,
}

impl Recording {
    /// A recording of the given samples; full scale is ±1.
    ///
    /// # Errors
    /// When there is no sample or too many, one is not finite, or the sample rate is outside [`SAMPLE_RATES_HZ`].
    pub fn new(samples: Vec<f32>, sample_rate_hz: u32) -> Result<Self, RecordingError> {
        if !SAMPLE_RATES_HZ.contains(&sample_rate_hz) {
            return Err(RecordingError::SampleRate { sample_rate_hz });
        }
        if samples.is_empty() {
            return Err(RecordingError::Empty);
        }
        if samples.len() as u64 > u64::from(LONGEST_SECONDS) * u64::from(sample_rate_hz) {
            return Err(RecordingError::TooLong);
        }
        if let Some(sample) = samples.iter().position(|sample| !sample.is_finite()) {
            return Err(RecordingError::NotFinite { seconds: sample as f32 / sample_rate_hz as f32 });
        }
        Ok(Self { samples: samples.into(), sample_rate_hz })
    }

    /// Decodes a WAV, FLAC, OGG Vorbis or MP3 file and mixes its channels to mono.
    ///
    /// `name` is the file's name: its extension helps to recognise the format. Channels are averaged.
    ///
    /// # Errors
    /// When the file is too large, of another format, damaged, cut off, or holds no usable recording; the message says
    /// what to do.
    pub fn decode(bytes: &[u8], name: &str) -> Result<Self, RecordingError> {
        decode::decode(bytes, name)
    }

    /// The samples, never empty and all finite.
    pub fn samples(&self) -> &[f32] {
        &self.samples
    }

    /// Samples per second.
    pub fn sample_rate_hz(&self) -> u32 {
        self.sample_rate_hz
    }

    /// Duration in seconds.
    pub fn seconds(&self) -> f32 {
        self.samples.len() as f32 / self.sample_rate_hz as f32
    }

    /// Largest magnitude of a sample.
    pub fn peak(&self) -> f32 {
        self.samples.iter().fold(0.0, |peak, sample| peak.max(sample.abs()))
    }

    /// The same sound at another sample rate; what happens at a time stays at that time.
    ///
    /// # Panics
    /// When `sample_rate_hz` is outside [`SAMPLE_RATES_HZ`].
    pub fn at_rate(&self, sample_rate_hz: u32) -> Self {
        assert!(SAMPLE_RATES_HZ.contains(&sample_rate_hz), "a recording has 8 to 192 kHz, not {sample_rate_hz} Hz");
        if sample_rate_hz == self.sample_rate_hz {
            return self.clone();
        }
        let samples = resample::resample(&self.samples, self.sample_rate_hz, sample_rate_hz);
        Self { samples: samples.into(), sample_rate_hz }
    }

    /// The first impact alone: without the silence before it, at most 4 s, and ended before a second impact.
    ///
    /// The onset is the first sample above -40 dB of the peak, and up to 2 ms before it are kept. The impact ends where it
    /// stays below -60 dB of the peak, or before a rise by 20 dB at least 150 ms after the onset; a cut end fades out over
    /// 5 ms.
    ///
    /// # Errors
    /// When the recording is silent.
    pub fn first_impact(&self) -> Result<Self, RecordingError> {
        let samples = impact::first_impact(&self.samples, self.sample_rate_hz).ok_or(RecordingError::Silent)?;
        Ok(Self { samples: samples.into(), sample_rate_hz: self.sample_rate_hz })
    }

    /// The descriptors of the whole recording, measured at 44.1 kHz.
    ///
    /// # Errors
    /// When the recording is longer than 4 s: take its [`first_impact`](Self::first_impact).
    pub fn curve(&self) -> Result<DescriptorCurve, RecordingError> {
        Ok(analyse(self.at_rate(ANALYSIS_RATE_HZ).samples())?)
    }
}
