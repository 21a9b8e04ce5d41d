//! The control network: one step a control frame, from descriptors to gains.

use super::{
    HIT_FRAMES, HIT_HIDDEN, HIT_INPUTS, HIT_OUTPUTS, INPUTS, MAX_BANDS, MAX_HARMONICS, MAX_SINES, MAX_WIDTH, Shape,
    TRIGGER_FEATURES, TRIGGER_S, Tables,
};
use crate::models::conditioning::{Conditioned, F0, RELIABILITY, RMS, RMS_FLOOR};
use crate::stream::gru::GruScratch;
use crate::stream::hop_clock::HopClock;
use crate::stream::linear::{LANES, Lanes, padded};
use crate::stream::math::{exp, exp2, leaky_relu, sigmoid, tanh};

/// The network saw z-scores within these bounds.
const CLAMP: f32 = 4.0;

/// Gains below this (-180 dB full scale) are silence.
const INAUDIBLE: f32 = 1e-9;

/// Cross-over frequency in the middle of its range: binary logarithm of 800 Hz.
const LOG2_CENTRE: f32 = 9.643_856;

/// Octaves to each side that the cross-over can reach.
const CROSSOVER_OCTAVES: f32 = 6.0;

/// Steepness of the cross-over, per octave.
const CROSSOVER_SLOPE: f32 = 4.0;

/// Bounds of the fundamental as binary logarithms: 20 and 8000 Hz.
const LOG2_F0: [f32; 2] = [4.321_928, 12.965_784];

/// Loudness below this (-160 dB full scale) is silence: rounding leaves about 1e-10 of the floor that is taken off.
const SILENT_RMS: f32 = 1e-8;

/// Width in hertz over which harmonics fade out below the highest frequency.
const FADE_HZ: f32 = 4_000.0;

/// What one control frame asks of the sound generators.
#[derive(Debug, Clone)]
pub(crate) struct Gains {
    pub(crate) noise: [f32; MAX_BANDS],
    pub(crate) harmonics: [f32; MAX_HARMONICS],
    pub(crate) sines: [Lanes; MAX_SINES / LANES],
    pub(crate) f0_hz: f32,
}

impl Gains {
    /// Silence at this pitch.
    pub(crate) fn silent(f0_hz: f32) -> Self {
        Self {
            noise: [0.0; MAX_BANDS],
            harmonics: [0.0; MAX_HARMONICS],
            sines: [[0.0; LANES]; MAX_SINES / LANES],
            f0_hz,
        }
    }
}

/// What the network remembers of one hit.
#[derive(Debug, Clone)]
pub(crate) struct ControlState {
    gru: [f32; MAX_WIDTH],
    /// Hit vectors of F1 and F2.
    hit: [[f32; HIT_OUTPUTS]; 2],
    /// What each hit vector adds to the sines' heads.
    sines: [[f32; MAX_SINES]; 2],
    /// Control frames since the trigger.
    frame: u32,
}

impl Default for ControlState {
    fn default() -> Self {
        Self { gru: [0.0; MAX_WIDTH], hit: [[0.0; HIT_OUTPUTS]; 2], sines: [[0.0; MAX_SINES]; 2], frame: 0 }
    }
}

/// Scratch memory of one step, shared by all voices.
pub(crate) struct Workspace {
    inputs: [f32; INPUTS + TRIGGER_FEATURES + HIT_OUTPUTS],
    hidden: [f32; MAX_WIDTH],
    from_input: [f32; 3 * MAX_WIDTH],
    from_state: [f32; 3 * MAX_WIDTH],
    trunk_inputs: [f32; MAX_WIDTH + INPUTS + TRIGGER_FEATURES],
    trunk: [f32; MAX_WIDTH],
    heads: [f32; padded(MAX_BANDS + MAX_HARMONICS + MAX_SINES + 1)],
    /// Part of the hop that has passed at each sample.
    pub(crate) ramp: Box<[f32]>,
    /// Sums of the sine bank's lanes at each sample.
    pub(crate) lanes: Box<[Lanes]>,
}

