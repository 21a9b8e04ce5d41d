//! The module's encoder under a hand far away: a push is one that was neither held nor turned meanwhile.

/// How long it is held down for a long push, in milliseconds.
pub const LONG_PUSH_MS: u64 = 600;

/// The encoder's button. A host's timer ends a press after [`LONG_PUSH_MS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Button {
    /// Counts presses, so that a timer knows its own.
    presses: u32,
    is_down: bool,
    /// Whether it was turned or held long: then letting go is no push.
    used: bool,
}

impl Button {
    /// It goes down; gives the number of this press.
    pub fn press(&mut self) -> u32 {
        *self = Self { presses: self.presses.wrapping_add(1), is_down: true, used: false };
        self.presses
    }

    /// It was turned.
    pub fn turn(&mut self) {
        self.used = true;
    }

    /// This press has lasted for [`LONG_PUSH_MS`]: says whether it is a long push.
    pub fn hold(&mut self, press: u32) -> bool {
        let holds = self.is_down && !self.used && self.presses == press;
        self.used |= holds;
        holds
    }

    /// It goes up; says whether that was a push.
    pub fn release(&mut self) -> bool {
        std::mem::take(&mut self.is_down) && !self.used
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_is_short_and_straight() {
        let mut button = Button::default();
        assert!(!button.release(), "it was never down");
        let first = button.press();
        assert!(button.release());
        let second = button.press();
        assert!(!button.hold(first), "the timer of an earlier press");
        assert!(button.hold(second) && !button.hold(second), "held once");
        assert!(!button.release(), "a long push is no push too");
        let third = button.press();
        button.turn();
        assert!(!button.hold(third) && !button.release(), "it was turned while it was down");
    }
}
