//! What the seven curves leave open: where in the spectrum a hit's energy lies, early and late, and how noisy it is there.
//!
//! Two sounds may have the same loudness, brightness, richness and so on and yet be a bell and a bowl: the curves say
//! how the spectrum is shaped on the whole, not which bands are full. A [`Timbre`] says that in coarse steps, on the ERB scale
//! (Glasberg and Moore, "Derivation of auditory filter shapes from notched-noise data", 1990). It also keeps where the
//! descriptors lay when it was measured, so that one can tell how far a curve has been moved since.

use crate::fft::{Complex, RealForward};

use super::{ANALYSIS_RATE_HZ, Descriptors, WINDOW_SAMPLES};

/// Length of the attack, in samples: 23 ms.
const ATTACK_SAMPLES: usize = 1_024;
/// Samples from one later frame to the next.
const HOP: usize = WINDOW_SAMPLES / 4;
/// Centres of the lowest and the highest band, in hertz.
const RANGE_HZ: [f64; 2] = [30.0, 18_000.0];
/// Power of a band over all bands' that counts as nothing: -70 dB.
const FLOOR: f64 = 1e-7;
/// A level of so many decibels below all bands is 0, and so many more or less are 1: they centre the data.
const LEVEL_DB: [f64; 2] = [-30.0, 15.0];
/// Power of a moment over the attack's below which the sound has ended: -100 dB.
const ENDED: f64 = 1e-10;
/// Magnitude over the loudest bin's from which on a bin's changes count: -60 dB.
const AUDIBLE: f64 = 1e-3;
/// Mean change of a magnitude from one frame of noise to the next half a window later, in decibels.
const NOISE_CHANGE_DB: f64 = 6.2;
/// Fewer bins than this say nothing of a band's noisiness.
const LEAST_BINS: usize = 12;
/// Added to each descriptor before its logarithm.
const FLOORS: [f32; Descriptors::COUNT] = [1e-4, 1e-3, 20.0, 1e-7, 20.0, 20.0, 1.0];

/// Seconds into the hit of each moment at which the bands' levels are kept; each is 2.5 times the one before.
const FIRST_MOMENT_S: f32 = 0.02;
const MOMENT_RATIO: f32 = 2.5;

/// A hit's timbre, in [`Timbre::COUNT`] numbers.
///
/// In this order, bands from low to high, evenly spaced on the ERB scale from 30 Hz to 18 kHz:
///
/// | numbers | what | scale |
/// |---|---|---|
/// | 5 x 32 | power of each band over all bands', in the first 23 ms and around 50, 125, 313 and from 781 ms on | `(dB + 30) / 15` |
/// | 24 | how noisy a band is: mean change of its bins from frame to frame | -1 steady, 1 noise, 0 not known |
/// | 7 | where the descriptors lay: means weighted by loudness | octaves above 1, with a floor |
///
/// All but the loudness among the last seven do not depend on the hit's level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Timbre {
    // Invariant: every value is finite and within ±LIMIT.
    values: [f32; Timbre::COUNT],
}

impl Timbre {
    /// Moments at which levels are kept.
    pub const MOMENTS: usize = 5;

    /// Bands whose levels are kept.
    pub const BANDS: usize = 32;

    /// Bands whose noisiness is kept.
    pub const NOISE_BANDS: usize = 24;

    /// How many numbers there are.
    pub const COUNT: usize = Self::CENTRE + Descriptors::COUNT;

    const NOISE: usize = Self::MOMENTS * Self::BANDS;
    const CENTRE: usize = Self::NOISE + Self::NOISE_BANDS;

    /// Largest magnitude of a number; no measured one comes near it.
    pub const LIMIT: f32 = 32.0;

    /// A timbre of these numbers; `None` if one is not finite or beyond ±[`LIMIT`](Self::LIMIT).
    #[must_use]
    pub fn new(values: [f32; Self::COUNT]) -> Option<Self> {
        values.iter().all(|value| value.abs() <= Self::LIMIT).then_some(Self { values })
    }

