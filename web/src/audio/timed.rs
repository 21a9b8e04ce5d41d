//! What comes with a time of its own: notes and the messages of MIDI, gates and voltages of a module.

use super::{Audio, link};
use crate::clock::now_ms;
use crate::desk::{Desk, Phase};
use leptos::prelude::*;
use neurorack_engine::GateInput;
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

    /// A module's gate goes high or low so that it sounds at `at_ms` on the page's clock, which may lie ahead. One that rises
    /// while no sound runs is not heard; its fall then lets nothing go. One that rose before falls in any case.
    pub(crate) fn module_gate(self, desk: Desk, at_ms: f64, gate: GateInput, high: bool) {
        let rises = high && desk.phase.get_untracked() == Phase::Running;
        let held = self.state.try_update_value(|state| {
            let held = state.module_holds.get_mut(gate as usize)?;
            Some(std::mem::replace(held, rises))
        });
        if !rises && held.flatten() != Some(true) {
            return;
        }
        let high = rises;
        if high && gate == GateInput::Gate1 {
            self.flash(desk);
        }
        let time_s = self.place_ahead(at_ms);
        self.send(|_| link::gate(time_s, gate, high));
    }

    /// What a module's jacks read, in volts, so that it counts from `at_ms` on the page's clock on, which may lie ahead.
    pub(crate) fn module_volts(self, desk: Desk, at_ms: f64, volts: [Option<f32>; 4]) {
        if desk.phase.get_untracked() == Phase::Running {
            let time_s = self.place_ahead(at_ms);
            self.send(|_| link::action(time_s, Action::Jacks { volts }));
        }
    }

    /// The time of the audio clock for what is put at this time of the page's clock, ahead of now.
    fn place_ahead(self, at_ms: f64) -> f64 {
        let placed = self.state.try_update_value(|state| {
            let graph = state.graph.as_ref()?;
            Some(state.module_aligner.place_ahead(at_ms, now_ms(), graph.heard(), graph.time_s()))
        });
        placed.flatten().unwrap_or_default()
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
