//! Sinc-NSF for impacts: a control network at frame rate plays noise bands, a bank of sines and harmonics of f0.
//!
//! After Wang and Yamagishi, "Neural harmonic-plus-noise waveform model with trainable maximum voice frequency",
//! SSW 2019 (hn-sinc-NSF). Kept from it: harmonic and noise parts in one pass, divided by a predicted cut-off,
//! and trainable sinc filters. Changed: the filters work at control rate on parallel noise bands and sines
//! instead of on full-rate neural filters, which costs about a hundredth. The control network has no memory: it sees the
//! curve around each frame, a summary of the whole curve and the hit's timbre where one is known, so that training is plain
//! matrix products.
//!
//! Shapes: `B` hits, `K` control frames ([`CONTROL_HOP`] samples apart at 44.1 kHz), `N` partials of a kind.

use burn::module::{Module, Param};
use burn::nn::{Initializer, Linear, LinearConfig};
use burn::tensor::activation::{leaky_relu, sigmoid};
use burn::tensor::{Device, Tensor, TensorData, signal};
use neurorack_engine::models::conditioning::{CONTEXT, SUMMARY, TIMBRE};
use neurorack_engine::models::sinc_nsf::{LEVEL_NEPERS, STRIKE_LEVEL, STRIKE_LEVELS, strike_place, strike_window};
pub use neurorack_engine::models::sinc_nsf::{STRIKE_FRAMES, STRIKE_LINES};
use serde::{Deserialize, Serialize};

/// Samples from one control frame to the next, at 44.1 kHz.
pub const CONTROL_HOP: usize = 128;
/// Control frames per descriptor frame.
pub const FRAMES_PER_DESCRIPTOR: usize = 2;
/// Rate at which the network is defined and trained, in hertz.
pub const SAMPLE_RATE_HZ: f32 = 44_100.0;
/// Samples in a noise loop.
pub const NOISE_LOOP: usize = 65_536;
/// Decays since the trigger that the network sees.
pub const TRIGGER: usize = 4;
/// What the network sees of each frame: the curve around it, the decays since the trigger, the timbre.
pub const LOCAL: usize = CONTEXT + TRIGGER + TIMBRE;
/// What the network is told of a whole hit: the summary of its curve, and the timbre of its attack.
pub const WHOLE: usize = SUMMARY + TIMBRE;
/// Values of the hit vector.
pub const HIT_SIZE: usize = 64;
/// Highest frequency of a harmonic, in hertz; the last [`HARMONIC_FADE_HZ`] below it fade out.
pub const HARMONIC_TOP_HZ: f32 = 20_000.0;
/// Width of the fade below [`HARMONIC_TOP_HZ`], in hertz.
pub const HARMONIC_FADE_HZ: f32 = 4_000.0;

const SLOPE: f64 = 0.1;
const EDGE_RATE: f64 = 0.5;

/// Sizes of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Width of the hidden layers.
    pub width: usize,
    /// Noise bands.
    pub noise: usize,
    /// Harmonics of f0.
    pub harmonics: usize,
    /// Sines of the fixed bank.
    pub sines: usize,
}

impl Size {
    /// Outputs of the heads: noise, harmonics, sines, cross-over.
    pub fn heads(&self) -> usize {
        self.noise + self.harmonics + self.sines + 1
    }
}

impl Default for Size {
    fn default() -> Self {
        Self { width: 256, noise: 64, harmonics: 32, sines: 192 }
    }
}

/// What drives a batch of hits, all constants of the graph.
#[derive(Debug, Clone)]
pub struct Drive {
    /// Contexts of the frames, decays since the trigger, timbres (zeros where none is known), `[B, K, LOCAL]`.
    pub local: Tensor<3>,
    /// Summaries of the curves and timbres of the attacks, `[B, WHOLE]`.
    pub whole: Tensor<2>,
    /// Under morph: the same of the other curve, and how far towards it, 0 to 1. What comes of them lies between the two.
    pub towards: Option<(Tensor<2>, f32)>,
    /// Loudness of each hit's first frames at their loudest, `[B]`, linear.
    pub peak: Tensor<1>,
    /// Loudness, `[B, K]`, linear.
    pub rms: Tensor<2>,
    /// Log10 of flatness, `[B, K]`.
    pub flatness: Tensor<2>,
    /// Fundamental frequency in hertz, `[B, K]`.
    pub f0_hz: Tensor<2>,
    /// How far the pitch can be trusted, `[B, K]`, 0 to 1.
    pub reliability: Tensor<2>,
}

