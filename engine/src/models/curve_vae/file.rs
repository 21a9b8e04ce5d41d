//! The map's file: a safetensors file that describes itself, as a bank does.

use super::network::LATENT;
use crate::bank::{BankError, MAX_HEADER_BYTES, METADATA_KEY, NamedTensor, Provenance, write_with_json};
use safetensors::SafeTensors;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Kind of network in the card.
pub const KIND: &str = "curve-vae";

/// The only layout of maps so far.
pub const FORMAT: u32 = 1;

/// Largest map file that is read.
pub const MAX_FILE_BYTES: usize = 4 << 20;

/// A map's model card. Unknown fields are ignored, so that newer maps of the same format stay readable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CurveVaeCard {
    /// Layout of the file, [`FORMAT`].
    pub format: u32,
    /// Kind of network, [`KIND`].
    pub kind: String,
    /// Version of this map, as its makers count.
    pub version: String,
    /// Name shown in lists.
    pub name: String,
    /// Licence of the map, as an SPDX expression.
    pub licence: String,
    /// Licences of the recordings it was trained on, with their counts.
    #[serde(default)]
    pub licences: BTreeMap<String, u32>,
    /// Where the map comes from.
    pub provenance: Provenance,
    /// Least and greatest peak of a training curve's rms, in dB of full scale: others are brought to the nearer one.
    pub peak_db: [f32; 2],
    /// Measured scores by name, on recordings that were held out.
    #[serde(default)]
    pub scores: BTreeMap<String, f64>,
}

/// Why bytes are not a map, in words for the person who chose the file.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CurveVaeError {
    /// Larger than any map.
    #[error("the file has {bytes} bytes, more than the {MAX_FILE_BYTES} that a map may have: choose a Neurorack map")]
    TooLarge {
        /// Size of the file.
        bytes: usize,
    },
    /// Not readable as safetensors.
    #[error("this is not a complete safetensors file ({reason}): download the map again, or choose another file")]
    NotSafetensors {
        /// What the reader said.
        reason: String,
    },
    /// No card, or one that is not a map's.
    #[error("the file holds no card of a Neurorack map ({reason}): choose a map written by `neurorack-train map`")]
    BadCard {
        /// What is wrong.
        reason: String,
    },
    /// Something else by its card, or a map from the future.
    #[error(
        "the file is of kind \"{kind}\" and format {format}, this Neurorack reads maps of kind \"{KIND}\" and format \
         {FORMAT}: choose a map, or update Neurorack"
    )]
    Kind {
        /// Kind in the card.
        kind: String,
        /// Format in the card.
        format: u32,
    },
    /// A tensor is absent, misshapen or holds what cannot be used.
    #[error("the map cannot be used: {0}")]
    Tensor(#[from] BankError),
    /// The network computes something else than it did where it was trained.
    #[error(
        "the map's test vectors differ by {error:.2e} from what its training recorded ({tolerance:.0e} is allowed): \
         the file is damaged, or made for another version of Neurorack"
    )]
    Golden {
        /// Largest difference, in normalised values.
        error: f32,
        /// Largest permitted difference.
        tolerance: f32,
    },
}

/// What is read first, so that a bank is recognised as one.
#[derive(Deserialize)]
struct Label {
    format: u32,
    kind: String,
}

/// Checks the outside of the file: size, header, card.
pub(super) fn open(bytes: &[u8]) -> Result<(CurveVaeCard, SafeTensors<'_>), CurveVaeError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(CurveVaeError::TooLarge { bytes: bytes.len() });
    }
    let broken = |reason: String| CurveVaeError::NotSafetensors { reason };
    let header = bytes.first_chunk::<8>().ok_or_else(|| broken("it is too short".into()))?;
    let header_bytes = u64::from_le_bytes(*header);
    if header_bytes > MAX_HEADER_BYTES {
        return Err(broken(format!("its header claims {header_bytes} bytes")));
    }
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|why| broken(why.to_string()))?;
    let bad_card = |reason: String| CurveVaeError::BadCard { reason };
    let json = metadata.metadata().as_ref().and_then(|entries| entries.get(METADATA_KEY));
    let json = json.ok_or_else(|| bad_card("there is none".into()))?;
    let label: Label = serde_json::from_str(json).map_err(|why| bad_card(why.to_string()))?;
    if label.kind != KIND || label.format != FORMAT {
        return Err(CurveVaeError::Kind { kind: label.kind, format: label.format });
    }
    let card: CurveVaeCard = serde_json::from_str(json).map_err(|why| bad_card(why.to_string()))?;
    let [low, high] = card.peak_db;
    if !(-120.0..=20.0).contains(&low) || !(low..=20.0).contains(&high) {
        return Err(bad_card("the range of its levels is out of range".into()));
    }
    let file = SafeTensors::deserialize(bytes).map_err(|why| broken(why.to_string()))?;
    Ok((card, file))
}

/// A map file of this card and these tensors. Nothing is checked here: parse what comes out.
///
/// # Panics
/// When a tensor's shape does not fit its number of values.
#[must_use]
pub fn write(card: &CurveVaeCard, tensors: &[NamedTensor]) -> Vec<u8> {
    write_with_json(serde_json::to_string(card).expect("a card is plain data"), tensors)
}

/// The Gaussian that invented sounds are drawn from.
#[derive(Debug, Clone)]
pub(super) struct Gaussian {
    pub(super) mean: [f32; LATENT],
    /// Lower triangular: its product with standard normal numbers is what is added to the mean.
    pub(super) factor: [[f32; LATENT]; LATENT],
}
