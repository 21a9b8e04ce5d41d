//! Whether a sound does what its descriptors say: the descriptors of each frame, measured so that they have a gradient.
//!
//! All come from the magnitudes of one Hann-windowed spectrum a frame. Roll-off, zero crossings and pitch have no useful
//! gradient as they are defined; what stands in for them here moves with them:
//!
//! - roll-off: the share of magnitude below the asked frequency, which should be 0.85;
//! - zero crossings: the rms frequency of the power spectrum, exact for Gaussian noise and for a sine (Rice, 1945);
//! - pitch: by how much the autocorrelation at the asked period exceeds that at half of it.
//!
//! The asked values of a recording are measured in the same way, so what stands in is compared with itself.

use neurorack_engine::descriptors::Descriptors;

/// Share of the summed magnitude below the roll-off.
const ROLLOFF_SHARE: f32 = 0.85;
/// By how much the roll-off's log odds change for an octave, about, in broad spectra.
const LOG_ODDS_PER_OCTAVE: f32 = 2.35;
/// Frames quieter than this, -60 dB full scale, ask for nothing.
const ACTIVE_RMS: f32 = 1e-3;
/// Least power of a bin in the flatness, as in the descriptor.
const POWER_FLOOR: f32 = 1e-10;
/// Distance, in standard deviations, below which the error counts by its square.
const NEAR: f32 = 0.1;
/// Period contrast from which on a frame of a recording is taken as pitched.
const PITCHED: f32 = 0.5;

/// What is asked of one frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked {
    /// Descriptors in their usual order and units; `zcr` is the rms frequency over half the sample rate.
    pub descriptors: [f32; Descriptors::COUNT],
    /// How clearly the frame has the pitch it names: -2 to 2, 0 for none.
    pub contrast: f32,
}

/// Compares frames of `2 x (bins - 1)` samples at one sample rate.
#[derive(Debug)]
pub(super) struct ControlLoss {
    bins: usize,
    sample_rate_hz: f32,
    /// Standard deviations of the transformed descriptors.
    deviation: [f32; Descriptors::COUNT],
}

/// The sums over a spectrum that the descriptors come from.
struct Moments {
    magnitude: f32,
    power: f32,
    centroid: f32,
    /// Variance of frequency under the magnitudes.
    variance: f32,
    /// Mean square frequency under the powers.
    mean_square: f32,
    log_power: f32,
    /// Sum of the floored powers.
    floored: f32,
}

impl ControlLoss {
    pub(super) fn new(window: usize, sample_rate_hz: f32, deviation: [f32; Descriptors::COUNT]) -> Self {
        Self { bins: window / 2 + 1, sample_rate_hz, deviation }
    }

    /// What each frame of a recording asks for, from its magnitudes `[frames][bins]` and its pitch at each frame.
    pub(super) fn measure(&self, magnitudes: &[f32], f0_hz: impl Iterator<Item = f32>) -> Vec<Asked> {
        magnitudes
            .chunks_exact(self.bins)
            .zip(f0_hz)
            .map(|(frame, f0_hz)| {
                let m = self.moments(frame);
                let bins = self.bins as f32;
                let flatness = (m.log_power / bins).exp() * bins / m.floored;
                let mut below = 0.0;
                let rolloff = frame.iter().position(|y| {
                    below += y;
                    below >= ROLLOFF_SHARE * m.magnitude
                });
                let descriptors = [
                    self.rms(m.power),
                    m.mean_square.sqrt() * 2.0 / self.sample_rate_hz,
                    rolloff.unwrap_or(0) as f32 * self.bin_hz(),
                    flatness,
                    m.variance.sqrt(),
                    m.centroid,
                    f0_hz,
                ];
                Asked { descriptors, contrast: self.contrast(frame, m.power, f0_hz, |_, _| ()) }
            })
            .collect()
    }

