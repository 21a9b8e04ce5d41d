//! Pitch as the reference measures it: YIN in the form of librosa 0.8.
//!
//! A. de Cheveigné and H. Kawahara, "YIN, a fundamental frequency estimator for speech and music", JASA 111(4), 2002.
//! Unlike the engine's (librosa 0.11) the sums run over a window of half the frame, so that every lag has as many terms:
//! `d(τ) = Σ_{j=1..W} x_j² + Σ_{j=τ+1..τ+W} x_j² - 2 Σ_{j=0..W} x_j x_{j+τ}`. The figures of the original Neurorack were
//! taken with it.

use realfft::RealFftPlanner;
use realfft::num_complex::Complex;

use super::RATE_HZ;
use super::stft::mirrored;
use super::tracking::{HOP, WINDOW};

/// Terms of each sum, in samples: 46 ms.
const SUMMED: usize = WINDOW / 2;

/// A trough of the normalised difference below this is a pitch.
const TROUGH_THRESHOLD: f64 = 0.1;

/// Lowest and highest pitch that is looked for, in hertz.
const LOWEST_HZ: usize = 50;
const HIGHEST_HZ: usize = 5_000;

/// Shortest and longest period, in samples.
const SHORTEST: usize = RATE_HZ as usize / HIGHEST_HZ;
const LONGEST: usize = (RATE_HZ as usize).div_ceil(LOWEST_HZ);

/// Sums below this count as nothing, as in librosa.
const LEAST_SUM: f64 = 1e-6;

/// The pitch of one frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pitch {
    /// The estimate, in hertz. Always a number: without a period it is whatever fits least badly.
    pub(super) hz: f64,
    /// Whether a trough of the normalised difference lies below the threshold of .1: there is a pitch.
    pub(super) voiced: bool,
}

/// The pitch of a sound at [`RATE_HZ`] every [`HOP`] samples, mirrored at its ends: `sound.len() / HOP` frames.
pub(super) fn pitches(sound: &[f32]) -> Vec<Pitch> {
    let mut planner = RealFftPlanner::<f64>::new();
    let (forward, inverse) = (planner.plan_fft_forward(WINDOW), planner.plan_fft_inverse(WINDOW));
    let (mut time, mut turned) = (forward.make_input_vec(), forward.make_input_vec());
    let (mut spectrum, mut other) = (forward.make_output_vec(), forward.make_output_vec());
    let padded = mirrored(sound, WINDOW / 2);
    let frames = padded.windows(WINDOW).step_by(HOP).take(sound.len() / HOP);
    frames
        .map(|frame| {
            let frame: Vec<f64> = frame.iter().map(|&sample| f64::from(sample)).collect();
            // The sum of products is a convolution with the start of the frame turned round. It wraps, but not into the
            // lags that are read.
            time.copy_from_slice(&frame);
            turned.fill(0.0);
            for (turned, &sample) in turned.iter_mut().zip(frame[..=SUMMED].iter().rev()) {
                *turned = sample;
            }
            forward.process(&mut time, &mut spectrum).expect("the buffers have the lengths of the plan");
            forward.process(&mut turned, &mut other).expect("the buffers have the lengths of the plan");
            for (bin, other) in spectrum.iter_mut().zip(&other) {
                *bin *= other / WINDOW as f64;
            }
            // Of a real sound's product these two are real but for rounding, and the transform insists.
            spectrum[0] = Complex::new(spectrum[0].re, 0.0);
            spectrum[WINDOW / 2] = Complex::new(spectrum[WINDOW / 2].re, 0.0);
            inverse.process(&mut spectrum, &mut time).expect("the buffers have the lengths of the plan");
            pitch(&normalised_difference(&frame, &time[SUMMED..]))
        })
        .collect()
}

/// The cumulative mean normalised difference at the lags [`SHORTEST`]`..=`[`LONGEST`], from the sums of products.
fn normalised_difference(frame: &[f64], products: &[f64]) -> Vec<f64> {
    let kept = |sum: f64| if sum.abs() < LEAST_SUM { 0.0 } else { sum };
    let mut energy: f64 = frame[1..=SUMMED].iter().map(|sample| sample * sample).sum();
    let first = kept(energy);
    let mut sum = 0.0;
    let mut differences = Vec::with_capacity(LONGEST - SHORTEST + 1);
    for lag in 1..=LONGEST {
        energy += frame[lag + SUMMED].powi(2) - frame[lag].powi(2);
        let difference = first + kept(energy) - 2.0 * kept(products[lag]);
        sum += difference;
        if lag >= SHORTEST {
            differences.push(difference / (sum / lag as f64 + f64::from(f32::MIN_POSITIVE)));
        }
    }
    differences
}

/// The first trough below the threshold, else the least value, refined by a parabola.
fn pitch(d: &[f64]) -> Pitch {
    let last = d.len() - 1;
    let is_trough = |&index: &usize| match index {
        0 => d[0] < d[1],
        _ if index == last => d[last] < d[last - 1],
        _ => d[index] < d[index - 1] && d[index] <= d[index + 1],
    };
    let trough = (0..=last).filter(is_trough).find(|&index| d[index] < TROUGH_THRESHOLD);
    let index =
        trough.unwrap_or_else(|| (0..=last).fold(0, |least, index| if d[index] < d[least] { index } else { least }));
    let shift = if index == 0 || index == last {
        0.0
    } else {
        let curvature = (d[index - 1] + d[index + 1] - 2.0 * d[index]) / 2.0;
        let slope = (d[index + 1] - d[index - 1]) / 2.0;
        let shift = -slope / (2.0 * curvature + f64::from(f32::MIN_POSITIVE));
        if shift.abs() > 1.0 { 0.0 } else { shift }
    };
    Pitch { hz: f64::from(RATE_HZ) / (SHORTEST as f64 + index as f64 + shift), voiced: trough.is_some() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hz: f32) -> Vec<f32> {
        (0..8_192).map(|n| 0.5 * (std::f32::consts::TAU * hz * n as f32 / RATE_HZ as f32).sin()).collect()
    }

    #[test]
    fn a_tone_is_voiced_at_its_pitch() {
        for hz in [110.0, 440.0, 1_760.0] {
            for pitch in &pitches(&tone(hz))[3..12] {
                let cents = 1_200.0 * (pitch.hz / f64::from(hz)).log2();
                assert!(pitch.voiced && cents.abs() < 10.0, "{hz} Hz: {pitch:?}");
            }
        }
    }

    #[test]
    fn silence_is_not_voiced() {
        assert!(pitches(&[0.0; 4_096]).iter().all(|pitch| !pitch.voiced && pitch.hz.is_finite()));
    }
}