    /// A timbre of these finite numbers, each brought within ±[`LIMIT`](Self::LIMIT). Real-time safe.
    pub(crate) fn limited(values: [f32; Self::COUNT]) -> Self {
        Self { values: values.map(|value| value.clamp(-Self::LIMIT, Self::LIMIT)) }
    }

    /// Seconds into the hit of each moment at which levels are kept.
    pub(crate) fn moments_s() -> impl Iterator<Item = f32> {
        std::iter::successors(Some(FIRST_MOMENT_S), |seconds| Some(seconds * MOMENT_RATIO)).take(Self::MOMENTS)
    }

    /// Where a time lies among the moments, 0 to the last. Real-time safe.
    pub(crate) fn moment_at(seconds: f32) -> f32 {
        moment_at(seconds)
    }

    /// The numbers.
    #[must_use]
    pub fn values(&self) -> &[f32; Self::COUNT] {
        &self.values
    }

    /// How noisy each band is.
    #[must_use]
    pub fn noise(&self) -> &[f32] {
        &self.values[Self::NOISE..Self::CENTRE]
    }

    /// Levels of the bands so many seconds into the hit, interpolated over log time between the moments. Real-time safe.
    #[must_use]
    pub fn levels(&self, seconds: f32) -> [f32; Self::BANDS] {
        let place = moment_at(seconds);
        let below = (place as usize).min(Self::MOMENTS - 2);
        let part = place - below as f32;
        let moment = |index: usize| &self.values[index * Self::BANDS..(index + 1) * Self::BANDS];
        let (first, second) = (moment(below), moment(below + 1));
        std::array::from_fn(|band| first[band] + part * (second[band] - first[band]))
    }

    /// By how many octaves each descriptor of these frames lies, on the whole, above where it lay when the timbre was measured.
    #[must_use]
    pub fn moved(&self, frames: &[Descriptors]) -> [f32; Descriptors::COUNT] {
        let now = centre(frames);
        std::array::from_fn(|index| now[index] - self.values[Self::CENTRE + index])
    }

    /// How far two timbres' levels lie apart: the mean over bands and moments, in decibels.
    #[must_use]
    pub fn distance_db(&self, other: &Self) -> f32 {
        let apart = self.values[..Self::NOISE].iter().zip(&other.values).map(|(a, b)| (a - b).abs());
        LEVEL_DB[1] as f32 * apart.sum::<f32>() / Self::NOISE as f32
    }

    /// What to ask for where this was asked for, `answer` came and `wanted` should have come: each level moved by so large a
    /// part of what is missing, up to so many decibels away from the wanted one.
    #[must_use]
    pub(crate) fn corrected(&self, wanted: &Self, answer: &Self, part: f32, most_db: f32) -> Self {
        let most = most_db / LEVEL_DB[1] as f32;
        let mut values = self.values;
        for (index, value) in values[..Self::NOISE].iter_mut().enumerate() {
            let wanted = wanted.values[index];
            *value = (*value + part * (wanted - answer.values[index])).clamp(wanted - most, wanted + most);
        }
        Self::limited(values)
    }

    /// Measures a mono hit at [`ANALYSIS_RATE_HZ`] that begins with its onset, and whose descriptors these are. Allocates.
    #[must_use]
    pub fn measure(samples: &[f32], frames: &[Descriptors]) -> Self {
        let mut values = [0.0; Self::COUNT];
        let (levels, rest) = values.split_at_mut(Self::NOISE);
        let (noise, rest) = rest.split_at_mut(Self::NOISE_BANDS);
        let spectra = Spectra::new(samples);
        spectra.measure_levels(levels);
        spectra.measure_noise(noise);
        rest.copy_from_slice(&centre(frames));
        for value in &mut values {
            *value = if value.is_finite() { value.clamp(-Self::LIMIT, Self::LIMIT) } else { 0.0 };
        }
        Self { values }
    }
}

/// Where a time lies among the moments, 0 to the last.
fn moment_at(seconds: f32) -> f32 {
    let place = libm::log2f(seconds.max(FIRST_MOMENT_S) / FIRST_MOMENT_S) / libm::log2f(MOMENT_RATIO);
    place.min((Timbre::MOMENTS - 1) as f32)
}