/// Linear amplitudes of every partial at each control frame.
#[derive(Debug, Clone)]
pub struct Gains {
    /// `[B, K, noise]`, for bands of unit rms.
    pub noise: Tensor<3>,
    /// `[B, K, harmonics]`.
    pub harmonics: Tensor<3>,
    /// `[B, K, sines]`.
    pub sines: Tensor<3>,
    /// Signed, of the lines of the strike, `[B, STRIKE_FRAMES, STRIKE_LINES]`.
    pub strike: Tensor<3>,
}

/// What the network makes of a whole hit before it sees single frames.
struct Told {
    /// What kind of hit this is, `[B, HIT_SIZE]`.
    hit: Tensor<2>,
    /// Amplitudes of the lines of the strike, `[B, STRIKE_LINES]`.
    strike: Tensor<2>,
}

/// The network; see the module's description.
#[derive(Module, Debug)]
pub struct SincNsf {
    /// First layer of the hit network.
    pub hit_0: Linear,
    /// Second layer of the hit network.
    pub hit_1: Linear,
    /// Last layer of the hit network.
    pub hit_2: Linear,
    /// Context, trigger decays and hit vector to the hidden width.
    pub input: Linear,
    /// First residual layer.
    pub hidden_0: Linear,
    /// Second residual layer.
    pub hidden_1: Linear,
    /// Noise, harmonics, sines, cross-over.
    pub heads: Linear,
    /// What each hit adds to the heads.
    pub heads_hit: Linear,
    /// What the timbre adds to the heads.
    pub heads_timbre: Linear,
    /// The lines of the strike.
    pub strike: Linear,
    /// Their levels.
    pub strike_levels: Linear,
    /// What the timbre of the attack adds to them.
    pub strike_timbre: Linear,
    /// Moves of the noise bands' lower edges from their start, `[noise]`, in 1 / [`EDGE_RATE`] octaves.
    pub low_move: Param<Tensor<1>>,
    /// Moves of the noise bands' widths, likewise.
    pub width_move: Param<Tensor<1>>,
    #[module(skip)]
    size: [usize; 4],
}

impl SincNsf {
    /// A fresh network; call `device.seed` before for a reproducible one.
    pub fn new(size: Size, device: &Device) -> Self {
        let linear = |inputs, outputs| LinearConfig::new(inputs, outputs).init(device);
        let outputs = size.heads();
        let mut heads = linear(size.width, outputs);
        let small = values(heads.weight.val()).iter().map(|w| 0.3 * w).collect();
        heads.weight = leaf(matrix(small, size.width, outputs, device));
        let mut bias = vec![-2.5f32; size.noise];
        bias.extend((1..=size.harmonics).map(|h| -1.5 - (h as f32).ln()));
        bias.extend(std::iter::repeat_n(-4.0, size.sines));
        bias.push(0.0);
        heads.bias = Some(leaf(Tensor::from_floats(bias.as_slice(), device)));
        let offsets = |inputs, outputs| {
            LinearConfig::new(inputs, outputs)
                .with_bias(false)
                .with_initializer(Initializer::KaimingUniform { gain: 0.1, fan_out_only: false })
                .init(device)
        };
        Self {
            hit_0: linear(WHOLE, 128),
            hit_1: linear(128, 128),
            hit_2: linear(128, HIT_SIZE),
            input: linear(LOCAL + HIT_SIZE, size.width),
            hidden_0: linear(size.width, size.width),
            hidden_1: linear(size.width, size.width),
            heads,
            heads_hit: offsets(HIT_SIZE, outputs),
            heads_timbre: offsets(TIMBRE, outputs),
            strike: linear(HIT_SIZE, STRIKE_LINES),
            strike_levels: linear(HIT_SIZE, STRIKE_LEVELS),
            strike_timbre: offsets(TIMBRE, STRIKE_LEVELS),
            low_move: leaf(Tensor::zeros([size.noise], device)),
            width_move: leaf(Tensor::zeros([size.noise], device)),
            size: [size.width, size.noise, size.harmonics, size.sines],
        }
    }

