//! The timbre that a hit is played with where it is made from a latent: banks of kind `frave`.

use super::Tables;
use crate::descriptors::{Descriptors, MovedTimbre, Timbre};
use crate::models::frave::{COURSE, Course, LATENT, Latent, Layers};
use crate::models::touch::Touch;

/// Where the timbres of F1 and F2 lie, and the timbre that was made last.
#[derive(Debug, Clone)]
pub(crate) struct Freed {
    /// The place of each curve's timbre; the average sound's where it has none.
    pub(crate) ends: [Latent; 2],
    /// What the last timbre was made of. Nothing is computed again while that stays.
    told: (Latent, [f32; COURSE]),
    made: MovedTimbre,
}

impl Default for Freed {
    fn default() -> Self {
        let made = MovedTimbre { timbre: Timbre::limited([0.0; Timbre::COUNT]), octaves: [0.0; Descriptors::COUNT] };
        // No place is not a number: the first timbre is made.
        Self { ends: [[0.0; LATENT]; 2], told: ([f32::NAN; LATENT], [0.0; COURSE]), made }
    }
}

impl Freed {
    /// Finds the place of a curve's timbre. Real-time safe.
    pub(crate) fn take_up(&mut self, layers: &Layers<'_>, slot: usize, timbre: Option<&MovedTimbre>) {
        self.ends[slot] = timbre.map_or([0.0; LATENT], |moved| layers.encode(&moved.timbre));
        // Another bank may be played from here on.
        self.told.0 = [f32::NAN; LATENT];
    }

    /// The timbre of this place under a course that is moved as it is touched. Real-time safe.
    pub(crate) fn made(
        &mut self,
        layers: &Layers<'_>,
        latent: Latent,
        mut course: Course,
        touch: &Touch,
        tables: &Tables<'_>,
    ) -> &MovedTimbre {
        if !touch.leaves_curves() {
            course.shift(|seconds| touch.shown_octaves_at(seconds));
        }
        let told = (latent, course.inputs(&tables.normalisation));
        if told != self.told {
            self.made.timbre = layers.decode(&told.0, &told.1);
            self.told = told;
        }
        &self.made
    }
}
