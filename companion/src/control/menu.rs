//! The menu behind the encoder: the module's own state machine, with this program as its host.

use super::desk::Desk;
use super::view::with_view;
use neurorack_host::{Button, Counters, LONG_PUSH_MS};
use neurorack_panel::{Input, MessageKind, Panel, Pixels, Sense};
use std::time::{Duration, Instant};

/// The menu and what it has to say.
pub(super) struct Menu {
    panel: Panel,
    /// The time that the menu was told of.
    told: Instant,
    button: Button,
    /// The present press of the encoder and since when it lasts.
    press: Option<(u32, Instant)>,
    /// What was said last, how serious it is, and its number.
    pub(super) says: Option<(String, MessageKind)>,
    pub(super) serial: u32,
    /// What the counters stood at when they were set to zero.
    pub(super) zero: Counters,
}

impl Menu {
    pub(super) fn new() -> Self {
        Self {
            panel: Panel::new(),
            told: Instant::now(),
            button: Button::default(),
            press: None,
            says: None,
            serial: 0,
            zero: Counters::default(),
        }
    }

    /// Says a sentence on the screen.
    pub(super) fn say(&mut self, sentence: &str, is_error: bool) {
        let kind = if is_error { MessageKind::Error } else { MessageKind::Info };
        self.says = Some((sentence.to_owned(), kind));
        self.serial = self.serial.wrapping_add(1);
    }

    pub(super) fn reset(&mut self, zero: Counters) {
        self.zero = zero;
    }

    /// The module's encoder was turned, maybe while it was down.
    pub(super) fn turned(&mut self) {
        self.button.turn();
    }

    /// The module's encoder goes down.
    pub(super) fn press(&mut self) {
        self.press = Some((self.button.press(), Instant::now()));
    }

    /// It goes up; says whether that was a push.
    pub(super) fn release(&mut self) -> bool {
        self.press = None;
        self.button.release()
    }

    /// Whether it has been down for long enough by now: then that was a long push.
    fn holds(&mut self) -> bool {
        let Some((press, since)) = self.press else { return false };
        if since.elapsed() < Duration::from_millis(LONG_PUSH_MS) {
            return false;
        }
        self.press = None;
        self.button.hold(press)
    }
}

impl Desk {
    /// Turns the encoder; clockwise is positive.
    pub(crate) fn turn(&mut self, detents: i32) {
        // Who turns further at once means the end.
        self.input(Input::Turn(detents.clamp(i8::MIN.into(), i8::MAX.into()) as i8));
    }

    /// Turns the encoder so that the screen moves down: rows of a list, or steps less of a value.
    pub(crate) fn roll(&mut self, down: i32) {
        let sense = with_view(self, |view| self.menu.panel.sense(view));
        self.turn(if sense == Sense::List { down } else { -down });
    }

    /// Pushes the encoder.
    pub(crate) fn push(&mut self) {
        self.input(Input::Push);
    }

    /// Holds the encoder down: back.
    pub(crate) fn hold(&mut self) {
        self.input(Input::LongPush);
    }

    /// Lets time pass at the menu.
    pub(super) fn tick(&mut self) {
        if self.menu.holds() {
            self.hold();
        }
        self.tell_time();
    }

    /// Draws the screen.
    pub(crate) fn draw(&self, pixels: &mut Pixels) {
        // Drawing into memory does not fail.
        let Ok(()) = with_view(self, |view| self.menu.panel.draw(view, pixels));
    }

    /// What the screen says at the chosen place, in words.
    pub(crate) fn describe(&self) -> String {
        with_view(self, |view| self.menu.panel.describe(view).as_str().to_owned())
    }

    fn input(&mut self, input: Input) {
        self.tell_time();
        self.handle(input);
    }

    /// Tells the menu how much time went by.
    fn tell_time(&mut self) {
        let elapsed_ms = u32::try_from(self.menu.told.elapsed().as_millis()).unwrap_or(u32::MAX);
        if elapsed_ms > 0 {
            self.menu.told += Duration::from_millis(elapsed_ms.into());
            self.handle(Input::Tick(elapsed_ms));
        }
    }

    fn handle(&mut self, input: Input) {
        // The view looks at everything but the menu's own state.
        let mut panel = std::mem::take(&mut self.menu.panel);
        let action = with_view(self, |view| panel.handle(input, view));
        self.menu.panel = panel;
        if let Some(action) = action {
            self.act(action);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_press_that_lasts_is_a_long_push_once() {
        let mut menu = Menu::new();
        menu.press();
        assert!(!menu.holds(), "it is short");
        menu.press = menu.press.map(|(press, since)| (press, since - Duration::from_millis(LONG_PUSH_MS)));
        assert!(menu.holds() && !menu.holds());
        assert!(!menu.release(), "a long push is no push too");
    }
}
