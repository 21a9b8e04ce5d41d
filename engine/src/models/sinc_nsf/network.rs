//! The network's layers: what control frames ask of them, and what they say of a whole hit.

use super::{
    CONTROL_INPUTS, HIT_HIDDEN, HIT_INPUTS, HIT_OUTPUTS, LEVEL_NEPERS, LOCAL_INPUTS, MAX_BANDS, MAX_HARMONICS,
    MAX_SINES, MAX_WIDTH, STRIKE_LEVEL, STRIKE_LEVELS, STRIKE_LINES, TRIGGER_S, Tables, strike_place,
};
use crate::models::conditioning::{CONTEXT, SUMMARY};
use crate::stream::hop_clock::HopClock;
use crate::stream::linear::{LANES, Lanes, padded};
use crate::stream::math::{exp, leaky_relu, tanh};
use crate::stream::widest::widest;

/// How many questions the network answers at a time.
pub(crate) const MOST_QUESTIONS: usize = 16;

pub(super) const MAX_HEADS: usize = MAX_BANDS + MAX_HARMONICS + MAX_SINES + 1;

/// One control frame's question to the network, and its answer.
pub(crate) struct Question {
    pub(super) inputs: [f32; CONTROL_INPUTS],
    hidden: [f32; MAX_WIDTH],
    residual: [f32; MAX_WIDTH],
    /// Noise, harmonics, sines, cross-over.
    pub(super) heads: [f32; padded(MAX_HEADS)],
    /// What the timbre adds to the heads.
    offsets: [f32; padded(MAX_HEADS)],
    /// Where the hit stands between F1 and F2.
    pub(super) alpha: f32,
    /// Loudness that is asked for.
    pub(super) rms: f32,
    /// Binary logarithm of the pitch, and how sure it is.
    pub(super) pitch: [f32; 2],
    /// Factor on every frequency.
    pub(super) ratio: f64,
}

impl Question {
    fn new() -> Self {
        Self {
            inputs: [0.0; CONTROL_INPUTS],
            hidden: [0.0; MAX_WIDTH],
            residual: [0.0; MAX_WIDTH],
            heads: [0.0; padded(MAX_HEADS)],
            offsets: [0.0; padded(MAX_HEADS)],
            alpha: 0.0,
            rms: 0.0,
            pitch: [0.0; 2],
            ratio: 1.0,
        }
    }
}

/// Where the timbre lies among a control frame's inputs.
pub(super) const HEARD: std::ops::Range<usize> = CONTEXT + TRIGGER_S.len()..LOCAL_INPUTS;

/// Scratch memory of steps, shared by all voices.
pub(crate) struct Workspace {
    /// What is asked at a time, by several hits at most.
    pub(crate) questions: Box<[Question]>,
    /// Where each line of the strike lies among its levels.
    pub(super) strike_places: Box<[(usize, f32)]>,
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
            questions: (0..MOST_QUESTIONS).map(|_| Question::new()).collect(),
            strike_places: (0..STRIKE_LINES).map(strike_place).collect(),
            ramp: vec![0.0; samples].into_boxed_slice(),
            lanes: vec![[0.0; LANES]; samples].into_boxed_slice(),
        }
    }

    /// Lets the network answer the first so many questions, each as if it were the only one. Real-time safe.
    pub(crate) fn answer(&mut self, tables: &Tables<'_>, count: usize) {
        let questions = &mut self.questions[..count];
        let width = tables.shape.width;
        tables.input.forward_each(questions, |question| (&question.inputs, &mut question.hidden));
        questions.iter_mut().for_each(|question| rectify(&mut question.hidden[..width]));
        for layer in &tables.hidden {
            layer.forward_each(questions, |question| (&question.hidden[..width], &mut question.residual));
            for Question { hidden, residual, .. } in questions.iter_mut() {
                for (hidden, residual) in hidden.iter_mut().zip(residual).take(width) {
                    *hidden += leaky_relu(*residual);
                }
            }
        }
        tables.heads.forward_each(questions, |question| (&question.hidden[..width], &mut question.heads));
        tables.heads_from_timbre.forward_each(questions, |question| (&question.inputs[HEARD], &mut question.offsets));
        questions.iter_mut().for_each(|question| add(&mut question.heads, &question.offsets));
    }
}

