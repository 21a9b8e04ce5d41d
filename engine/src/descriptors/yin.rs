//! Pitch by YIN, from an autocorrelation computed with the fast Fourier transform.
//!
//! A. de Cheveigné and H. Kawahara, "YIN, a fundamental frequency estimator for speech and music", JASA 111(4), 2002.
//! With the autocorrelation `r(τ) = Σ_j x_j x_{j+τ}` of a frame `x`, the difference function is
//! `d(τ) = 2 (r(0) - r(τ)) - Σ_{j<τ} x_j²`, its cumulative mean normalised form `d'(τ) = d(τ) τ / Σ_{i=1..τ} d(i)`. The
//! period is the first trough of `d'` below the threshold, else the global minimum, refined by a parabola. That is the
//! form of librosa 0.11: the sums run over the whole frame, whose end counts as followed by silence, where the paper has
//! a window of fixed length, and step 6 of the paper (best local estimate) is left out.

use crate::fft::{Complex, RealForward, RealInverse};

/// A trough of the normalised difference below this is a pitch.
pub const TROUGH_THRESHOLD: f32 = 0.1;

/// Lowest pitch that is looked for, in hertz.
const LOWEST_HZ: f64 = 50.0;

/// Highest pitch that is looked for, in hertz.
const HIGHEST_HZ: f64 = 5_000.0;

/// Estimates the fundamental frequency of frames of one length.
pub(super) struct Yin {
    forward: RealForward<f32>,
    inverse: RealInverse<f32>,
    /// The frame followed by zeros, then its autocorrelation.
    time: Box<[f32]>,
    spectrum: Box<[Complex<f32>]>,
    /// `d'` at lags `shortest..=longest`.
    difference: Box<[f64]>,
    /// Shortest and longest period, samples.
    shortest: usize,
    longest: usize,
    sample_rate_hz: f64,
}

impl Yin {
    /// An estimator for frames of `window` samples, at least 8.
    pub(super) fn new(window: usize, sample_rate_hz: f32) -> Self {
        let sample_rate_hz = f64::from(sample_rate_hz);
        let longest = ((sample_rate_hz / LOWEST_HZ).ceil() as usize).clamp(3, window - 1);
        let shortest = ((sample_rate_hz / HIGHEST_HZ) as usize).clamp(1, longest - 2);
        let padded = (window + longest).next_power_of_two();
        let forward = RealForward::new(padded);
        Self {
            time: vec![0.0; padded].into(),
            spectrum: forward.spectrum().into(),
            difference: vec![0.0; longest - shortest + 1].into(),
            forward,
            inverse: RealInverse::new(padded),
            shortest,
            longest,
            sample_rate_hz,
        }
    }

    /// Pitch of one frame, as long as the window, in hertz.
    ///
    /// Real-time safe.
    pub(super) fn measure(&mut self, frame: &[f32]) -> f32 {
        self.autocorrelate(frame);
        self.normalise_difference(frame);
        let index = self.period_index();
        (self.sample_rate_hz / (self.shortest as f64 + index as f64 + self.parabolic_shift(index))) as f32
    }

    /// Leaves `r(τ)`, times the length of the transform, in `time[τ]` for `τ <= longest`.
    fn autocorrelate(&mut self, frame: &[f32]) {
        let (start, padding) = self.time.split_at_mut(frame.len());
        start.copy_from_slice(frame);
        padding.fill(0.0);
        self.forward.process(&self.time, &mut self.spectrum);
        for bin in &mut self.spectrum {
            *bin = Complex::new(bin.norm_sqr(), 0.0);
        }
        self.inverse.process(&self.spectrum, &mut self.time);
    }

    /// Fills `difference` with `d'` from the autocorrelation in `time`.
    fn normalise_difference(&mut self, frame: &[f32]) {
        let square = |sample: f32| f64::from(sample) * f64::from(sample);
        let scale = 1.0 / self.time.len() as f64;
        let power: f64 = frame.iter().copied().map(square).sum();
        let (mut before, mut sum) = (0.0, 0.0);
        for lag in 1..=self.longest {
            before += square(frame[lag - 1]);
            let difference = 2.0 * (power - f64::from(self.time[lag]) * scale) - before;
            sum += difference;
            if let Some(index) = lag.checked_sub(self.shortest) {
                self.difference[index] = difference * lag as f64 / (sum + f64::from(f32::MIN_POSITIVE));
            }
        }
    }

    /// Index into `difference` of the chosen period.
    fn period_index(&self) -> usize {
        let d = &self.difference;
        let last = d.len() - 1;
        let mut lowest = 0;
        for index in 0..=last {
            let falls = index == 0 || d[index] < d[index - 1];
            let rises = match index {
                0 => d[0] < d[1],
                _ => index == last || d[index] <= d[index + 1],
            };
            if falls && rises && d[index] < f64::from(TROUGH_THRESHOLD) {
                return index;
            }
            if d[index] < d[lowest] {
                lowest = index;
            }
        }
        lowest
    }

    /// Where between its neighbours the minimum at `index` really lies, in samples, in `[-1, 1]`.
    fn parabolic_shift(&self, index: usize) -> f64 {
        let d = &self.difference;
        if index == 0 || index + 1 == d.len() {
            return 0.0;
        }
        let curvature = d[index + 1] + d[index - 1] - 2.0 * d[index];
        let slope = (d[index + 1] - d[index - 1]) / 2.0;
        if slope.abs() >= curvature.abs() { 0.0 } else { -slope / curvature }
    }
}
