//! The type as `embedded-graphics` writes with it.

use embedded_graphics::Pixel;
use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::Rectangle;
use embedded_graphics::text::Baseline;
use embedded_graphics::text::renderer::{TextMetrics, TextRenderer};

use super::{Glyph, large, small};

/// One of the alphabets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alphabet {
    /// The large type, each letter as wide as it is.
    Large,
    /// Capitals of the large type in cells of equal width.
    Capitals,
    /// Small capitals.
    Small,
}

/// A type to write with: an alphabet, its size and its colour. Only the letters' own pixels are touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Face {
    alphabet: Alphabet,
    /// Screen pixels in one pixel of the alphabet.
    scale: u32,
    colour: BinaryColor,
}

impl Face {
    /// For what is read.
    pub(crate) const TEXT: Self = Self { alphabet: Alphabet::Large, scale: 1, colour: BinaryColor::On };

    /// For the idle screen's head.
    pub(crate) const CAPITALS: Self = Self { alphabet: Alphabet::Capitals, ..Self::TEXT };

    /// For the one value that is edited.
    pub(crate) const VALUE: Self = Self { scale: 2, ..Self::TEXT };

    /// For captions.
    pub(crate) const SMALL: Self = Self { alphabet: Alphabet::Small, ..Self::TEXT };

    /// The same in another colour.
    pub(crate) fn in_colour(self, colour: BinaryColor) -> Self {
        Self { colour, ..self }
    }

    fn glyph(self, character: char) -> Glyph {
        match self.alphabet {
            Alphabet::Large => large::fitted(character),
            Alphabet::Capitals => large::capital(character),
            Alphabet::Small => small::glyph(character),
        }
    }

    /// Rows of the type.
    pub(crate) fn height(self) -> u32 {
        let rows = if self.alphabet == Alphabet::Small { small::HEIGHT } else { large::HEIGHT };
        rows * self.scale
    }

    /// Pixels from a character to the next.
    pub(crate) fn advance(self, character: char) -> u32 {
        (self.glyph(character).width + 1) * self.scale
    }

    /// Pixels that a text takes, without the gap behind it.
    pub(crate) fn width(self, text: &str) -> u32 {
        text.chars()
            .fold(0u32, |width, character| width.saturating_add(self.advance(character)))
            .saturating_sub(self.scale)
    }

    /// How far below its top the row lies that a baseline names.
    fn drop(self, baseline: Baseline) -> i32 {
        let rows = match baseline {
            Baseline::Top => 0,
            Baseline::Bottom => self.height() - 1,
            Baseline::Middle => (self.height() - 1) / 2,
            Baseline::Alphabetic if self.alphabet == Alphabet::Small => self.height() - 1,
            Baseline::Alphabetic => (large::LINE + 1) * self.scale - 1,
        };
        rows.cast_signed()
    }
}

impl TextRenderer for Face {
    type Color = BinaryColor;

    fn draw_string<D: DrawTarget<Color = BinaryColor>>(
        &self,
        text: &str,
        position: Point,
        baseline: Baseline,
        target: &mut D,
    ) -> Result<Point, D::Error> {
        let mut at = position - Point::new(0, self.drop(baseline));
        let scale = self.scale.cast_signed();
        for character in text.chars() {
            let glyph = self.glyph(character);
            for (x, bits) in (0..).zip(glyph.columns) {
                let lit = (0..8).filter(|row| bits >> row & 1 == 1);
                if scale == 1 {
                    target.draw_iter(lit.map(|row| Pixel(at + Point::new(x, row), self.colour)))?;
                } else {
                    for row in lit {
                        let corner = at + Point::new(x * scale, row * scale);
                        target.fill_solid(&Rectangle::new(corner, Size::new_equal(self.scale)), self.colour)?;
                    }
                }
            }
            at.x += self.advance(character).cast_signed();
        }
        Ok(Point::new(at.x, position.y))
    }

    fn draw_whitespace<D: DrawTarget<Color = BinaryColor>>(
        &self,
        width: u32,
        position: Point,
        _: Baseline,
        _: &mut D,
    ) -> Result<Point, D::Error> {
        Ok(position + Size::new(width, 0))
    }

    fn measure_string(&self, text: &str, position: Point, baseline: Baseline) -> TextMetrics {
        let width = self.width(text);
        let gap = if text.is_empty() { 0 } else { self.scale };
        TextMetrics {
            bounding_box: Rectangle::new(
                position - Point::new(0, self.drop(baseline)),
                Size::new(width, self.height()),
            ),
            next_position: position + Size::new(width + gap, 0),
        }
    }

    fn line_height(&self) -> u32 {
        self.height() + 2 * self.scale
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pixels;
    use embedded_graphics::image::GetPixel;
    use embedded_graphics::text::Text;

    #[test]
    fn a_text_is_drawn_inside_the_box_that_it_measures() {
        for face in [Face::TEXT, Face::CAPITALS, Face::VALUE, Face::SMALL] {
            for baseline in [Baseline::Top, Baseline::Middle, Baseline::Alphabetic, Baseline::Bottom] {
                let text = Text::with_baseline("Ag #7,", Point::new(20, 30), face, baseline);
                let mut pixels = Pixels::new();
                let next = text.draw(&mut pixels).expect("memory takes every pixel");
                let within = text.bounding_box();
                assert_eq!(next, face.measure_string("Ag #7,", Point::new(20, 30), baseline).next_position);
                for point in pixels.bounding_box().points() {
                    let lit = pixels.pixel(point) == Some(BinaryColor::On);
                    assert!(!lit || within.contains(point), "{face:?} {baseline:?} {point}");
                }
            }
        }
    }
}
