//! Changes of the patch that can be undone.

use crate::desk::Desk;
use leptos::prelude::*;
use neurorack_engine::sources::{Action, ClockSource, Modulation, Patch, Sequence, Step};

/// A step under the hand: its sequencer and its place, both from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StepAt {
    pub(crate) gate: usize,
    pub(crate) index: usize,
}

impl StepAt {
    /// As people count.
    pub(super) fn name(self) -> String {
        format!("Gate {} step {}", self.gate + 1, self.index + 1)
    }
}

/// The patch without what a hand moves while it plays, clock, knobs and XY pad, and without who moves the clock.
pub(crate) fn resting(patch: &Patch) -> Patch {
    Patch { running: false, clock: ClockSource::Internal, knobs_volts: [0.0; 4], pad: [0.0; 2], ..*patch }
}

/// The patch with which the page opens: a pattern there to be changed, or at rest where the address ends in `#calm`.
pub(crate) fn first_patch() -> Patch {
    let calm = location_hash().is_some_and(|hash| hash.trim_start_matches('#') == "calm");
    if calm { Patch::calm() } else { Patch::default() }
}

impl Desk {
    /// The patch with the knobs as they stand, as the engine takes it and a preset keeps it.
    pub(crate) fn whole_patch(self) -> Patch {
        let knobs_volts = self.cv.map(|knob| knob.get_untracked() as f32);
        Patch { knobs_volts, ..self.patch.get_untracked() }
    }

    /// Plays another patch, and turns the knobs to where it has them. Who moves the clock stays.
    pub(crate) fn use_patch(self, patch: Patch) {
        let clock = self.patch.with_untracked(|patch| patch.clock);
        let patch = Patch { clock, ..patch.sanitised() };
        for (knob, volts) in self.cv.into_iter().zip(patch.knobs_volts) {
            knob.set((f64::from(volts) * 10.0).round() / 10.0);
        }
        self.patch.set(patch);
    }

    /// The same without a gesture on the XY pad, so that it can be undone.
    pub(super) fn take_patch(self, name: &str, patch: Patch) {
        self.history.remember_all(self, name);
        self.gesture.set(None);
        self.use_patch(patch);
    }

    /// Draws all chance from this number: of steps and modulators, and the menu's, of variation.
    pub(crate) fn use_seed(self, seed: u16) {
        self.patch.update(|patch| patch.seed = seed.into());
        self.settings.update(|settings| settings.apply(neurorack_panel::Setting::Seed(seed)));
    }

    /// Everything that plays by itself comes to rest, and every hand lets go.
    pub(crate) fn calm(self) {
        self.take_patch("Calm", Patch::calm());
        self.audio.act(Action::ReleaseAll);
    }

    /// Lets the clock run, starting the sound where it does not run yet, or stops it.
    pub(crate) fn run(self, running: bool) {
        if self.patch.with_untracked(|patch| patch.running) == running {
            // MIDI started or stopped it in between.
            self.audio.act(if running { Action::Start } else { Action::Stop });
        } else {
            self.patch.update(|patch| patch.running = running);
        }
        if running {
            self.audio.start(self);
        }
    }

    /// Changes a step; what follows closely under the same name is one change.
    pub(super) fn change_step(self, at: StepAt, what: &str, change: impl FnOnce(&mut Step)) {
        self.change_sequence(at.gate, &format!("{} of {}", what, at.name()), |sequence| {
            change(&mut sequence.steps[at.index]);
        });
    }

    /// Changes a sequence; what follows closely under the same name is one change.
    pub(super) fn change_sequence(self, gate: usize, name: &str, change: impl FnOnce(&mut Sequence)) {
        let mut sequence = self.patch.with_untracked(|patch| patch.sequences[gate]);
        change(&mut sequence);
        let sequence = sequence.sanitised();
        if self.patch.with_untracked(|patch| patch.sequences[gate] != sequence) {
            self.history.remember_run(self, name);
            self.patch.update(|patch| patch.sequences[gate] = sequence);
        }
    }

    /// Changes a modulator; what follows closely under the same name is one change.
    pub(super) fn change_modulation(self, index: usize, name: &str, change: impl FnOnce(&mut Modulation)) {
        let mut modulation = self.patch.with_untracked(|patch| patch.modulations[index]);
        change(&mut modulation);
        let modulation = modulation.sanitised();
        if self.patch.with_untracked(|patch| patch.modulations[index] != modulation) {
            self.history.remember_run(self, name);
            self.patch.update(|patch| patch.modulations[index] = modulation);
        }
    }
}
