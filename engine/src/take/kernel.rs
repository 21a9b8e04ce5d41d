//! Samples between samples: a windowed sinc (J. O. Smith, "Digital Audio Resampling", CCRMA).

use std::f64::consts::PI;

/// Samples to each side of the place that is read.
const REACH: usize = 24;
const TAPS: usize = 2 * REACH;

/// Places between two samples for which the window was computed; between them the result is a straight line.
const PHASES: usize = 512;

/// Shape of the Kaiser window: what it lets through beyond its edge is 80 dB down.
const KAISER_BETA: f64 = 8.0;

/// Edge of the pass band as a part of the band, in the middle of the fall.
const EDGE: f64 = 0.94;

/// The table of weights, one row for each phase and one more.
pub(crate) struct Kernel {
    rows: Box<[[f32; TAPS]]>,
}

impl Kernel {
    /// Computes the table. Allocates 98 KB.
    pub(crate) fn new() -> Self {
        let row = |phase: usize| {
            let part = phase as f64 / PHASES as f64;
            // Tap `k` lies at sample `k + 1 - REACH` from the one before the place.
            let mut row: [f64; TAPS] = std::array::from_fn(|k| weight((k + 1) as f64 - REACH as f64 - part));
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|weight| *weight /= sum);
            row.map(|weight| weight as f32)
        };
        Self { rows: (0..=PHASES).map(row).collect() }
    }

    /// The value at a place among samples, which are silent beyond both ends. Real-time safe.
    #[inline]
    pub(crate) fn read(&self, samples: &[f32], at: f64) -> f32 {
        let before = libm::floor(at);
        let place = (at - before) as f32 * PHASES as f32;
        let phase = (place as usize).min(PHASES - 1);
        let part = place - phase as f32;
        let first = before as isize + 1 - REACH as isize;
        let window: [f32; TAPS] = match usize::try_from(first)
            .ok()
            .and_then(|first| samples.get(first..)?.first_chunk())
        {
            Some(window) => *window,
            // Some of them lie beyond an end.
            None => std::array::from_fn(|k| {
                usize::try_from(first + k as isize).ok().and_then(|index| samples.get(index)).copied().unwrap_or(0.0)
            }),
        };
        let (here, next) = (dot(&window, &self.rows[phase]), dot(&window, &self.rows[phase + 1]));
        here + part * (next - here)
    }
}

/// Several sums at a time, so that they become one vector.
#[inline]
fn dot(window: &[f32; TAPS], row: &[f32; TAPS]) -> f32 {
    let mut sums = [0.0f32; 8];
    for (window, row) in window.chunks_exact(8).zip(row.chunks_exact(8)) {
        for (sum, (sample, weight)) in sums.iter_mut().zip(window.iter().zip(row)) {
            *sum += sample * weight;
        }
    }
    let [a, b, c, d, e, f, g, h] = sums;
    ((a + e) + (b + f)) + ((c + g) + (d + h))
}

/// The windowed sinc at so many samples from its middle.
fn weight(x: f64) -> f64 {
    let part = x / REACH as f64;
    if part.abs() >= 1.0 {
        return 0.0;
    }
    let sinc = if x == 0.0 { EDGE } else { libm::sin(PI * EDGE * x) / (PI * x) };
    sinc * bessel_i0(KAISER_BETA * libm::sqrt(1.0 - part * part)) / bessel_i0(KAISER_BETA)
}

/// The modified Bessel function of order zero, by its series.
fn bessel_i0(x: f64) -> f64 {
    let quarter = 0.25 * x * x;
    let (mut term, mut sum) = (1.0, 1.0);
    for k in 1..40 {
        term *= quarter / f64::from(k * k);
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Largest error and largest value of a sine of so many cycles a sample, read `step` samples apart.
    fn sine(cycles: f64, step: f64) -> [f64; 2] {
        let samples: Vec<f32> = (0..4_000).map(|n| (2.0 * PI * cycles * f64::from(n)).sin() as f32).collect();
        let kernel = Kernel::new();
        let (mut error, mut most) = (0.0f64, 0.0f64);
        let mut at = 100.3;
        while at < 3_900.0 {
            let value = f64::from(kernel.read(&samples, at));
            error = error.max((value - (2.0 * PI * cycles * at).sin()).abs());
            most = most.max(value.abs());
            at += step;
        }
        [error, most]
    }

    #[test]
    fn sines_up_to_eight_tenths_of_the_band_are_exact_to_a_thousandth_wherever_they_are_read() {
        for cycles in [0.001, 0.01, 0.1, 0.25, 0.4] {
            for step in [0.459_375, 0.5, 0.777, 1.3] {
                let [error, _] = sine(cycles, step);
                assert!(error < 1e-3, "{cycles} cycles a sample by steps of {step}: off by {error}");
            }
        }
    }

    #[test]
    fn what_is_constant_stays_so() {
        let kernel = Kernel::new();
        let ones = [1.0; 100];
        for k in 0..300 {
            let at = 40.0 + f64::from(k) * 0.037;
            assert!((kernel.read(&ones, at) - 1.0).abs() < 1e-6, "{at}");
        }
    }

    #[test]
    fn beyond_the_ends_is_silence() {
        let kernel = Kernel::new();
        let ones = [1.0; 64];
        for at in [-40.0, -25.0, 88.0, 1e6] {
            assert_eq!(kernel.read(&ones, at), 0.0, "{at}");
        }
        assert_eq!(kernel.read(&[], 0.0), 0.0);
        let last = kernel.read(&ones, 63.0);
        assert!((0.2..1.2).contains(&last), "{last}");
    }
}