    /// Sizes of this network.
    pub fn size(&self) -> Size {
        let [width, noise, harmonics, sines] = self.size;
        Size { width, noise, harmonics, sines }
    }

    /// Lower edges and widths of the noise bands, both `[noise]`, in octaves relative to 1 Hz.
    pub fn noise_edges(&self) -> (Tensor<1>, Tensor<1>) {
        let device = self.low_move.val().device();
        let (low, width) = initial_edges(self.size().noise);
        let start = |values: Vec<f32>| Tensor::<1>::from_floats(values.as_slice(), &device);
        (start(low) + self.low_move.val() * EDGE_RATE, start(width) + self.width_move.val() * EDGE_RATE)
    }

    /// Moves the noise bands to these lower edges and widths, both `[noise]`, in octaves relative to 1 Hz.
    pub fn move_edges(&mut self, low: &[f32], width: &[f32]) {
        let device = self.low_move.val().device();
        let (first_low, first_width) = initial_edges(self.size().noise);
        let moves = |to: &[f32], from: Vec<f32>| {
            let moves: Vec<f32> = to.iter().zip(from).map(|(to, from)| (to - from) / EDGE_RATE as f32).collect();
            leaf(Tensor::from_floats(moves.as_slice(), &device))
        };
        self.low_move = moves(low, first_low);
        self.width_move = moves(width, first_width);
    }

    /// Amplitudes of all partials for a batch of hits.
    pub fn gains(&self, drive: &Drive) -> Gains {
        let size = self.size();
        let [batch, frames, _] = drive.local.dims();
        let Told { mut hit, mut strike } = self.told(drive.whole.clone());
        if let Some((whole, part)) = &drive.towards {
            let other = self.told(whole.clone());
            let mix = |here: Tensor<2>, there: Tensor<2>| here * (1.0 - part) + there * *part;
            (hit, strike) = (mix(hit, other.hit), mix(strike, other.strike));
        }
        let spread = hit.clone().unsqueeze_dim::<3>(1).expand([batch, frames, HIT_SIZE]);

        let x = Tensor::cat(vec![drive.local.clone(), spread], 2).reshape([batch * frames, LOCAL + HIT_SIZE]);
        let x = leaky_relu(self.input.forward(x), SLOPE);
        let x = leaky_relu(self.hidden_0.forward(x.clone()), SLOPE) + x;
        let x = leaky_relu(self.hidden_1.forward(x.clone()), SLOPE) + x;
        let heads = self.heads.forward(x).reshape([batch, frames, size.heads()]);
        let timbre = drive.local.clone().narrow(2, LOCAL - TIMBRE, TIMBRE);
        let heads = heads + self.heads_timbre.forward(timbre) + self.heads_hit.forward(hit).unsqueeze_dim(1);
        let strike = strike * drive.peak.clone().unsqueeze_dim::<2>(1);

        let mut start = 0;
        let mut take = |length| {
            start += length;
            heads.clone().narrow(2, start - length, length)
        };
        let noise = take(size.noise);
        let harmonics = take(size.harmonics);
        let sines = take(size.sines);
        let log2_cutoff = (take(1) / 3.0).tanh() * 6.0 + 800f64.log2();

        let rms = drive.rms.clone().unsqueeze_dim::<3>(2);
        let amplitude = |head: Tensor<3>| nepers(head).exp() * rms.clone();
        let (low, width) = self.noise_edges();
        let low_hz = exp2(low);
        let centre = (low_hz.clone() * (low_hz + exp2(width))).log() * (0.5 / std::f64::consts::LN_2);
        let centre = centre.reshape([1, 1, size.noise]);

        let device = heads.device();
        let window: Vec<f32> = (0..STRIKE_FRAMES).map(|frame| strike_window(frame as u32)).collect();
        let window = Tensor::<1>::from_floats(window.as_slice(), &device).reshape([1, STRIKE_FRAMES, 1]);
        let bank = sine_frequencies(size.sines).iter().map(|f| f.log2()).collect::<Vec<_>>();
        let bank = Tensor::<1>::from_floats(bank.as_slice(), &device).reshape([1, 1, size.sines]);
        let order = (1..=size.harmonics).map(|h| h as f32).collect::<Vec<_>>();
        let order = Tensor::<1>::from_floats(order.as_slice(), &device).reshape([1, 1, size.harmonics]);
        let harmonic_hz = drive.f0_hz.clone().unsqueeze_dim::<3>(2) * order;
        let fade = ((harmonic_hz.clone().neg() + HARMONIC_TOP_HZ) / HARMONIC_FADE_HZ).clamp(0.0, 1.0)
            * drive.reliability.clone().unsqueeze_dim::<3>(2);
        let harmonic_octave = harmonic_hz.log() / std::f64::consts::LN_2;

        Gains {
            noise: amplitude(noise) * sigmoid((centre - log2_cutoff.clone()) * 4.0),
            harmonics: amplitude(harmonics) * sigmoid((log2_cutoff.clone() - harmonic_octave) * 4.0) * fade,
            sines: amplitude(sines) * sigmoid((log2_cutoff - bank) * 4.0),
            strike: strike.unsqueeze_dim::<3>(1) * window,
        }
    }

