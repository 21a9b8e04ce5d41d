//! Many hits at once: whole sounds of the Sinc-NSF on any device, the same samples that the engine streams.
//!
//! What training multiplies with tables of every sine at every sample is written here so that little has to be kept and
//! uploaded: within a control hop a fixed sine is `sin(φ + ωj) = sin φ cos ωj + cos φ sin ωj`, so a bank of sines is one
//! matrix product with a constant table; harmonics are computed from their phase on the device. Sounds are made a stretch
//! of hops at a time, which bounds the memory whatever their length.

use burn::tensor::{Device, Tensor, TensorData};
use neurorack_engine::bank::PreparedBank;
use neurorack_engine::models::conditioning::{Normalisation, RELIABILITY};
use neurorack_engine::models::noise::{LOOP_SAMPLES, LOOP_STEP};
use neurorack_engine::models::sinc_nsf::strike_line;
use neurorack_engine::stream::limiter::limit;
use std::f64::consts::TAU;

use crate::bank_network::BankNetwork;
use crate::drive::{Asking, drive};
use crate::sinc_nsf::{
    CONTROL_HOP, FRAMES_PER_DESCRIPTOR, Gains, SAMPLE_RATE_HZ, STRIKE_FRAMES, STRIKE_LINES, SincNsf,
};

/// Control hops that are computed at a time: 0.37 s.
const STRETCH: usize = 128;

/// Most hits that are computed at a time: their harmonics take 2 MiB each in a stretch.
pub const MOST_HITS: usize = 16;

/// Longest hit in control hops: 4 s, as long as a curve can be.
const MOST_HOPS: usize = 4 * SAMPLE_RATE_HZ as usize / CONTROL_HOP + 1;

/// A bank on a device, ready to render.
pub struct BatchRenderer {
    network: SincNsf,
    normalisation: Normalisation,
    device: Device,
    /// The noise loops, `[bands, LOOP_SAMPLES]`, of unit rms.
    noise: Tensor<2>,
    sines: SineBank,
    strike: SineBank,
    /// The part of a hop that has passed at each of its samples, `[1, 1, CONTROL_HOP]`.
    ramp: Tensor<3>,
    /// Orders of the harmonics, `[1, 1, harmonics, 1]`.
    order: Tensor<4>,
}

/// Fixed sines as a matrix product.
struct SineBank {
    /// Radians a sample.
    step: Vec<f64>,
    /// Radians at the trigger.
    phase: Vec<f64>,
    /// `cos ωj`, then `sin ωj`: `[2 sines, CONTROL_HOP]`.
    turn: Tensor<2>,
}

/// The sounds of a batch as they come: each of `[hits, samples]`, one after the other in time.
pub struct Stretches<'a> {
    renderer: &'a BatchRenderer,
    gains: Gains,
    /// Fundamental of each hit at each control frame, in hertz.
    f0_hz: Vec<Vec<f32>>,
    /// Its phase at the next control frame, in turns.
    phases: Vec<f64>,
    /// Whether any harmonic sounds at all.
    pitched: bool,
    hop: usize,
    hops: usize,
}

impl BatchRenderer {
    /// Puts what a bank plays from onto its network's device. Takes a tenth of a second on the processor.
    pub fn new(bank: &BankNetwork, device: &Device) -> Self {
        let BankNetwork { network, bank, .. } = bank;
        let prepared: PreparedBank = bank.prepare(SAMPLE_RATE_HZ as u32);
        let loops = prepared.noise_loops();
        let noise: Vec<f32> = loops.iter().flatten().map(|&sample| f32::from(sample) * LOOP_STEP).collect();
        let weights = bank.weights();
        let sines: Vec<[f32; 2]> = weights.sines().map(<[f32; 2]>::from).collect();
        let lines: Vec<[f32; 2]> = (0..STRIKE_LINES).map(strike_line).collect();
        let ramp: Vec<f32> = (0..CONTROL_HOP).map(|j| j as f32 / CONTROL_HOP as f32).collect();
        let harmonics = network.size().harmonics;
        let order: Vec<f32> = (1..=harmonics).map(|order| order as f32).collect();
        Self {
            network: network.clone(),
            normalisation: *weights.normalisation(),
            device: device.clone(),
            noise: Tensor::from_data(TensorData::new(noise, [loops.len(), LOOP_SAMPLES]), device),
            sines: SineBank::new(&sines, device),
            strike: SineBank::new(&lines, device),
            ramp: Tensor::from_data(TensorData::new(ramp, [1, 1, CONTROL_HOP]), device),
            order: Tensor::from_data(TensorData::new(order, [1, 1, harmonics, 1]), device),
        }
    }

