//! Banks: a trained network in a file that describes itself.
//!
//! A bank is one safetensors file with a [`BankCard`] as JSON under the metadata key `neurorack`. [`ModelBank::parse`]
//! believes nothing in it; [`ModelBank::prepare`] computes everything that playing at one sample rate needs. A [`ModelBank`]
//! is streamed; a [`RenderedBank`] holds the original Neurorack's network, which is too heavy for that; a [`Bank`] is either.

mod card;
mod catalogue;
mod error;
pub mod figures;
mod image;
mod kind;
mod rendered;
mod tensors;
#[cfg(any(test, feature = "test-bank"))]
pub mod test_bank;
mod write;

pub use card::{BankCard, FORMAT, FactoryCard, Golden, GoldenMorph, Provenance};
pub use catalogue::Catalogue;
pub use error::BankError;
pub use image::{ImageBuffer, ImageError, MAX_IMAGE_BYTES, PreparedBank};
pub use kind::{Bank, Kind};
pub use rendered::RenderedBank;
pub(crate) use tensors::Tensors;
pub(crate) use write::write_with_json;
pub use write::{NamedTensor, write};

use crate::descriptors::{DescriptorCurve, Descriptors, MAX_FRAMES, Timbre};
use crate::models::sinc_nsf;
use safetensors::SafeTensors;
use sha2::{Digest, Sha256};

/// Largest bank file that is read.
pub const MAX_FILE_BYTES: usize = 64 << 20;

/// Largest header (tensor names, shapes and card) that is read.
pub(crate) const MAX_HEADER_BYTES: u64 = 1 << 20;

/// Most factory sets of one bank.
const MAX_FACTORY_SETS: usize = 256;

/// Longest golden hit: 5 s.
const MAX_GOLDEN_SAMPLES: usize = 5 * 44_100;

/// Where the card lies in the file's metadata.
pub(crate) const METADATA_KEY: &str = "neurorack";

/// A parsed bank that voices stream: immutable weights and their card.
#[derive(Debug, Clone)]
pub struct ModelBank {
    catalogue: Catalogue,
    weights: sinc_nsf::Weights,
    golden: Vec<f32>,
    golden_morph: Vec<f32>,
}

impl ModelBank {
    /// Reads a bank file.
    ///
    /// # Errors
    /// When the bytes are not a bank that this version streams; the error says what to do.
    pub fn parse(bytes: &[u8]) -> Result<Self, BankError> {
        Self::parse_hashed(bytes, Sha256::digest(bytes).into())
    }

    /// The same for a host that knows the file's SHA-256 already: browsers compute it faster than this program there.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_hashed(bytes: &[u8], hash: [u8; 32]) -> Result<Self, BankError> {
        let opened = open(bytes)?;
        match opened.kind {
            Kind::SincNsf | Kind::Frave => Self::from_opened(hash, opened),
            Kind::HnSincNsf => Err(BankError::RenderedAhead),
        }
    }

    fn from_opened(hash: [u8; 32], Opened { card, kind, file }: Opened<'_>) -> Result<Self, BankError> {
        let tensors = Tensors::new(file);
        let weights = sinc_nsf::Weights::read(&tensors, card.noise_seed, kind == Kind::Frave)?;
        let factory = read_factory(&tensors, &card)?;
        let golden = read_audio(&tensors, "golden.audio")?;
        let golden_morph = match card.golden.morph {
            Some(_) => read_audio(&tensors, "golden.morph")?,
            None => Vec::new(),
        };
        let catalogue = Catalogue { card, kind, hash, factory };
        Ok(Self { catalogue, weights, golden, golden_morph })
    }

    /// What the bank says about itself.
    #[must_use]
    pub fn card(&self) -> &BankCard {
        &self.catalogue.card
    }

    /// The kind of its network.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.catalogue.kind
    }

    /// SHA-256 of the file.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        self.catalogue.hash
    }

    /// The factory descriptor sets, in the order of the card's list.
    #[must_use]
    pub fn factory(&self) -> &[DescriptorCurve] {
        &self.catalogue.factory
    }

    /// The trained parameters.
    #[must_use]
    pub fn weights(&self) -> &sinc_nsf::Weights {
        &self.weights
    }

    /// Computes what playing at this sample rate needs: about a tenth of a second of work and 10 MB.
    ///
    /// Rates outside 8 to 384 kHz are taken as the nearest of these.
    #[must_use]
    pub fn prepare(&self, sample_rate_hz: u32) -> PreparedBank {
        let serial = u64::from_le_bytes(std::array::from_fn(|byte| self.catalogue.hash[byte]));
        PreparedBank::build(&self.weights, sample_rate_hz.clamp(8_000, 384_000), serial)
    }

    /// Plays the golden hits and returns the largest difference from what training recorded.
    ///
    /// # Errors
    /// When it is larger than the card's tolerance.
    pub fn verify(&self) -> Result<f32, BankError> {
        let Catalogue { card, factory, .. } = &self.catalogue;
        let golden = &card.golden;
        let prepared = self.prepare(card.sample_rate_hz);
        let first = &factory[golden.factory];
        let mut error = difference(&sinc_nsf::render_golden(&prepared, first, first, 0.0), &self.golden);
        if let Some(morph) = golden.morph {
            let second = &factory[morph.factory];
            let rendered = sinc_nsf::render_golden(&prepared, first, second, morph.alpha);
            error = error.max(difference(&rendered, &self.golden_morph));
        }
        check_golden(card, error)
    }
}

