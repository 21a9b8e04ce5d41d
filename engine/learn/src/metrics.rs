//! How far a rendered sound is from a recording, and how well it follows the recording's descriptors.
//!
//! None of these numbers is trained on directly. Together they say what one alone would hide: spectral convergence and
//! the logarithmic distance see every bin, [`envelope_db`] forgives another noise of the same shape,
//! [`texture_db`] does not forgive a comb of sines that poses as noise, [`Attack`] is whether an impact convinces, and
//! [`Tracking`] is what a player feels.
//! All work on mono sound at [`RATE_HZ`], cut to the shorter of the two.

mod attack;
mod pitch;
mod spectral;
mod stft;
mod texture;
mod tracking;

pub use attack::Attack;
pub use spectral::{SpectralDistance, spectral_distance};
pub use texture::{envelope_db, texture_db};
pub use tracking::Tracking;
pub(crate) use tracking::correlation;

/// Sample rate at which sounds are compared, in hertz.
pub const RATE_HZ: u32 = 22_050;

/// Everything measured about one pair of sounds.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Comparison {
    /// How many samples were compared.
    pub samples: usize,
    /// Distance at the levels as they are.
    pub raw: SpectralDistance,
    /// Distance after each sound is divided by its own peak.
    pub normalised: SpectralDistance,
    /// See [`envelope_db`].
    pub envelope_db: Option<f64>,
    /// See [`texture_db`].
    pub texture_db: Option<f64>,
    /// How the attacks differ.
    pub attack: Attack,
    /// How well the test's descriptors follow the reference's.
    pub tracking: Tracking,
}

/// Compares two mono sounds at [`RATE_HZ`]; the longer one is cut.
///
/// Returns `None` if one of them is empty.
pub fn compare(reference: &[f32], test: &[f32]) -> Option<Comparison> {
    let samples = reference.len().min(test.len());
    if samples == 0 {
        return None;
    }
    let (reference, test) = (&reference[..samples], &test[..samples]);
    Some(Comparison {
        samples,
        raw: spectral_distance(reference, test),
        normalised: spectral_distance(&divided_by_peak(reference), &divided_by_peak(test)),
        envelope_db: envelope_db(reference, test),
        texture_db: texture_db(reference, test),
        attack: Attack::measure(reference, test),
        tracking: Tracking::measure(reference, test),
    })
}

/// Whether each frame of a sound at [`RATE_HZ`] has a pitch, one every 512 samples: its YIN difference has a trough below
/// .1.
pub fn voiced(sound: &[f32]) -> Vec<bool> {
    pitch::pitches(sound).iter().map(|pitch| pitch.voiced).collect()
}

fn divided_by_peak(sound: &[f32]) -> Vec<f32> {
    let peak = sound.iter().fold(1e-9f32, |peak, sample| peak.max(sample.abs()));
    sound.iter().map(|sample| sample / peak).collect()
}

/// Arithmetic mean; `None` of nothing.
fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (count, sum) = values.into_iter().fold((0usize, 0.0), |(count, sum), value| (count + 1, sum + value));
    (count > 0).then(|| sum / count as f64)
}
