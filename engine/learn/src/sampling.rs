//! Which hits a training step draws: rare kinds of sound more often than their share, common ones less often.

use std::collections::HashMap;

use neurorack_engine::models::noise::Random;

use crate::data::DataSet;

/// Least and greatest weight of a recording for the rarity of its category.
const WEIGHTS: [f64; 2] = [0.4, 4.0];

/// How categories are weighed against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Balance {
    /// By rarity: each recording weighs the square root of (mean size of a category / size of its own), 0.4 to 4.
    #[default]
    Rarity,
    /// The weights set by hand for the factory bank's recordings, whose categories have these names.
    Impacts,
    /// Every recording alike.
    Equal,
}

impl Balance {
    /// Weight of each hit of the set.
    pub(crate) fn weights(self, set: &DataSet) -> Vec<f64> {
        let mut sizes: HashMap<&str, usize> = HashMap::new();
        for index in 0..set.len() {
            *sizes.entry(&set.entry(index).category).or_default() += 1;
        }
        let mean = set.len() as f64 / sizes.len().max(1) as f64;
        let weight = |category: &str| match self {
            Self::Rarity => (mean / sizes[category] as f64).sqrt().clamp(WEIGHTS[0], WEIGHTS[1]),
            Self::Impacts => by_hand(category),
            Self::Equal => 1.0,
        };
        (0..set.len()).map(|index| weight(&set.entry(index).category)).collect()
    }
}

/// The instrument is for booms, metal and glass; our own recordings lean to snares, toms and wood.
fn by_hand(category: &str) -> f64 {
    match category {
        "boom" | "explosion" | "glass" => 5.0,
        "metal" | "gunshot" | "stone" | "crash" => 3.0,
        "kick" | "synth_hit" | "hat" => 1.5,
        "membrane" | "wood" => 0.7,
        _ => 1.0,
    }
}

/// Running sums of weights, to [draw] by.
pub(crate) fn cumulate(weights: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    let sums = weights.iter().map(|weight| {
        sum += weight;
        sum
    });
    sums.collect()
}

/// An index drawn by its weight.
pub(crate) fn draw(sums: &[f64], random: &mut Random) -> usize {
    let total = sums.last().copied().unwrap_or_default();
    let at = total * f64::from(random.below(1 << 24)) / f64::from(1 << 24);
    sums.partition_point(|&sum| sum <= at).min(sums.len() - 1)
}

/// Draws numbers of hits with the chances that a [`Balance`] gives them.
#[derive(Debug, Clone)]
pub struct Sampler {
    /// Number of a hit and the sum of the weights up to and with it; never empty.
    all: Vec<(usize, f64)>,
    /// The same for long recordings alone; all of them where none is long.
    long: Vec<(usize, f64)>,
}

impl Sampler {
    /// A sampler of a set that is not empty; recordings of at least `long_s` seconds are long.
    ///
    /// # Panics
    /// When the set is empty.
    pub fn new(set: &DataSet, balance: Balance, long_s: f32) -> Self {
        assert!(!set.is_empty(), "there is nothing to draw from");
        let weights = balance.weights(set);
        let cumulate = |keep: &dyn Fn(usize) -> bool| {
            let mut sum = 0.0;
            let mut table = Vec::new();
            for index in (0..set.len()).filter(|&index| keep(index)) {
                sum += weights[index];
                table.push((index, sum));
            }
            table
        };
        let all = cumulate(&|_| true);
        let mut long = cumulate(&|index| set.seconds(index) >= long_s);
        if long.is_empty() {
            long.clone_from(&all);
        }
        Self { all, long }
    }

    /// The number of a hit; a long one if `long` and there is one.
    pub fn draw(&self, random: &mut Random, long: bool) -> usize {
        let table = if long { &self.long } else { &self.all };
        let total = table.last().map_or(0.0, |entry| entry.1);
        let draw = f64::from(random.below(1 << 24)) / f64::from(1 << 24) * total;
        table[table.partition_point(|entry| entry.1 <= draw).min(table.len() - 1)].0
    }
}