/// Means of the descriptors in octaves, weighted by loudness.
fn centre(frames: &[Descriptors]) -> [f32; Descriptors::COUNT] {
    let mut sums = [0.0f64; Descriptors::COUNT];
    let mut weights = 0.0f64;
    for frame in frames {
        // A silent hit has a centre too.
        let weight = f64::from(frame.rms.max(0.0)) + 1e-9;
        weights += weight;
        for ((sum, value), floor) in sums.iter_mut().zip(frame.to_array()).zip(FLOORS) {
            *sum += weight * f64::from(libm::log2f(value.max(0.0) + floor));
        }
    }
    sums.map(|sum| if weights > 0.0 { (sum / weights) as f32 } else { 0.0 })
}

/// Magnitudes of the attack and of centred frames [`HOP`] samples apart.
struct Spectra {
    attack: Vec<f64>,
    frames: Vec<Vec<f64>>,
}

impl Spectra {
    fn new(samples: &[f32]) -> Self {
        let mut transform = Transform::new(WINDOW_SAMPLES);
        let flat = ATTACK_SAMPLES / 2;
        let fading = |n: usize| match n {
            n if n < flat => 1.0,
            n if n < ATTACK_SAMPLES => 0.5 + 0.5 * (std::f64::consts::PI * (n - flat) as f64 / flat as f64).cos(),
            _ => 0.0,
        };
        let attack = transform.magnitudes(samples, 0, fading);
        let step = std::f64::consts::TAU / WINDOW_SAMPLES as f64;
        let hann: Vec<f64> = (0..WINDOW_SAMPLES).map(|n| 0.5 - 0.5 * (step * n as f64).cos()).collect();
        let start = |frame: usize| (frame * HOP) as isize - (WINDOW_SAMPLES / 2) as isize;
        let frames =
            (0..=samples.len() / HOP).map(|frame| transform.magnitudes(samples, start(frame), |n| hann[n])).collect();
        Self { attack, frames }
    }

    /// Levels of the bands at each moment; where the sound has ended, those of the moment before.
    fn measure_levels(&self, levels: &mut [f32]) {
        let bands = Bands::new(Timbre::BANDS);
        let mut powers = [[0.0; Timbre::BANDS]; Timbre::MOMENTS];
        bands.add_power(&self.attack, 1.0, &mut powers[0]);
        for (index, magnitudes) in self.frames.iter().enumerate() {
            let seconds = (index * HOP) as f32 / ANALYSIS_RATE_HZ as f32;
            let place = moment_at(seconds);
            for (moment, powers) in powers.iter_mut().enumerate().skip(1) {
                let weight = f64::from((1.0 - (place - moment as f32).abs()).max(0.0));
                if weight > 0.0 {
                    bands.add_power(magnitudes, weight, powers);
                }
            }
        }
        let all = powers.map(|powers| powers.iter().sum::<f64>());
        let (moments, _) = levels.as_chunks_mut::<{ Timbre::BANDS }>();
        for moment in 0..Timbre::MOMENTS {
            if moment > 0 && all[moment] <= ENDED * all[0] {
                moments[moment] = moments[moment - 1];
                continue;
            }
            for (level, power) in moments[moment].iter_mut().zip(powers[moment]) {
                let decibels = 10.0 * (power / all[moment].max(f64::MIN_POSITIVE)).max(FLOOR).log10();
                *level = ((decibels - LEVEL_DB[0]) / LEVEL_DB[1]) as f32;
            }
        }
    }

    /// How noisy each band is.
    fn measure_noise(&self, noise: &mut [f32]) {
        let bands = Bands::new(noise.len());
        let loudest = self.frames.iter().flatten().fold(0.0f64, |loudest, &magnitude| loudest.max(magnitude));
        let threshold = (AUDIBLE * loudest).max(f64::MIN_POSITIVE);
        let (mut changes, mut counts) = (vec![0.0; noise.len()], vec![0usize; noise.len()]);
        // Half a window apart.
        for (first, second) in self.frames.iter().zip(self.frames.iter().skip(2)) {
            for (bin, (before, after)) in first.iter().zip(second).enumerate() {
                if *before > threshold && *after > threshold {
                    let band = bands.nearest(bin);
                    changes[band] += (20.0 * (after / before).log10()).abs();
                    counts[band] += 1;
                }
            }
        }
        for (value, (change, count)) in noise.iter_mut().zip(changes.iter().zip(&counts)) {
            if *count >= LEAST_BINS {
                *value = (2.0 * change / (*count as f64 * NOISE_CHANGE_DB) - 1.0) as f32;
            }
        }
    }
}