    /// Begins a batch of at most [`MOST_HITS`] hits, each with noise loops from their start, until the longest curve has
    /// ended.
    ///
    /// # Panics
    /// Without a hit, or with too many of them.
    pub fn begin(&self, hits: &[Asking<'_>]) -> Stretches<'_> {
        assert!((1..=MOST_HITS).contains(&hits.len()), "a batch has 1 to {MOST_HITS} hits, not {}", hits.len());
        let hops = hits.iter().map(|hit| hops(hit)).max().unwrap_or(1);
        let (driven, f0_hz) = drive(hits, &vec![1.0; hits.len()], hops + 1, &self.normalisation, &self.device);
        let trusted = |hit: &Asking<'_>| hit.curve.iter().any(|frame| frame[RELIABILITY] > 0.0);
        Stretches {
            gains: self.network.gains(&driven),
            phases: vec![0.0; hits.len()],
            pitched: hits.iter().any(trusted),
            renderer: self,
            f0_hz,
            hop: 0,
            hops,
        }
    }

    /// Noise bands from a control hop on, `[hops, bands, CONTROL_HOP]`.
    fn noise(&self, hop: usize, hops: usize) -> Tensor<3> {
        let bands = self.noise.dims()[0];
        let (start, length) = (hop * CONTROL_HOP % LOOP_SAMPLES, hops * CONTROL_HOP);
        let whole = length.min(LOOP_SAMPLES - start);
        let head = self.noise.clone().narrow(1, start, whole);
        let stretch = match length - whole {
            0 => head,
            rest => Tensor::cat(vec![head, self.noise.clone().narrow(1, 0, rest)], 1),
        };
        stretch.reshape([bands, hops, CONTROL_HOP]).swap_dims(0, 1)
    }

    /// From the ends of each hop to the straight line between them: `[2 x rows, hops, CONTROL_HOP]` to half the rows.
    fn between(&self, ends: Tensor<3>) -> Tensor<3> {
        let rows = ends.dims()[0] / 2;
        let here = ends.clone().narrow(0, 0, rows);
        let next = ends.narrow(0, rows, rows);
        here.clone() + (next - here) * self.ramp.clone()
    }
}

/// Control hops from a hit's trigger until it is silent.
fn hops(hit: &Asking<'_>) -> usize {
    (FRAMES_PER_DESCRIPTOR * (hit.curve.len() - 1) + 1).clamp(1, MOST_HOPS)
}

/// Samples of a hit at 44.1 kHz, until it is silent.
pub fn samples(hit: &Asking<'_>) -> usize {
    hops(hit) * CONTROL_HOP
}

/// What the instrument does at its end, at full level: the limiter. In place.
pub fn finish(sound: &mut [f32]) {
    sound.iter_mut().for_each(|sample| *sample = limit(*sample));
}

impl Stretches<'_> {
    /// Seconds of the batch's longest sound.
    pub fn seconds(&self) -> f32 {
        (self.hops * CONTROL_HOP) as f32 / SAMPLE_RATE_HZ
    }

    fn noise(&self, hop: usize, count: usize) -> Tensor<3> {
        let ends = ends(&self.gains.noise, hop, count).swap_dims(0, 1);
        ends.matmul(self.renderer.noise(hop, count)).swap_dims(0, 1)
    }

    fn fixed(&self, hop: usize, count: usize) -> Tensor<3> {
        self.renderer.sines.sound(ends(&self.gains.sines, hop, count), hop)
    }

    /// Harmonics of each hit, `[hits, count, CONTROL_HOP]`: `sin(h θ)` of one phase, whose frequency is a straight line in
    /// every hop.
    fn harmonics(&mut self, hop: usize, count: usize) -> Tensor<3> {
        let renderer = self.renderer;
        let hits = self.phases.len();
        let hop_s = CONTROL_HOP as f64 / f64::from(SAMPLE_RATE_HZ);
        // Per hop: turns at its start, turns in it at the first pitch, half of what the change of pitch adds.
        let mut glide = Vec::with_capacity(hits * count * 3);
        for (phase, f0_hz) in self.phases.iter_mut().zip(&self.f0_hz) {
            for ends in f0_hz[hop..=hop + count].windows(2) {
                let [from, to] = [f64::from(ends[0]), f64::from(ends[1])];
                glide.extend([*phase as f32, (from * hop_s) as f32, (0.5 * (to - from) * hop_s) as f32]);
                *phase = (*phase + 0.5 * (from + to) * hop_s).rem_euclid(1.0);
            }
        }
        let glide: Tensor<3> = Tensor::from_data(TensorData::new(glide, [hits * count, 3, 1]), &renderer.device);
        let part = |index| glide.clone().narrow(1, index, 1);
        let ramp = renderer.ramp.clone();
        let turns = part(0) + part(1) * ramp.clone() + part(2) * ramp.clone() * ramp;
        let turns = (turns.clone() - turns.floor()).unsqueeze_dim::<4>(2);
        // Each order's turns are taken modulo 1 before the sine, which then needs no large argument.
        let turns = turns * renderer.order.clone();
        let waves = ((turns.clone() - turns.floor()) * TAU).sin().squeeze_dim::<3>(1);
        let partials = self.gains.harmonics.dims()[2];
        let ends = ends(&self.gains.harmonics, hop, count);
        let pairs = ends.reshape([2, hits * count, partials]).swap_dims(0, 1).matmul(waves);
        renderer.between(pairs.swap_dims(0, 1).reshape([2 * hits, count, CONTROL_HOP]))
    }
}

impl Iterator for Stretches<'_> {
    type Item = Tensor<2>;

