//! Two distances that a multi-resolution spectral distance misses: the shape over time, and noise against tone.

use super::stft::Spectrogram;
use super::{RATE_HZ, mean};

/// Window of both, in samples: 46 ms.
const WINDOW: usize = 1_024;

/// Hop of the envelope, in samples: 10 ms.
const ENVELOPE_HOP: usize = 220;

/// Hop of the texture, in samples: half a window, so that frames of noise are nearly independent.
const TEXTURE_HOP: usize = 512;

/// Mel bands of the envelope, from [`LOWEST_HZ`] to half the rate.
const MEL_BANDS: usize = 64;

/// Lower edge of the lowest mel band, in hertz.
const LOWEST_HZ: f64 = 30.0;

/// Frames over which the power of the envelope is averaged.
const SMOOTHED_FRAMES: usize = 5;

/// Power of the envelope's floor over the reference's strongest band: -70 dB.
const ENVELOPE_FLOOR: f64 = 1e-7;

/// Bands of the texture, equally wide on the ERB-rate scale.
const TEXTURE_BANDS: usize = 24;

/// Magnitude of the texture's floor over the reference's peak: -60 dB.
const TEXTURE_FLOOR: f64 = 1e-3;

/// Changes a band needs for its texture to mean something.
const LEAST_CHANGES: usize = 12;

/// Mean difference of smoothed mel spectrograms in decibels, where either sound is above -70 dB of the reference's
/// strongest band. Two noises of the same shape are near 1 dB apart.
///
/// `None` if the reference is silent.
pub fn envelope_db(reference: &[f32], test: &[f32]) -> Option<f64> {
    let bands = mel_bands();
    let [reference, test] = [reference, test].map(|sound| envelope(sound, &bands));
    let floor = ENVELOPE_FLOOR * reference.iter().copied().fold(0.0, f64::max);
    let decibels = |power: f64| 10.0 * power.max(floor).log10();
    let audible = reference.iter().zip(&test).filter(|&(&a, &b)| floor > 0.0 && (a > floor || b > floor));
    mean(audible.map(|(&a, &b)| (decibels(a) - decibels(b)).abs()))
}

/// Mean difference of how restless the sounds are, band by band, in decibels.
///
/// Restlessness is the mean change of a bin's level from frame to frame, near 6 dB for noise and 0 for steady sines,
/// over bins above -60 dB of the reference's peak. `None` if no band of both sounds has enough of them.
pub fn texture_db(reference: &[f32], test: &[f32]) -> Option<f64> {
    let [reference, test] = [reference, test].map(|sound| Spectrogram::new(sound, WINDOW, TEXTURE_HOP));
    let floor = TEXTURE_FLOOR * reference.all().iter().copied().fold(0.0, f64::max);
    let erb_rate = |bin: usize| 21.4 * (1.0 + 0.004_37 * bin_hz(bin)).log10();
    let (lowest, highest) = (erb_rate(1), erb_rate(WINDOW / 2) + 1e-9);
    let edge = |band: usize| lowest + (highest - lowest) * band as f64 / TEXTURE_BANDS as f64;
    mean((0..TEXTURE_BANDS).filter_map(|band| {
        let inside = |bin: &usize| (edge(band)..edge(band + 1)).contains(&erb_rate(*bin));
        let bins: Vec<usize> = (1..=WINDOW / 2).filter(inside).collect();
        let restlessness = |sound| restlessness_db(sound, &bins, floor);
        Some((restlessness(&reference)? - restlessness(&test)?).abs())
    }))
}

/// Mean change of level from frame to frame in the given bins, in decibels.
fn restlessness_db(sound: &Spectrogram, bins: &[usize], floor: f64) -> Option<f64> {
    let changes: Vec<f64> = sound
        .frames()
        .zip(sound.frames().skip(1))
        .flat_map(|(before, after)| bins.iter().map(|&bin| (before[bin], after[bin])))
        .filter(|&(before, after)| before > floor && after > floor)
        .map(|(before, after)| (20.0 * (after / before).log10()).abs())
        .collect();
    if changes.len() < LEAST_CHANGES { None } else { mean(changes) }
}

/// Powers of the mel bands, `[frames][MEL_BANDS]`, averaged over [`SMOOTHED_FRAMES`]; the ends are held.
fn envelope(sound: &[f32], bands: &[Vec<(usize, f64)>]) -> Vec<f64> {
    let scale = (WINDOW as f64 / 4.0).powi(2);
    let spectrogram = Spectrogram::new(sound, WINDOW, ENVELOPE_HOP);
    let powers: Vec<Vec<f64>> = spectrogram
        .frames()
        .map(|frame| {
            let power = |band: &Vec<(usize, f64)>| band.iter().map(|&(bin, weight)| weight * frame[bin].powi(2)).sum();
            bands.iter().map(power).map(|power: f64| power / scale).collect()
        })
        .collect();
    let last = powers.len().saturating_sub(1);
    let smoothed = |frame: usize, band: usize| {
        let around = (0..SMOOTHED_FRAMES).map(|k| (frame + k).saturating_sub(SMOOTHED_FRAMES / 2).min(last));
        around.map(|k| powers[k][band]).sum::<f64>() / SMOOTHED_FRAMES as f64
    };
    (0..powers.len())
        .flat_map(|frame| (0..bands.len()).map(move |band| (frame, band)))
        .map(|(f, b)| smoothed(f, b))
        .collect()
}

/// Triangular mel bands as lists of bins and weights; a band between two bins takes the nearest.
fn mel_bands() -> Vec<Vec<(usize, f64)>> {
    let mel = |hz: f64| 2_595.0 * (1.0 + hz / 700.0).log10();
    let hz = |mel: f64| 700.0 * (10f64.powf(mel / 2_595.0) - 1.0);
    let (lowest, highest) = (mel(LOWEST_HZ), mel(f64::from(RATE_HZ) / 2.0));
    let edge = |index: usize| hz(lowest + (highest - lowest) * index as f64 / (MEL_BANDS + 1) as f64);
    let distance = |bin: usize, centre: f64| (bin_hz(bin) - centre).abs();
    (0..MEL_BANDS)
        .map(|band| {
            let (low, centre, high) = (edge(band), edge(band + 1), edge(band + 2));
            let weight = |hz: f64| ((hz - low) / (centre - low)).min((high - hz) / (high - centre));
            let bins = (0..=WINDOW / 2).map(|bin| (bin, weight(bin_hz(bin)))).filter(|&(_, weight)| weight > 0.0);
            let bins: Vec<(usize, f64)> = bins.collect();
            if bins.is_empty() {
                let nearest = (0..=WINDOW / 2).min_by(|&a, &b| distance(a, centre).total_cmp(&distance(b, centre)));
                return nearest.map(|bin| (bin, 1.0)).into_iter().collect();
            }
            bins
        })
        .collect()
}

/// Centre frequency of a bin of [`WINDOW`], in hertz.
fn bin_hz(bin: usize) -> f64 {
    bin as f64 * f64::from(RATE_HZ) / WINDOW as f64
}
