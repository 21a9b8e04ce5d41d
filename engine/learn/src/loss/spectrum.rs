//! Short-time Fourier magnitudes and their adjoint.

use std::sync::Arc;

use realfft::num_complex::Complex32;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

/// Periodic Hann STFT with a hop of a quarter window, centred, silence around the sound.
pub(super) struct Stft {
    window: Vec<f32>,
    forward: Arc<dyn RealToComplex<f32>>,
    backward: Arc<dyn ComplexToReal<f32>>,
}

impl Stft {
    pub(super) fn new(size: usize) -> Self {
        let mut planner = RealFftPlanner::new();
        let step = std::f64::consts::TAU / size as f64;
        Self {
            window: (0..size).map(|i| (0.5 - 0.5 * (step * i as f64).cos()) as f32).collect(),
            forward: planner.plan_fft_forward(size),
            backward: planner.plan_fft_inverse(size),
        }
    }

    pub(super) fn hop(&self) -> usize {
        self.window.len() / 4
    }

    pub(super) fn bins(&self) -> usize {
        self.window.len() / 2 + 1
    }

    /// Magnitudes, frame-major `[frames][bins]`.
    pub(super) fn magnitudes(&self, sound: &[f32]) -> Vec<f32> {
        let mut out = Vec::with_capacity((sound.len() / self.hop() + 1) * self.bins());
        self.each_frame(sound, |bins| out.extend(bins.iter().map(|z| z.norm_sqr().sqrt())));
        out
    }

    /// Magnitudes and unit phasors, both `[frames][bins]`.
    pub(super) fn analyse(&self, sound: &[f32]) -> (Vec<f32>, Vec<Complex32>) {
        let capacity = (sound.len() / self.hop() + 1) * self.bins();
        let (mut magnitudes, mut phasors) = (Vec::with_capacity(capacity), Vec::with_capacity(capacity));
        self.each_frame(sound, |bins| {
            for z in bins {
                let magnitude = z.norm_sqr().sqrt();
                magnitudes.push(magnitude);
                phasors.push(if magnitude > 1e-12 { z / magnitude } else { Complex32::ZERO });
            }
        });
        (magnitudes, phasors)
    }

    /// Adds d loss / d samples, given `slope` = d loss / d magnitudes and the phasors of the sound.
    pub(super) fn add_gradient(&self, slope: &[f32], phasors: &[Complex32], gradient: &mut [f32]) {
        let size = self.window.len();
        let mut bins = self.backward.make_input_vec();
        let mut frame = self.backward.make_output_vec();
        let mut scratch = self.backward.make_scratch_vec();
        let rows = slope.chunks(self.bins()).zip(phasors.chunks(self.bins()));
        for (index, (slope, phasors)) in rows.enumerate() {
            for ((bin, slope), phasor) in bins.iter_mut().zip(slope).zip(phasors) {
                // The inverse transform counts every inner bin twice (its mirror image); the loss counts it once.
                *bin = phasor * (0.5 * slope);
            }
            bins[0] = Complex32::new(2.0 * bins[0].re, 0.0);
            bins[size / 2] = Complex32::new(2.0 * bins[size / 2].re, 0.0);
            self.backward
                .process_with_scratch(&mut bins, &mut frame, &mut scratch)
                .expect("buffers come from the plan");
            let start = (index * self.hop()) as isize - (size / 2) as isize;
            for (j, (value, window)) in frame.iter().zip(&self.window).enumerate() {
                if let Some(sample) = usize::try_from(start + j as isize).ok().and_then(|t| gradient.get_mut(t)) {
                    *sample += value * window;
                }
            }
        }
    }

    fn each_frame(&self, sound: &[f32], mut take: impl FnMut(&[Complex32])) {
        let size = self.window.len();
        let mut frame = self.forward.make_input_vec();
        let mut bins = self.forward.make_output_vec();
        let mut scratch = self.forward.make_scratch_vec();
        for index in 0..=sound.len() / self.hop() {
            let start = (index * self.hop()) as isize - (size / 2) as isize;
            for (j, (value, window)) in frame.iter_mut().zip(&self.window).enumerate() {
                let sample = usize::try_from(start + j as isize).ok().and_then(|t| sound.get(t));
                *value = sample.copied().unwrap_or(0.0) * window;
            }
            self.forward.process_with_scratch(&mut frame, &mut bins, &mut scratch).expect("buffers come from the plan");
            take(&bins);
        }
    }
}