impl Workspace {
    /// Scratch for this sample rate. Allocates.
    pub(crate) fn new(sample_rate_hz: u32) -> Self {
        let samples = HopClock::longest_hop(sample_rate_hz);
        Self {
            inputs: [0.0; INPUTS + TRIGGER_FEATURES + HIT_OUTPUTS],
            hidden: [0.0; MAX_WIDTH],
            from_input: [0.0; 3 * MAX_WIDTH],
            from_state: [0.0; 3 * MAX_WIDTH],
            trunk_inputs: [0.0; MAX_WIDTH + INPUTS + TRIGGER_FEATURES],
            trunk: [0.0; MAX_WIDTH],
            heads: [0.0; padded(MAX_BANDS + MAX_HARMONICS + MAX_SINES + 1)],
            ramp: vec![0.0; samples].into_boxed_slice(),
            lanes: vec![[0.0; LANES]; samples].into_boxed_slice(),
        }
    }
}

impl ControlState {
    /// Forgets the last hit and takes up two curves (scaled, not yet normalised). Real-time safe.
    pub(crate) fn start(&mut self, tables: &Tables<'_>, curves: [&[Conditioned]; 2]) {
        self.gru.fill(0.0);
        self.frame = 0;
        for (slot, curve) in curves.into_iter().enumerate() {
            hit_vector(tables, curve, &mut self.hit[slot]);
            tables.sines_from_hit.forward(&self.hit[slot], &mut self.sines[slot]);
        }
    }

    /// The gains of the next control frame, from the scaled channels at its time. Real-time safe.
    pub(crate) fn step(
        &mut self,
        tables: &Tables<'_>,
        scaled: &Conditioned,
        alpha: f32,
        work: &mut Workspace,
        gains: &mut Gains,
    ) {
        let Shape { width, trunk, .. } = tables.shape;
        let heads = self.heads(tables, scaled, alpha, work, width, trunk);
        let rms = exp2(scaled[RMS] * std::f32::consts::LOG2_10) - RMS_FLOOR;
        let rms = if rms > SILENT_RMS { rms } else { 0.0 };
        let [least, most] = LOG2_F0;
        let log2_f0 = scaled[F0].clamp(least, most);
        gains.f0_hz = exp2(log2_f0);
        shape_gains(tables, heads, rms, [log2_f0, scaled[RELIABILITY]], gains);
    }

    /// Outputs of the heads: noise, harmonics, sines, cross-over.
    fn heads<'w>(
        &mut self,
        tables: &Tables<'_>,
        scaled: &Conditioned,
        alpha: f32,
        work: &'w mut Workspace,
        width: usize,
        trunk: usize,
    ) -> &'w [f32] {
        let normalised = tables.normalisation.normalise(scaled);
        let tau = self.frame as f32 * HopClock::HOP_S as f32;
        self.frame += 1;
        let (features, hit) = work.inputs.split_at_mut(INPUTS + TRIGGER_FEATURES);
        for (feature, value) in features.iter_mut().zip(normalised) {
            *feature = value.clamp(-CLAMP, CLAMP);
        }
        for (feature, seconds) in features[INPUTS..].iter_mut().zip(TRIGGER_S) {
            *feature = exp(-tau / seconds);
        }
        for (value, (first, second)) in hit.iter_mut().zip(self.hit[0].iter().zip(&self.hit[1])) {
            *value = mix(*first, *second, alpha);
        }
        tables.input.forward(&work.inputs, &mut work.hidden);
        rectify(&mut work.hidden[..width]);
        let scratch = GruScratch { input: &mut work.from_input, state: &mut work.from_state };
        tables.gru.step(&work.hidden[..width], &mut self.gru[..width], scratch);
        let (from_gru, rest) = work.trunk_inputs.split_at_mut(width);
        from_gru.copy_from_slice(&self.gru[..width]);
        rest[..INPUTS + TRIGGER_FEATURES].copy_from_slice(&work.inputs[..INPUTS + TRIGGER_FEATURES]);
        tables.trunk.forward(&work.trunk_inputs[..tables.shape.trunk_inputs()], &mut work.trunk);
        rectify(&mut work.trunk[..trunk]);
        tables.heads.forward(&work.trunk[..trunk], &mut work.heads);
        let sines = &mut work.heads[tables.shape.bands + tables.shape.harmonics..][..tables.shape.sines];
        for (head, (first, second)) in sines.iter_mut().zip(self.sines[0].iter().zip(&self.sines[1])) {
            *head += mix(*first, *second, alpha);
        }
        &work.heads[..tables.shape.heads()]
    }
}

