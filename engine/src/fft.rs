//! Fourier transforms of real signals whose length is a power of two.
//!
//! By rustfft's radix-4 algorithm alone: its planner carries every algorithm for every length and machine, a fifth of the program
//! that prepares banks in a browser and an eighth of the page, and rounds otherwise on each machine. N real samples take a complex
//! transform of N/2 (Press et al., Numerical Recipes, section 12.3).

use rustfft::algorithm::Radix4;
pub use rustfft::num_complex::Complex;
use rustfft::num_traits::{FromPrimitive, Zero};
use rustfft::{Fft, FftDirection, FftNum};
use std::f64::consts::TAU;

/// What both directions need.
struct Halved<T> {
    transform: Radix4<T>,
    /// `exp(+-2 pi i k / N)` for k from 0 to N/2.
    turns: Box<[Complex<T>]>,
    /// The signal as N/2 complex samples.
    half: Box<[Complex<T>]>,
    scratch: Box<[Complex<T>]>,
}

impl<T: FftNum> Halved<T> {
    fn new(length: usize, direction: FftDirection) -> Self {
        assert!(length.is_power_of_two() && length > 1, "a transform of {length} samples: take a power of two above 1");
        let transform = Radix4::new(length / 2, direction);
        let sign = if direction == FftDirection::Forward { -1.0 } else { 1.0 };
        let turn = |k: usize| {
            let angle = sign * TAU * k as f64 / length as f64;
            Complex::new(number(libm::cos(angle)), number(libm::sin(angle)))
        };
        Self {
            turns: (0..=length / 2).map(turn).collect(),
            half: vec![Complex::zero(); length / 2].into(),
            scratch: vec![Complex::zero(); transform.get_inplace_scratch_len()].into(),
            transform,
        }
    }

    fn transform(&mut self) {
        self.transform.process_with_scratch(&mut self.half, &mut self.scratch);
    }

    fn bins(&self) -> usize {
        self.half.len() + 1
    }
}

/// A number in the precision of the transform; one that it cannot hold does not come about here.
fn number<T: FftNum>(value: f64) -> T {
    FromPrimitive::from_f64(value).unwrap_or_else(T::zero)
}

/// The transform of one length to a spectrum, with its memory.
pub struct RealForward<T>(Halved<T>);

impl<T: FftNum> RealForward<T> {
    /// The transform of `length` samples. Allocates.
    ///
    /// # Panics
    /// When `length` is not a power of two above 1.
    #[must_use]
    pub fn new(length: usize) -> Self {
        Self(Halved::new(length, FftDirection::Forward))
    }

    /// A spectrum to be filled: the bins from 0 to half the sample rate.
    #[must_use]
    pub fn spectrum(&self) -> Vec<Complex<T>> {
        vec![Complex::zero(); self.0.bins()]
    }

    /// `spectrum[k] = sum of signal[n] exp(-2 pi i k n / N)` for k from 0 to N/2. The slices have N samples and N/2 + 1 bins; what
    /// is beyond stays as it is. Real-time safe.
    pub fn process(&mut self, signal: &[T], spectrum: &mut [Complex<T>]) {
        for (half, pair) in self.0.half.iter_mut().zip(signal.chunks_exact(2)) {
            *half = Complex::new(pair[0], pair[1]);
        }
        self.0.transform();
        let part: T = number(0.5);
        // The bin at half the sample rate is as the first one.
        let here = self.0.half.iter().chain(self.0.half.first());
        let mirrored = self.0.half.first().into_iter().chain(self.0.half.iter().rev());
        for (((bin, here), there), turn) in spectrum.iter_mut().zip(here).zip(mirrored).zip(&self.0.turns) {
            let there = there.conj();
            let (even, odd) = (*here + there, (*here - there) * turn);
            // The odd samples were the imaginary parts: divided by i.
            *bin = Complex::new(even.re + odd.im, even.im - odd.re) * part;
        }
    }
}

/// The transform of one length to a signal, with its memory.
pub struct RealInverse<T>(Halved<T>);

impl<T: FftNum> RealInverse<T> {
    /// The transform to `length` samples. Allocates.
    ///
    /// # Panics
    /// When `length` is not a power of two above 1.
    #[must_use]
    pub fn new(length: usize) -> Self {
        Self(Halved::new(length, FftDirection::Inverse))
    }

    /// A spectrum to be filled: the bins from 0 to half the sample rate.
    #[must_use]
    pub fn spectrum(&self) -> Vec<Complex<T>> {
        vec![Complex::zero(); self.0.bins()]
    }

    /// `signal[n] = sum over all N bins of spectrum[k] exp(2 pi i k n / N)`, where the bins above half the sample rate are the
    /// conjugates of those below. The slices have N/2 + 1 bins and N samples. Real-time safe.
    pub fn process(&mut self, spectrum: &[Complex<T>], signal: &mut [T]) {
        let mirrored = spectrum.iter().rev();
        for (((half, turn), here), there) in self.0.half.iter_mut().zip(&self.0.turns).zip(spectrum).zip(mirrored) {
            let there = there.conj();
            let (even, odd) = (*here + there, (*here - there) * turn);
            // Odd samples are the imaginary parts.
            *half = Complex::new(even.re - odd.im, even.im + odd.re);
        }
        self.0.transform();
        for (pair, half) in signal.chunks_exact_mut(2).zip(&self.0.half) {
            pair.copy_from_slice(&[half.re, half.im]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::noise::Random;
    use realfft::RealFftPlanner;

    const LENGTHS: [usize; 6] = [2, 4, 8, 64, 1_024, 65_536];

    #[test]
    fn a_spectrum_becomes_the_planners_signal() {
        let mut random = Random::new(3);
        for length in LENGTHS {
            let mut transform = RealInverse::<f32>::new(length);
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

    #[test]
    fn a_signal_becomes_the_planners_spectrum() {
        let mut random = Random::new(4);
        for length in LENGTHS {
            let mut signal: Vec<f64> =
                (0..length).map(|_| f64::from(random.below(1 << 24)) / 8_388_608.0 - 1.0).collect();
            let mut transform = RealForward::<f64>::new(length);
            let mut found = transform.spectrum();
            transform.process(&signal, &mut found);
            let planned = RealFftPlanner::<f64>::new().plan_fft_forward(length);
            let mut wanted = planned.make_output_vec();
            planned.process(&mut signal, &mut wanted).expect("buffers of the plan");
            assert_eq!(found.len(), wanted.len());
            let tolerance = 1e-14 * length as f64;
            for (k, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
                assert!((found - wanted).norm() < tolerance, "bin {k} of {length}: {found} and not {wanted}");
            }
        }
    }
}
