//! One audio file to one hit: decoded, mono, 44.1 kHz, from the first impact on, with its descriptors.

use std::path::Path;

use neurorack_engine::descriptors::{ANALYSIS_RATE_HZ, CurveError, analyse};
use neurorack_engine::models::conditioning;
use neurorack_recording::{LARGEST_FILE_BYTES, Recording, RecordingError};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::{DataError, Entry, Hit, MANIFEST, Split, hexadecimal};

/// Shortest recording that is used, in milliseconds; two thirds of one descriptor window.
pub const SHORTEST_MS: usize = 30;
/// Longest sound that is used, in samples at 44.1 kHz: 4 s, as far as a descriptor curve reaches.
pub const LONGEST_SAMPLES: usize = 4 * ANALYSIS_RATE_HZ as usize;
/// Below this peak a recording is silent: -80 dB of full scale, as in [`Recording::first_impact`].
const SILENCE: f32 = 1e-4;

/// What is cut off a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Trim {
    /// Cut to the first impact where there is no manifest; a manifest lists recordings that are cut already.
    Auto,
    /// Cut every recording to its first impact.
    Always,
    /// Use every recording from its first sample on.
    Never,
}

impl Trim {
    /// Whether the recordings of this folder are cut to their first impact.
    pub fn applies_to(self, folder: &Path) -> bool {
        match self {
            Self::Auto => !folder.join(MANIFEST).exists(),
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// Why a file is left out. The messages do not repeat the file's name.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The file cannot be read.
    #[error("{0}")]
    File(#[from] std::io::Error),
    /// It holds no usable recording.
    #[error(transparent)]
    Recording(#[from] RecordingError),
    /// Less than [`SHORTEST_MS`].
    #[error("only {ms} ms of sound: at least {SHORTEST_MS} ms are needed")]
    TooShort {
        /// What there is, in milliseconds.
        ms: usize,
    },
    /// It has no descriptors.
    #[error(transparent)]
    Curve(#[from] CurveError),
    /// Another file with the same bytes was there before.
    #[error("the same file as {0}")]
    Twin(String),
}

/// Reads one entry; `trim` cuts it to its first impact. The entry of the hit has the file's hash.
///
/// # Errors
/// When the file cannot be read, is damaged, silent or shorter than [`SHORTEST_MS`].
pub fn read(folder: &Path, entry: &Entry, trim: bool) -> Result<Hit, Refusal> {
    let path = folder.join(&entry.file);
    let bytes = std::fs::metadata(&path)?.len() as usize;
    if bytes > LARGEST_FILE_BYTES {
        return Err(RecordingError::TooLarge { bytes }.into());
    }
    let bytes = std::fs::read(&path)?;
    let mut recording = Recording::decode(&bytes, &entry.file)?;
    if recording.peak() < SILENCE {
        return Err(RecordingError::Silent.into());
    }
    if trim {
        // Before resampling: that costs time and memory for each second, and most seconds are cut off.
        recording = recording.first_impact()?;
    }
    let recording = recording.at_rate(ANALYSIS_RATE_HZ);
    let samples = recording.samples()[..recording.samples().len().min(LONGEST_SAMPLES)].to_vec();
    let ms = samples.len() * 1_000 / ANALYSIS_RATE_HZ as usize;
    if ms < SHORTEST_MS {
        return Err(Refusal::TooShort { ms });
    }
    let curve = analyse(&samples)?;
    let scaled = conditioning::scale(&curve);
    let sha256 = if entry.sha256.is_empty() { hexadecimal(&Sha256::digest(&bytes)) } else { entry.sha256.clone() };
    Ok(Hit { entry: Entry { sha256, ..entry.clone() }, samples, curve, scaled })
}

/// Reads the entries of one split into memory; a file that cannot be used is named in the second list and skipped.
///
/// For small sets: a [`Store`](super::Store) serves sets of any size.
///
/// # Errors
/// When no file of the split can be used.
pub fn load(folder: &Path, entries: &[Entry], split: Split) -> Result<(Vec<Hit>, Vec<String>), DataError> {
    let trim = Trim::Auto.applies_to(folder);
    let results: Vec<Result<Hit, String>> = entries
        .par_iter()
        .filter(|entry| entry.split == split)
        .map(|entry| read(folder, entry, trim).map_err(|why| format!("{}: {why}", entry.file)))
        .collect();
    let mut hits = Vec::new();
    let mut skipped = Vec::new();
    for result in results {
        match result {
            Ok(hit) => hits.push(hit),
            Err(why) => skipped.push(why),
        }
    }
    if hits.is_empty() {
        let refused = skipped.first().map_or_else(|| "nothing is in this split".to_owned(), Clone::clone);
        return Err(DataError::Nothing { path: folder.to_path_buf(), refused });
    }
    Ok((hits, skipped))
}
