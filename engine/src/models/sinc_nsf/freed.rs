//! The timbre that a hit is played with where it is made from a latent: banks of kind `frave`.

use super::Tables;
use crate::descriptors::{Descriptors, MovedTimbre, Timbre};
use crate::models::frave::{COURSE, Course, LATENT, Latent, Layers, between, told};
use crate::models::touch::Touch;

/// Where the timbres of F1 and F2 lie, and the timbre that was made last.
#[derive(Debug, Clone)]
pub(crate) struct Freed {
    /// The place of each curve's timbre; the average sound's where it has none.
    pub(crate) ends: [Latent; 2],
    /// How far each curve was moved since its timbre was measured, in octaves.
    moved: [[f32; Descriptors::COUNT]; 2],
    /// What the last timbre was made of. Nothing is computed again while that stays.
    told: (Latent, [f32; COURSE]),
    made: MovedTimbre,
}

impl Default for Freed {
    fn default() -> Self {
        let made = MovedTimbre { timbre: Timbre::limited([0.0; Timbre::COUNT]), octaves: [0.0; Descriptors::COUNT] };
        // No place is not a number: the first timbre is made.
        Self {
            ends: [[0.0; LATENT]; 2],
            moved: [[0.0; Descriptors::COUNT]; 2],
            told: ([f32::NAN; LATENT], [0.0; COURSE]),
            made,
        }
    }
}

impl Freed {
    /// Finds the place of a curve's timbre. Real-time safe.
    pub(crate) fn take_up(&mut self, layers: &Layers<'_>, slot: usize, timbre: Option<&MovedTimbre>) {
        self.ends[slot] = timbre.map_or([0.0; LATENT], |moved| layers.encode(&moved.timbre));
        self.moved[slot] = timbre.map_or([0.0; Descriptors::COUNT], |moved| moved.octaves);
        // Another bank may be played from here on.
        self.told.0 = [f32::NAN; LATENT];
    }

    /// The timbre of this place under a course that is moved as it is touched, with what the network is told of the move so many
    /// seconds into the curve. `alpha` is the way from the first curve to the second. Real-time safe.
    pub(crate) fn made(
        &mut self,
        layers: &Layers<'_>,
        latent: Latent,
        (mut course, alpha): (Course, f32),
        touch: &Touch,
        seconds: f32,
        tables: &Tables<'_>,
    ) -> &MovedTimbre {
        let moved = between(&self.moved, alpha);
        let told_at = |seconds| {
            let hand = touch.hand_octaves_at(seconds);
            told(&std::array::from_fn(|index| moved[index] + hand[index]))
        };
        if moved != [0.0; Descriptors::COUNT] || !touch.leaves_curves() {
            course.shift(|seconds| {
                let (octaves, told) = (touch.shown_octaves_at(seconds), told_at(seconds));
                std::array::from_fn(|index| octaves[index] - told[index])
            });
        }
        let asked = (latent, course.inputs(&tables.normalisation));
        if asked != self.told {
            self.made.timbre = layers.decode(&asked.0, &asked.1);
            self.told = asked;
        }
        self.made.octaves = told_at(seconds);
        &self.made
    }
}