    /// What comes of summary and the attack's timbre, `[B, WHOLE]`.
    fn told(&self, whole: Tensor<2>) -> Told {
        let hit = leaky_relu(self.hit_0.forward(whole.clone()), SLOPE);
        let hit = leaky_relu(self.hit_1.forward(hit), SLOPE);
        let hit = self.hit_2.forward(hit);
        let levels = self.strike_timbre.forward(whole.narrow(1, SUMMARY, TIMBRE));
        let strike = self.strike_lines(hit.clone(), levels);
        Told { hit, strike }
    }

    /// Amplitudes of the lines of the strike, `[B, STRIKE_LINES]`, relative to the loudness of the hit's beginning.
    fn strike_lines(&self, hit: Tensor<2>, levels_from_timbre: Tensor<2>) -> Tensor<2> {
        let mut places = vec![0.0; STRIKE_LEVELS * STRIKE_LINES];
        for line in 0..STRIKE_LINES {
            let (below, part) = strike_place(line);
            places[below * STRIKE_LINES + line] = 1.0 - part;
            places[(below + 1) * STRIKE_LINES + line] = part;
        }
        let places = matrix(places, STRIKE_LEVELS, STRIKE_LINES, &hit.device());
        let levels = nepers(self.strike_levels.forward(hit.clone()) + levels_from_timbre).matmul(places).exp();
        self.strike.forward(hit) * levels * STRIKE_LEVEL
    }

    /// The noise bands as loops of unit rms, `[noise, NOISE_LOOP]`, from white spectra `[noise, NOISE_LOOP / 2 + 1]`.
    ///
    /// A band is a windowed-sinc band-pass, written in the frequency domain: Gaussian-windowed ideal edges are error
    /// functions. The edges are trainable.
    pub fn noise_loops(&self, spectrum_re: Tensor<2>, spectrum_im: Tensor<2>) -> Tensor<2> {
        let noise = self.size().noise;
        let bins = NOISE_LOOP / 2 + 1;
        let (low, width) = self.noise_edges();
        let low = exp2(low).reshape([noise, 1]);
        let width = exp2(width).reshape([noise, 1]);
        let high = low.clone() + width.clone();
        let softness = (width * 0.15).clamp_min(4.0) * std::f64::consts::SQRT_2;
        let bin_hz = (0..bins).map(|k| k as f32 * SAMPLE_RATE_HZ / NOISE_LOOP as f32).collect::<Vec<_>>();
        let bin_hz = Tensor::<1>::from_floats(bin_hz.as_slice(), &low.device()).reshape([1, bins]);
        let shape = (((bin_hz.clone() - low) / softness.clone()).erf() - ((bin_hz - high) / softness).erf()) * 0.5;
        let (re, im) = (spectrum_re * shape.clone(), spectrum_im * shape);
        let loops = signal::irfft(re, im, 1, None);
        let rms = loops.clone().powi_scalar(2).mean_dim(1).sqrt();
        loops / rms
    }
}

