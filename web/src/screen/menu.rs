//! The menu behind the encoder: the module's own state machine, with the page as its host.

use super::host::apply;
use super::view::with_view;
use crate::clock::now_ms;
use crate::desk::Desk;
use leptos::prelude::*;
use neurorack_host::Counters;
use neurorack_panel::{Input, Panel, Pixels, Sense};
use std::time::Duration;

/// How often time is told to the menu while it waits for it.
const TICK: Duration = Duration::from_millis(100);

/// The time that the menu was told of.
#[derive(Debug, Clone, Copy, Default)]
struct Clock {
    told_ms: f64,
    /// Whether the next tick is on its way.
    ticking: bool,
}

/// The page's hold on the menu. `Copy`; lives on the page's only thread.
#[derive(Clone, Copy)]
pub(crate) struct Menu {
    panel: StoredValue<Panel, LocalStorage>,
    clock: StoredValue<Clock, LocalStorage>,
    /// Counts what went wrong, so that the screen says each thing once.
    pub(super) alerts: StoredValue<u32, LocalStorage>,
    /// What was done, for the screen to say once; it goes before what went wrong earlier.
    pub(super) note: StoredValue<Option<String>, LocalStorage>,
    /// What the counters stood at when they were set to zero.
    pub(super) zero: StoredValue<Counters>,
    /// Detents by which the encoder was turned since the page was opened.
    pub(crate) turned: RwSignal<i32>,
    /// What the screen says at the chosen place, after the last input.
    pub(crate) says: RwSignal<String>,
}

impl Menu {
    pub(crate) fn new() -> Self {
        Self {
            panel: StoredValue::new_local(Panel::new()),
            clock: StoredValue::new_local(Clock::default()),
            alerts: StoredValue::new_local(0),
            note: StoredValue::new_local(None),
            zero: StoredValue::default(),
            turned: RwSignal::new(0),
            says: RwSignal::default(),
        }
    }

    /// Shows what goes wrong on the screen too, and redraws when something that it shows was changed elsewhere.
    pub(crate) fn follow(self, desk: Desk) {
        Effect::new(move |_| {
            desk.alert.track();
            self.note.set_value(None);
            self.alerts.update_value(|alerts| *alerts += 1);
            self.keep_time(desk);
        });
        Effect::new(move |_| {
            desk.settings.track();
            desk.volume_db.track();
            desk.cv.iter().for_each(|knob| knob.track());
            desk.library.track();
            desk.slots.iter().for_each(Track::track);
            desk.animator.wake();
        });
    }

    /// Says on the screen what was done.
    pub(crate) fn note(self, desk: Desk, words: String) {
        self.note.set_value(Some(words));
        self.alerts.update_value(|alerts| *alerts += 1);
        self.keep_time(desk);
    }

    /// Turns the encoder; clockwise is positive.
    pub(crate) fn turn(self, desk: Desk, detents: i32) {
        self.turned.update(|turned| *turned += detents);
        // Whoever turns by more than a turn of the knob at once means the end.
        let detents = detents.clamp(i8::MIN.into(), i8::MAX.into()) as i8;
        self.input(desk, Input::Turn(detents));
    }

    /// Turns the encoder so that the screen moves up or down: `down` rows of a list, or as many steps less of a value.
    pub(crate) fn roll(self, desk: Desk, down: i32) {
        let sense = with_view(desk, |view| self.panel.with_value(|panel| panel.sense(view)));
        self.turn(desk, if sense == Sense::List { down } else { -down });
    }

    /// Pushes the encoder.
    pub(crate) fn push(self, desk: Desk) {
        self.input(desk, Input::Push);
    }

    /// Holds the encoder down: back.
    pub(crate) fn hold(self, desk: Desk) {
        self.input(desk, Input::LongPush);
    }

    /// Goes back one page, if there is one to leave.
    pub(crate) fn back(self, desk: Desk) {
        if !with_view(desk, |view| self.panel.with_value(|panel| panel.is_idle(view))) {
            self.hold(desk);
        }
    }

    /// Redraws where the screen may show the inputs: at rest it does not.
    pub(crate) fn inputs_moved(self, desk: Desk) {
        if !with_view(desk, |view| self.panel.with_value(|panel| panel.is_idle(view))) {
            desk.animator.wake();
        }
    }

    /// Draws the screen.
    pub(crate) fn draw(self, desk: Desk, pixels: &mut Pixels) {
        // Drawing into memory does not fail.
        let Ok(()) = with_view(desk, |view| self.panel.with_value(|panel| panel.draw(view, pixels)));
    }

    fn input(self, desk: Desk, input: Input) {
        self.tell_time(desk);
        let action = with_view(desk, |view| self.panel.try_update_value(|panel| panel.handle(input, view)).flatten());
        if let Some(action) = action {
            apply(desk, action);
        }
        self.speak(desk);
        self.keep_time(desk);
    }

    fn speak(self, desk: Desk) {
        let says = with_view(desk, |view| self.panel.with_value(|panel| panel.describe(view).as_str().to_owned()));
        if self.says.with_untracked(|said| *said != says) {
            self.says.set(says);
        }
    }

    /// Tells the menu how much time went by. Says whether the screen went to rest by it.
    fn tell_time(self, desk: Desk) -> bool {
        let now_ms = now_ms();
        let elapsed_ms = self.clock.with_value(|clock| now_ms - clock.told_ms).max(0.0) as u32;
        self.clock.update_value(|clock| clock.told_ms += f64::from(elapsed_ms));
        with_view(desk, |view| {
            let at_rest = || self.panel.with_value(|panel| panel.is_idle(view));
            let rested = at_rest();
            let action = self.panel.try_update_value(|panel| panel.handle(Input::Tick(elapsed_ms), view)).flatten();
            debug_assert_eq!(action, None, "time changes nothing on the page");
            !rested && at_rest()
        })
    }

    /// Redraws now, and again and again while the screen shows something that passes.
    fn keep_time(self, desk: Desk) {
        desk.animator.wake();
        let waits = || with_view(desk, |view| self.panel.with_value(|panel| panel.waits(view)));
        if self.clock.with_value(|clock| clock.ticking) || !waits() {
            return;
        }
        // What begins to wait now has not waited before.
        self.tell_time(desk);
        self.clock.update_value(|clock| clock.ticking = true);
        set_timeout(
            move || {
                self.clock.update_value(|clock| clock.ticking = false);
                let rests = self.tell_time(desk);
                if rests && self.says.with_untracked(|said| !said.is_empty()) {
                    self.speak(desk);
                }
                self.keep_time(desk);
            },
            TICK,
        );
    }
}