/// From heads to gains: level, cross-over, and what pitch allows.
fn shape_gains(tables: &Tables<'_>, heads: &[f32], rms: f32, [log2_f0, reliability]: [f32; 2], gains: &mut Gains) {
    let Shape { bands, harmonics, sines, .. } = tables.shape;
    let (noise_heads, heads) = heads.split_at(bands);
    let (harmonic_heads, heads) = heads.split_at(harmonics);
    let (sine_heads, heads) = heads.split_at(sines);
    let log2_crossover = LOG2_CENTRE + CROSSOVER_OCTAVES * tanh(heads[0] / 3.0);
    for ((gain, &head), &centre) in gains.noise.iter_mut().zip(noise_heads).zip(tables.band_log2_centre) {
        *gain = audible(rms * level(head) * sigmoid(CROSSOVER_SLOPE * (centre - log2_crossover)));
    }
    let sine_gains = gains.sines.as_flattened_mut();
    for ((gain, &head), &frequency) in sine_gains.iter_mut().zip(sine_heads).zip(tables.sine_log2_frequency) {
        *gain = audible(rms * level(head) * sigmoid(CROSSOVER_SLOPE * (log2_crossover - frequency)));
    }
    for (index, (gain, &head)) in gains.harmonics.iter_mut().zip(harmonic_heads).enumerate() {
        let order = (index + 1) as f32;
        let fade = ((tables.highest_hz - order * gains.f0_hz) / FADE_HZ).clamp(0.0, 1.0);
        let octaves_below = log2_crossover - (log2_f0 + libm::log2f(order));
        *gain = audible(rms * level(head) * fade * reliability * sigmoid(CROSSOVER_SLOPE * octaves_below));
    }
}

/// Factor of a head's output on the loudness: `exp(7·tanh(x / 7))`.
#[inline(always)]
fn level(head: f32) -> f32 {
    exp(7.0 * tanh(head / 7.0))
}

/// Silence instead of gains that nobody can hear.
#[inline(always)]
fn audible(gain: f32) -> f32 {
    if gain > INAUDIBLE { gain } else { 0.0 }
}

#[inline(always)]
fn mix(first: f32, second: f32, alpha: f32) -> f32 {
    first + alpha * (second - first)
}

#[inline]
fn rectify(values: &mut [f32]) {
    for value in values {
        *value = leaky_relu(*value);
    }
}

/// The hit vector of a curve's first frames; a shorter curve repeats its last.
fn hit_vector(tables: &Tables<'_>, curve: &[Conditioned], output: &mut [f32; HIT_OUTPUTS]) {
    let mut inputs = [0.0; HIT_INPUTS];
    for (index, group) in inputs.chunks_exact_mut(INPUTS).enumerate().take(HIT_FRAMES) {
        let Some(frame) = curve.get(index).or(curve.last()) else { break };
        for (input, value) in group.iter_mut().zip(tables.normalisation.normalise(frame)) {
            *input = value.clamp(-CLAMP, CLAMP);
        }
    }
    let mut first = [0.0; HIT_HIDDEN];
    let mut second = [0.0; HIT_HIDDEN];
    tables.hit[0].forward(&inputs, &mut first);
    rectify(&mut first);
    tables.hit[1].forward(&first, &mut second);
    rectify(&mut second);
    tables.hit[2].forward(&second, output);
}
