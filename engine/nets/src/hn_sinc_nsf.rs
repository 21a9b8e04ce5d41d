//! The hn-sinc-NSF: the network the original Neurorack published, for comparison.
//!
//! A neural source-filter network (X. Wang, S. Takaki and J. Yamagishi, "Neural harmonic-plus-noise
//! waveform model with trainable maximum voice frequency for text-to-speech synthesis", SSW 2019)
//! driven by the seven descriptors instead of acoustic features. A sum of 17 sines and a white noise
//! each pass dilated convolutions, then a pair of windowed-sinc filters whose common cut-off is
//! predicted per sample mixes them: `audio = lowpass(harmonic) + highpass(noise)`.
//!
//! It runs at 22,050 Hz with one descriptor frame per 512 samples and costs about 15 GMAC per second
//! of audio. Here it is inference only: the anchor of the benchmark and of the scores, and what a bank of
//! kind `hn-sinc-nsf` is rendered with on a graphics card. Random draws are inputs ([`Noise`]), so that
//! the numbers can be checked; frames are too, not tensors, since phases are summed in double precision,
//! which graphics cards do not have, and nothing can be read back from a browser's.
//! `neurorack_engine::models::hn_sinc_nsf` is the same network without burn.

mod benchmark;
mod weights;

pub use benchmark::{BenchResult, benchmark};
pub use weights::WeightsError;

use burn::tensor::module::conv1d;
use burn::tensor::ops::{ConvOptions, PadMode};
use burn::tensor::{Device, Distribution, Tensor, TensorData};
use neurorack_engine::models::hn_sinc_nsf::{Draws, Frame, harmonic_cycles};
use std::f32::consts::PI;

pub use neurorack_engine::models::hn_sinc_nsf::{FRAME_SAMPLES as HOP_SAMPLES, HARMONICS, SAMPLE_RATE_HZ};

/// Channels of the condition, the context and every hidden signal.
const WIDTH: usize = 64;
/// Taps of the mixing filters on each side of the middle one.
const SINC_REACH: i32 = 15;
/// Amplitude of each source sine.
const SINE_AMPLITUDE: f32 = 0.1;
/// Standard deviation of the noise added to the sines of a voiced frame.
const VOICED_NOISE: f32 = 0.003;
/// The same in an unvoiced frame.
const UNVOICED_NOISE: f32 = SINE_AMPLITUDE / 3.0;

/// Every random number of one forward pass, for `L = 512 * frames` samples.
#[derive(Debug, Clone)]
pub struct Noise {
    /// Phases the sines start from, in cycles; the fundamental's is 0.
    pub initial_phase_cycles: [f32; HARMONICS],
    /// Standard normal noise added to the sines, `[1, 17, L]`, before its voicing-dependent gain.
    pub sines: Tensor<3>,
    /// The noise branch's input, `[1, 1, L]`, at its final gain (standard deviation 0.1 / 3).
    pub source: Tensor<3>,
}

impl Noise {
    /// The engine's draws on a device: with them every processor renders the same sound.
    pub fn from_draws(draws: &Draws, device: &Device) -> Self {
        let length = draws.samples();
        let tensor = |values: &[f32], rows: usize| {
            Tensor::from_data(TensorData::new(values.to_vec(), [1, rows, length]), device)
        };
        Self {
            initial_phase_cycles: draws.initial_phase_cycles,
            sines: tensor(&draws.sines, HARMONICS),
            source: tensor(&draws.source, 1),
        }
    }

    /// Noise for `frames` descriptor frames from the device's generator, for benchmarks; all phases are 0.
    pub fn random(frames: usize, device: &Device) -> Self {
        let length = frames * HOP_SAMPLES;
        Self {
            initial_phase_cycles: [0.0; HARMONICS],
            sines: Tensor::random([1, HARMONICS, length], Distribution::Normal(0.0, 1.0), device),
            source: Tensor::random([1, 1, length], Distribution::Normal(0.0, f64::from(UNVOICED_NOISE)), device),
        }
    }
}

/// One forward pass with the signals a check wants to see.
#[derive(Debug, Clone)]
pub struct Trace {
    /// Frame-rate condition, `[1, 64, T]`.
    pub condition: Tensor<3>,
    /// Sample-rate context of every filter block, `[1, 64, L]`.
    pub context: Tensor<3>,
    /// Cut-off of the mixing filters as a fraction of the Nyquist frequency, `[1, 1, L]`.
    pub cutoff: Tensor<3>,
    /// The harmonic source, `[1, 1, L]`.
    pub harmonic_source: Tensor<3>,
    /// The sound, `[1, 1, L]`.
    pub audio: Tensor<3>,
}

