//! A variational autoencoder of whole descriptor curves, and a map of what it knows.
//!
//! After Kingma and Welling, "Auto-encoding variational Bayes", ICLR 2014. A curve becomes an [`Outline`] of fixed size,
//! the encoder's mean makes of it a latent point of 8 numbers, and the decoder makes a curve of any such point. Points
//! between two sounds sound between them; points drawn from the Gaussian that was fitted to the training sounds are new
//! impacts. The map is a smooth two-dimensional sheet through the latent space (a self-organising map, Kohonen 1982).
//!
//! Not for the audio thread: everything here allocates.

mod file;
mod network;
mod outline;
mod sheet;
#[cfg(any(test, feature = "test-bank"))]
pub mod test_map;

pub use file::{CurveVaeCard, CurveVaeError, FORMAT, KIND, MAX_FILE_BYTES, write};
pub use network::LATENT;
pub use outline::{CHANNELS, Outline, POINTS, SCALARS, VALUES};

use crate::bank::{BankError, Tensors};
use crate::descriptors::DescriptorCurve;
use crate::models::noise::bin_noise;
use file::Gaussian;
use network::{Decoder, Encoder};
use sha2::{Digest, Sha256};
use sheet::Sheet;

/// Largest difference between burn and the engine, in normalised values: the same f16 weights, sums in another order.
pub const GOLDEN_TOLERANCE: f32 = 1e-4;

/// Normalised values beyond this are cut: nothing of the training data lies there.
pub const LARGEST_VALUE: f32 = 4.0;

/// Most golden vectors of one file.
const MAX_GOLDEN: usize = 64;

/// How far from its middle the Gaussian is trusted, in standard deviations over all dimensions: 96 % of it lie inside.
const LARGEST_DRAW: f32 = 4.0;

/// A parsed map: the autoencoder, the Gaussian and the sheet.
#[derive(Debug, Clone)]
pub struct CurveVae {
    card: CurveVaeCard,
    hash: [u8; 32],
    normalisation: OutlineNormalisation,
    encoder: Encoder,
    decoder: Decoder,
    gaussian: Gaussian,
    sheet: Sheet,
    golden: Golden,
}

/// What burn computed.
#[derive(Debug, Clone)]
struct Golden {
    /// Normalised outlines, `[n][VALUES]`.
    input: Vec<f32>,
    /// Their latent points.
    latent: Vec<[f32; LATENT]>,
    /// What the decoder makes of these, `[n][VALUES]`.
    output: Vec<f32>,
}

impl CurveVae {
    /// Reads a map file.
    ///
    /// # Errors
    /// When the bytes are not a map that this version reads; the error says what to do.
    pub fn parse(bytes: &[u8]) -> Result<Self, CurveVaeError> {
        let (card, file) = file::open(bytes)?;
        let tensors = Tensors::new(file);
        let mean = tensors.values("gaussian.mean", &[LATENT])?;
        let factor = tensors.values("gaussian.factor", &[LATENT, LATENT])?;
        let gaussian = Gaussian {
            mean: std::array::from_fn(|dimension| mean[dimension]),
            factor: std::array::from_fn(|row| std::array::from_fn(|column| factor[row * LATENT + column])),
        };
        Ok(Self {
            card,
            hash: Sha256::digest(bytes).into(),
            normalisation: OutlineNormalisation::read(&tensors)?,
            encoder: Encoder::read(&tensors)?,
            decoder: Decoder::read(&tensors)?,
            gaussian,
            sheet: Sheet::read(&tensors)?,
            golden: Golden::read(&tensors)?,
        })
    }

    /// What the map says about itself.
    #[must_use]
    pub fn card(&self) -> &CurveVaeCard {
        &self.card
    }

    /// SHA-256 of the file.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// Runs both networks on what training recorded and returns the largest difference, in normalised values.
    ///
    /// # Errors
    /// When it is larger than [`GOLDEN_TOLERANCE`].
    pub fn verify(&self) -> Result<f32, CurveVaeError> {
        let mut error = 0.0f32;
        // `max` would lose a difference that is not a number.
        let mut compare = |a: f32, b: f32| error = error.max(if a.is_finite() { (a - b).abs() } else { f32::INFINITY });
        let Golden { input, latent, output } = &self.golden;
        for ((input, latent), output) in input.chunks_exact(VALUES).zip(latent).zip(output.chunks_exact(VALUES)) {
            self.encoder.forward(input).iter().zip(latent).for_each(|(&a, &b)| compare(a, b));
            self.decoder.forward(latent).iter().zip(output).for_each(|(&a, &b)| compare(a, b));
        }
        if error <= GOLDEN_TOLERANCE {
            Ok(error)
        } else {
            Err(CurveVaeError::Golden { error, tolerance: GOLDEN_TOLERANCE })
        }
    }

