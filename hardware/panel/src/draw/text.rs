//! Pages of text: model cards and About.

use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::prelude::*;

use super::pen::{FIRST_ROW, LINE_END, MARGIN, Pen, ROW_PITCH};
use crate::menu::{Line, Page, VISIBLE};
use crate::text::Face;
use crate::view::View;

/// Draws a page from line `top` on.
pub(super) fn page<D: DrawTarget<Color = BinaryColor>>(
    pen: &mut Pen<'_, D>,
    page: Page,
    top: usize,
    view: &View<'_>,
) -> Result<(), D::Error> {
    pen.page_head(page, None, view)?;
    lines(pen, page.lines(view), top)
}

/// Draws lines from line `top` on, and the scroll bar where there are more.
pub(super) fn lines<'v, D: DrawTarget<Color = BinaryColor>>(
    pen: &mut Pen<'_, D>,
    lines: impl Iterator<Item = Line<'v>>,
    top: usize,
) -> Result<(), D::Error> {
    let width = (LINE_END - MARGIN).unsigned_abs();
    let mut count = 0;
    for (index, line) in lines.enumerate() {
        count = index + 1;
        if !(top..top.saturating_add(VISIBLE)).contains(&index) {
            continue;
        }
        let y = FIRST_ROW + ROW_PITCH * i32::try_from(index - top).unwrap_or(0) + 1;
        pen.write(line.left, Face::TEXT, MARGIN, y, width)?;
        if !line.right.is_empty() {
            pen.write_right(line.right, Face::TEXT, LINE_END, y, width)?;
        }
    }
    pen.scroll_bar(top, count)
}
