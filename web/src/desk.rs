//! What the page knows: one place of signals that every component reads.

use crate::ahead;
use crate::animation::Animator;
use crate::audio::{Audio, AudioInput};
use crate::descriptor::Descriptor;
use crate::gpu::Gpu;
use crate::history::{History, Snapshot};
use crate::keep::{Keep, PanelState};
use crate::midi::Midi;
use crate::module::Module;
use crate::screen::Menu;
use crate::sounds::{BankFile, SoundSet};
use crate::sources::{Live, Patching, StepAt, first_patch, resting};
use leptos::prelude::*;
use neurorack_engine::GateInput;
use neurorack_engine::descriptors::Descriptors;
use neurorack_engine::preset::USUAL_VOLUME_DB;
use neurorack_engine::sources::{Gesture, Input, Patch};
use neurorack_host::monitor::Monitor;
use neurorack_host::morph::{alpha, morph};
use std::rc::Rc;
use std::sync::Arc;

/// How far the sound has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Engine or bank are still on their way.
    Loading,
    /// Everything is here; the browser waits for a tap.
    Ready,
    /// The audio graph is being built.
    Starting,
    Running,
    /// The audio clock stands still, by hand or by the browser.
    Suspended,
    /// This browser, or what was loaded, cannot play; the alert says why.
    Unavailable,
}

/// One of the two sounds between which CV 1 morphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    F1,
    F2,
}

impl Slot {
    pub(crate) const BOTH: [Self; 2] = [Self::F1, Self::F2];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::F1 => "F1",
            Self::F2 => "F2",
        }
    }

    pub(crate) fn index(self) -> usize {
        self as usize
    }
}

/// What the engine last said about itself.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Readout {
    pub(crate) hits: u32,
    pub(crate) dropped: u32,
    pub(crate) voices: u32,
    pub(crate) longest_ms: f32,
    /// Time spent rendering as a share of the audio's, lately; 0 where nothing is known.
    pub(crate) load_percent: f32,
    /// The longest render as a share of its block.
    pub(crate) longest_percent: f32,
    /// Drop-outs of the sound.
    pub(crate) underruns: u32,
    pub(crate) rate_hz: u32,
    /// From the gate to the loudspeaker, as far as the browser knows it.
    pub(crate) latency_ms: f32,
}

/// Draws a sound that nobody recorded into a slot.
pub(crate) type Invent = Rc<dyn Fn(Slot)>;

/// The signals of the page. `Copy`; handed down as context.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    pub(crate) phase: RwSignal<Phase>,
    /// The knobs of CV 1 to CV 4 in volts, -5 to 5.
    pub(crate) cv: [RwSignal<f64>; 4],
    /// Whether the engine holds a frozen sound.
    pub(crate) frozen: RwSignal<bool>,
    /// Output level in decibels.
    pub(crate) volume_db: RwSignal<f64>,
    /// Banks to choose from, and which of them plays.
    pub(crate) banks: RwSignal<Vec<Arc<BankFile>>>,
    pub(crate) bank: RwSignal<Option<Arc<BankFile>>>,
    /// Sounds to choose from.
    pub(crate) library: RwSignal<Vec<Arc<SoundSet>>>,
    pub(crate) slots: [RwSignal<Option<Arc<SoundSet>>>; 2],
    /// The slot that the library fills and the plot compares with.
    pub(crate) at_hand: RwSignal<Slot>,
    /// The descriptor shown large.
    pub(crate) shown: RwSignal<Descriptor>,
    /// What went wrong, and what to do.
    pub(crate) alert: RwSignal<Option<String>>,
    pub(crate) readout: RwSignal<Readout>,
    /// How bright Gate 1 glows, 0 to 1: the level of what sounds.
    pub(crate) glow: RwSignal<f32>,
    /// The curves the next hit is asked to follow.
    pub(crate) asked: Memo<Arc<Vec<Descriptors>>>,
    /// Draws a new sound into a slot, once the map is here.
    pub(crate) invent: StoredValue<Option<Invent>, LocalStorage>,
    pub(crate) animator: Animator,
    pub(crate) monitor: StoredValue<Monitor, LocalStorage>,
    pub(crate) audio: Audio,
    /// Voltages from outside.
    pub(crate) audio_input: AudioInput,
    /// What the menu edits; volume and knobs have controls of their own on the page.
    pub(crate) settings: RwSignal<neurorack_panel::Settings>,
    pub(crate) menu: Menu,
    /// What can be undone.
    pub(crate) history: History,
    /// What is set at the sources; the knobs are those of `cv`.
    pub(crate) patch: RwSignal<Patch>,
    /// A movement of the hand that goes round on the XY pad.
    pub(crate) gesture: RwSignal<Option<Arc<Gesture>>>,
    /// What the sources do at this moment.
    pub(crate) live: Live,
    /// Volts of CV 1 that a hit is shown with: its knob, or what its cables gave to the last hit.
    pub(crate) cv1: Memo<f64>,
    /// Cables under the hand.
    pub(crate) patching: Patching,
    /// The step that is edited.
    pub(crate) step_at_hand: RwSignal<StepAt>,
    /// Presets, links and recordings.
    pub(crate) keep: Keep,
    /// Keyboards and controllers.
    pub(crate) midi: Midi,
    /// The Eurorack module.
    pub(crate) module: Module,
    /// What renders sounds beside the engine, where there is such a thing.
    pub(crate) gpu: Gpu,
    /// Hits that are rendered before they are played.
    pub(crate) ahead: ahead::Standing,
}

