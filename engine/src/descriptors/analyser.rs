//! Descriptor frames from a stream of samples.

use super::spectrum::SpectrumMeter;
use super::yin::Yin;
use super::{ANALYSIS_RATE_HZ, Descriptors, HOP_SAMPLES, WINDOW_SAMPLES};

/// Magnitudes up to here count as zero when sign changes are counted (librosa's `threshold`).
const ZERO_CROSSING_THRESHOLD: f32 = 1e-10;

/// Samples are limited to this, 60 dB above full scale, so that no descriptor overflows.
const LARGEST_SAMPLE: f32 = 1e3;

/// How the stream is cut into frames.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AnalysisConfig {
    /// Sample rate of the stream, in hertz.
    pub sample_rate_hz: f32,
    /// Samples of the window of every descriptor but the pitch; even, at least 8.
    pub window: usize,
    /// Samples of the window of the pitch; even, at least 8.
    pub pitch_window: usize,
    /// Samples from one frame to the next; at least 1, at most the larger window.
    pub hop: usize,
}

impl Default for AnalysisConfig {
    /// What stored curves are measured with.
    fn default() -> Self {
        Self {
            sample_rate_hz: ANALYSIS_RATE_HZ as f32,
            window: WINDOW_SAMPLES,
            pitch_window: WINDOW_SAMPLES,
            hop: HOP_SAMPLES,
        }
    }
}

impl AnalysisConfig {
    /// Windows and hop nearly as long, in seconds, as those of stored curves, for a stream of another rate.
    ///
    /// Lengths are powers of two. Zero crossings stay per sample of the stream: multiply by
    /// `sample_rate_hz / ANALYSIS_RATE_HZ` to compare them with a stored curve.
    pub fn at_rate(sample_rate_hz: f32) -> Self {
        let octaves = (sample_rate_hz / ANALYSIS_RATE_HZ as f32).log2().round().clamp(-4.0, 4.0);
        let scaled = |samples: usize| (samples as f32 * octaves.exp2()) as usize;
        let window = scaled(WINDOW_SAMPLES);
        Self { sample_rate_hz, window, pitch_window: window, hop: scaled(HOP_SAMPLES) }
    }
}

/// Measures [`Descriptors`] from samples that arrive in blocks of any size.
///
/// Frame `k` is centred on sample `k * hop` of the stream, padded with zeros at both ends: it comes out as soon as half
/// a window behind its centre is known. The numbers do not depend on the sizes of the blocks.
pub struct Analyser {
    config: AnalysisConfig,
    spectrum: SpectrumMeter,
    yin: Yin,
    /// The newest samples, as many as the larger window, oldest first; `[..filled]` is valid.
    history: Box<[f32]>,
    filled: usize,
    /// How many of the oldest samples in `history` are padding before the stream's start.
    padding: usize,
    /// Samples pushed so far, and frames measured so far.
    samples: u64,
    frames: u64,
}

impl Analyser {
    /// An analyser at the start of a stream. Allocates everything it will need.
    ///
    /// # Panics
    /// When a field of `config` is outside the range its documentation states.
    pub fn new(config: AnalysisConfig) -> Self {
        let AnalysisConfig { sample_rate_hz, window, pitch_window, hop } = config;
        assert!(sample_rate_hz.is_finite() && sample_rate_hz > 0.0, "the sample rate is a positive number of hertz");
        for length in [window, pitch_window] {
            assert!(length >= 8 && length.is_multiple_of(2), "an analysis window is even and has at least 8 samples");
        }
        let longest = window.max(pitch_window);
        assert!((1..=longest).contains(&hop), "the hop is at least one sample and at most one window");
        Self {
            config,
            spectrum: SpectrumMeter::new(window, sample_rate_hz),
            yin: Yin::new(pitch_window, sample_rate_hz),
            history: vec![0.0; longest].into(),
            filled: longest / 2,
            padding: longest / 2,
            samples: 0,
            frames: 0,
        }
    }

