//! Hits on a processor of choice, without a word of burn: what hosts use.

use burn::tensor::{Device, Tensor};
use neurorack_engine::bank::{BankError, Kind, ModelBank, PreparedBank};
use neurorack_engine::control::Parameters;
use neurorack_engine::curve::ScaledCurve;
use neurorack_engine::descriptors::{DescriptorCurve, MovedTimbre};
use neurorack_engine::models::hn_sinc_nsf::{self, Ask, Draws};
use neurorack_engine::offline::plain_hit;

use crate::ahead::AheadRenderer;
use crate::bank_network::{BankNetwork, BankNetworkError};
use crate::batch::{BatchRenderer, MOST_HITS, finish, samples};
use crate::drive::Asking;
use crate::frave::Frave;

/// What computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Processor {
    /// This computer's processor, in pure Rust (burn's flex).
    Cpu,
    /// A graphics card: through WebGPU in a browser, through Vulkan, Metal or DirectX natively.
    Gpu,
}

/// Largest difference between a processor's sound and the engine's, as a share of the sound's peak.
pub const TOLERANCE: f32 = 1e-3;

/// Frames of the hit that is compared, 0.4 s: a browser's adapter without a card needs many seconds for one.
const VERIFIED_FRAMES: usize = 70;

/// Why nothing is rendered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlayerError {
    /// There is no such processor here.
    #[error("no graphics card can be used ({reason}): sounds are rendered by the processor")]
    NoGpu {
        /// In the words of the library that was asked.
        reason: String,
    },
    /// The bank cannot be played.
    #[error(transparent)]
    Bank(#[from] BankNetworkError),
    /// The bank cannot be read.
    #[error(transparent)]
    Unreadable(#[from] BankError),
    /// The bank is of another kind than what was asked for.
    #[error("the bank's network is {kind}, which renders other sounds than were asked for: take another bank")]
    Kind {
        /// The kind in its card.
        kind: &'static str,
    },
    /// No bank was given yet.
    #[error("there is no bank to render with: give one first")]
    NoBank,
    /// The processor stopped.
    #[error("the graphics card stopped in the middle of its work ({reason})")]
    Lost {
        /// In the words of the library that computed.
        reason: String,
    },
    /// What comes back is not what the engine plays.
    #[error("the graphics card computes other sounds than the engine (off by {difference:.1e} of the peak)")]
    Different {
        /// As a share of the peak.
        difference: f32,
    },
}

/// Renders hits of one bank.
pub struct Player {
    device: Device,
    processor: Processor,
    bank: Option<Loaded>,
}

/// A bank, and what renders it.
enum Loaded {
    Streamed(Box<Streamed>),
    Rendered(Box<AheadRenderer>),
}

/// A bank whose network the engine streams.
struct Streamed {
    renderer: BatchRenderer,
    frave: Option<Frave>,
    bank: ModelBank,
}

impl Streamed {
    /// The timbre that each curve is played with.
    fn timbres(&self, curves: &[ScaledCurve]) -> Vec<Option<MovedTimbre>> {
        match &self.frave {
            Some(frave) => frave.heard(curves, self.bank.weights().normalisation()).into_iter().map(Some).collect(),
            None => curves.iter().map(|curve| curve.timbre().copied()).collect(),
        }
    }
}

impl Player {
    /// Opens a processor. Once for each in a program.
    ///
    /// # Errors
    /// When it cannot be had.
    pub async fn open(processor: Processor) -> Result<Self, PlayerError> {
        let device = match processor {
            Processor::Cpu => Device::flex(),
            #[cfg(feature = "wgpu")]
            Processor::Gpu => {
                let wanted = Device::wgpu_options().init_async().await;
                wanted.map_err(|why| PlayerError::NoGpu { reason: why.to_string() })?
            }
            #[cfg(not(feature = "wgpu"))]
            Processor::Gpu => return Err(PlayerError::NoGpu { reason: "this program was built without".into() }),
        };
        Ok(Self { device, processor, bank: None })
    }

    /// Takes up a bank's file, of either kind. Returns the SHA-256 of the file.
    ///
    /// # Errors
    /// When it cannot be played; the bank before stays.
    pub fn use_bank(&mut self, bytes: &[u8]) -> Result<[u8; 32], PlayerError> {
        let (loaded, hash) = match Kind::of(bytes)? {
            Kind::SincNsf | Kind::Frave => {
                let network = BankNetwork::read(bytes, &self.device)?;
                let hash = network.bank.hash();
                let renderer = BatchRenderer::new(&network, &self.device);
                let BankNetwork { frave, bank, .. } = network;
                (Loaded::Streamed(Box::new(Streamed { renderer, frave, bank })), hash)
            }
            Kind::HnSincNsf => {
                let card = (self.processor == Processor::Gpu).then_some(&self.device);
                let ahead = AheadRenderer::read(bytes, card)?;
                let hash = ahead.bank().hash();
                (Loaded::Rendered(Box::new(ahead)), hash)
            }
        };
        self.bank = Some(loaded);
        Ok(hash)
    }

    /// Renders a short sound of the bank and compares it: a streamed network's with the engine's of the first factory set,
    /// another's with the golden hit that it brings. Returns the difference as a share of the sound's peak.
    ///
    /// # Errors
    /// When it is larger than [`TOLERANCE`], or nothing comes back.
    pub async fn verify(&self) -> Result<f32, PlayerError> {
        let difference = match self.bank.as_ref().ok_or(PlayerError::NoBank)? {
            Loaded::Streamed(streamed) => self.difference_from_engine(&streamed.bank).await?,
            Loaded::Rendered(ahead) => ahead.difference().await?,
        };
        // Not a number is no small difference.
        if difference <= TOLERANCE { Ok(difference) } else { Err(PlayerError::Different { difference }) }
    }

    async fn difference_from_engine(&self, bank: &ModelBank) -> Result<f32, PlayerError> {
        let whole = &bank.factory()[0];
        let beginning = whole.frames().iter().copied().take(VERIFIED_FRAMES).collect();
        let curve = DescriptorCurve::new(beginning)
            .map_or_else(|_| whole.clone(), |curve| curve.with_timbre(whole.timbre().copied()));
        let prepared: PreparedBank = bank.prepare(bank.card().sample_rate_hz);
        let mut expected = plain_hit(&prepared, &curve);
        finish(&mut expected);
        let rendered = self.hits(&[ScaledCurve::from(&curve)], || true).await?.pop().unwrap_or_default();
        Ok(difference(&expected, &rendered))
    }

    /// One hit of the original's network as it is played, as strong as `ask` says, with an end without a click. `parameters`
    /// says how the panel stands so many seconds after the trigger. At [`hn_sinc_nsf::SAMPLE_RATE_HZ`].
    ///
    /// # Errors
    /// When no bank of this kind was given, or the processor stops.
    pub async fn ahead(
        &self,
        ask: &Ask<'_>,
        parameters: impl FnMut(f32) -> Parameters,
    ) -> Result<Vec<f32>, PlayerError> {
        let ahead = match self.bank.as_ref().ok_or(PlayerError::NoBank)? {
            Loaded::Rendered(ahead) => ahead,
            Loaded::Streamed(streamed) => return Err(PlayerError::Kind { kind: streamed.bank.kind().name() }),
        };
        let frames = hn_sinc_nsf::frames(ask, parameters);
        let mut sound = ahead.render(&frames, &Draws::new(ask.seed, frames.len())).await?;
        hn_sinc_nsf::finish(&mut sound, ask.velocity);
        Ok(sound)
    }

    /// One hit of each curve at 44.1 kHz, limited as the instrument limits it, from its first sample to silence. Where
    /// `goes_on` says no in the middle, nothing comes back.
    ///
    /// # Errors
    /// When no bank was given, or the processor stops.
    pub async fn hits(&self, curves: &[ScaledCurve], goes_on: impl Fn() -> bool) -> Result<Vec<Vec<f32>>, PlayerError> {
        let streamed = match self.bank.as_ref().ok_or(PlayerError::NoBank)? {
            Loaded::Streamed(streamed) => streamed,
            Loaded::Rendered(_) => return Err(PlayerError::Kind { kind: Kind::HnSincNsf.name() }),
        };
        let mut sounds = vec![Vec::new(); curves.len()];
        for (curves, sounds) in curves.chunks(MOST_HITS).zip(sounds.chunks_mut(MOST_HITS)) {
            let timbres = streamed.timbres(curves);
            let hits: Vec<Asking<'_>> = curves
                .iter()
                .zip(&timbres)
                .map(|(curve, timbre)| Asking { curve: curve.frames(), timbre: timbre.as_ref() })
                .collect();
            for stretch in streamed.renderer.begin(&hits) {
                let length = stretch.dims()[1];
                let values = read(stretch).await?;
                sounds.iter_mut().zip(values.chunks(length)).for_each(|(sound, values)| sound.extend(values));
                if !goes_on() {
                    return Ok(Vec::new());
                }
            }
            for (hit, sound) in hits.iter().zip(sounds) {
                sound.truncate(samples(hit));
                finish(sound);
            }
        }
        Ok(sounds)
    }
}

/// Largest difference between two sounds, as a share of the first one's peak; infinite where their lengths differ.
pub(crate) fn difference(expected: &[f32], rendered: &[f32]) -> f32 {
    if rendered.len().abs_diff(expected.len()) > 1 {
        return f32::INFINITY;
    }
    let peak = expected.iter().fold(f32::MIN_POSITIVE, |peak, sample| peak.max(sample.abs()));
    // What is not a number stays so: it is larger than every tolerance.
    let largest = expected.iter().zip(rendered).map(|(a, b)| (a - b).abs()).fold(0.0f32, |largest, difference| {
        if difference.is_nan() || largest.is_nan() { f32::NAN } else { largest.max(difference) }
    });
    largest / peak
}

/// A tensor's values, waited for.
pub(crate) async fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, PlayerError> {
    let lost = |reason: String| PlayerError::Lost { reason };
    let data = tensor.into_data_async().await.map_err(|why| lost(format!("{why:?}")))?;
    data.try_to_vec().map_err(|why| lost(format!("{why:?}")))
}
