//! Training examples: outlines, how much each of their values counts, and variations of them.

use neurorack_engine::descriptors::DescriptorCurve;
use neurorack_engine::models::conditioning::{F0, RELIABILITY, RMS, RMS_FLOOR};
use neurorack_engine::models::curve_vae::{CHANNELS, Outline, OutlineNormalisation, POINTS, SCALARS, VALUES};
use neurorack_engine::models::noise::Random;
use std::collections::BTreeMap;

use crate::data::Hit;

/// What an error of one standard deviation costs in each channel, then in each scalar.
const COST: [f32; CHANNELS + SCALARS] = [3.0, 0.7, 0.7, 1.0, 0.7, 1.0, 0.3, 0.4, 1.0, 0.5];

/// Share of its weight that a value keeps where nothing is heard, so that no end of a curve is arbitrary.
const UNHEARD: f32 = 0.02;

/// Channels that move with the playing speed: sign changes, roll-off, bandwidth, centroid.
const FREQUENCIES: [usize; 4] = [1, 2, 4, 5];

/// How far those move when the spectrum tilts by a unit.
const TILTS: [f32; 4] = [0.7, 1.0, 0.5, 1.0];

/// A batch on its way to the network.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// Normalised outlines in a row, `[B, V]`.
    pub values: Vec<f32>,
    /// What an error of each costs, `[B, V]`.
    pub costs: Vec<f32>,
}

impl Batch {
    /// The whole of `outlines`, as they are.
    pub fn of<'a>(outlines: impl IntoIterator<Item = &'a Outline>, normalisation: &OutlineNormalisation) -> Self {
        let mut batch = Self::default();
        outlines.into_iter().for_each(|outline| batch.push(outline, normalisation));
        batch
    }

    /// Adds one outline.
    pub fn push(&mut self, outline: &Outline, normalisation: &OutlineNormalisation) {
        self.values.extend(normalisation.normalise(outline));
        self.costs.extend(costs(outline));
    }
}

/// What an error of each value costs: spectra count where they are heard, pitch where it is reliable, loudness everywhere.
pub fn costs(outline: &Outline) -> Vec<f32> {
    let heard = outline.audibility().map(|heard| heard.max(UNHEARD));
    let total: f32 = heard.iter().sum();
    // A decoded reliability may lie outside.
    let reliable = outline.channels[RELIABILITY].map(|reliability| reliability.clamp(0.0, 1.0));
    let trusted: f32 = heard.iter().zip(&reliable).map(|(h, r)| h * r).sum();
    let mut costs = Vec::with_capacity(VALUES);
    for (channel, cost) in COST.iter().enumerate().take(CHANNELS) {
        costs.extend((0..POINTS).map(|point| match channel {
            RMS => cost / POINTS as f32,
            F0 => cost * heard[point] * reliable[point] / total,
            _ => cost * heard[point] / total,
        }));
    }
    costs.extend([COST[CHANNELS], COST[CHANNELS + 1] * (trusted / total).max(UNHEARD)]);
    costs
}

/// Weights of recordings that keep one crowded category from ruling: one over the root of the category's size.
pub fn balance(hits: &[Hit]) -> Vec<f64> {
    let mut sizes: BTreeMap<&str, f64> = BTreeMap::new();
    for hit in hits {
        *sizes.entry(&hit.entry.category).or_default() += 1.0;
    }
    hits.iter().map(|hit| 1.0 / sizes[hit.entry.category.as_str()].sqrt()).collect()
}

/// The outline of a hit's curve, at its own level.
pub fn outline(curve: &DescriptorCurve) -> Outline {
    Outline::of(curve, 1.0)
}

/// Mean and standard deviation of every channel and scalar, each value counted by its cost.
pub fn normalisation(outlines: &[Outline]) -> OutlineNormalisation {
    let mut sums = [[0.0f64; 3]; CHANNELS + SCALARS];
    for outline in outlines {
        for (index, (value, cost)) in outline.to_values().into_iter().zip(costs(outline)).enumerate() {
            let row = if index < CHANNELS * POINTS { index / POINTS } else { CHANNELS + index - CHANNELS * POINTS };
            let (value, cost) = (f64::from(value), f64::from(cost));
            sums[row][0] += cost;
            sums[row][1] += cost * value;
            sums[row][2] += cost * value * value;
        }
    }
    let mean = sums.map(|[count, sum, _]| sum / count.max(1e-9));
    let std = std::array::from_fn(|row| {
        let [count, _, squares] = sums[row];
        (squares / count.max(1e-9) - mean[row] * mean[row]).max(0.0).sqrt().max(1e-2) as f32
    });
    OutlineNormalisation { mean: mean.map(|mean| mean as f32), std }
}

/// What lies between two outlines, `part` of the way to the second.
pub fn mix(first: &Outline, second: &Outline, part: f32) -> Outline {
    let values: Vec<f32> = first.to_values().iter().zip(second.to_values()).map(|(a, b)| a + part * (b - a)).collect();
    Outline::from_values(&values)
}

/// A variation: louder or quieter, played slower or faster, stretched, brighter or darker.
pub fn vary(outline: &Outline, random: &mut Random) -> Outline {
    let mut within = |reach: f32| reach * (2.0 * random.below(1 << 24) as f32 / (1 << 24) as f32 - 1.0);
    let gain = 10f32.powf(within(3.0) / 20.0);
    let speed = within(0.6);
    let stretch = within(0.2);
    let tilt = within(0.15);
    let mut varied = outline.clone();
    for loudness in &mut varied.channels[RMS] {
        let rms = (10f32.powf(*loudness) - RMS_FLOOR).max(0.0);
        *loudness = (rms * gain + RMS_FLOOR).log10();
    }
    for (channel, tilted) in FREQUENCIES.into_iter().zip(TILTS) {
        // Nothing lies above half the sample rate; sign changes are counted per sample.
        let highest = if channel == 1 { 0.0 } else { 22_050f32.log2() };
        for value in &mut varied.channels[channel] {
            *value = (*value + speed + tilt * tilted).min(highest.max(*value));
        }
    }
    varied.log2_f0 = (varied.log2_f0 + speed).clamp(40f32.log2(), 6_000f32.log2());
    varied.log2_seconds = (varied.log2_seconds - speed + stretch).min(2.0);
    varied
}