impl Desk {
    /// The desk of this page, made once by the page itself.
    pub(crate) fn new() -> Self {
        let slots = [RwSignal::new(None), RwSignal::new(None)];
        let patch = first_patch();
        let cv = patch.knobs_volts.map(f64::from).map(RwSignal::new);
        let (live, patch) = (Live::new(), RwSignal::new(patch));
        let cv1_patched = Memo::new(move |_| patch.with(|patch| patch.cables.at(Input::Cv1).next().is_some()));
        let cv1 = Memo::new(move |_| {
            let struck = live.struck_cv1.get().filter(|_| cv1_patched.get());
            struck.unwrap_or_else(|| cv[0].get())
        });
        let asked = Memo::new(move |_| {
            let [first, second] = slots.map(|slot: RwSignal<Option<Arc<SoundSet>>>| slot.get());
            let (Some(first), Some(second)) = (first, second) else { return Arc::default() };
            Arc::new(morph(&first.scaled, &second.scaled, alpha(cv1.get() as f32)))
        });
        Self {
            phase: RwSignal::new(Phase::Loading),
            cv,
            frozen: RwSignal::new(false),
            volume_db: RwSignal::new(USUAL_VOLUME_DB.into()),
            banks: RwSignal::default(),
            bank: RwSignal::default(),
            library: RwSignal::default(),
            slots,
            at_hand: RwSignal::new(Slot::F1),
            shown: RwSignal::new(Descriptor::Loudness),
            alert: RwSignal::default(),
            readout: RwSignal::default(),
            glow: RwSignal::new(0.0),
            asked,
            invent: StoredValue::new_local(None),
            animator: Animator::new(),
            monitor: StoredValue::new_local(Monitor::new()),
            audio: Audio::new(),
            audio_input: AudioInput::new(),
            settings: RwSignal::default(),
            menu: Menu::new(),
            history: History::new(),
            patch,
            gesture: RwSignal::new(None),
            live,
            cv1,
            patching: Patching::new(),
            step_at_hand: RwSignal::new(StepAt { gate: 0, index: 0 }),
            keep: Keep::new(),
            midi: Midi::new(),
            module: Module::new(),
            gpu: Gpu::new(),
            ahead: ahead::Standing::new(),
        }
    }

    /// The desk that the page provided.
    pub(crate) fn get() -> Self {
        expect_context()
    }

    pub(crate) fn slot(self, slot: Slot) -> RwSignal<Option<Arc<SoundSet>>> {
        self.slots[slot.index()]
    }

