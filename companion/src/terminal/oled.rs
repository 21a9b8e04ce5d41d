//! The screen's very pixels as characters, each pixel square.

use neurorack_panel::{HEIGHT, Pixels, WIDTH};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// How many pixels a character shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grain {
    /// Two, one above the other: a block or half of one.
    Half,
    /// Two beside each other and four above: dots of braille.
    Braille,
}

impl Grain {
    /// Pixels of a character, across and down.
    fn pixels(self) -> (usize, usize) {
        match self {
            Self::Half => (1, 2),
            Self::Braille => (2, 4),
        }
    }

    /// Characters of the whole screen, across and down.
    pub(super) fn size(self) -> (u16, u16) {
        let (across, down) = self.pixels();
        ((WIDTH / across) as u16, (HEIGHT / down) as u16)
    }
}

/// Draws the pixels into the area's top left corner; what does not fit is left out.
pub(super) fn draw(pixels: &Pixels, grain: Grain, area: Rect, buffer: &mut Buffer, style: Style) {
    let (across, down) = grain.pixels();
    let (width, height) = grain.size();
    let area = area.intersection(buffer.area);
    for row in 0..height.min(area.height) {
        for column in 0..width.min(area.width) {
            let (x, y) = (usize::from(column) * across, usize::from(row) * down);
            let symbol = match grain {
                Grain::Half => half(is_lit(pixels, x, y), is_lit(pixels, x, y + 1)),
                Grain::Braille => braille(|dx, dy| is_lit(pixels, x + dx, y + dy)),
            };
            if let Some(cell) = buffer.cell_mut((area.x + column, area.y + row)) {
                cell.set_char(symbol).set_style(style);
            }
        }
    }
}

fn is_lit(pixels: &Pixels, x: usize, y: usize) -> bool {
    pixels.data()[y * WIDTH / 8 + x / 8] & (0x80 >> (x % 8)) != 0
}

fn half(upper: bool, lower: bool) -> char {
    match (upper, lower) {
        (false, false) => ' ',
        (true, false) => '▀',
        (false, true) => '▄',
        (true, true) => '█',
    }
}

/// Unicode counts the dots down the left column, down the right one, then the lowest two.
fn braille(is_lit: impl Fn(usize, usize) -> bool) -> char {
    const DOTS: [(usize, usize); 8] = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)];
    let bits = DOTS.iter().enumerate().map(|(bit, &(x, y))| u32::from(is_lit(x, y)) << bit).sum::<u32>();
    if bits == 0 { ' ' } else { char::from_u32(0x2800 + bits).unwrap_or(' ') }
}

#[cfg(test)]
mod tests {
    use super::*;
    use embedded_graphics::geometry::Point;
    use embedded_graphics::pixelcolor::BinaryColor;
    use proptest::prelude::*;

    /// Which pixels are read back from the characters.
    fn read(buffer: &Buffer, grain: Grain) -> Vec<(usize, usize)> {
        let (across, down) = grain.pixels();
        let mut lit = Vec::new();
        for y in 0..HEIGHT {
            for x in 0..WIDTH {
                let cell = &buffer[((x / across) as u16, (y / down) as u16)];
                let symbol = cell.symbol().chars().next().unwrap_or(' ');
                let is_lit = match grain {
                    Grain::Half => symbol == '█' || symbol == if y % 2 == 0 { '▀' } else { '▄' },
                    Grain::Braille => {
                        let bit = [[0, 1, 2, 6], [3, 4, 5, 7]][x % 2][y % 4];
                        (symbol as u32).checked_sub(0x2800).is_some_and(|bits| bits >> bit & 1 == 1)
                    }
                };
                lit.extend(is_lit.then_some((x, y)));
            }
        }
        lit
    }

    proptest! {
        #[test]
        fn every_pixel_is_shown_and_no_other(points in proptest::collection::vec((0..WIDTH, 0..HEIGHT), 0..60)) {
            let mut pixels = Pixels::new();
            for &(x, y) in &points {
                pixels.set_pixel(Point::new(x as i32, y as i32), BinaryColor::On);
            }
            let mut wanted = points;
            wanted.sort_by_key(|&(x, y)| (y, x));
            wanted.dedup();
            for grain in [Grain::Half, Grain::Braille] {
                let (width, height) = grain.size();
                let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
                draw(&pixels, grain, buffer.area, &mut buffer, Style::new());
                prop_assert_eq!(&read(&buffer, grain), &wanted, "{:?}", grain);
            }
        }
    }
}
