//! What one step of training sees: recordings, variations of them, and curves that no recording has.

use neurorack_engine::descriptors::{ANALYSIS_RATE_HZ, DescriptorCurve, Descriptors, MovedTimbre, Timbre};
use neurorack_engine::models::conditioning::{Conditioned, F0, Normalisation, scale};
use neurorack_engine::models::frave::Course;
use neurorack_engine::models::noise::Random;
use rayon::prelude::*;

use crate::augment::{between, chance, vary};
use crate::data::{DataSet, Hit, StoreError};
use crate::loss::{self, Asked, CONTROL_WINDOW, SoundLoss, Target};
use crate::sampling::{Balance, Sampler};
use neurorack_nets::drive::Asking;
use neurorack_nets::frave::{Frave, Placed, moved};
use neurorack_nets::sinc_nsf::{CONTROL_HOP, SAMPLE_RATE_HZ};

/// Shortest recording that fills a long crop to some use, in seconds.
const LONG_CLIP_S: f32 = 0.8;
/// Curve frames from one asked frame to the next.
const FRAMES_PER_ASKED: usize = CONTROL_WINDOW / 4 / HOP;
const HOP: usize = neurorack_engine::descriptors::HOP_SAMPLES;
/// Seconds from one frame of a curve to the next.
const FRAME_S: f32 = HOP as f32 / ANALYSIS_RATE_HZ as f32;
/// Frames quieter than this, -60 dB full scale, say nothing of their spectrum.
const ACTIVE_RMS: f32 = 1e-3;
/// Most descriptors that are taken from another recording.
const MOST_SWAPPED: u32 = 4;
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

impl Batch {
    /// Puts in each timbre's place the one that is made from its latent under the curve's course. Where none was told the
    /// latent is drawn at random, so that the network knows every pair of timbre and curve.
    pub(crate) fn free(&mut self, frave: &Frave, normalisation: &Normalisation, random: &mut Random) {
        let told: Vec<Option<&Timbre>> =
            self.asked.iter().map(|question| question.timbre.as_ref().map(|moved| &moved.timbre)).collect();
        let mut places = frave.places(&told);
        for (place, timbre) in places.iter_mut().zip(&told) {
            if timbre.is_none() {
                *place = std::array::from_fn(|_| normal(random));
            }
        }
        let asked = places.into_iter().zip(&self.asked).map(|(place, question)| Placed {
            place,
            course: Course::of(&question.curve, FRAME_S),
            moved: moved(question.timbre.as_ref()),
        });
        let made = frave.made(&asked.collect::<Vec<_>>(), normalisation);
        for (question, timbre) in self.asked.iter_mut().zip(made) {
            question.timbre = Some(timbre);
        }
    }
}

/// What a batch is made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Recipe {
    /// Recordings, varied or not.
    pub(crate) recordings: usize,
    /// Curves with a descriptor edited.
    pub(crate) edited: usize,
    /// Curves with descriptors of another recording.
    pub(crate) swapped: usize,
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
    /// Whether timbres are made from a latent afterwards ([`Batch::free`]).
    freed: bool,
}

/// A hit in the making.
struct Source {
    samples: Vec<f32>,
    curve: DescriptorCurve,
    scaled: Vec<Conditioned>,
}

impl<'a> Batches<'a> {
    pub(crate) fn new(set: &'a DataSet, balance: Balance, deviation: [f32; Descriptors::COUNT], freed: bool) -> Self {
        Self { set, sampler: Sampler::new(set, balance, LONG_CLIP_S), deviation, freed }
    }

    /// A batch by this recipe; the same `seed` gives the same batch.
    pub(crate) fn batch(&self, seed: u64, recipe: Recipe, loss: &SoundLoss) -> Result<Batch, StoreError> {
        let [edited_until, swapped_until] =
            [recipe.recordings + recipe.edited, recipe.recordings + recipe.edited + recipe.swapped];
        let count = swapped_until + recipe.morphed;
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
                } else if index < edited_until {
                    edited(&source, length, gain, loss, &mut random)
                } else if index < swapped_until {
                    let other = self.source(&mut random, recipe.long)?;
                    swapped(&source, &other, length, gain, loss, &mut random)
                } else {
                    let other = self.source(&mut random, recipe.long)?;
                    morphed(&[source, other], length, gain, loss, &mut random)
                };
                // Of a recording whose timbre is made from a latent nothing is kept from the network.
                let told = self.freed && target.samples.is_some();
                question.timbre = question.timbre.filter(|_| told || !chance(&mut random, WITHOUT_TIMBRE));
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

/// The recording's curve with one to four descriptors of another, whose sounding part is stretched to that of this one.
fn swapped(
    source: &Source,
    other: &Source,
    length: usize,
    gain: f32,
    loss: &SoundLoss,
    random: &mut Random,
) -> (Question, Target) {
    let mut asked = asked(loss, &source.scaled, &crop(&source.samples, length, gain));
    // Stretching may reach beyond what is played.
    let theirs = self::asked(loss, &other.scaled, &crop(&other.samples, other.samples.len(), gain));
    let (curve, taken) = exchange(&source.curve, &other.curve, 1 + random.below(MOST_SWAPPED) as usize, random);
    let mut weights = [1.0; Descriptors::COUNT];
    for index in taken {
        weights[index] = EDITED_WEIGHT / 2.0;
        for (k, frame) in asked.iter_mut().enumerate() {
            let at = stretched(k * FRAMES_PER_ASKED, source.curve.frames(), other.curve.frames()) / FRAMES_PER_ASKED;
            let Some(from) = theirs.get(at).or(theirs.last()) else { continue };
            frame.descriptors[index] = from.descriptors[index];
            if index == F0 {
                frame.contrast = from.contrast;
            }
        }
    }
    let question = Question { curve: scale(&curve), timbre: curve.moved_timbre() };
    (question, Target { samples: None, asked, weights })
}

/// A curve with `count` descriptors of another, drawn at random and stretched to its length, and which they are. The timbre
/// stays.
pub(crate) fn exchange(
    curve: &DescriptorCurve,
    other: &DescriptorCurve,
    count: usize,
    random: &mut Random,
) -> (DescriptorCurve, Vec<usize>) {
    let mut left: Vec<usize> = (0..Descriptors::COUNT).collect();
    let taken: Vec<usize> = (0..count.min(left.len()))
        .map(|_| {
            let drawn = random.below(left.len() as u32) as usize;
            left.swap_remove(drawn)
        })
        .collect();
    let (own, others) = (curve.frames(), other.frames());
    let frames = own.iter().enumerate().map(|(k, frame)| {
        let from = others[stretched(k, own, others)].to_array();
        let mut values = frame.to_array();
        taken.iter().for_each(|&index| values[index] = from[index]);
        Descriptors::from_array(values)
    });
    let exchanged = DescriptorCurve::new(frames.collect()).unwrap_or_else(|_| curve.clone());
    (exchanged.with_timbre(curve.timbre().copied()), taken)
}

/// The frame of `others` that lies where frame `k` lies in `own`, when the sounding part of the one is stretched to that of the
/// other; after it the last that sounds.
fn stretched(k: usize, own: &[Descriptors], others: &[Descriptors]) -> usize {
    let end = |frames: &[Descriptors]| frames.iter().rposition(|frame| frame.rms > ACTIVE_RMS).unwrap_or(0);
    let (end, others_end) = (end(own), end(others));
    if end == 0 { 0 } else { (k * others_end).div_ceil(end).min(others_end) }
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
