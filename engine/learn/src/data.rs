//! Recordings to train on: a folder with a manifest, or just a folder of sounds.

use std::path::{Path, PathBuf};

use neurorack_engine::descriptors::DescriptorCurve;
use neurorack_engine::models::conditioning::{self, Conditioned, Normalisation};
use neurorack_recording::Recording;
use rayon::prelude::*;
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// Frames quieter than this do not count for the normalisation: -60 dB full scale.
const ACTIVE_RMS: f32 = 1e-3;

/// Which part of the data a recording belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Split {
    /// For training.
    Train,
    /// To watch training.
    Valid,
    /// Never seen before the scores are taken.
    Test,
}

/// One line of the manifest (`manifest.csv`; further columns are ignored).
#[derive(Debug, Clone, Deserialize)]
pub struct Entry {
    /// Path below the manifest's folder; its first part is the licence tier.
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
    /// What was struck.
    #[serde(default)]
    pub category: String,
    /// SHA-256 of the file.
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

/// Why a data set cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The manifest is missing or broken.
    #[error("{path}: {cause}; a manifest is a CSV file with the columns file and split (train, valid or test)")]
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
    /// Nothing to train on.
    #[error("{path} has no readable recording in the chosen tiers and split")]
    Nothing {
        /// The folder.
        path: PathBuf,
    },
}

/// What a folder offers: the manifest's entries in `tiers` (all when empty), or every sound file where there is no manifest.
///
/// Without a manifest every 20th file (by the hash of its name) is held out for validation and another for tests.
pub fn list(folder: &Path, tiers: &[String]) -> Result<Vec<Entry>, DataError> {
    let manifest = folder.join("manifest.csv");
    if !manifest.exists() {
        return list_files(folder);
    }
    let broken = |cause| DataError::Manifest { path: manifest.clone(), cause };
    let mut reader = csv::Reader::from_path(&manifest).map_err(broken)?;
    let entries: Result<Vec<Entry>, _> = reader.deserialize().collect();
    let mut entries = entries.map_err(broken)?;
    entries.retain(|entry| tiers.is_empty() || tiers.iter().any(|tier| tier == entry.tier()));
    Ok(entries)
}

fn list_files(folder: &Path) -> Result<Vec<Entry>, DataError> {
    let failed = |cause| DataError::Folder { path: folder.to_path_buf(), cause };
    let mut entries = Vec::new();
    for item in std::fs::read_dir(folder).map_err(failed)? {
        let path = item.map_err(failed)?.path();
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
        let Some(file) = path.file_name().and_then(|n| n.to_str()) else { continue };
        if !["wav", "flac", "ogg", "mp3"].contains(&extension.as_str()) {
            continue;
        }
        let split = match Sha256::digest(file)[0] % 20 {
            0 => Split::Valid,
            1 => Split::Test,
            _ => Split::Train,
        };
        entries.push(Entry {
            file: file.to_owned(),
            source: String::new(),
            licence: String::new(),
            author: String::new(),
            category: String::new(),
            sha256: String::new(),
            split,
        });
    }
    entries.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(entries)
}

/// Reads the entries of one split; a broken or too short file is named in the second list and skipped.
pub fn load(folder: &Path, entries: &[Entry], split: Split) -> Result<(Vec<Hit>, Vec<String>), DataError> {
    let results: Vec<Result<Hit, String>> = entries
        .par_iter()
        .filter(|entry| entry.split == split)
        .map(|entry| read(folder, entry).map_err(|why| format!("{}: {why}", entry.file)))
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
        return Err(DataError::Nothing { path: folder.to_path_buf() });
    }
    Ok((hits, skipped))
}

fn read(folder: &Path, entry: &Entry) -> Result<Hit, String> {
    let bytes = std::fs::read(folder.join(&entry.file)).map_err(|why| why.to_string())?;
    let recording = Recording::decode(&bytes, &entry.file).map_err(|why| why.to_string())?;
    let recording = recording.at_rate(44_100);
    // The descriptor curve reaches 4 s; so does the sound.
    let length = recording.samples().len().min(4 * 44_100);
    let samples = recording.samples()[..length].to_vec();
    let curve = neurorack_engine::descriptors::analyse(&samples).map_err(|why| why.to_string())?;
    let scaled = conditioning::scale(&curve);
    Ok(Hit { entry: entry.clone(), samples, curve, scaled })
}

/// Mean and standard deviation of the scaled descriptors over active frames.
pub fn normalisation(hits: &[Hit]) -> Normalisation {
    let active: Vec<&Conditioned> = hits
        .iter()
        .flat_map(|hit| hit.scaled.iter().zip(hit.curve.frames()))
        .filter(|(_, frame)| frame.rms > ACTIVE_RMS)
        .map(|(scaled, _)| scaled)
        .collect();
    let count = active.len().max(1) as f64;
    let mut normalisation = Normalisation { mean: [0.0; 7], std: [1.0; 7] };
    for channel in 0..7 {
        let mean = active.iter().map(|f| f64::from(f[channel])).sum::<f64>() / count;
        let variance = active.iter().map(|f| (f64::from(f[channel]) - mean).powi(2)).sum::<f64>() / count;
        normalisation.mean[channel] = mean as f32;
        normalisation.std[channel] = variance.sqrt().max(1e-3) as f32;
    }
    normalisation
}

/// One hash over all recordings used, in the order of their names: which data made a bank.
pub fn fingerprint(hits: &[Hit]) -> String {
    let mut lines: Vec<String> = hits.iter().map(|hit| format!("{} {}\n", hit.entry.file, hit.entry.sha256)).collect();
    lines.sort();
    let digest = Sha256::digest(lines.concat());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