    /// The bank that plays, or the first that is streamed where the one that plays is not: what many sounds are rendered with.
    pub(crate) fn streamed_bank(self) -> Option<Arc<BankFile>> {
        let streams = |bank: &Arc<BankFile>| bank.model.kind().streams();
        let playing = self.bank.get_untracked().filter(streams);
        playing.or_else(|| self.banks.with_untracked(|banks| banks.iter().find(|bank| streams(bank)).cloned()))
    }

    /// Says a sentence in the page's one place for what went wrong.
    pub(crate) fn say(self, sentence: impl Into<String>) {
        self.alert.set(Some(sentence.into()));
    }

    /// Strikes Gate 1: it goes high and low again.
    pub(crate) fn strike(self) {
        self.gate(GateInput::Gate1, true);
        self.gate(GateInput::Gate1, false);
    }

    /// One of the gates goes high or low.
    pub(crate) fn gate(self, gate: GateInput, high: bool) {
        self.audio.gate(self, gate, high);
    }

    /// Makes these sets, and the user's own, the ones to choose from; slots keep sounds that are still there.
    pub(crate) fn offer(self, factory: &[Arc<SoundSet>]) {
        let own =
            self.library.with_untracked(|library| library.iter().filter(|set| set.own).cloned().collect::<Vec<_>>());
        for (slot, fallback) in self.slots.into_iter().zip(factory.iter()) {
            if !slot.with_untracked(|set| set.as_ref().is_some_and(|set| set.own)) {
                slot.set(Some(fallback.clone()));
            }
        }
        self.library.set(factory.iter().cloned().chain(own).collect());
        self.history.clear();
    }

    /// Takes a sound into a slot, so that it can be undone.
    pub(crate) fn take(self, slot: Slot, set: Arc<SoundSet>) {
        if self.slot(slot).with_untracked(|held| held.as_ref().is_none_or(|held| held.id != set.id)) {
            self.history.remember(self, &format!("{} is {}", slot.name(), set.name));
            self.slot(slot).set(Some(set));
        }
    }

    /// Puts a sound of the user's own into the library and into a slot.
    pub(crate) fn add(self, slot: Slot, set: impl Into<Arc<SoundSet>>) {
        let set = set.into();
        self.history.remember(self, &format!("{} is {}", slot.name(), set.name));
        self.keep_sound(&set);
        self.slot(slot).set(Some(set));
        self.at_hand.set(slot);
    }

    /// Puts a sound of the user's own into the library, in the place of its earlier self where there is one.
    pub(crate) fn keep_sound(self, set: &Arc<SoundSet>) {
        self.library.update(|library| match library.iter_mut().find(|held| held.id == set.id) {
            Some(held) => *held = set.clone(),
            None => library.push(set.clone()),
        });
    }

    /// What undo would restore.
    pub(crate) fn snapshot(self) -> Snapshot {
        let own = |library: &Vec<Arc<SoundSet>>| library.iter().filter(|set| set.own).cloned().collect();
        Snapshot {
            slots: self.slots.map(|slot| slot.get_untracked()),
            own: self.library.with_untracked(own),
            patch: self.patch.with_untracked(resting),
            gesture: self.gesture.get_untracked(),
            panel: None,
        }
    }

    /// The same with everything else that a preset sets.
    pub(crate) fn whole_snapshot(self) -> Snapshot {
        Snapshot { panel: Some(PanelState::of(self)), ..self.snapshot() }
    }

    /// Makes the desk what it was.
    pub(crate) fn restore(self, snapshot: Snapshot) {
        let Snapshot { slots, own, patch, gesture, panel } = snapshot;
        let Patch { running, clock, pad, .. } = self.patch.get_untracked();
        if let Some(panel) = panel {
            panel.apply(self);
        }
        // What a hand moves while it plays is no change to take back.
        let patch = Patch { running, clock, pad, ..patch };
        if self.patch.get_untracked() != patch {
            self.patch.set(patch);
        }
        if self.gesture.get_untracked() != gesture {
            self.gesture.set(gesture);
        }
        if own != self.snapshot().own {
            self.library.update(|library| {
                library.retain(|set| !set.own);
                library.extend(own);
            });
        }
        for (slot, set) in self.slots.into_iter().zip(slots) {
            if slot.with_untracked(|held| *held != set) {
                slot.set(set);
            }
        }
    }
}
