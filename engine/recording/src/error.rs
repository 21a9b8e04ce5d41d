//! What can be wrong with a recording.

use neurorack_engine::descriptors::CurveError;

use crate::{LARGEST_FILE_BYTES, LONGEST_SECONDS, SAMPLE_RATES_HZ};

/// Why a file or a list of samples is not a [`Recording`](crate::Recording), and what to do about it.
///
/// The messages do not repeat the file's name: the caller knows it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordingError {
    /// The file holds no byte, or no sample.
    #[error("the recording is empty: choose a file with sound in it")]
    Empty,
    /// More bytes than [`LARGEST_FILE_BYTES`].
    #[error(
        "the file has {} MiB, more than the {} allowed: cut it to the impact first",
        .bytes >> 20, LARGEST_FILE_BYTES >> 20
    )]
    TooLarge {
        /// Size of the file.
        bytes: usize,
    },
    /// Not one of the formats that can be read.
    #[error("this is not a sound file that can be read here: give a WAV, FLAC, OGG Vorbis or MP3 file")]
    UnknownFormat,
    /// A known container, but with a coding that cannot be read.
    #[error("the coding inside this file cannot be read here: export it as WAV, FLAC, OGG Vorbis or MP3")]
    UnknownCodec,
    /// The decoder gave up.
    #[error("the file is damaged ({cause}): export or download it again")]
    Damaged {
        /// What the decoder says.
        cause: String,
    },
    /// Fewer samples than the file's header announces.
    #[error("the file is cut off, {percent} % of the sound it announces is there: copy, export or download it again")]
    Truncated {
        /// Share of the announced samples that could be decoded.
        percent: u32,
    },
    /// Longer than [`LONGEST_SECONDS`].
    #[error("the recording is longer than {} minutes: cut it to the impact first", LONGEST_SECONDS / 60)]
    TooLong,
    /// A sample rate outside [`SAMPLE_RATES_HZ`].
    #[error(
        "a sample rate of {sample_rate_hz} Hz is not supported: export the sound with {} to {} kHz, for example 48",
        SAMPLE_RATES_HZ.start() / 1000, SAMPLE_RATES_HZ.end() / 1000
    )]
    SampleRate {
        /// Samples per second.
        sample_rate_hz: u32,
    },
    /// A sample is infinite or not a number.
    #[error("the sample at {seconds:.3} s is not a finite number: export the sound again, for example with 24 bits")]
    NotFinite {
        /// Where the first such sample is.
        seconds: f32,
    },
    /// Nothing rises above -80 dB of full scale.
    #[error("the recording is silent: choose one that rises above -80 dB of full scale")]
    Silent,
    /// The recording has no descriptor curve.
    #[error(transparent)]
    Curve(#[from] CurveError),
}
