//! Undo and redo: what the desk held before each change, as many changes back as there is room for.
//!
//! One history for everything that changes sounds. Whoever is about to change something calls [`History::remember`] with
//! the desk as it is and a name for the change. Presses of a key that follow closely are one step.

use crate::clock::now_ms;
use crate::desk::Desk;
use crate::keep::PanelState;
use crate::sounds::SoundSet;
use leptos::prelude::*;
use neurorack_engine::sources::{Gesture, Patch};
use std::collections::VecDeque;
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// Most steps that can be undone; a step holds references and a name.
const MOST_STEPS: usize = 200;

/// Changes of one name that follow within this time are one step, in milliseconds.
const ONE_STEP_MS: f64 = 900.0;

/// What undo restores.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Snapshot {
    /// F1 and F2.
    pub(crate) slots: [Option<Arc<SoundSet>>; 2],
    /// The user's own sounds.
    pub(crate) own: Vec<Arc<SoundSet>>,
    /// What is set at the sources, without what a hand moves while it plays.
    pub(crate) patch: Patch,
    /// What goes round on the XY pad.
    pub(crate) gesture: Option<Arc<Gesture>>,
    /// Knobs, menu and sources, where the change was to them too: a step that edits a curve leaves the knobs alone.
    pub(crate) panel: Option<PanelState>,
}

/// Things that were, and things that were undone, each with the name of the change between it and its neighbour.
#[derive(Debug)]
struct Steps<T> {
    past: VecDeque<(String, T)>,
    future: Vec<(String, T)>,
    changed_ms: f64,
}

impl<T> Default for Steps<T> {
    fn default() -> Self {
        Self { past: VecDeque::new(), future: Vec::new(), changed_ms: f64::NEG_INFINITY }
    }
}

impl<T> Steps<T> {
    /// Notes what is now, before a change of this name; `run` is whether it may be one step with the change before.
    fn remember(&mut self, change: &str, now: T, now_ms: f64, run: bool) {
        let goes_on = run
            && self.future.is_empty()
            && now_ms - self.changed_ms < ONE_STEP_MS
            && self.past.back().is_some_and(|(last, _)| last == change);
        self.changed_ms = if run { now_ms } else { f64::NEG_INFINITY };
        self.future.clear();
        if goes_on {
            return;
        }
        if self.past.len() == MOST_STEPS {
            self.past.pop_front();
        }
        self.past.push_back((change.to_owned(), now));
    }

    /// What was before the last change, in exchange for what is now.
    fn undo(&mut self, now: T) -> Option<T> {
        let (change, before) = self.past.pop_back()?;
        self.future.push((change, now));
        self.changed_ms = f64::NEG_INFINITY;
        Some(before)
    }

    /// What the last undo took away, in exchange for what is now.
    fn redo(&mut self, now: T) -> Option<T> {
        let (change, after) = self.future.pop()?;
        self.past.push_back((change, now));
        self.changed_ms = f64::NEG_INFINITY;
        Some(after)
    }
}

/// The page's one history. `Copy`; a part of the desk.
#[derive(Clone, Copy)]
pub(crate) struct History {
    steps: RwSignal<Steps<Snapshot>>,
}

impl History {
    pub(crate) fn new() -> Self {
        Self { steps: RwSignal::new(Steps::default()) }
    }

    /// Notes the desk as it is, before a change of this name ("Loudness of F1").
    pub(crate) fn remember(self, desk: Desk, change: &str) {
        self.note(change, desk.snapshot(), false);
    }

    /// The same before a change that sets knobs, menu and sources too.
    pub(crate) fn remember_all(self, desk: Desk, change: &str) {
        self.note(change, desk.whole_snapshot(), false);
    }

    /// The same before one of many small changes, such as the presses of an arrow key: what follows closely is one step.
    pub(crate) fn remember_run(self, desk: Desk, change: &str) {
        self.note(change, desk.snapshot(), true);
    }

    /// The same before one of many small changes that set menu and sources alike.
    pub(crate) fn remember_run_of_all(self, desk: Desk, change: &str) {
        self.note(change, desk.whole_snapshot(), true);
    }

    fn note(self, change: &str, now: Snapshot, run: bool) {
        let now_ms = now_ms();
        self.steps.update(|steps| steps.remember(change, now, now_ms, run));
    }

    /// Takes the last change back.
    pub(crate) fn undo(self, desk: Desk) {
        let now = Self::as_much_as(desk, self.steps.with_untracked(|steps| steps.past.back().map(whole)));
        if let Some(before) = self.steps.try_update(|steps| steps.undo(now)).flatten() {
            desk.restore(before);
        }
    }

    /// Makes the change that was taken back.
    pub(crate) fn redo(self, desk: Desk) {
        let now = Self::as_much_as(desk, self.steps.with_untracked(|steps| steps.future.last().map(whole)));
        if let Some(after) = self.steps.try_update(|steps| steps.redo(now)).flatten() {
            desk.restore(after);
        }
    }

