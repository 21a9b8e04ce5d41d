//! The inverse Fourier transform of a real signal whose length is a power of two.
//!
//! By rustfft's radix-4 algorithm alone: its planner carries every algorithm for every length and machine, a fifth of the program
//! that prepares banks in a browser, and rounds otherwise on each machine. N real samples come from a complex transform of N/2 (Press
//! et al., Numerical Recipes, section 12.3).

use rustfft::algorithm::Radix4;
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftDirection};
use std::f64::consts::TAU;

/// The transform of one length, with its memory.
pub(crate) struct RealInverse {
    transform: Radix4<f32>,
    /// `exp(2 pi i k / N)` for k below N/2.
    turns: Box<[Complex<f32>]>,
    /// The signal as N/2 complex samples.
    half: Box<[Complex<f32>]>,
    scratch: Box<[Complex<f32>]>,
}

impl RealInverse {
    /// The transform to `length` samples, a power of two above 1.
    pub(crate) fn new(length: usize) -> Self {
        let transform = Radix4::new(length / 2, FftDirection::Inverse);
        let turn = |k: usize| {
            let angle = TAU * k as f64 / length as f64;
            Complex::new(libm::cos(angle) as f32, libm::sin(angle) as f32)
        };
        let nothing = Complex::new(0.0, 0.0);
        Self {
            turns: (0..length / 2).map(turn).collect(),
            half: vec![nothing; length / 2].into(),
            scratch: vec![nothing; transform.get_inplace_scratch_len()].into(),
            transform,
        }
    }

    /// A spectrum to be filled: the bins from 0 to half the sample rate.
    pub(crate) fn spectrum(&self) -> Vec<Complex<f32>> {
        vec![Complex::new(0.0, 0.0); self.half.len() + 1]
    }

    /// `signal[n] = sum over all N bins of spectrum[k] exp(2 pi i k n / N)`, where the bins above half the sample rate are the
    /// conjugates of those below. The slices have N/2 + 1 bins and N samples.
    pub(crate) fn process(&mut self, spectrum: &[Complex<f32>], signal: &mut [f32]) {
        let mirrored = spectrum.iter().rev();
        for (((half, turn), here), there) in self.half.iter_mut().zip(&self.turns).zip(spectrum).zip(mirrored) {
            let there = there.conj();
            let (even, odd) = (here + there, (here - there) * turn);
            // Odd samples are the imaginary parts.
            *half = Complex::new(even.re - odd.im, even.im + odd.re);
        }
        self.transform.process_with_scratch(&mut self.half, &mut self.scratch);
        for (pair, half) in signal.chunks_exact_mut(2).zip(&self.half) {
            pair.copy_from_slice(&[half.re, half.im]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::noise::Random;
    use realfft::RealFftPlanner;

    #[test]
    fn it_is_the_planners_transform() {
        let mut random = Random::new(3);
        for length in [2, 4, 8, 64, 1_024, 65_536] {
            let mut transform = RealInverse::new(length);
            let mut spectrum = transform.spectrum();
            let mut number = || random.below(1 << 24) as f32 / (1 << 23) as f32 - 1.0;
            spectrum.fill_with(|| Complex::new(number(), number()));
            // These two are real, as of every real signal.
            let last = spectrum.len() - 1;
            (spectrum[0].im, spectrum[last].im) = (0.0, 0.0);
            let mut found = vec![0.0; length];
            transform.process(&spectrum, &mut found);
            let planned = RealFftPlanner::<f32>::new().plan_fft_inverse(length);
            let mut wanted = planned.make_output_vec();
            planned.process(&mut spectrum, &mut wanted).expect("buffers of the plan");
            let tolerance = 2e-6 * (length as f32).sqrt();
            for (n, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
                assert!((found - wanted).abs() < tolerance, "sample {n} of {length}: {found} and not {wanted}");
            }
        }
    }
}
