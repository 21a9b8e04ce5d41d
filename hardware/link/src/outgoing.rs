//! What is to be sent: messages first, then what changed of the picture.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use neurorack_protocol::host::{PICTURE_BYTES, Screen};
use neurorack_protocol::{Message, Rate};

/// Messages that wait at most; each is answered or done within milliseconds.
const MOST_MESSAGES: usize = 64;

/// Pictures a second, at most: the display's bus carries a whole one in 25 ms.
const PICTURE_EVERY: Duration = Duration::from_millis(33);

/// What waits for the port.
#[derive(Debug, Default)]
pub(crate) struct Outgoing {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    messages: VecDeque<Message>,
    /// What the module's screen is to show, and what it shows.
    picture: Option<Box<[u8; PICTURE_BYTES]>>,
    screen: Screen,
    /// Whether all of the picture was sent, and when.
    is_shown: bool,
    shown: Option<Instant>,
    /// What every module is told anew: how often volts are wanted, and whether the lamp is lit.
    rate: Option<Rate>,
    lamp: Option<bool>,
    is_over: bool,
}

impl Outgoing {
    /// Appends a message; false where too many wait.
    pub(crate) fn send(&self, message: Message) -> bool {
        let mut waiting = self.lock();
        match message {
            Message::SetRate(rate) => waiting.rate = Some(rate),
            Message::Led(lit) => waiting.lamp = Some(lit),
            _ => {}
        }
        let has_room = waiting.messages.len() < MOST_MESSAGES;
        if has_room {
            waiting.messages.push_back(message);
            self.changed.notify_one();
        }
        has_room
    }

    /// Shows a picture from now on; the last one given counts.
    pub(crate) fn show(&self, picture: &[u8; PICTURE_BYTES]) {
        let mut waiting = self.lock();
        if waiting.picture.as_deref() != Some(picture) {
            waiting.picture = Some(Box::new(*picture));
            waiting.is_shown = false;
            self.changed.notify_one();
        }
    }

    /// A module was met: it shows nobody knows what, and knows nothing of what was told to another.
    pub(crate) fn meet(&self) {
        let mut waiting = self.lock();
        waiting.messages.clear();
        waiting.screen.forget();
        (waiting.is_shown, waiting.shown) = (false, None);
        let again = [waiting.rate.map(Message::SetRate), waiting.lamp.map(Message::Led)];
        waiting.messages.extend(again.into_iter().flatten());
        self.changed.notify_one();
    }

    /// The module's screen shows nobody knows what.
    pub(crate) fn forget_screen(&self) {
        let mut waiting = self.lock();
        waiting.screen.forget();
        waiting.is_shown = false;
    }

    /// The next message; waits so long for one. Pixels only where a module was met.
    pub(crate) fn next(&self, timeout: Duration, is_met: bool) -> Option<Message> {
        let mut waiting = self.lock();
        if let Some(message) = waiting.next(is_met) {
            return Some(message);
        }
        if waiting.is_over {
            return None;
        }
        (waiting, _) = self.changed.wait_timeout(waiting, timeout).unwrap_or_else(PoisonError::into_inner);
        waiting.next(is_met)
    }

    /// A port was opened, or is gone.
    pub(crate) fn set_over(&self, is_over: bool) {
        let mut waiting = self.lock();
        waiting.is_over = is_over;
        waiting.messages.clear();
        self.changed.notify_one();
    }

    /// Whether the port is gone.
    pub(crate) fn is_over(&self) -> bool {
        self.lock().is_over
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // Nothing in here is left half done by a panic.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn next(&mut self, is_met: bool) -> Option<Message> {
        if !is_met {
            return None;
        }
        self.messages.pop_front().or_else(|| self.pixels().map(Message::Oled))
    }

    /// The next piece of the picture, which is sent to its end before a new one begins.
    fn pixels(&mut self) -> Option<neurorack_protocol::Rectangle> {
        if self.is_shown {
            return None;
        }
        let is_early = self.shown.is_some_and(|shown| shown.elapsed() < PICTURE_EVERY);
        if is_early {
            return None;
        }
        let picture = self.picture.as_deref()?;
        let piece = self.screen.next(picture);
        if piece.is_none() {
            self.is_shown = true;
            self.shown = Some(Instant::now());
        }
        piece
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_go_before_pixels_and_a_module_that_is_met_is_told_anew() {
        let outgoing = Outgoing::default();
        let next = || outgoing.next(Duration::ZERO, true);
        outgoing.show(&[0x5A; PICTURE_BYTES]);
        assert!(outgoing.send(Message::Led(true)) && outgoing.send(Message::Ping(1)));
        assert_eq!((next(), next()), (Some(Message::Led(true)), Some(Message::Ping(1))));
        let pages = || std::iter::from_fn(next).filter(|message| matches!(message, Message::Oled(_))).count();
        assert_eq!(pages(), 8);
        outgoing.meet();
        assert_eq!(next(), Some(Message::Led(true)));
        assert_eq!(pages(), 8);
        outgoing.show(&[0x5A; PICTURE_BYTES]);
        assert_eq!(pages(), 0, "nothing changed");
    }

    #[test]
    fn nothing_is_said_to_strangers_and_too_much_is_refused() {
        let outgoing = Outgoing::default();
        let taken = (0..100).filter(|&number| outgoing.send(Message::Ping(number))).count();
        assert_eq!(taken, MOST_MESSAGES);
        assert_eq!(outgoing.next(Duration::ZERO, false), None);
    }
}
