//! What the latent is trained on: timbres with the course of their curve, of recordings and of variations of them.

use neurorack_engine::ScaledCurve;
use neurorack_engine::descriptors::{DescriptorCurve, Descriptors, Timbre};
use neurorack_engine::models::conditioning::Normalisation;
use neurorack_engine::models::frave::{COURSE, DECODED};
use neurorack_engine::models::noise::Random;
use rayon::prelude::*;

use crate::augment::vary;
use crate::data::{DataSet, StoreError};

/// Least weight of a band's level: one so low is hardly heard.
const LEAST_WEIGHT: f32 = 0.1;
/// The lowest level and the range from there, in the units of a timbre: -70 dB and 70 dB.
const LEVELS: [f32; 2] = [-2.67, 4.67];

/// One hit.
#[derive(Debug, Clone)]
pub struct Example {
    /// The whole timbre.
    pub timbre: [f32; Timbre::COUNT],
    /// What the decoder is told beside.
    pub course: [f32; COURSE],
}

impl Example {
    /// Of a curve with a timbre.
    pub fn of(curve: &DescriptorCurve, normalisation: &Normalisation) -> Option<Self> {
        let timbre = *curve.timbre()?.values();
        let course = ScaledCurve::from(curve).course().inputs(normalisation);
        Some(Self { timbre, course })
    }

    /// The course, or zeros for a decoder that is not told it.
    pub(crate) fn told(&self, told: bool) -> [f32; COURSE] {
        if told { self.course } else { [0.0; COURSE] }
    }

    /// Where the descriptors lie on the whole, in octaves.
    pub fn centre(&self) -> &[f32] {
        &self.timbre[DECODED..]
    }

    /// How much an error of each decoded number counts: levels as they are heard, noisiness where it is known.
    pub fn weights(&self) -> [f32; DECODED] {
        std::array::from_fn(|index| {
            let value = self.timbre[index];
            if index < Timbre::MOMENTS * Timbre::BANDS {
                ((value - LEVELS[0]) / LEVELS[1]).clamp(LEAST_WEIGHT, 1.0)
            } else {
                f32::from(value != 0.0)
            }
        })
    }
}

/// Examples, and how often each is drawn.
#[derive(Debug, Clone, Default)]
pub struct Examples {
    /// The hits.
    pub hits: Vec<Example>,
    /// Weight of each in drawing.
    pub weights: Vec<f64>,
}

impl Examples {
    /// Those of a set, each with so many variations. `weights` has one number for each recording.
    ///
    /// # Errors
    /// When a recording cannot be read.
    pub fn of(
        set: &DataSet,
        weights: &[f64],
        variations: usize,
        normalisation: &Normalisation,
        seed: u64,
    ) -> Result<Self, StoreError> {
        let groups: Result<Vec<Vec<Example>>, StoreError> = (0..set.len())
            .into_par_iter()
            .map(|index| {
                let mut random = Random::new(seed ^ (index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
                let hit = set.hit(index)?;
                let mut group: Vec<Example> = Example::of(&hit.curve, normalisation).into_iter().collect();
                for _ in 0..variations {
                    let layer = set.hit(random.below(set.len() as u32) as usize)?;
                    if let Some((_, curve)) = vary(&hit.samples, &layer.samples, &mut random) {
                        group.extend(Example::of(&curve, normalisation));
                    }
                }
                Ok(group)
            })
            .collect();
        let mut examples = Self::default();
        for (group, &weight) in groups?.into_iter().zip(weights) {
            examples.weights.extend(std::iter::repeat_n(weight, group.len()));
            examples.hits.extend(group);
        }
        Ok(examples)
    }
}

/// Means and deviations of rows of numbers.
pub(crate) fn moments<const N: usize>(rows: impl Iterator<Item = [f32; N]> + Clone) -> [[f32; N]; 2] {
    let count = rows.clone().count().max(1) as f64;
    let mut mean = [0.0f64; N];
    for row in rows.clone() {
        mean.iter_mut().zip(row).for_each(|(mean, value)| *mean += f64::from(value) / count);
    }
    let mut variance = [0.0f64; N];
    for row in rows {
        for ((variance, mean), value) in variance.iter_mut().zip(&mean).zip(row) {
            *variance += (f64::from(value) - mean).powi(2) / count;
        }
    }
    [mean.map(|mean| mean as f32), variance.map(|variance| (variance.sqrt() as f32).max(1e-3))]
}

/// What the discriminator and the probes guess: the centre of each descriptor.
pub(crate) const GUESSED: usize = Descriptors::COUNT;