    /// Takes the next samples and hands every frame that is complete with them to `on_frame`.
    ///
    /// A sample that is not finite counts as 0, one beyond ±1000 as ±1000. Real-time safe.
    pub fn push(&mut self, mut samples: &[f32], mut on_frame: impl FnMut(Descriptors)) {
        self.samples += samples.len() as u64;
        while !samples.is_empty() {
            let (now, later) = samples.split_at(samples.len().min(self.history.len() - self.filled));
            for (kept, &sample) in self.history[self.filled..].iter_mut().zip(now) {
                *kept = if sample.is_finite() { sample.clamp(-LARGEST_SAMPLE, LARGEST_SAMPLE) } else { 0.0 };
            }
            self.filled += now.len();
            samples = later;
            if self.filled == self.history.len() {
                on_frame(self.measure(self.filled));
                self.advance();
            }
        }
    }

    /// Ends the stream: hands over the frames whose windows reach beyond it, and starts again with an empty stream.
    ///
    /// After `n` samples, `1 + n / hop` frames have come in all. Real-time safe.
    pub fn finish(&mut self, mut on_frame: impl FnMut(Descriptors)) {
        let frames = 1 + self.samples / self.config.hop as u64;
        while self.frames < frames {
            let end = self.filled;
            self.history[end..].fill(0.0);
            on_frame(self.measure(end));
            self.filled = self.history.len();
            self.advance();
            self.filled = end.saturating_sub(self.config.hop);
        }
        self.reset();
    }

    /// Forgets the stream so far.
    ///
    /// Real-time safe.
    pub fn reset(&mut self) {
        self.history.fill(0.0);
        self.filled = self.history.len() / 2;
        self.padding = self.filled;
        self.samples = 0;
        self.frames = 0;
    }

    /// Samples that are missing until the next frame comes out; at least 1. Real-time safe.
    #[must_use]
    pub fn samples_to_frame(&self) -> usize {
        self.history.len() - self.filled
    }

    /// The configuration given to [`Analyser::new`].
    pub fn config(&self) -> AnalysisConfig {
        self.config
    }

    /// Measures the frame in `history`, of which `[padding..end]` comes from the stream.
    fn measure(&mut self, end: usize) -> Descriptors {
        let start = (self.history.len() - self.config.window) / 2;
        let frame = &self.history[start..start + self.config.window];
        let real = self.padding.max(start)..end.min(start + self.config.window);
        let power: f64 = frame.iter().map(|&sample| f64::from(sample) * f64::from(sample)).sum();
        let crossings = self.history.get(real).map_or(0, zero_crossings);
        let shape = self.spectrum.measure(frame);
        let pitch_start = (self.history.len() - self.config.pitch_window) / 2;
        let f0_hz = self.yin.measure(&self.history[pitch_start..pitch_start + self.config.pitch_window]);
        Descriptors {
            rms: (power / frame.len() as f64).sqrt() as f32,
            zcr: crossings as f32 / frame.len() as f32,
            rolloff_hz: shape.rolloff_hz,
            flatness: shape.flatness,
            bandwidth_hz: shape.bandwidth_hz,
            centroid_hz: shape.centroid_hz,
            f0_hz,
        }
    }

    /// Moves the window on by one hop.
    fn advance(&mut self) {
        let hop = self.config.hop;
        self.history.copy_within(hop.., 0);
        self.filled -= hop;
        self.padding = self.padding.saturating_sub(hop);
        self.frames += 1;
    }
}

/// Measures all frames of a whole mono signal of any length.
///
/// Returns `1 + samples.len() / hop` frames.
///
/// # Panics
/// As [`Analyser::new`].
pub fn describe(samples: &[f32], config: AnalysisConfig) -> Vec<Descriptors> {
    let mut frames = Vec::with_capacity(1 + samples.len() / config.hop.max(1));
    let mut analyser = Analyser::new(config);
    analyser.push(samples, |frame| frames.push(frame));
    analyser.finish(|frame| frames.push(frame));
    frames
}

/// How often the sign changes from one sample to the next; zero is positive.
fn zero_crossings(samples: &[f32]) -> usize {
    let negative = |sample: f32| sample < -ZERO_CROSSING_THRESHOLD;
    samples.windows(2).filter(|pair| negative(pair[0]) != negative(pair[1])).count()
}