/// Whether a golden hit is near enough to what was recorded.
fn check_golden(card: &BankCard, error: f32) -> Result<f32, BankError> {
    let tolerance = card.golden.tolerance;
    if error <= tolerance { Ok(error) } else { Err(BankError::Golden { error, tolerance }) }
}

/// A bank file whose outside is as it should be.
struct Opened<'a> {
    card: BankCard,
    kind: Kind,
    file: SafeTensors<'a>,
}

/// Checks the outside of the file: size, header, card.
fn open(bytes: &[u8]) -> Result<Opened<'_>, BankError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(BankError::TooLarge { bytes: bytes.len(), limit: MAX_FILE_BYTES });
    }
    let broken = |reason: String| BankError::NotSafetensors { reason };
    let header = bytes.first_chunk::<8>().ok_or_else(|| broken("it is too short".into()))?;
    let header_bytes = u64::from_le_bytes(*header);
    if header_bytes > MAX_HEADER_BYTES {
        return Err(broken(format!("its header claims {header_bytes} bytes")));
    }
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|why| broken(why.to_string()))?;
    let json = metadata.metadata().as_ref().and_then(|entries| entries.get(METADATA_KEY)).ok_or(BankError::NoCard)?;
    let bad_card = |reason: String| BankError::BadCard { reason };
    let card: BankCard = serde_json::from_str(json).map_err(|why| bad_card(why.to_string()))?;
    if card.format != FORMAT {
        return Err(BankError::Format { format: card.format, readable: FORMAT });
    }
    let Some(kind) = Kind::named(&card.kind) else { return Err(BankError::Kind { kind: card.kind }) };
    let timing = [card.sample_rate_hz, card.control_hop, card.descriptor_hop];
    if timing != kind.timing() {
        return Err(bad_card(format!("rate and hops are {timing:?} where {:?} is needed", kind.timing())));
    }
    if card.factory.is_empty() || card.factory.len() > MAX_FACTORY_SETS {
        let count = card.factory.len();
        return Err(bad_card(format!("it lists {count} factory sets, 1 to {MAX_FACTORY_SETS} are needed")));
    }
    let golden = &card.golden;
    let sets = [golden.factory, golden.morph.map_or(0, |morph| morph.factory)];
    let alpha_is_good = golden.morph.is_none_or(|morph| (0.0..=1.0).contains(&morph.alpha));
    let tolerance_is_good = golden.tolerance.is_finite() && golden.tolerance >= 0.0;
    if sets.iter().any(|&set| set >= card.factory.len()) || !tolerance_is_good || !alpha_is_good {
        return Err(bad_card("the golden hit's factory set, morph or tolerance is out of range".into()));
    }
    let file = SafeTensors::deserialize(bytes).map_err(|why| broken(why.to_string()))?;
    Ok(Opened { card, kind, file })
}

fn read_factory(tensors: &Tensors<'_>, card: &BankCard) -> Result<Vec<DescriptorCurve>, BankError> {
    (0..card.factory.len())
        .map(|set| {
            let name = format!("factory.{set}");
            let [frames, _] = tensors.matrix_shape(&name, MAX_FRAMES)?;
            let values = tensors.values(&name, &[frames, Descriptors::COUNT])?;
            let (rows, _) = values.as_chunks::<{ Descriptors::COUNT }>();
            let frames = rows.iter().map(|&row| Descriptors::from_array(row)).collect();
            let curve = DescriptorCurve::new(frames);
            let curve = curve.map_err(|why| BankError::Value { name: name.clone(), reason: why.to_string() })?;
            Ok(curve.with_timbre(read_timbre(tensors, &format!("{name}.timbre"))?))
        })
        .collect()
}

/// A factory set's timbre; sets that were not measured have none.
fn read_timbre(tensors: &Tensors<'_>, name: &str) -> Result<Option<Timbre>, BankError> {
    if !tensors.has(name) {
        return Ok(None);
    }
    let values = tensors.values(name, &[Timbre::COUNT])?;
    let timbre = values.try_into().ok().and_then(Timbre::new);
    let wrong = || format!("a number of a timbre is beyond ±{}", Timbre::LIMIT);
    timbre.map(Some).ok_or_else(|| BankError::Value { name: name.into(), reason: wrong() })
}

fn read_audio(tensors: &Tensors<'_>, name: &str) -> Result<Vec<f32>, BankError> {
    let samples = tensors.vector_length(name, MAX_GOLDEN_SAMPLES)?;
    tensors.values(name, &[samples])
}

/// Largest difference between what was rendered and the beginning of it that was recorded; after its end a sound is silent.
fn difference(rendered: &[f32], recorded: &[f32]) -> f32 {
    let silence = std::iter::repeat(&0.0);
    let differences = rendered.iter().chain(silence).zip(recorded).map(|(x, y)| (x - y).abs());
    // What is not a number is as far from everything as can be.
    differences.map(|difference| if difference.is_nan() { f32::INFINITY } else { difference }).fold(0.0, f32::max)
}