    /// What is now, with as much as the step that it is exchanged for.
    fn as_much_as(desk: Desk, whole: Option<bool>) -> Snapshot {
        if whole == Some(true) { desk.whole_snapshot() } else { desk.snapshot() }
    }

    /// The name of the change that Undo takes back.
    pub(crate) fn last(self) -> Option<String> {
        self.steps.with(|steps| steps.past.back().map(|(change, _)| change.clone()))
    }

    /// The name of the change that Redo makes again.
    pub(crate) fn next(self) -> Option<String> {
        self.steps.with(|steps| steps.future.last().map(|(change, _)| change.clone()))
    }

    /// Forgets everything: what was belongs to a bank that no longer plays.
    pub(crate) fn clear(self) {
        self.steps.set(Steps::default());
    }
}

/// Whether a step sets knobs, menu and sources too.
fn whole((_, step): &(String, Snapshot)) -> bool {
    step.panel.is_some()
}

/// The buttons "Undo" and "Redo"; each says in its title which change it means.
#[component]
pub(crate) fn UndoButtons() -> impl IntoView {
    let desk = Desk::get();
    let history = desk.history;
    let title = |verb: &'static str, change: Option<String>| change.map(|change| format!("{verb}: {change}"));
    view! {
        <div class="undo">
            <button
                type="button"
                class="button icon"
                aria-label="Undo"
                aria-keyshortcuts="Control+Z Meta+Z"
                title=move || title("Undo", history.last())
                disabled=move || history.last().is_none()
                on:click=move |_| history.undo(desk)
            >
                <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M10 5 4 11l6 6M4 11h10a5 5 0 0 1 0 10h-3" /></svg>
            </button>
            <button
                type="button"
                class="button icon"
                aria-label="Redo"
                aria-keyshortcuts="Control+Shift+Z Meta+Shift+Z"
                title=move || title("Redo", history.next())
                disabled=move || history.next().is_none()
                on:click=move |_| history.redo(desk)
            >
                <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M14 5l6 6-6 6M20 11H10a5 5 0 0 0 0 10h3" /></svg>
            </button>
        </div>
    }
}

/// Ctrl+Z (Command+Z) undoes wherever nothing is being typed, with Shift it redoes; Ctrl+Y redoes too.
pub(crate) fn undo_keys(desk: Desk) {
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        if !(event.ctrl_key() || event.meta_key()) || event.alt_key() || is_typing(event.target()) {
            return;
        }
        match (event.key().to_lowercase().as_str(), event.shift_key()) {
            ("z", false) => desk.history.undo(desk),
            ("z", true) | ("y", false) => desk.history.redo(desk),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || keys.remove());
}

/// Whether text is typed at the keyboard's focus: it has an undo of its own.
fn is_typing(target: Option<web_sys::EventTarget>) -> bool {
    let Some(element) = target.and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else { return false };
    let kind = element.get_attribute("type").unwrap_or_default();
    element.tag_name() == "TEXTAREA"
        || (element.tag_name() == "INPUT" && matches!(kind.as_str(), "" | "text" | "search"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undo_and_redo_go_back_and_forth() {
        let mut steps = Steps::default();
        steps.remember("one", 0, 0.0, false);
        steps.remember("two", 1, 10.0, false);
        assert_eq!(steps.undo(2), Some(1));
        assert_eq!(steps.undo(1), Some(0));
        assert_eq!(steps.undo(0), None);
        assert_eq!(steps.redo(0), Some(1));
        assert_eq!(steps.redo(1), Some(2));
        assert_eq!(steps.redo(2), None);
    }

    #[test]
    fn a_new_change_ends_what_could_be_redone() {
        let mut steps = Steps::default();
        steps.remember("one", 0, 0.0, false);
        steps.undo(1);
        steps.remember("other", 0, 10.0, false);
        assert_eq!(steps.redo(7), None);
    }

    #[test]
    fn one_movement_is_one_step() {
        let mut steps = Steps::default();
        for key in 0..10 {
            steps.remember("loudness", key, 100.0 * f64::from(key), true);
        }
        steps.remember("loudness", 10, 9_000.0, true);
        assert_eq!(steps.undo(11), Some(10), "a pause begins a new step");
        assert_eq!(steps.undo(10), Some(0));
    }

    #[test]
    fn the_oldest_steps_are_forgotten() {
        let mut steps = Steps::default();
        for change in 0..MOST_STEPS + 50 {
            steps.remember("loudness", change, 0.0, false);
        }
        assert_eq!(steps.past.len(), MOST_STEPS);
        assert_eq!(steps.past.front().map(|(_, kept)| *kept), Some(50));
    }
}