    /// The latent point of a curve, always finite.
    ///
    /// A curve whose peak is quieter or louder than all of the training data is first brought to the nearest level in it.
    #[must_use]
    pub fn encode(&self, curve: &DescriptorCurve) -> [f32; LATENT] {
        let peak = curve.frames().iter().fold(0.0f32, |peak, frame| peak.max(frame.rms));
        let [low, high] = self.card.peak_db.map(|db| libm::exp10f(db / 20.0));
        let gain = if peak > 1e-6 { peak.clamp(low, high) / peak } else { 1.0 };
        let values = self.normalisation.normalise(&Outline::of(curve, gain));
        self.encoder.forward(&values).map(|x| if x.is_finite() { x } else { 0.0 })
    }

    /// The curve of a latent point, whatever its numbers are: finite, in range, at most 4 s, silent at its end.
    #[must_use]
    pub fn decode(&self, point: &[f32; LATENT]) -> DescriptorCurve {
        self.decode_outline(point).curve()
    }

    /// The outline of a latent point: [`decode`](Self::decode) without its last step.
    #[must_use]
    pub fn decode_outline(&self, point: &[f32; LATENT]) -> Outline {
        self.normalisation.restore(&self.decoder.forward(point))
    }

    /// A new impact: a draw from the Gaussian fitted to the training sounds. The same seed gives the same point everywhere.
    #[must_use]
    pub fn sample(&self, seed: u64) -> [f32; LATENT] {
        let mut draw = [0.0; LATENT];
        for (pair, bin) in draw.as_chunks_mut::<2>().0.iter_mut().zip(0..) {
            *pair = bin_noise(seed, 0, bin);
        }
        let length = libm::sqrtf(draw.iter().map(|x| x * x).sum());
        let scale = (LARGEST_DRAW / length.max(1e-6)).min(1.0);
        std::array::from_fn(|row| {
            let moved: f32 = self.gaussian.factor[row].iter().zip(&draw).map(|(f, x)| f * x * scale).sum();
            self.gaussian.mean[row] + moved
        })
    }

    /// Where a latent point lies on the map: the place in `[-1, 1]²` that sounds most like it.
    #[must_use]
    pub fn place(&self, point: &[f32; LATENT]) -> [f32; 2] {
        self.sheet.place(point)
    }

    /// The latent point of a place on the map; outside of `[-1, 1]²` that of the rim.
    #[must_use]
    pub fn at(&self, place: [f32; 2]) -> [f32; LATENT] {
        self.sheet.at(place)
    }

    /// How differently two latent points sound: 1 is the root mean square distance of two training sounds.
    #[must_use]
    pub fn distance(&self, a: &[f32; LATENT], b: &[f32; LATENT]) -> f32 {
        self.sheet.distance(a, b)
    }
}

/// Mean and standard deviation of each channel and scalar of an [`Outline`].
#[derive(Debug, Clone, PartialEq)]
pub struct OutlineNormalisation {
    /// Means of the channels, then of the scalars.
    pub mean: [f32; CHANNELS + SCALARS],
    /// Standard deviations, above zero.
    pub std: [f32; CHANNELS + SCALARS],
}

impl OutlineNormalisation {
    fn read(tensors: &Tensors<'_>) -> Result<Self, BankError> {
        let read = |name| tensors.values(name, &[CHANNELS + SCALARS]);
        let (mean, std) = (read("normalisation.mean")?, read("normalisation.std")?);
        if std.iter().any(|&std| std <= 0.0) {
            return Err(BankError::Value { name: "normalisation.std".into(), reason: "it is not above zero".into() });
        }
        Ok(Self { mean: std::array::from_fn(|k| mean[k]), std: std::array::from_fn(|k| std[k]) })
    }

    /// An outline as z-scores, `[VALUES]`, cut at ±[`LARGEST_VALUE`].
    #[must_use]
    pub fn normalise(&self, outline: &Outline) -> Vec<f32> {
        let scores = outline.to_values().into_iter().enumerate().map(|(index, value)| {
            let row = row_of(index);
            ((value - self.mean[row]) / self.std[row]).clamp(-LARGEST_VALUE, LARGEST_VALUE)
        });
        scores.collect()
    }

    /// The outline of z-scores.
    ///
    /// # Panics
    /// When there are fewer than [`VALUES`].
    #[must_use]
    pub fn restore(&self, values: &[f32]) -> Outline {
        let scaled = values.iter().enumerate().map(|(index, value)| {
            let row = row_of(index.min(VALUES - 1));
            value * self.std[row] + self.mean[row]
        });
        Outline::from_values(&scaled.collect::<Vec<_>>())
    }
}

/// The channel or scalar that a value belongs to.
fn row_of(index: usize) -> usize {
    if index < CHANNELS * POINTS { index / POINTS } else { CHANNELS + index - CHANNELS * POINTS }
}

impl Golden {
    fn read(tensors: &Tensors<'_>) -> Result<Self, BankError> {
        let [count, _] = tensors.matrix_shape("golden.latent", MAX_GOLDEN)?;
        let latent = tensors.values("golden.latent", &[count, LATENT])?;
        Ok(Self {
            input: tensors.values("golden.input", &[count, VALUES])?,
            latent: latent.as_chunks().0.to_vec(),
            output: tensors.values("golden.output", &[count, VALUES])?,
        })
    }
}