    /// Mean distance over the active frames, in standard deviations; adds its gradient to `slope`.
    ///
    /// `weights` say how much each descriptor counts.
    pub(super) fn distance(
        &self,
        asked: &[Asked],
        weights: &[f32; Descriptors::COUNT],
        y: &[f32],
        share: f32,
        slope: &mut [f32],
    ) -> f32 {
        let active = asked.iter().filter(|asked| asked.descriptors[0] > ACTIVE_RMS).count();
        let scale = share / (active.max(1) as f32 * weights.iter().sum::<f32>());
        let mut sum = 0.0;
        let frames = y.chunks_exact(self.bins).zip(slope.chunks_exact_mut(self.bins));
        for (asked, (y, slope)) in asked.iter().zip(frames) {
            if asked.descriptors[0] > ACTIVE_RMS {
                sum += self.frame(asked, weights, y, scale, slope);
            }
        }
        sum
    }

    fn frame(&self, asked: &Asked, weights: &[f32; 7], y: &[f32], scale: f32, slope: &mut [f32]) -> f32 {
        let m = self.moments(y);
        if m.magnitude < 1e-6 {
            return 0.0;
        }
        let [rms, zcr, rolloff, flatness, bandwidth, centroid, f0_hz] = asked.descriptors;
        let bin_hz = self.bin_hz();
        let mut sum = 0.0;
        // The weighted error of one descriptor and its derivative, both scaled.
        let mut error = |index: usize, difference: f32| {
            let z = difference / self.deviation[index];
            let smooth = (z * z + NEAR * NEAR).sqrt();
            sum += scale * weights[index] * (smooth - NEAR);
            scale * weights[index] * z / smooth / self.deviation[index]
        };

        let level = self.rms(m.power);
        let towards = error(0, ((level + 1e-4) / (rms + 1e-4)).log10());
        let per_power = towards * level / (2.0 * m.power * (level + 1e-4) * std::f32::consts::LN_10);

        let crossing = m.mean_square.sqrt() * 2.0 / self.sample_rate_hz;
        let towards = error(1, ((crossing + 1e-3) / (zcr + 1e-3)).log2());
        let per_square =
            towards * crossing / (2.0 * m.mean_square * m.power * (crossing + 1e-3) * std::f32::consts::LN_2);

        let bins = self.bins as f32;
        let flat = (m.log_power / bins).exp() * bins / m.floored;
        let per_flatness =
            error(3, ((flat + 1e-7) / (flatness + 1e-7)).log10()) * flat / ((flat + 1e-7) * std::f32::consts::LN_10);
        let typical = (0.5 * m.log_power / bins).exp();

        let width = m.variance.sqrt().max(1.0);
        let towards = error(4, ((width + 20.0) / (bandwidth + 20.0)).log2());
        let per_variance = towards / (2.0 * width * (width + 20.0) * std::f32::consts::LN_2 * m.magnitude);

        let towards = error(5, ((m.centroid + 20.0) / (centroid + 20.0)).log2());
        let per_centroid = towards / ((m.centroid + 20.0) * std::f32::consts::LN_2 * m.magnitude);

        let edge = (rolloff / bin_hz).clamp(1.0, bins - 2.0);
        let below = |k: usize| (edge + 0.5 - k as f32).clamp(0.0, 1.0);
        let inside = y.iter().enumerate().take(edge as usize + 2).map(|(k, y)| y * below(k)).sum::<f32>();
        let inside = (inside / m.magnitude).clamp(0.01, 0.99);
        let odds = (inside / (1.0 - inside)).ln() - (ROLLOFF_SHARE / (1.0 - ROLLOFF_SHARE)).ln();
        let towards = error(2, odds / LOG_ODDS_PER_OCTAVE);
        let per_share = towards / (LOG_ODDS_PER_OCTAVE * inside * (1.0 - inside) * m.magnitude);

        for (k, (slope, &y)) in slope.iter_mut().zip(y).enumerate() {
            let f = k as f32 * bin_hz;
            let mut per_magnitude = per_centroid * (f - m.centroid)
                + per_variance * ((f - m.centroid).powi(2) - m.variance)
                + per_share * (below(k) - inside);
            per_magnitude += 2.0 * y * (per_power + per_square * (f * f - m.mean_square));
            if y * y > POWER_FLOOR {
                // A bin in a null of the spectrum would pull without bound.
                per_magnitude += per_flatness * (2.0 / (bins * y.max(0.1 * typical)) - 2.0 * y / m.floored);
            }
            *slope += per_magnitude;
        }

        if asked.contrast > PITCHED {
            let contrast = self.contrast(y, m.power, f0_hz, |_, _| ());
            let missing = asked.contrast - contrast;
            if missing > 0.0 {
                sum += scale * weights[6] * missing;
                let per_contrast = -scale * weights[6] / m.power;
                self.contrast(y, m.power, f0_hz, |k, curve| {
                    slope[k] += per_contrast * 2.0 * y[k] * (curve - contrast);
                });
            }
        }
        sum
    }