/// Overlapping triangular bands on the ERB scale; every bin's power is shared by the two bands around it.
struct Bands {
    /// For each bin the band below, and how far the bin lies from it towards the next.
    places: Vec<(usize, f64)>,
}

impl Bands {
    fn new(count: usize) -> Self {
        let erb = |hertz: f64| 21.4 * (1.0 + 0.004_37 * hertz).log10();
        let [bottom, top] = RANGE_HZ.map(erb);
        let places = (0..=WINDOW_SAMPLES / 2)
            .map(|bin| {
                let hertz = bin as f64 * f64::from(ANALYSIS_RATE_HZ) / WINDOW_SAMPLES as f64;
                let place = (erb(hertz) - bottom) / (top - bottom) * (count - 1) as f64;
                let place = place.clamp(0.0, (count - 1) as f64);
                let below = (place as usize).min(count - 2);
                (below, place - below as f64)
            })
            .collect();
        Self { places }
    }

    /// Adds the power of each band, so many times; the bin at 0 Hz is left out.
    fn add_power(&self, magnitudes: &[f64], weight: f64, powers: &mut [f64]) {
        for (magnitude, &(below, part)) in magnitudes.iter().zip(&self.places).skip(1) {
            let power = weight * magnitude * magnitude;
            powers[below] += (1.0 - part) * power;
            powers[below + 1] += part * power;
        }
    }

    fn nearest(&self, bin: usize) -> usize {
        let (below, part) = self.places[bin];
        below + usize::from(part >= 0.5)
    }
}

/// Magnitudes of windowed stretches, zeros around the samples.
struct Transform {
    fft: RealForward<f64>,
    frame: Vec<f64>,
    spectrum: Vec<Complex<f64>>,
}

impl Transform {
    fn new(size: usize) -> Self {
        let fft = RealForward::new(size);
        Self { frame: vec![0.0; size], spectrum: fft.spectrum(), fft }
    }

