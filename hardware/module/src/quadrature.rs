//! An encoder's two contacts become detents.

/// Follows contacts A and B, which are both open at every detent.
///
/// Steps are summed between detents: a contact that bounces goes there and back and adds nothing, and a reading that is missed
/// leaves three steps of four, which still tell the direction.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quadrature {
    /// B in bit 1, A in bit 0, 1 where closed.
    state: u8,
    steps: i8,
}

/// Least steps of the four between two detents.
const ENOUGH: i8 = 2;

impl Quadrature {
    /// Takes a reading of both contacts; returns the detent that it ends: 1 clockwise, where A closes first, or -1, or 0.
    pub fn read(&mut self, a: bool, b: bool) -> i8 {
        let state = u8::from(b) << 1 | u8::from(a);
        let step = match (self.state, state) {
            (0b00, 0b01) | (0b01, 0b11) | (0b11, 0b10) | (0b10, 0b00) => 1,
            (0b01, 0b00) | (0b11, 0b01) | (0b10, 0b11) | (0b00, 0b10) => -1,
            // Nothing moved, or two contacts at once: the way is not known.
            _ => 0,
        };
        self.state = state;
        self.steps = self.steps.saturating_add(step);
        if state != 0 {
            return 0;
        }
        match core::mem::take(&mut self.steps) {
            steps if steps >= ENOUGH => 1,
            steps if steps <= -ENOUGH => -1,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turned(states: &[u8]) -> i32 {
        let mut encoder = Quadrature::default();
        states.iter().map(|state| i32::from(encoder.read(state & 1 != 0, state & 2 != 0))).sum()
    }

    #[test]
    fn a_detent_is_four_steps_either_way() {
        assert_eq!(turned(&[0, 1, 3, 2, 0, 1, 3, 2, 0]), 2);
        assert_eq!(turned(&[0, 2, 3, 1, 0]), -1);
    }

    #[test]
    fn bounces_and_a_missed_reading_do_not_matter() {
        assert_eq!(turned(&[0, 1, 0, 1, 3, 1, 3, 2, 3, 2, 0, 2, 0]), 1, "bounces");
        assert_eq!(turned(&[0, 1, 2, 0]), 1, "a reading was missed");
        assert_eq!(turned(&[0, 1, 0, 1, 3, 1, 0]), 0, "turned half way and back");
        assert_eq!(turned(&[0, 3, 0]), 0, "no direction");
    }
}
