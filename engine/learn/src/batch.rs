//! What one step of training sees: recordings, variations of them, and curves that no recording has.

use neurorack_engine::descriptors::{ANALYSIS_RATE_HZ, DescriptorCurve, Descriptors, MovedTimbre, Timbre};
use neurorack_engine::models::conditioning::{Conditioned, F0, scale};
use neurorack_engine::models::noise::Random;
use rayon::prelude::*;

use crate::augment::{between, chance, vary};
use crate::data::{DataSet, Hit, StoreError};
use crate::loss::{self, Asked, CONTROL_WINDOW, SoundLoss, Target};
use crate::sampling::{Balance, Sampler};
use neurorack_nets::drive::Asking;
use neurorack_nets::sinc_nsf::{CONTROL_HOP, SAMPLE_RATE_HZ};

/// Shortest recording that fills a long crop to some use, in seconds.
const LONG_CLIP_S: f32 = 0.8;
/// Curve frames from one asked frame to the next.
const FRAMES_PER_ASKED: usize = CONTROL_WINDOW / 4 / HOP;
const HOP: usize = neurorack_engine::descriptors::HOP_SAMPLES;
/// How much the edited descriptor of a curve counts, and the others.
const EDITED_WEIGHT: f32 = 5.0;
const HELD_WEIGHT: f32 = 0.25;
/// How often each descriptor is edited, in their usual order: what the network finds hard to believe, more often.
const EDITED: [f32; Descriptors::COUNT] = [0.05, 0.22, 0.22, 0.2, 0.1, 0.08, 0.13];
/// Part of the recordings that are varied.
const VARIED: f32 = 0.7;
/// Standard deviations by which what the network sees of a recording is off, for a whole hit and frame by frame: no two
/// sounds have the same curve, and none shall be known by its exact numbers.
const JITTER: [f32; 2] = [0.08, 0.04];

/// How often the timbre is kept from the network: it has to know what to do with a curve alone.
const WITHOUT_TIMBRE: f32 = 0.3;
/// Standard deviation by which the numbers of a timbre are off, for the same reason as [`JITTER`]: 1.5 dB of a level.
const TIMBRE_JITTER: f32 = 0.1;

/// What the network is asked for.
pub(crate) struct Question {
    /// A curve in the network's scales.
    curve: Vec<Conditioned>,
    timbre: Option<MovedTimbre>,
}

impl Question {
    pub(crate) fn asking(&self) -> Asking<'_> {
        Asking { curve: &self.curve, timbre: self.timbre.as_ref() }
    }
}

/// One step's hits.
pub(crate) struct Batch {
    /// What the network is asked for.
    pub(crate) asked: Vec<Question>,
    /// How loud each is played.
    pub(crate) gains: Vec<f32>,
    /// What each is compared with.
    pub(crate) targets: Vec<Target>,
}

/// What a batch is made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Recipe {
    /// Recordings, varied or not.
    pub(crate) recordings: usize,
    /// Curves with a descriptor edited.
    pub(crate) edited: usize,
    /// Curves between two recordings.
    pub(crate) morphed: usize,
    /// Control hops of every hit.
    pub(crate) hops: usize,
    /// Only recordings that fill long crops.
    pub(crate) long: bool,
}

/// Makes batches of a set's hits.
pub(crate) struct Batches<'a> {
    set: &'a DataSet,
    sampler: Sampler,
    /// Standard deviations of the scaled descriptors.
    deviation: [f32; Descriptors::COUNT],
}

/// A hit in the making.
struct Source {
    samples: Vec<f32>,
    curve: DescriptorCurve,
    scaled: Vec<Conditioned>,
}

impl<'a> Batches<'a> {
    pub(crate) fn new(set: &'a DataSet, balance: Balance, deviation: [f32; Descriptors::COUNT]) -> Self {
        Self { set, sampler: Sampler::new(set, balance, LONG_CLIP_S), deviation }
    }