/// The whole network; see the module's documentation.
#[derive(Debug, Clone)]
pub struct HnSincNsf {
    /// `[1, 7, 1]`, of the raw descriptors.
    mean: Tensor<3>,
    /// `[1, 7, 1]`.
    std: Tensor<3>,
    condition: [ConditionLayer; 3],
    /// `[1, 1, 17]`: how the source sines sum to one signal.
    source_weight: Tensor<3>,
    /// `[1, 1, 1]`.
    source_bias: Tensor<3>,
    harmonic: Vec<FilterBlock>,
    noise: FilterBlock,
}

/// `tanh(Conv1d)` at frame rate, three taps, zero padding of one.
#[derive(Debug, Clone)]
struct ConditionLayer {
    /// `[64, in, 3]`.
    weight: Tensor<3>,
    /// `[64]`.
    bias: Tensor<1>,
}

/// A neural filter: a signal is widened to 64 channels, convolved with growing dilation, narrowed
/// again, and added to what came in. No biases.
#[derive(Debug, Clone)]
struct FilterBlock {
    /// `[1, 64, 1]`.
    widen: Tensor<3>,
    /// Causal convolutions `[64, 64, 3]`, dilation `2^i` for the `i`-th.
    dilated: Vec<Tensor<3>>,
    /// Gain of the hidden signal before narrowing.
    scale: f32,
    /// `[1, 16, 64]` and `[1, 1, 16]`.
    narrow: [Tensor<3>; 2],
}

impl HnSincNsf {
    /// Audio for raw descriptor frames: `512 * T` samples at 22,050 Hz. Nothing is read back from the device.
    pub fn forward(&self, frames: &[Frame], noise: Noise) -> Tensor<1> {
        let trace = self.trace(frames, noise);
        let length = trace.audio.dims()[2];
        trace.audio.reshape([length])
    }

    /// As [`Self::forward`], keeping the intermediate signals.
    ///
    /// # Panics
    /// When there is no frame.
    pub fn trace(&self, frames: &[Frame], noise: Noise) -> Trace {
        let device = self.mean.device();
        let descriptors = TensorData::new(frames.as_flattened().to_vec(), [frames.len(), frames[0].len()]);
        let raw = Tensor::<2>::from_data(descriptors, &device).swap_dims(0, 1).unsqueeze::<3>();
        let normalised = (raw.clone() - self.mean.clone()) / self.std.clone();
        let voiced = upsample(raw.narrow(1, 6, 1)).greater_elem(0.0).float();

        let condition = self.condition.iter().fold(normalised.clone(), |signal, layer| layer.forward(signal));
        let smooth = |signal| moving_average(moving_average(upsample(signal), 9), 9);
        let per_sample = smooth(condition.clone());
        let f0_normalised = smooth(normalised.narrow(1, 6, 1));
        let context = Tensor::cat(vec![per_sample.clone().narrow(1, 0, WIDTH - 1), f0_normalised], 1);
        let cutoff = moving_average(per_sample.narrow(1, WIDTH - 1, 1) * 0.2 + voiced.clone() * 0.4 + 0.3, 11);

        let cycles = harmonic_cycles(frames, &noise.initial_phase_cycles);
        let cycles = TensorData::new(cycles, [1, HARMONICS, frames.len() * HOP_SAMPLES]);
        let harmonic_source = self.harmonic_source(Tensor::from_data(cycles, &device), voiced, noise.sines);
        let harmonic =
            self.harmonic.iter().fold(harmonic_source.clone(), |signal, block| block.forward(signal, &context));
        let noise = self.noise.forward(noise.source, &context);
        let (lowpass, highpass) = mixing_filters(cutoff.clone());
        let audio = filter_per_sample(harmonic, lowpass) + filter_per_sample(noise, highpass);
        Trace { condition, context, cutoff, harmonic_source, audio }
    }

    /// Sines at the multiples of f0 plus a little noise, summed by a learned layer.
    /// Cycles `[1, 17, L]`; voicing `[1, 1, L]`; noise `[1, 17, L]`; output `[1, 1, L]`.
    fn harmonic_source(&self, cycles: Tensor<3>, voiced: Tensor<3>, noise: Tensor<3>) -> Tensor<3> {
        let unvoiced = voiced.clone().neg() + 1.0;
        let noise_gain = voiced.clone() * VOICED_NOISE + unvoiced * UNVOICED_NOISE;
        let sines = (cycles * (2.0 * PI)).sin() * SINE_AMPLITUDE * voiced + noise * noise_gain;
        tanh(self.source_weight.clone().matmul(sines) + self.source_bias.clone())
    }
}

