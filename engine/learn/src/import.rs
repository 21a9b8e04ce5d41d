//! From the checkpoint that the original Neurorack's project published to a bank.
//!
//! [`Checkpoint`] reads a file of `torch.save` without running anything in it, [`neurorack`] makes a bank of it whose golden
//! hit burn records. Such a bank is its owner's: the licence of the weights forbids to ship one.

mod checkpoint;
mod checkpoint_error;
mod error;

pub use checkpoint::{Checkpoint, MAX_CHECKPOINT_BYTES};
pub use checkpoint_error::CheckpointError;
pub use error::ImportError;

use std::collections::BTreeMap;
use std::path::Path;

use burn::tensor::Device;
use neurorack_engine::bank::{
    Bank, BankCard, FORMAT, FactoryCard, Golden, Kind, NamedTensor, Provenance, RenderedBank, write,
};
use neurorack_engine::descriptors::{DescriptorCurve, Descriptors, HOP_SAMPLES};
use neurorack_engine::models::hn_sinc_nsf::{Draws, FRAME_SAMPLES, SAMPLE_RATE_HZ, tensor_shapes};
use neurorack_nets::hn_sinc_nsf::{HnSincNsf, Noise};
use sha2::{Digest, Sha256};

use crate::bank::in_half;
use crate::data::hexadecimal;

/// Licence that the original project's README gives to its code and weights.
pub const LICENCE: &str = "CC-BY-NC-SA-4.0";

/// Frames of the golden hit, 93 ms.
const GOLDEN_FRAMES: usize = 4;

/// Largest difference of a sample between burn and the engine, as stated with the reference.
const GOLDEN_TOLERANCE: f32 = 2e-4;

/// Seed of the golden hit's random draws.
const NOISE_SEED: u64 = 1;

/// What was made of a checkpoint.
#[derive(Debug)]
pub struct Imported {
    /// The bank.
    pub bank: Vec<u8>,
    /// Tensors beside the network that nothing needs.
    pub left_out: Vec<String>,
    /// How many tensors were stored in another precision.
    pub converted: usize,
}

/// Makes a bank of the original project's checkpoint, a file: its weights as they are, the factory sets of `sets`.
///
/// `name` is the bank's, `commit` the code's; the card says from which file it came by hash.
///
/// # Errors
/// When the checkpoint does not hold exactly that network; the error says what is wrong.
pub fn neurorack(file: &Path, sets: &Bank, name: &str, commit: &str) -> Result<Imported, ImportError> {
    let checkpoint = Checkpoint::open(file)?;
    let hash = hexadecimal(&Sha256::digest(std::fs::read(file).map_err(CheckpointError::File)?));
    let mut converted = 0;
    let mut tensors = Vec::new();
    for tensor in tensor_shapes() {
        let values = checkpoint.values(&tensor.name, &tensor.shape)?;
        converted += usize::from(!checkpoint.is_single(&tensor.name));
        tensors.push(NamedTensor { name: tensor.name, shape: tensor.shape, values, half: false });
    }
    let left_out = checkpoint.left_over(&tensor_shapes())?;

    // As they will be stored: the golden hit is played from the bank.
    let curves: Vec<DescriptorCurve> = sets.catalogue().factory().iter().map(in_half).collect();
    tensors.extend(curves.iter().enumerate().map(|(index, curve)| {
        let frames = curve.frames();
        let values = frames.iter().flat_map(|frame| frame.to_array()).collect();
        NamedTensor {
            name: format!("factory.{index}"),
            shape: vec![frames.len(), Descriptors::COUNT],
            values,
            half: true,
        }
    }));
    let card = card(name, commit, &hash, &sets.card().factory, &curves);
    // The network is read from the bank as it will be stored.
    let golden = golden_hit(&write(&card, &tensors), &curves[0])?;
    tensors.push(NamedTensor { name: "golden.audio".into(), shape: vec![golden.len()], values: golden, half: false });
    Ok(Imported { bank: write(&card, &tensors), left_out, converted })
}

/// The first frames of a curve, rendered by burn.
fn golden_hit(bank: &[u8], curve: &DescriptorCurve) -> Result<Vec<f32>, ImportError> {
    let device = Device::flex();
    let network = HnSincNsf::load(bank, &device)?;
    let frames = RenderedBank::golden_frames(curve, GOLDEN_FRAMES);
    let noise = Noise::from_draws(&Draws::new(NOISE_SEED, frames.len()), &device);
    Ok(network.forward(&frames, noise).into_data().try_to_vec().expect("burn's sounds are f32"))
}

fn card(name: &str, commit: &str, hash: &str, factory: &[FactoryCard], curves: &[DescriptorCurve]) -> BankCard {
    let mut ranges = [[f32::INFINITY, f32::NEG_INFINITY]; Descriptors::COUNT];
    for frame in curves.iter().flat_map(DescriptorCurve::frames) {
        for (range, value) in ranges.iter_mut().zip(frame.to_array()) {
            *range = [range[0].min(value), range[1].max(value)];
        }
    }
    BankCard {
        format: FORMAT,
        kind: Kind::HnSincNsf.name().into(),
        version: "1".into(),
        name: name.into(),
        sample_rate_hz: SAMPLE_RATE_HZ,
        control_hop: FRAME_SAMPLES as u32,
        descriptor_hop: HOP_SAMPLES as u32,
        noise_seed: NOISE_SEED,
        descriptor_ranges: ranges,
        factory: factory.to_vec(),
        licence: LICENCE.into(),
        provenance: Provenance {
            commit: commit.into(),
            command: format!("neurorack-train import-neurorack, from the checkpoint with SHA-256 {hash}"),
            ..Provenance::default()
        },
        scores: BTreeMap::new(),
        held_out: BTreeMap::new(),
        golden: Golden { factory: 0, tolerance: GOLDEN_TOLERANCE, morph: None },
    }
}