    /// A batch by this recipe; the same `seed` gives the same batch.
    pub(crate) fn batch(&self, seed: u64, recipe: Recipe, loss: &SoundLoss) -> Result<Batch, StoreError> {
        let count = recipe.recordings + recipe.edited + recipe.morphed;
        let items: Result<Vec<(Question, f32, Target)>, StoreError> = (0..count)
            .into_par_iter()
            .map(|index| {
                let mut random = Random::new(seed ^ (index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
                let gain = 10f32.powf(between(&mut random, -9.0, 3.0) / 20.0);
                let source = self.source(&mut random, recipe.long)?;
                let length = recipe.hops * CONTROL_HOP;
                let (mut question, target) = if index < recipe.recordings {
                    let samples = crop(&source.samples, length, gain);
                    let asked = asked(loss, &source.scaled, &samples);
                    let timbre = source.curve.moved_timbre();
                    let curve = jittered(source.scaled, &self.deviation, &mut random);
                    (Question { curve, timbre }, Target { samples: Some(samples), asked, weights: [1.0; 7] })
                } else if index < recipe.recordings + recipe.edited {
                    edited(&source, length, gain, loss, &mut random)
                } else {
                    let other = self.source(&mut random, recipe.long)?;
                    morphed(&[source, other], length, gain, loss, &mut random)
                };
                question.timbre = question.timbre.filter(|_| !chance(&mut random, WITHOUT_TIMBRE));
                if let Some(MovedTimbre { timbre, .. }) = &mut question.timbre {
                    *timbre = jittered_timbre(timbre, &mut random);
                }
                Ok((question, gain, target))
            })
            .collect();
        let mut batch = Batch { asked: Vec::new(), gains: Vec::new(), targets: Vec::new() };
        for (question, gain, target) in items? {
            batch.asked.push(question);
            batch.gains.push(gain);
            batch.targets.push(target);
        }
        Ok(batch)
    }

    fn source(&self, random: &mut Random, long: bool) -> Result<Source, StoreError> {
        let hit = self.set.hit(self.sampler.draw(random, long))?;
        if chance(random, VARIED) {
            let layer = self.set.hit(self.sampler.draw(random, false))?;
            if let Some((samples, curve)) = vary(&hit.samples, &layer.samples, random) {
                return Ok(Source { samples, scaled: scale(&curve), curve });
            }
        }
        let Hit { samples, curve, scaled, .. } = hit.into_owned();
        Ok(Source { samples, curve, scaled })
    }
}

/// The curve with everything but loudness and pitch a little off.
fn jittered(
    mut curve: Vec<Conditioned>,
    deviation: &[f32; Descriptors::COUNT],
    random: &mut Random,
) -> Vec<Conditioned> {
    for channel in 1..F0 {
        let [whole, each] = JITTER.map(|jitter| jitter * deviation[channel]);
        let offset = whole * normal(random);
        curve.iter_mut().for_each(|frame| frame[channel] += offset + each * normal(random));
    }
    curve
}

fn jittered_timbre(timbre: &Timbre, random: &mut Random) -> Timbre {
    let jittered = timbre.values().map(|value| value + TIMBRE_JITTER * normal(random));
    Timbre::new(jittered.map(|value| value.clamp(-Timbre::LIMIT, Timbre::LIMIT))).unwrap_or(*timbre)
}

/// A number of deviation 1: sums of uniform numbers are near enough to a Gaussian.
fn normal(random: &mut Random) -> f32 {
    (0..3).map(|_| between(random, -1.0, 1.0)).sum()
}

/// The beginning of a recording, `gain` times as loud, silent after its end.
pub(crate) fn crop(samples: &[f32], length: usize, gain: f32) -> Vec<f32> {
    let mut crop: Vec<f32> = samples.iter().take(length).map(|x| x * gain).collect();
    crop.resize(length, 0.0);
    crop
}

/// A recording and its own curve, as training and validation compare them.
pub(crate) fn own(loss: &SoundLoss, hit: &Hit, length: usize) -> Target {
    let samples = crop(&hit.samples, length, 1.0);
    let asked = asked(loss, &hit.scaled, &samples);
    Target { samples: Some(samples), asked, weights: [1.0; 7] }
}

/// What the samples ask for, with the pitch of their curve.
fn asked(loss: &SoundLoss, scaled: &[Conditioned], samples: &[f32]) -> Vec<Asked> {
    loss.asked(samples, scaled.iter().step_by(FRAMES_PER_ASKED).map(|frame| frame[F0].exp2()))
}

/// The recording's curve with one or two descriptors scaled, by up to two octaves in all, sometimes changing over time.
fn edited(source: &Source, length: usize, gain: f32, loss: &SoundLoss, random: &mut Random) -> (Question, Target) {
    let mut asked = asked(loss, &source.scaled, &crop(&source.samples, length, gain));
    let mut frames = source.curve.frames().to_vec();
    let mut weights = [HELD_WEIGHT; Descriptors::COUNT];
    for _ in 0..1 + usize::from(chance(random, 0.2)) {
        let mut draw = between(random, 0.0, EDITED.iter().sum());
        let index = EDITED.iter().position(|share| {
            draw -= share;
            draw <= 0.0
        });
        let index = index.unwrap_or(F0);
        let start = between(random, -1.0, 1.0);
        let end = if chance(random, 0.25) { between(random, -1.0, 1.0) } else { start };
        let last = frames.len().max(2) - 1;
        let ratio = |frame: usize| (start + (end - start) * (frame as f32 / last as f32).min(1.0)).exp2();
        for (k, frame) in frames.iter_mut().enumerate() {
            let mut values = frame.to_array();
            values[index] = limited(index, values[index] * ratio(k));
            *frame = Descriptors::from_array(values);
        }
        for (k, frame) in asked.iter_mut().enumerate() {
            frame.descriptors[index] = limited(index, frame.descriptors[index] * ratio(FRAMES_PER_ASKED * k));
        }
        weights[index] = EDITED_WEIGHT;
    }
    let edited = DescriptorCurve::new(frames).unwrap_or_else(|_| source.curve.clone());
    let edited = edited.with_timbre(source.curve.timbre().copied());
    let question = Question { curve: scale(&edited), timbre: edited.moved_timbre() };
    (question, Target { samples: None, asked, weights })
}

/// A curve between two recordings, as the morph asks for it.
fn morphed(
    sources: &[Source; 2],
    length: usize,
    gain: f32,
    loss: &SoundLoss,
    random: &mut Random,
) -> (Question, Target) {
    let part = between(random, 0.1, 0.9);
    let hops = sources.each_ref().map(|source| (source.scaled.len().max(2) - 1) as f32);
    let duration = hops[0].powf(1.0 - part) * hops[1].powf(part);
    let at = |source: &Source, position: f32| -> Conditioned {
        let last = source.scaled.len() - 1;
        let index = (position as usize).min(last);
        let next = (index + 1).min(last);
        let rest = (position - index as f32).clamp(0.0, 1.0);
        std::array::from_fn(|c| source.scaled[index][c] + rest * (source.scaled[next][c] - source.scaled[index][c]))
    };
    let curve = (0..=duration as usize)
        .map(|k| {
            let [a, b] = [0, 1].map(|index| at(&sources[index], k as f32 * hops[index] / duration));
            std::array::from_fn(|c| a[c] + part * (b[c] - a[c]))
        })
        .collect();
    let each = sources.each_ref().map(|source| {
        // Warping may reach beyond what is played.
        asked(loss, &source.scaled, &crop(&source.samples, source.samples.len().min(2 * length), gain))
    });
    let seconds = hops.map(|hops| hops * HOP as f32 / ANALYSIS_RATE_HZ as f32);
    let frame_s = CONTROL_WINDOW as f32 / 4.0 / SAMPLE_RATE_HZ;
    let mut asked = loss::between([&each[0], &each[1]], seconds, part, frame_s);
    asked.truncate(length / (CONTROL_WINDOW / 4));
    let [first, second] = sources.each_ref().map(|source| source.curve.timbre());
    let timbre = first.zip(second).and_then(|(first, second)| {
        let mixed = |k: usize| first.values()[k] + part * (second.values()[k] - first.values()[k]);
        Some(MovedTimbre { timbre: Timbre::new(std::array::from_fn(mixed))?, octaves: [0.0; Descriptors::COUNT] })
    });
    (Question { curve, timbre }, Target { samples: None, asked, weights: [1.0; Descriptors::COUNT] })
}

/// A descriptor within what it can be.
fn limited(index: usize, value: f32) -> f32 {
    let [low, high] =
        [[0.0, 1.0], [0.0, 0.9], [0.0, 21_000.0], [0.0, 1.0], [0.0, 9_000.0], [0.0, 20_000.0], [40.0, 5_000.0]][index];
    value.clamp(low, high)
}
