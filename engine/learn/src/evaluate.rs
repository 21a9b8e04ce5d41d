//! Scores of a bank: recordings never seen in training, played by the engine from their own descriptors.
//!
//! [`measure`] takes everything that is measured about one recording, [`summarise`] the figures of many, under the names
//! that cards carry and `neurorack_engine::bank::figures` explains. [`report`] is the text for people.

pub mod command;
mod play;
pub mod report;
mod response;
mod shaped_noise;
mod silence;
mod summary;

pub use play::Player;
pub use response::{Responses, SCALES};
pub use silence::Silence;
pub use summary::{Scores, summarise};

use neurorack_recording::Recording;
use rayon::prelude::*;

use crate::data::Hit;
use crate::metrics::{self, Comparison};

/// Rate at which hits are rendered, in hertz.
pub const RENDER_RATE_HZ: u32 = 44_100;

/// Everything measured about one recording.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The recording's path in its data set.
    pub file: String,
    /// What was struck.
    pub category: String,
    /// The licence tier.
    pub tier: String,
    /// Its sound against ours.
    pub comparison: Comparison,
    /// What is left where silence was asked; `None` where that was not measured.
    pub silence: Option<Silence>,
    /// How far single descriptors are followed; `None` where that was not measured.
    pub responses: Option<Responses>,
}

/// What to measure besides the sound itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// Levels where silence is asked, for every recording: 2 more renders each.
    pub silence: bool,
    /// On how many recordings, evenly spread, single descriptors are scaled: 15 more renders each.
    pub responses: usize,
    /// Compare with noise in each recording's own shape instead of the bank's answer: an anchor.
    pub shaped_noise: bool,
}

/// Measures every recording on all cores; a recording too short to compare is left out.
///
/// `on_done` is called after each, from any thread.
pub fn measure_all(player: &Player, hits: &[Hit], wanted: Wanted, on_done: impl Fn() + Sync) -> Vec<Measured> {
    hits.par_iter()
        .enumerate()
        .filter_map(|(index, hit)| {
            let wanted = Wanted { responses: is_chosen(index, hits.len(), wanted.responses).into(), ..wanted };
            let measured = measure(player, &player.asked(hit), wanted);
            on_done();
            measured
        })
        .collect()
}

/// Measures one recording with the curve that the bank is [`asked`](Player::asked) for. `None` if it is empty.
pub fn measure(player: &Player, hit: &Hit, wanted: Wanted) -> Option<Measured> {
    let target = at_metric_rate(hit.samples.clone())?;
    let sound = if wanted.shaped_noise { shaped_noise::shaped_noise(&hit.samples) } else { player.render(hit) };
    let sound = at_metric_rate(sound)?;
    Some(Measured {
        file: hit.entry.file.clone(),
        category: hit.entry.category.clone(),
        tier: hit.entry.tier().to_owned(),
        comparison: metrics::compare(&target, &sound)?,
        silence: wanted.silence.then(|| Silence::measure(player, hit)),
        responses: (wanted.responses > 0).then(|| Responses::measure(player, hit, &metrics::voiced(&target))),
    })
}

/// Whether `index` is one of `wanted` indices spread evenly over `count`.
fn is_chosen(index: usize, count: usize, wanted: usize) -> bool {
    (index + 1) * wanted / count.max(1) > index * wanted / count.max(1)
}

fn at_metric_rate(samples: Vec<f32>) -> Option<Vec<f32>> {
    let recording = Recording::new(samples, RENDER_RATE_HZ).ok()?;
    Some(recording.at_rate(metrics::RATE_HZ).samples().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chosen_recordings_are_as_many_as_wanted_and_spread() {
        let chosen: Vec<usize> = (0..10).filter(|&index| is_chosen(index, 10, 4)).collect();
        assert_eq!(chosen, [2, 4, 7, 9]);
        assert_eq!((0..10).filter(|&index| is_chosen(index, 10, 25)).count(), 10, "no more than there are");
        assert!((0..10).all(|index| !is_chosen(index, 10, 0)));
    }
}