    /// Normalised autocorrelation at the period minus that at half of it; `each` sees every bin's share in it.
    fn contrast(&self, y: &[f32], power: f32, f0_hz: f32, mut each: impl FnMut(usize, f32)) -> f32 {
        let turn = std::f32::consts::PI * self.bin_hz() / f0_hz.max(40.0);
        let (turn_sin, turn_cos) = turn.sin_cos();
        let (mut sin, mut cos) = (0.0f32, 1.0f32);
        let mut sum = 0.0;
        for (k, y) in y.iter().enumerate() {
            // cos at half the period; twice its angle is the period.
            let curve = 2.0 * cos * cos - 1.0 - cos;
            sum += y * y * curve;
            each(k, curve);
            (sin, cos) = (sin * turn_cos + cos * turn_sin, cos * turn_cos - sin * turn_sin);
        }
        sum / power.max(1e-12)
    }

    fn moments(&self, y: &[f32]) -> Moments {
        let bin_hz = self.bin_hz();
        let (mut magnitude, mut power, mut moment, mut square) = (0.0f32, 0.0f32, 0.0f32, 0.0f32);
        let (mut log_power, mut floored) = (0.0f32, 0.0f32);
        for (k, &y) in y.iter().enumerate() {
            let f = k as f32;
            let p = y * y;
            magnitude += y;
            power += p;
            moment += f * y;
            square += f * f * p;
            log_power += p.max(POWER_FLOOR).ln();
            floored += p.max(POWER_FLOOR);
        }
        let centre = moment / magnitude.max(1e-9);
        let variance = y.iter().enumerate().map(|(k, y)| y * (k as f32 - centre).powi(2)).sum::<f32>();
        Moments {
            magnitude,
            power: power.max(1e-12),
            centroid: centre * bin_hz,
            variance: variance / magnitude.max(1e-9) * bin_hz * bin_hz,
            mean_square: (square / power.max(1e-12) * bin_hz * bin_hz).max(1.0),
            log_power,
            floored,
        }
    }

    /// Root mean square under a Hann window.
    fn rms(&self, power: f32) -> f32 {
        let window = 2.0 * (self.bins - 1) as f32;
        (2.0 * power / (window * window * 0.375)).sqrt()
    }

    fn bin_hz(&self) -> f32 {
        self.sample_rate_hz / (2.0 * (self.bins - 1) as f32)
    }
}

/// What is asked between two sounds, `part` of the way (0 to 1): as the curves are morphed, in logarithms and warped in time.
///
/// `seconds` are the lengths of both curves, `frame_s` the time from frame to frame.
pub fn between(sounds: [&[Asked]; 2], seconds: [f32; 2], part: f32, frame_s: f32) -> Vec<Asked> {
    let length = seconds[0].powf(1.0 - part) * seconds[1].powf(part);
    let frames = (length / frame_s) as usize + 1;
    (0..frames)
        .map(|frame| {
            let [first, second] = [0, 1].map(|index| {
                let place = frame as f32 * seconds[index] / length;
                let nearest = (place.round() as usize).min(sounds[index].len() - 1);
                sounds[index][nearest]
            });
            let descriptors = std::array::from_fn(|index| {
                let floor = [1e-4, 1e-3, 20.0, 1e-7, 20.0, 20.0, 1e-3][index];
                let [a, b] = [first, second].map(|asked| (asked.descriptors[index] + floor).ln());
                (a + part * (b - a)).exp() - floor
            });
            Asked { descriptors, contrast: first.contrast.min(second.contrast) }
        })
        .collect()
}
