//! A bank whose network is rendered ahead: the original Neurorack's.

use super::{
    BankCard, BankError, Catalogue, Kind, Opened, Tensors, check_golden, difference, read_audio, read_factory,
};
use crate::control::{ControlFrame, Parameters, Settings};
use crate::curve::ScaledCurve;
use crate::descriptors::DescriptorCurve;
use crate::models::hn_sinc_nsf::{self, Ask, Draws, FRAME_SAMPLES, Frame, Weights};
use sha2::{Digest, Sha256};

/// Most frames of a golden hit, 0.37 s: each takes some hundredths of a second to verify.
const MOST_GOLDEN_FRAMES: usize = 16;

/// A parsed bank of kind `hn-sinc-nsf`: immutable weights and their card.
///
/// Its golden hit is the first frames of a factory set alone, as [`golden_frames`](Self::golden_frames) gives them, rendered
/// with the [`Draws`] of the card's noise seed; how many there are the length of the tensor `golden.audio` says.
#[derive(Debug, Clone)]
pub struct RenderedBank {
    catalogue: Catalogue,
    weights: Weights,
    golden: Vec<f32>,
}

impl RenderedBank {
    /// Reads a bank file.
    ///
    /// # Errors
    /// When the bytes are not a bank of this kind; the error says what to do.
    pub fn parse(bytes: &[u8]) -> Result<Self, BankError> {
        let opened = super::open(bytes)?;
        match opened.kind {
            Kind::HnSincNsf => Self::from_opened(bytes, opened),
            Kind::SincNsf | Kind::Frave => Err(BankError::Streamed),
        }
    }

    pub(super) fn from_opened(bytes: &[u8], Opened { card, kind, file }: Opened<'_>) -> Result<Self, BankError> {
        let tensors = Tensors::new(file);
        let weights = Weights::read(&tensors)?;
        let factory = read_factory(&tensors, &card)?;
        let golden = read_audio(&tensors, "golden.audio")?;
        let frames = golden.len() / FRAME_SAMPLES;
        if golden.len() % FRAME_SAMPLES != 0 || frames > MOST_GOLDEN_FRAMES {
            let expected = format!("one axis of 1 to {MOST_GOLDEN_FRAMES} times {FRAME_SAMPLES}");
            return Err(BankError::Shape { name: "golden.audio".into(), found: vec![golden.len()], expected });
        }
        if card.golden.morph.is_some() {
            let reason = "a bank that is rendered ahead has one golden hit, without morph".into();
            return Err(BankError::BadCard { reason });
        }
        let catalogue = Catalogue { card, kind, hash: Sha256::digest(bytes).into(), factory };
        Ok(Self { catalogue, weights, golden })
    }

    /// What the bank says about itself.
    #[must_use]
    pub fn card(&self) -> &BankCard {
        &self.catalogue.card
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
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The first frames of a curve as it is played alone with all controls at rest, `most` at most: what golden hits and
    /// comparisons of processors are rendered from.
    #[must_use]
    pub fn golden_frames(curve: &DescriptorCurve, most: usize) -> Vec<Frame> {
        let curve = ScaledCurve::from(curve);
        let settings = Settings::default();
        let parameters = Parameters::read(&ControlFrame::default(), &settings);
        let ask = Ask { curves: [&curve; 2], settings: &settings, velocity: 1.0, semitones: 0.0, seed: 0 };
        let mut frames = hn_sinc_nsf::frames(&ask, |_| parameters);
        frames.truncate(most);
        frames
    }

    /// What was recorded of the golden hit, at 22,050 Hz.
    #[must_use]
    pub fn golden(&self) -> &[f32] {
        &self.golden
    }

    /// Renders the golden hit and returns the largest difference from what burn recorded.
    ///
    /// # Errors
    /// When it is larger than the card's tolerance.
    pub fn verify(&self) -> Result<f32, BankError> {
        let Catalogue { card, factory, .. } = &self.catalogue;
        let frames = Self::golden_frames(&factory[card.golden.factory], self.golden.len() / FRAME_SAMPLES);
        let draws = Draws::new(card.noise_seed, frames.len());
        check_golden(card, difference(&hn_sinc_nsf::render(&self.weights, &frames, &draws), &self.golden))
    }
}

impl AsRef<Catalogue> for RenderedBank {
    fn as_ref(&self) -> &Catalogue {
        &self.catalogue
    }
}
