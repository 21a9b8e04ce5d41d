//! What every page is drawn with: text that fits, bodies, titles and scroll bars.

use core::fmt::Write;

use embedded_graphics::Pixel;
use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::Rectangle;
use embedded_graphics::text::{Baseline, Text};

use crate::menu::{Page, VISIBLE};
use crate::text::{Face, Words, fitting};
use crate::view::View;

/// Row of the first line below a title, and rows from a line to the next.
pub(super) const FIRST_ROW: i32 = 13;
pub(super) const ROW_PITCH: i32 = 10;

/// Rows of a title.
const TITLE_HEIGHT: u32 = 11;

/// Columns from the left, and columns that a line has: the rest belongs to the scroll bar.
pub(super) const MARGIN: i32 = 3;
pub(super) const LINE_END: i32 = 122;

/// Columns of the whole screen.
pub(super) const RIGHT: i32 = crate::WIDTH as i32;

/// Column of the scroll bar's track; its thumb is three columns wide.
const SCROLL_COLUMN: i32 = 126;

/// Least rows of the thumb.
const THUMB: usize = 7;

/// Draws onto a target.
pub(super) struct Pen<'t, D> {
    target: &'t mut D,
}

impl<'t, D: DrawTarget<Color = BinaryColor>> Pen<'t, D> {
    pub(super) fn new(target: &'t mut D) -> Self {
        Self { target }
    }

    /// Writes a text with its upper left corner at `x`, `y`, cut to `width` pixels. Returns the column behind it.
    pub(super) fn write(&mut self, text: &str, face: Face, x: i32, y: i32, width: u32) -> Result<i32, D::Error> {
        let (text, cut) = fitting(text, face, width);
        let mut next = Text::with_baseline(text, Point::new(x, y), face, Baseline::Top).draw(self.target)?;
        if cut && face.width("…") <= width {
            next = Text::with_baseline("…", next, face, Baseline::Top).draw(self.target)?;
        }
        Ok(next.x)
    }

    /// Writes a text that ends before column `end`, cut to `width` pixels. Returns its first column.
    pub(super) fn write_right(
        &mut self,
        text: &str,
        face: Face,
        end: i32,
        y: i32,
        width: u32,
    ) -> Result<i32, D::Error> {
        let (shown, cut) = fitting(text, face, width);
        let ellipsis = if cut { face.advance('…') } else { 0 };
        let x = end - (face.width(shown).saturating_add(ellipsis)).cast_signed();
        self.write(text, face, x, y, width)?;
        Ok(x)
    }

    /// Fills a rectangle.
    pub(super) fn fill(
        &mut self,
        x: i32,
        y: i32,
        width: u32,
        height: u32,
        colour: BinaryColor,
    ) -> Result<(), D::Error> {
        self.target.fill_solid(&Rectangle::new(Point::new(x, y), Size::new(width, height)), colour)
    }

    /// Lights the pixels of a rectangle.
    pub(super) fn light(&mut self, x: i32, y: i32, width: u32, height: u32) -> Result<(), D::Error> {
        self.fill(x, y, width, height, BinaryColor::On)
    }

    /// Lights the edge of a rectangle.
    pub(super) fn frame(&mut self, x: i32, y: i32, width: u32, height: u32) -> Result<(), D::Error> {
        self.light(x, y, width, height)?;
        self.fill(x + 1, y + 1, width.saturating_sub(2), height.saturating_sub(2), BinaryColor::Off)
    }

    /// A body with its corners taken off: what is chosen.
    pub(super) fn body(&mut self, x: i32, y: i32, width: u32, height: u32) -> Result<(), D::Error> {
        self.light(x, y, width, height)?;
        let (right, bottom) = (x + width.cast_signed() - 1, y + height.cast_signed() - 1);
        let corners = [(x, y), (right, y), (x, bottom), (right, bottom)];
        self.target.draw_iter(corners.map(|(x, y)| Pixel(Point::new(x, y), BinaryColor::Off)))
    }

    /// Every second pixel of a column.
    fn dots(&mut self, x: i32, y: i32, rows: i32) -> Result<(), D::Error> {
        self.target.draw_iter((0..rows).step_by(2).map(|row| Pixel(Point::new(x, y + row), BinaryColor::On)))
    }

    /// The inverted head of a screen, with a count at its right.
    pub(super) fn head(&mut self, owner: &str, name: &str, count: &str) -> Result<(), D::Error> {
        let dark = |face: Face| face.in_colour(BinaryColor::Off);
        self.light(0, 0, RIGHT.cast_unsigned(), TITLE_HEIGHT)?;
        let end = self.write_right(count, dark(Face::SMALL), RIGHT - 2, 3, 40)?;
        let mut x = MARGIN;
        let room = |x: i32| u32::try_from(end - 4 - x).unwrap_or(0);
        if !owner.is_empty() {
            // The name is the more important part: it keeps half of the room.
            let share = room(x).saturating_sub(Face::TEXT.width(name) + 5).max(room(x) / 2);
            x = self.write(owner, dark(Face::TEXT), x, 2, share)? + 4;
        }
        self.write(name, dark(Face::TEXT), x, 2, room(x))?;
        Ok(())
    }

    /// The head of a page, with the place on it where there are several.
    pub(super) fn page_head(&mut self, page: Page, place: Option<usize>, view: &View<'_>) -> Result<(), D::Error> {
        let count = match place {
            Some(at) => Words::write(|text| write!(text, "{}/{}", at + 1, page.positions(view))),
            None => Words::default(),
        };
        self.head(page.owner(view), page.name(view), count.as_str())
    }

    /// The scroll bar of `of` lines whose first visible one is `top`; nothing where all are visible.
    pub(super) fn scroll_bar(&mut self, top: usize, of: usize) -> Result<(), D::Error> {
        let hidden = of.saturating_sub(VISIBLE);
        if hidden == 0 {
            return Ok(());
        }
        let rows = VISIBLE * ROW_PITCH.unsigned_abs() as usize;
        let thumb = (rows * VISIBLE / of).max(THUMB);
        let y = FIRST_ROW + i32::try_from((rows - thumb) * top.min(hidden) / hidden).unwrap_or(0);
        self.dots(SCROLL_COLUMN, FIRST_ROW, rows as i32)?;
        self.light(SCROLL_COLUMN - 1, y, 3, thumb as u32)
    }
}