/// Sounds of a batch, `[B, (K - 1) x CONTROL_HOP]`: every partial times its gain, linear between control frames.
///
/// `noise` holds the noise bands, `[K - 1, noise, CONTROL_HOP]`, and `sines` the bank, `[K - 1, sines, CONTROL_HOP]`, the
/// same for all hits; `strike` the lines of the strike, `[STRIKE_FRAMES - 1, STRIKE_LINES, CONTROL_HOP]`; `harmonics` those
/// of each hit, `[B, K - 1, harmonics, CONTROL_HOP]`.
pub fn synthesise(
    gains: &Gains,
    noise: Tensor<3>,
    sines: Tensor<3>,
    strike: Tensor<3>,
    harmonics: Tensor<4>,
) -> Tensor<2> {
    let [batch, frames, _] = gains.noise.dims();
    let hops = frames - 1;
    let device = gains.noise.device();
    let ramp = (0..CONTROL_HOP).map(|j| j as f32 / CONTROL_HOP as f32).collect::<Vec<_>>();
    let ramp = Tensor::<1>::from_floats(ramp.as_slice(), &device).reshape([1, 1, CONTROL_HOP]);

    let shared = |gains: &Tensor<3>, carriers: Tensor<3>| {
        let hops = carriers.dims()[0];
        let gains = gains.clone().swap_dims(0, 1);
        Tensor::cat(vec![gains.clone().narrow(0, 0, hops), gains.narrow(0, 1, hops)], 1).matmul(carriers)
    };
    let struck = hops.min(STRIKE_FRAMES - 1);
    let strike = shared(&gains.strike, strike.narrow(0, 0, struck));
    let sound = shared(&gains.noise, noise) + shared(&gains.sines, sines);
    let sound = match hops - struck {
        0 => sound + strike,
        rest => {
            let start = sound.clone().narrow(0, 0, struck) + strike;
            Tensor::cat(vec![start, sound.narrow(0, struck, rest)], 0)
        }
    };
    let here = sound.clone().narrow(1, 0, batch);
    let next = sound.narrow(1, batch, batch);
    let sound = (here.clone() + (next - here) * ramp.clone()).swap_dims(0, 1);

    let partials = gains.harmonics.dims()[2];
    let own = gains.harmonics.clone();
    let pair = Tensor::stack::<4>(vec![own.clone().narrow(1, 0, hops), own.narrow(1, 1, hops)], 2);
    let tones =
        pair.reshape([batch * hops, 2, partials]).matmul(harmonics.reshape([batch * hops, partials, CONTROL_HOP]));
    let here = tones.clone().narrow(1, 0, 1);
    let next = tones.narrow(1, 1, 1);
    let tones = (here.clone() + (next - here) * ramp).reshape([batch, hops, CONTROL_HOP]);

    (sound + tones).reshape([batch, hops * CONTROL_HOP])
}

/// Frequencies of the sine bank in hertz: log-spaced from 30 to 12,000 Hz.
pub fn sine_frequencies(sines: usize) -> Vec<f32> {
    let span = (12_000.0f64 / 30.0).ln();
    let last = (sines.max(2) - 1) as f64;
    (0..sines).map(|s| (30.0 * (span * s as f64 / last).exp()) as f32).collect()
}

/// Where the noise bands start before training: equal steps on the ERB scale (Glasberg and Moore, 1990) up to 20 kHz.
fn initial_edges(bands: usize) -> (Vec<f32>, Vec<f32>) {
    let erb = |f: f64| 21.4 * (1.0 + 0.00437 * f).log10();
    let hertz = |e: f64| (10f64.powf(e / 21.4) - 1.0) / 0.00437;
    let (bottom, top) = (erb(20.0), erb(20_000.0));
    let edge = |b: usize| hertz(bottom + (top - bottom) * b as f64 / bands as f64);
    (0..bands).map(|b| (edge(b).log2() as f32, (edge(b + 1) - edge(b)).log2() as f32)).unzip()
}

/// Heads' outputs within ±[`LEVEL_NEPERS`].
fn nepers<const D: usize>(heads: Tensor<D>) -> Tensor<D> {
    (heads / LEVEL_NEPERS).tanh() * LEVEL_NEPERS
}

fn exp2(x: Tensor<1>) -> Tensor<1> {
    (x * std::f64::consts::LN_2).exp()
}

/// A trainable parameter with these values, a leaf of the graph whatever the values were computed from.
fn leaf<const D: usize>(values: Tensor<D>) -> Param<Tensor<D>> {
    let device = values.device();
    Param::from_data(values.into_data(), &device)
}

/// A tensor's values in row-major order.
pub fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().expect("the networks are f32")
}

/// A constant `[rows, columns]` tensor.
pub fn matrix(values: Vec<f32>, rows: usize, columns: usize, device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(values, [rows, columns]), device)
}