impl ConditionLayer {
    fn forward(&self, signal: Tensor<3>) -> Tensor<3> {
        let options = ConvOptions::new([1], [1], [1], 1);
        tanh(conv1d(signal, self.weight.clone(), Some(self.bias.clone()), options))
    }
}

impl FilterBlock {
    /// `[1, 1, L]` in and out; context `[1, 64, L]`.
    fn forward(&self, signal: Tensor<3>, context: &Tensor<3>) -> Tensor<3> {
        let mut hidden = tanh(self.widen.clone().matmul(signal.clone()));
        for (i, weight) in self.dilated.iter().enumerate() {
            let dilation = 1 << i;
            let causal = ConvOptions::new_with_padding([1], [(2 * dilation, 0)], [dilation], 1);
            let convolved = conv1d(hidden.clone(), weight.clone(), None, causal);
            hidden = hidden + tanh(convolved) + context.clone();
        }
        let [to_16, to_1] = &self.narrow;
        let narrowed = tanh(to_16.clone().matmul(hidden * self.scale));
        tanh(to_1.clone().matmul(narrowed)) + signal
    }
}

/// The hyperbolic tangent. In 32 bits it is 1 from 10 on; graphics cards make no number of it where `exp` overflows.
fn tanh(signal: Tensor<3>) -> Tensor<3> {
    signal.clamp(-15.0, 15.0).tanh()
}

/// Repeats every frame for one hop: `[1, C, T]` to `[1, C, 512 * T]`.
fn upsample(frames: Tensor<3>) -> Tensor<3> {
    let [batch, channels, count] = frames.dims();
    frames.unsqueeze_dim::<4>(3).repeat_dim(3, HOP_SAMPLES).reshape([batch, channels, count * HOP_SAMPLES])
}

/// Moving average over `2^log2_window` samples, `window / 2 - 1` of them in the past; beyond its ends
/// the signal keeps its first and last value.
fn moving_average(signal: Tensor<3>, log2_window: u32) -> Tensor<3> {
    let window = 1usize << log2_window;
    let mut sum = signal.pad([(window / 2 - 1, window / 2)], PadMode::Edge);
    // Summing pairs of half windows needs log2(window) additions a sample and loses no precision.
    for level in 0..log2_window {
        let reach = 1 << level;
        let length = sum.dims()[2] - reach;
        sum = sum.clone().narrow(2, 0, length) + sum.narrow(2, reach, length);
    }
    sum / window as f32
}

/// The windowed-sinc low-pass and its high-pass, both `[1, 31, L]`, for cut-offs `[1, 1, L]`.
///
/// With `w[n] = 0.54 + 0.46 cos(2πn / 31)` the low-pass `fc sinc(fc n) w[n]` has unit gain at 0 Hz and
/// the high-pass `(δ[n] - fc sinc(fc n)) w[n]` at the Nyquist frequency.
fn mixing_filters(cutoff: Tensor<3>) -> (Tensor<3>, Tensor<3>) {
    let device = cutoff.device();
    let table = |value: &dyn Fn(f32) -> f32| {
        let values: Vec<f32> = (-SINC_REACH..=SINC_REACH).map(|n| value(n as f32)).collect();
        let taps = values.len();
        Tensor::<1>::from_floats(values.as_slice(), &device).reshape([1, taps, 1])
    };
    let angle = table(&|n| PI * n);
    let inverse = table(&|n| if n == 0.0 { 0.0 } else { 1.0 / (PI * n) });
    let impulse = table(&|n| if n == 0.0 { 1.0 } else { 0.0 });
    let window = table(&|n| 0.54 + 0.46 * (2.0 * PI * n / (2 * SINC_REACH + 1) as f32).cos());
    let alternating = table(&|n| if n as i32 % 2 == 0 { 1.0 } else { -1.0 });

    let sinc = (cutoff.clone() * angle).sin() * inverse + impulse.clone() * cutoff;
    let lowpass = sinc.clone() * window.clone();
    let highpass = (impulse - sinc) * window;
    (lowpass.clone() / lowpass.sum_dim(1), highpass.clone() / (highpass * alternating).sum_dim(1))
}

/// `y[t] = Σ_j x[t - j] coefficients[j, t]`: a filter whose 31 taps change with every sample.
fn filter_per_sample(signal: Tensor<3>, coefficients: Tensor<3>) -> Tensor<3> {
    let length = signal.dims()[2];
    let taps = coefficients.dims()[1];
    let past = signal.pad([(taps - 1, 0)], PadMode::Constant(0.0));
    (0..taps)
        .map(|j| past.clone().narrow(2, taps - 1 - j, length) * coefficients.clone().narrow(1, j, 1))
        .reduce(|sum, term| sum + term)
        .expect("a filter has taps")
}
