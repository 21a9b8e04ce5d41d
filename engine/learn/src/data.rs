//! Recordings to train on: finding them, reading them, keeping them ready on disk, and drawing from them.
//!
//! A folder of recordings is [listed](list) and [prepared](crate::prepare::prepare) into a [`Store`]; training and
//! scores draw single [`Hit`]s from a [`DataSet`] on demand, so the size of the set does not matter to memory.

mod listing;
mod reading;
mod set;
mod store;

use std::path::PathBuf;

use neurorack_engine::descriptors::DescriptorCurve;
use neurorack_engine::models::conditioning::{Conditioned, Normalisation};
use serde::{Deserialize, Serialize};

pub use listing::{EXTENSIONS, MANIFEST, MOST_FILES, list};
pub use reading::{LONGEST_SAMPLES, Refusal, SHORTEST_MS, Trim, load, read};
pub use set::{DataSet, Statistics};
pub use store::{Store, StoreError, StoreWriter};

/// Which part of the data a recording belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Split {
    /// For training.
    Train,
    /// To watch training.
    Valid,
    /// Never seen before the scores are taken.
    Test,
}

/// One recording: a line of the manifest (`manifest.csv`; further columns are ignored), or a file of a folder without one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Path below the data's folder, with `/` between its parts. In our own set the first part is the licence tier.
    pub file: String,
    /// Where the recording was published.
    #[serde(default)]
    pub source: String,
    /// The recording's own licence.
    #[serde(default)]
    pub licence: String,
    /// Who made it.
    #[serde(default)]
    pub author: String,
    /// What was struck: the manifest's word, else the first folder of the path, else nothing.
    #[serde(default)]
    pub category: String,
    /// SHA-256 of the file, in hexadecimal digits.
    #[serde(default)]
    pub sha256: String,
    /// The part it belongs to.
    pub split: Split,
}

impl Entry {
    /// The licence tier: the folder that the file lies in.
    pub fn tier(&self) -> &str {
        self.file.split('/').next().unwrap_or_default()
    }
}

/// A recording with its curves.
#[derive(Debug, Clone)]
pub struct Hit {
    /// Where it comes from.
    pub entry: Entry,
    /// Mono, 44.1 kHz.
    pub samples: Vec<f32>,
    /// Its measured descriptors.
    pub curve: DescriptorCurve,
    /// The curve in the network's scales, not yet normalised.
    pub scaled: Vec<Conditioned>,
}

/// Why a folder of recordings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The manifest is missing or broken.
    #[error(
        "{path}: {cause}; a manifest is a CSV file with the column file and, if you like, split (train, valid or test) and category"
    )]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What the CSV reader says.
        cause: csv::Error,
    },
    /// The folder cannot be listed.
    #[error("{path}: {cause}; give the folder that holds the recordings")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// More files than [`MOST_FILES`].
    #[error("{path} holds more than {MOST_FILES} sound files: give a smaller folder")]
    TooMany {
        /// The folder.
        path: PathBuf,
    },
    /// No sound file at all.
    #[error(
        "{path} holds no WAV, FLAC, OGG or MP3 file, not in its folders either: give the folder that holds the recordings"
    )]
    NoFiles {
        /// The folder.
        path: PathBuf,
    },
    /// A manifest without an entry in the chosen tiers.
    #[error("{path} has no recording in the tiers {tiers}: the tiers are the first folders of the manifest's paths")]
    NoTier {
        /// The manifest.
        path: PathBuf,
        /// The tiers that were asked for.
        tiers: String,
    },
    /// Sound files, but none that can be used.
    #[error("{path} has no usable recording: {refused}")]
    Nothing {
        /// The folder.
        path: PathBuf,
        /// The files that were refused, the first of them with its reason.
        refused: String,
    },
}

/// Mean and standard deviation of the scaled descriptors over active frames.
pub fn normalisation(hits: &[Hit]) -> Normalisation {
    let mut statistics = Statistics::default();
    hits.iter().for_each(|hit| statistics.add(&hit.curve, &hit.scaled));
    statistics.normalisation()
}

/// One hash over all recordings used, in the order of their names: which data made a bank.
pub fn fingerprint(hits: &[Hit]) -> String {
    set::fingerprint_of(hits.iter().map(|hit| &hit.entry))
}

/// Bytes as hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