/// What is computed once a hit for each of its curves.
pub(super) struct Struck {
    /// Summary and timbre of the curve.
    pub(super) inputs: [f32; HIT_INPUTS],
    first: [f32; HIT_HIDDEN],
    second: [f32; HIT_HIDDEN],
    /// Levels of the strike's lines, and what the timbre adds to them.
    levels: [f32; padded(STRIKE_LEVELS)],
    levels_from_timbre: [f32; padded(STRIKE_LEVELS)],
}

impl Struck {
    pub(super) fn new() -> Self {
        Self {
            inputs: [0.0; HIT_INPUTS],
            first: [0.0; HIT_HIDDEN],
            second: [0.0; HIT_HIDDEN],
            levels: [0.0; padded(STRIKE_LEVELS)],
            levels_from_timbre: [0.0; padded(STRIKE_LEVELS)],
        }
    }
}

/// The hit vectors of two whole curves, from their summaries and timbres.
pub(super) fn hit_vectors(tables: &Tables<'_>, ends: &mut [Struck; 2], hits: &mut [[f32; HIT_OUTPUTS]; 2]) {
    tables.hit[0].forward_each(ends, |struck| (&struck.inputs, &mut struck.first));
    ends.iter_mut().for_each(|struck| rectify(&mut struck.first));
    tables.hit[1].forward_each(ends, |struck| (&struck.first, &mut struck.second));
    ends.iter_mut().for_each(|struck| rectify(&mut struck.second));
    let ([first, second], [hit, other]) = (ends, hits);
    tables.hit[2].forward_two([&first.second, &second.second], [hit, other]);
}

/// Amplitudes of the lines of the strike of each curve, relative to the loudness of the hit's beginning.
pub(super) fn strike_lines(
    tables: &Tables<'_>,
    places: &[(usize, f32)],
    ends: &mut [Struck; 2],
    hits: &[[f32; HIT_OUTPUTS]; 2],
    lines: &mut [[f32; STRIKE_LINES]; 2],
) {
    let [hit, other_hit] = hits;
    tables.levels_from_timbre.forward_each(ends, |struck| (&struck.inputs[SUMMARY..], &mut struck.levels_from_timbre));
    let [first, second] = ends;
    tables.strike_levels.forward_two([hit, other_hit], [&mut first.levels, &mut second.levels]);
    let [line, other_line] = &mut *lines;
    tables.strike.forward_two([hit, other_hit], [line, other_line]);
    for (Struck { levels, levels_from_timbre, .. }, lines) in ends.iter_mut().zip(lines) {
        add(levels, levels_from_timbre);
        levels.iter_mut().for_each(|value| *value = nepers(*value));
        // Looking up comes first, so that the exponentials stand side by side.
        let mut line_levels = [0.0; STRIKE_LINES];
        for (level, &(below, part)) in line_levels.iter_mut().zip(places) {
            *level = mix(levels[below], levels[below + 1], part);
        }
        widest(
            #[inline(always)]
            || {
                for (line, &level) in lines.iter_mut().zip(&line_levels) {
                    *line *= STRIKE_LEVEL * exp(level);
                }
            },
        );
    }
}

#[inline]
fn add(values: &mut [f32], others: &[f32]) {
    for (value, other) in values.iter_mut().zip(others) {
        *value += other;
    }
}

#[inline]
fn rectify(values: &mut [f32]) {
    for value in values {
        *value = leaky_relu(*value);
    }
}

/// A head's output within ±[`LEVEL_NEPERS`].
#[inline(always)]
pub(super) fn nepers(head: f32) -> f32 {
    LEVEL_NEPERS * tanh(head / LEVEL_NEPERS)
}

/// Where `alpha` lies between two numbers.
#[inline(always)]
pub(super) fn mix(first: f32, second: f32, alpha: f32) -> f32 {
    first + alpha * (second - first)
}
