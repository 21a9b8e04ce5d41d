//! Descriptors and spectra of the output while it sounds, as stored curves are measured: at 44.1 kHz.
//!
//! The browser's audio usually runs at 48 kHz. The output is resampled first, so that asked and measured mean the same:
//! roll-off, flatness and zero crossings depend on the band and on the sample rate.

use neurorack_engine::descriptors::{
    ANALYSIS_RATE_HZ, Analyser, AnalysisConfig, Descriptors, HOP_SAMPLES, MAX_FRAMES, WINDOW_SAMPLES,
};
use neurorack_engine::fft::{Complex, RealForward};
use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Async, FixedAsync, Resampler, SincInterpolationParameters, SincInterpolationType, WindowFunction};

/// Rows of the spectrogram.
pub const SPECTRUM_ROWS: usize = 72;

/// Lowest and highest frequency of the spectrogram, in hertz; rows are equal steps in pitch.
const SPECTRUM_HZ: (f32, f32) = (40.0, 18_000.0);

/// Levels that are black and white in the spectrogram, in decibels of a full-scale sine.
const SPECTRUM_DB: (f32, f32) = (-82.0, -6.0);

/// Input samples that are resampled at once; the picture is late by about half of them.
const BLOCK_SAMPLES: usize = 256;

/// Length of the resampler's filter.
const SINC_SAMPLES: usize = 128;

/// Measures one hit while it sounds.
pub(super) struct Follower {
    /// None where the output has the analysis's own rate.
    resampler: Option<Async<f32>>,
    /// Output waiting for a whole block of the resampler.
    waiting: Vec<f32>,
    /// Resampled samples still to be left out: the resampler's delay.
    late: usize,
    analyser: Analyser,
    spectrum: Spectrum,
    pub(super) measured: Vec<Descriptors>,
    pub(super) spectra: Vec<[f32; SPECTRUM_ROWS]>,
}

impl Follower {
    /// A follower of output at this rate, in hertz.
    pub(super) fn new(rate_hz: u32) -> Self {
        let resampler = (rate_hz != ANALYSIS_RATE_HZ && rate_hz > 0).then(|| {
            let ratio = f64::from(ANALYSIS_RATE_HZ) / f64::from(rate_hz);
            let quality = SincInterpolationParameters {
                interpolation: SincInterpolationType::Linear,
                ..SincInterpolationParameters::new(SINC_SAMPLES, WindowFunction::BlackmanHarris)
            };
            Async::new_sinc(ratio, 1.0, &quality, BLOCK_SAMPLES, 1, FixedAsync::Input)
                .expect("the rates and the block are not 0")
        });
        let mut follower = Self {
            resampler,
            waiting: Vec::new(),
            late: 0,
            analyser: Analyser::new(AnalysisConfig::default()),
            spectrum: Spectrum::new(),
            measured: Vec::new(),
            spectra: Vec::new(),
        };
        follower.restart();
        follower
    }

    /// Begins a new hit.
    pub(super) fn restart(&mut self) {
        self.waiting.clear();
        self.measured.clear();
        self.spectra.clear();
        self.analyser = Analyser::new(AnalysisConfig::default());
        self.spectrum.restart();
        if let Some(resampler) = &mut self.resampler {
            resampler.reset();
            self.late = resampler.output_delay();
        }
    }

    /// Takes the hit's next samples.
    pub(super) fn push(&mut self, samples: &[f32]) {
        let Some(mut resampler) = self.resampler.take() else { return self.measure(samples) };
        self.waiting.extend(samples);
        let mut resampled = vec![0.0; resampler.output_frames_max()];
        loop {
            let needed = resampler.input_frames_next();
            if self.waiting.len() < needed {
                break;
            }
            let capacity = resampled.len();
            let input = InterleavedSlice::new(&self.waiting[..needed], 1, needed).expect("one channel");
            let mut output = InterleavedSlice::new_mut(&mut resampled, 1, capacity).expect("one channel");
            let (taken, made) =
                resampler.process_into_buffer(&input, &mut output, None).expect("the buffers fit the resampler");
            self.waiting.drain(..taken);
            let late = self.late.min(made);
            self.late -= late;
            self.measure(&resampled[late..made]);
        }
        self.resampler = Some(resampler);
    }

    /// Takes samples at the analysis's rate.
    fn measure(&mut self, samples: &[f32]) {
        let measured = &mut self.measured;
        self.analyser.push(samples, |frame| {
            if measured.len() < MAX_FRAMES {
                measured.push(frame);
            }
        });
        let spectra = &mut self.spectra;
        self.spectrum.push(samples, |levels| {
            if spectra.len() < MAX_FRAMES {
                spectra.push(levels);
            }
        });
    }
}

/// Spectra of the analysis's window and hop.
struct Spectrum {
    transform: RealForward<f32>,
    window: Vec<f32>,
    /// The newest samples, oldest first, at most one window.
    history: Vec<f32>,
    windowed: Vec<f32>,
    bins: Vec<Complex<f32>>,
}

impl Spectrum {
    fn new() -> Self {
        let transform = RealForward::new(WINDOW_SAMPLES);
        let step = std::f32::consts::TAU / WINDOW_SAMPLES as f32;
        Self {
            window: (0..WINDOW_SAMPLES).map(|n| 0.5 - 0.5 * (n as f32 * step).cos()).collect(),
            history: Vec::with_capacity(WINDOW_SAMPLES),
            windowed: vec![0.0; WINDOW_SAMPLES],
            bins: transform.spectrum(),
            transform,
        }
    }

    /// Half a window of silence before the hit centres the first column on its first sample.
    fn restart(&mut self) {
        self.history.clear();
        self.history.resize(WINDOW_SAMPLES / 2, 0.0);
    }

    fn push(&mut self, mut samples: &[f32], mut on_column: impl FnMut([f32; SPECTRUM_ROWS])) {
        while !samples.is_empty() {
            let (now, later) = samples.split_at(samples.len().min(WINDOW_SAMPLES - self.history.len()));
            self.history.extend(now);
            samples = later;
            if self.history.len() == WINDOW_SAMPLES {
                on_column(self.column());
                self.history.drain(..HOP_SAMPLES);
            }
        }
    }

    /// The window's spectrum as levels from 0 to 1, lowest frequency first.
    fn column(&mut self) -> [f32; SPECTRUM_ROWS] {
        for ((windowed, sample), weight) in self.windowed.iter_mut().zip(&self.history).zip(&self.window) {
            *windowed = sample * weight;
        }
        self.transform.process(&self.windowed, &mut self.bins);
        let (low, high) = SPECTRUM_HZ;
        let bin_of = |row: f32| {
            let hz = low * (high / low).powf(row / SPECTRUM_ROWS as f32);
            hz * WINDOW_SAMPLES as f32 / ANALYSIS_RATE_HZ as f32
        };
        std::array::from_fn(|row| {
            let (first, last) = (bin_of(row as f32), bin_of(row as f32 + 1.0));
            let bins = first.round() as usize..(last.round() as usize).max(first.round() as usize + 1);
            let power = self.bins[bins].iter().map(Complex::norm_sqr).fold(0.0, f32::max);
            // A full-scale sine has a magnitude of a quarter of the Hann window's length.
            let db = 10.0 * (power + 1e-12).log10() - 20.0 * (WINDOW_SAMPLES as f32 / 4.0).log10();
            ((db - SPECTRUM_DB.0) / (SPECTRUM_DB.1 - SPECTRUM_DB.0)).clamp(0.0, 1.0)
        })
    }
}
