//! One-bit pixels, and what can be drawn into them.

use super::glyphs::{SMALL_HEIGHT, large, small};

/// Pixels in a row.
pub(crate) const WIDTH: usize = 128;

/// Rows.
pub(crate) const HEIGHT: usize = 64;

/// Pixels that one character of the large type takes, with the gap behind it.
pub(crate) const ADVANCE: usize = 6;

/// The screen's pixels, row by row from the top left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FrameBuffer {
    lit: Box<[bool; WIDTH * HEIGHT]>,
}

impl FrameBuffer {
    /// A dark screen.
    pub(crate) fn new() -> Self {
        Self { lit: Box::new([false; WIDTH * HEIGHT]) }
    }

    pub(crate) fn clear(&mut self) {
        self.lit.fill(false);
    }

    /// The pixels in order.
    pub(crate) fn pixels(&self) -> &[bool] {
        self.lit.as_slice()
    }

    /// Lights one pixel; one outside the screen is left out.
    pub(crate) fn light(&mut self, x: usize, y: usize) {
        if x < WIDTH && y < HEIGHT {
            self.lit[y * WIDTH + x] = true;
        }
    }

    /// Writes capitals, 5 x 7 pixels each, from the top left corner on; what is no capital becomes one.
    pub(crate) fn write(&mut self, text: &str, x: usize, y: usize) {
        for (place, character) in text.chars().enumerate() {
            for (column, bits) in large(character).into_iter().enumerate() {
                for row in (0..8).filter(|row| bits >> row & 1 == 1) {
                    self.light(x + place * ADVANCE + column, y + row);
                }
            }
        }
    }

    /// Writes one letter, 3 or 4 x 5 pixels.
    pub(crate) fn write_small(&mut self, letter: char, x: usize, y: usize) {
        let (width, rows) = small(letter);
        for (row, bits) in rows.into_iter().enumerate().take(SMALL_HEIGHT) {
            for column in (0..width).filter(|column| bits >> (width - 1 - column) & 1 == 1) {
                self.light(x + column, y + row);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawing_outside_the_screen_changes_nothing() {
        let mut screen = FrameBuffer::new();
        screen.light(WIDTH, 0);
        screen.light(0, HEIGHT);
        screen.write("A", WIDTH + 3, HEIGHT + 1);
        assert_eq!(screen, FrameBuffer::new());
    }
}
