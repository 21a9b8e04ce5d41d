//! Saving training so that it can go on later: network, optimiser, step and normalisation in one folder.

use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::optim::ModuleOptimizer;
use neurorack_engine::models::conditioning::Normalisation;
use serde::{Deserialize, Serialize};

use neurorack_nets::sinc_nsf::{SincNsf, Size};

/// What is not a tensor.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct State {
    /// Steps done.
    pub step: usize,
    /// Sizes of the network.
    pub size: Size,
    /// Means of the scaled descriptors.
    pub mean: [f32; 7],
    /// Their standard deviations.
    pub std: [f32; 7],
    /// Hash over the recordings.
    pub data_set_hash: String,
    /// Number of recordings.
    pub recordings: usize,
    /// Licence tiers of the recordings.
    pub tiers: Vec<String>,
    /// SHA-256 of the bank that training started from, if there was one.
    #[serde(default)]
    pub base: Option<String>,
    /// Loss on the validation recordings when this was saved; not a number where there are none.
    #[serde(default = "not_a_number", deserialize_with = "number_or_null")]
    pub validation_loss: f32,
    /// Seconds trained.
    #[serde(default)]
    pub seconds: f64,
}

impl State {
    /// The normalisation as the engine wants it.
    pub fn normalisation(&self) -> Normalisation {
        Normalisation { mean: self.mean, std: self.std }
    }
}

fn not_a_number() -> f32 {
    f32::NAN
}

/// JSON has no NaN: serde_json writes null.
fn number_or_null<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<f32, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(f32::NAN))
}

/// Why a checkpoint cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[error("checkpoint {path}: {cause}")]
pub struct CheckpointError {
    path: PathBuf,
    cause: String,
}

const NETWORK: &str = "network";
const OPTIMISER: &str = "optimiser";
const STATE: &str = "state.json";

/// Writes a checkpoint beside the old one and then swaps them, so that an interruption at any moment loses nothing.
pub fn save(
    folder: &Path,
    state: &State,
    network: &SincNsf,
    optimiser: &ModuleOptimizer,
) -> Result<(), CheckpointError> {
    let failed = |cause: String| CheckpointError { path: folder.to_path_buf(), cause };
    let (fresh, old) = (folder.with_extension("new"), folder.with_extension("old"));
    let io = |result: std::io::Result<()>| result.map_err(|why| failed(why.to_string()));
    if fresh.exists() {
        io(std::fs::remove_dir_all(&fresh))?;
    }
    io(std::fs::create_dir_all(&fresh))?;
    network.clone().save_file(fresh.join(NETWORK)).map_err(|why| failed(why.to_string()))?;
    optimiser.save(fresh.join(OPTIMISER)).map_err(|why| failed(why.to_string()))?;
    let json = serde_json::to_string_pretty(state).map_err(|why| failed(why.to_string()))?;
    io(std::fs::write(fresh.join(STATE), json))?;
    if old.exists() {
        io(std::fs::remove_dir_all(&old))?;
    }
    if folder.exists() {
        io(std::fs::rename(folder, &old))?;
    }
    io(std::fs::rename(&fresh, folder))?;
    if old.exists() { io(std::fs::remove_dir_all(&old)) } else { Ok(()) }
}

/// The state of the checkpoint in `folder`, if there is one.
pub fn state(folder: &Path) -> Result<Option<State>, CheckpointError> {
    let failed = |cause: String| CheckpointError { path: folder.to_path_buf(), cause };
    let old = folder.with_extension("old");
    if !folder.exists() && old.join(STATE).exists() {
        // Killed between the two renames of [`save`].
        std::fs::rename(&old, folder).map_err(|why| failed(why.to_string()))?;
    }
    if !folder.join(STATE).exists() {
        return Ok(None);
    }
    let json = std::fs::read_to_string(folder.join(STATE)).map_err(|why| failed(why.to_string()))?;
    serde_json::from_str(&json).map(Some).map_err(|why| failed(why.to_string()))
}

/// Loads the weights of the checkpoint into a network of the same size.
pub fn load_network(folder: &Path, network: SincNsf) -> Result<SincNsf, CheckpointError> {
    network
        .try_load_file(folder.join(NETWORK))
        .map_err(|why| CheckpointError { path: folder.to_path_buf(), cause: why.to_string() })
}

/// Loads the optimiser's moments of the checkpoint.
pub fn load_optimiser(folder: &Path, optimiser: ModuleOptimizer) -> Result<ModuleOptimizer, CheckpointError> {
    optimiser
        .load(folder.join(OPTIMISER))
        .map_err(|why| CheckpointError { path: folder.to_path_buf(), cause: why.to_string() })
}
