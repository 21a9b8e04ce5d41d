//! Recordings that lie far apart: the most typical one first, then always the one farthest from those chosen.
//!
//! Gonzalez, "Clustering to minimize the maximum intercluster distance", 1985, in a space of descriptors averaged over
//! the hit, its length and how fast it decays. Kinds of sound that are chosen already count as nearer.

use neurorack_engine::descriptors::DescriptorCurve;
use neurorack_engine::models::conditioning::{self, F0, Normalisation, RELIABILITY};

use crate::data::{DataSet, StoreError};

/// Five descriptors, pitch, length, time to the centre of energy.
const FEATURES: usize = 8;
/// Odd recordings lie no farther out than this many standard deviations.
const FARTHEST: f32 = 2.5;

type Place = [f32; FEATURES];

/// The numbers of up to `count` hits that span the set; all hits of a smaller one. The first is the most typical.
///
/// # Errors
/// When a curve cannot be read.
pub fn select(set: &DataSet, count: usize) -> Result<Vec<usize>, StoreError> {
    let normalisation = set.normalisation()?;
    let mut places = Vec::with_capacity(set.len());
    for index in 0..set.len() {
        places.push(place(&*set.curve(index)?, &normalisation));
    }
    standardise(&mut places);
    let categories: Vec<&str> = (0..set.len()).map(|index| &*set.entry(index).category).collect();
    Ok(farthest_first(&places, &categories, count))
}

/// Means over the hit, each frame weighted by its loudness.
fn place(curve: &DescriptorCurve, normalisation: &Normalisation) -> Place {
    let scaled = conditioning::scale(curve);
    let mut sum = [0.0f32; FEATURES];
    let mut weights = 1e-9;
    for (index, (frame, scaled)) in curve.frames().iter().zip(&scaled).enumerate() {
        let normalised = normalisation.normalise(scaled);
        let weight = frame.rms;
        weights += weight;
        for (feature, value) in normalised[1..F0].iter().enumerate() {
            sum[feature] += weight * value;
        }
        sum[5] += weight * normalised[F0] * scaled[RELIABILITY];
        sum[7] += weight * index as f32;
    }
    let mut place = sum.map(|value| value / weights);
    place[6] = (scaled.len() as f32).log2();
    place[7] = (1.0 + place[7]).log2();
    place
}

/// Every feature to mean 0 and standard deviation 1 over the set, within [`FARTHEST`].
fn standardise(places: &mut [Place]) {
    let count = places.len().max(1) as f32;
    for feature in 0..FEATURES {
        let mean = places.iter().map(|place| place[feature]).sum::<f32>() / count;
        let variance = places.iter().map(|place| (place[feature] - mean).powi(2)).sum::<f32>() / count;
        let scale = 1.0 / variance.sqrt().max(1e-6);
        for place in places.iter_mut() {
            place[feature] = ((place[feature] - mean) * scale).clamp(-FARTHEST, FARTHEST);
        }
    }
}

fn farthest_first(places: &[Place], categories: &[&str], count: usize) -> Vec<usize> {
    let typical = (0..places.len()).min_by(|&a, &b| {
        let [a, b] = [a, b].map(|index| distance(&places[index], &[0.0; FEATURES]));
        a.total_cmp(&b)
    });
    let Some(typical) = typical else { return Vec::new() };
    let mut chosen = vec![typical];
    let mut nearest: Vec<f32> = places.iter().map(|place| distance(place, &places[typical])).collect();
    while chosen.len() < count.min(places.len()) {
        let share = |index: usize| {
            let alike = chosen.iter().filter(|&&other| categories[other] == categories[index]).count();
            nearest[index] / (1.0 + alike as f32).sqrt()
        };
        let left = (0..places.len()).filter(|index| !chosen.contains(index));
        let Some(next) = left.max_by(|&a, &b| share(a).total_cmp(&share(b))) else { break };
        chosen.push(next);
        for (nearest, place) in nearest.iter_mut().zip(places) {
            *nearest = nearest.min(distance(place, &places[next]));
        }
    }
    chosen
}

fn distance(a: &Place, b: &Place) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f32) -> Place {
        let mut place = [0.0; FEATURES];
        place[0] = x;
        place
    }

    #[test]
    fn the_typical_hit_comes_first_and_then_the_extremes() {
        let places = [-1.0, -0.9, 0.1, 0.3, 2.0].map(at);
        assert_eq!(farthest_first(&places, &["a"; 5], 3), [2, 4, 0]);
    }

    #[test]
    fn a_kind_that_is_missing_is_preferred() {
        let places = [0.0, 1.0, 1.1].map(at);
        assert_eq!(farthest_first(&places, &["a", "b", "a"], 2), [0, 1]);
    }

    #[test]
    fn a_small_set_is_taken_whole_and_once() {
        let places = [0.0; 3].map(at);
        let mut chosen = farthest_first(&places, &["a"; 3], 24);
        chosen.sort_unstable();
        assert_eq!(chosen, [0, 1, 2]);
    }
}
