//! A contact that bounces becomes one that does not.

/// A contact that counts as moved once it was read so many times alike.
#[derive(Debug, Clone, Copy)]
pub struct Debounce {
    closed: bool,
    /// Readings in a row that differ from `closed`.
    against: u8,
    needed: u8,
}

impl Debounce {
    /// An open contact, which moves after `needed` equal readings.
    #[must_use]
    pub const fn new(needed: u8) -> Self {
        Self { closed: false, against: 0, needed }
    }

    /// Takes a reading; returns whether the contact is closed.
    pub fn read(&mut self, closed: bool) -> bool {
        self.against = if closed == self.closed { 0 } else { self.against + 1 };
        if self.against >= self.needed {
            self.closed = closed;
            self.against = 0;
        }
        self.closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    #[test]
    fn bounces_shorter_than_the_needed_readings_are_not_seen() {
        let mut contact = Debounce::new(5);
        let read: Vec<bool> = "..#.##.#####....####.....#".chars().map(|c| contact.read(c == '#')).collect();
        let moves: Vec<usize> = (1..read.len()).filter(|&k| read[k] != read[k - 1]).collect();
        // Closed at the fifth in a row, open at the fifth in a row after it.
        assert_eq!(moves, [11, 24], "{read:?}");
    }
}