    /// The next part of every sound, `[hits, samples]`.
    fn next(&mut self) -> Option<Self::Item> {
        let count = STRETCH.min(self.hops - self.hop);
        if count == 0 {
            return None;
        }
        let renderer = self.renderer;
        let (hop, hits) = (self.hop, self.phases.len());
        let mut sound = renderer.between(self.noise(hop, count)) + renderer.between(self.fixed(hop, count));
        let struck = (STRIKE_FRAMES - 1).saturating_sub(hop).min(count);
        if struck > 0 {
            let ends = ends(&self.gains.strike, hop, struck);
            let strike = renderer.between(renderer.strike.sound(ends, hop));
            let start = sound.clone().narrow(1, 0, struck) + strike;
            sound = match count - struck {
                0 => start,
                rest => Tensor::cat(vec![start, sound.narrow(1, struck, rest)], 1),
            };
        }
        if self.pitched {
            sound = sound + self.harmonics(hop, count);
        }
        self.hop += count;
        Some(sound.reshape([hits, count * CONTROL_HOP]))
    }
}

impl SineBank {
    /// Sines of these frequencies in hertz and phases at the trigger in radians.
    fn new(sines: &[[f32; 2]], device: &Device) -> Self {
        let step: Vec<f64> = sines.iter().map(|[hz, _]| TAU * f64::from(*hz) / f64::from(SAMPLE_RATE_HZ)).collect();
        let turn = |of: fn(f64) -> f64| {
            step.iter().flat_map(move |step| (0..CONTROL_HOP).map(move |j| of(step * j as f64) as f32))
        };
        let turn: Vec<f32> = turn(f64::cos).chain(turn(f64::sin)).collect();
        let turn = Tensor::from_data(TensorData::new(turn, [2 * sines.len(), CONTROL_HOP]), device);
        Self { step, phase: sines.iter().map(|[_, phase]| f64::from(*phase)).collect(), turn }
    }

    /// The sum of all sines under these gains, `[rows, hops, sines]`, from a control hop on: `[rows, hops, CONTROL_HOP]`.
    fn sound(&self, gains: Tensor<3>, hop: usize) -> Tensor<3> {
        let [rows, hops, sines] = gains.dims();
        let at = |hop: usize| {
            let elapsed = (hop * CONTROL_HOP) as f64;
            self.phase.iter().zip(&self.step).map(move |(phase, step)| (phase + step * elapsed).rem_euclid(TAU))
        };
        let starts = |of: fn(f64) -> f64| -> Tensor<3> {
            let values: Vec<f32> = (hop..hop + hops).flat_map(|hop| at(hop).map(|phase| of(phase) as f32)).collect();
            Tensor::from_data(TensorData::new(values, [1, hops, sines]), &gains.device())
        };
        let turned = Tensor::cat(vec![gains.clone() * starts(f64::sin), gains.clone() * starts(f64::cos)], 2);
        turned.reshape([rows * hops, 2 * sines]).matmul(self.turn.clone()).reshape([rows, hops, CONTROL_HOP])
    }
}

/// The gains at both ends of every hop, `[B, K, N]` to `[2 B, count, N]`: the beginnings, then the ends.
fn ends(gains: &Tensor<3>, hop: usize, count: usize) -> Tensor<3> {
    Tensor::cat(vec![gains.clone().narrow(1, hop, count), gains.clone().narrow(1, hop + 1, count)], 0)
}
