//! What comes with a time of its own: notes and the messages of MIDI.

use super::{Audio, link};
use crate::clock::now_ms;
use crate::desk::{Desk, Phase};
use leptos::prelude::*;
use neurorack_engine::sources::Action;

impl Audio {
    /// A note strikes, with velocity 0 to 1 and transposition, at what was `event_ms` on the page's clock.
    pub(crate) fn timed_note(self, desk: Desk, event_ms: f64, velocity: f32, semitones: f32) {
        if desk.phase.get_untracked() != Phase::Running {
            return;
        }
        self.flash(desk);
        let time_s = self.place(event_ms);
        self.send(|_| link::note(time_s, semitones, velocity));
    }

    /// Something reaches the sources, at what was `event_ms` on the page's clock.
    pub(crate) fn action(self, event_ms: f64, action: Action) {
        let time_s = self.place(event_ms);
        self.send(|_| link::action(time_s, action));
    }

    /// The time of the audio clock for an event of the page's clock.
    fn place(self, event_ms: f64) -> f64 {
        let placed = self.state.try_update_value(|state| {
            let graph = state.graph.as_ref()?;
            Some(state.aligner.place(event_ms, now_ms(), graph.heard(), graph.time_s()))
        });
        placed.flatten().unwrap_or_default()
    }
}