    /// Magnitudes of the stretch that begins at sample `start`.
    fn magnitudes(&mut self, samples: &[f32], start: isize, window: impl Fn(usize) -> f64) -> Vec<f64> {
        for (n, value) in self.frame.iter_mut().enumerate() {
            let sample = usize::try_from(start + n as isize).ok().and_then(|at| samples.get(at));
            *value = sample.map_or(0.0, |&sample| f64::from(sample) * window(n));
        }
        self.fft.process(&self.frame, &mut self.spectrum);
        self.spectrum.iter().map(|bin| bin.norm_sqr().sqrt()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::noise::Random;

    fn decaying(decay_s: f32, mut sound: impl FnMut(f32) -> f32) -> Vec<f32> {
        (0..40_000)
            .map(|n| {
                let t = n as f32 / ANALYSIS_RATE_HZ as f32;
                sound(t) * (-t / decay_s).exp()
            })
            .collect()
    }

    fn tone(frequency_hz: f32, decay_s: f32) -> Vec<f32> {
        decaying(decay_s, |t| (std::f32::consts::TAU * frequency_hz * t).sin())
    }

    fn noise(decay_s: f32) -> Vec<f32> {
        let mut random = Random::new(5);
        decaying(decay_s, |_| random.below(1 << 24) as f32 / (1 << 23) as f32 - 1.0)
    }

    fn sum(a: &[f32], b: &[f32]) -> Vec<f32> {
        a.iter().zip(b).map(|(a, b)| a + b).collect()
    }

    fn measure(samples: &[f32]) -> Timbre {
        Timbre::measure(samples, &[])
    }

    /// Number of the fullest band at a time.
    fn fullest(timbre: &Timbre, seconds: f32) -> usize {
        let levels = timbre.levels(seconds);
        (0..levels.len()).max_by(|&a, &b| levels[a].total_cmp(&levels[b])).expect("there are bands")
    }

    #[test]
    fn a_tone_fills_its_band() {
        let bands = [30.0, 200.0, 2_000.0, 18_000.0].map(|hertz| fullest(&measure(&tone(hertz, 0.1)), 0.1));
        assert_eq!((bands[0], bands[3]), (0, Timbre::BANDS - 1));
        assert!(bands.windows(2).all(|pair| pair[0] < pair[1]), "{bands:?}");
    }

    #[test]
    fn the_level_does_not_matter() {
        let sound = sum(&tone(300.0, 0.2), &noise(0.05));
        let quieter: Vec<f32> = sound.iter().map(|sample| 0.01 * sample).collect();
        for (loud, quiet) in measure(&sound).values.iter().zip(measure(&quieter).values) {
            assert!((loud - quiet).abs() < 1e-3, "{loud} and {quiet}");
        }
    }

    #[test]
    fn what_dies_sooner_is_gone_later() {
        let both = sum(&tone(200.0, 0.3), &tone(6_000.0, 0.03).iter().map(|x| 2.0 * x).collect::<Vec<f32>>());
        let timbre = measure(&both);
        let [low, high] = [200.0, 6_000.0].map(|hertz| fullest(&measure(&tone(hertz, 0.3)), 0.0));
        assert_eq!((fullest(&timbre, 0.0), fullest(&timbre, 0.5)), (high, low));
    }

    #[test]
    fn after_its_end_a_hit_keeps_its_timbre() {
        let mut short = tone(500.0, 1.0);
        short.truncate(3_000);
        let timbre = measure(&short);
        assert_eq!(fullest(&timbre, 3.0), fullest(&timbre, 0.05));
    }

    #[test]
    fn noise_is_told_from_a_tone() {
        let [noisy, steady] = [noise(0.5), tone(1_000.0, 0.5)].map(|sound| measure(&sound));
        let loudest = |timbre: &Timbre| timbre.noise()[fullest(timbre, 0.1) * Timbre::NOISE_BANDS / Timbre::BANDS];
        assert!(loudest(&noisy) > 0.5 && loudest(&steady) < -0.5, "{} and {}", loudest(&noisy), loudest(&steady));
    }

    #[test]
    fn a_scaled_descriptor_has_moved_by_its_octaves() {
        let frame = Descriptors {
            rms: 0.1,
            zcr: 0.1,
            rolloff_hz: 4_000.0,
            flatness: 0.01,
            bandwidth_hz: 1_500.0,
            centroid_hz: 2_000.0,
            f0_hz: 200.0,
        };
        let timbre = Timbre::measure(&tone(200.0, 0.1), &[frame; 9]);
        assert_eq!(timbre.moved(&[frame; 9]), [0.0; 7]);
        for index in 0..Descriptors::COUNT {
            let mut values = frame.to_array();
            values[index] *= 1.6;
            let moved = timbre.moved(&[Descriptors::from_array(values); 9]);
            for (other, octaves) in moved.iter().enumerate() {
                let wanted = if other == index { 1.6f32.log2() } else { 0.0 };
                assert!((octaves - wanted).abs() < 0.02, "{index} moves {other} by {octaves}");
            }
        }
    }

    #[test]
    fn silence_and_single_samples_have_a_timbre() {
        for sound in [vec![], vec![0.0; 5_000], vec![1.0], vec![f32::MAX; 3]] {
            let values = measure(&sound).values;
            assert_eq!(Timbre::new(values).map(|timbre| timbre.values), Some(values), "{} samples", sound.len());
        }
    }

    #[test]
    fn numbers_that_are_none_are_refused() {
        for wrong in [f32::NAN, f32::INFINITY, -33.0] {
            let mut values = [0.0; Timbre::COUNT];
            values[77] = wrong;
            assert_eq!(Timbre::new(values), None, "{wrong}");
        }
    }
}
