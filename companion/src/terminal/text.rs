//! Text in cells: cut where there is no room, or wrapped at its spaces.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

/// Cells that a text takes.
pub(super) fn width(text: &str) -> u16 {
    Span::raw(text).width().min(usize::from(u16::MAX)) as u16
}

/// Writes a text into the first row of an area; what does not fit ends in an ellipsis. Returns the cells that were taken.
pub(super) fn write(buffer: &mut Buffer, area: Rect, text: &str, style: Style) -> u16 {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return 0;
    }
    let room = usize::from(area.width);
    if width(text) <= area.width {
        return buffer.set_stringn(area.x, area.y, text, room, style).0 - area.x;
    }
    let (end, _) = buffer.set_stringn(area.x, area.y, text, room - 1, style);
    buffer.set_stringn(end, area.y, "…", 1, style).0 - area.x
}

/// The same, at the right end.
pub(super) fn write_right(buffer: &mut Buffer, area: Rect, text: &str, style: Style) {
    let taken = width(text).min(area.width);
    write(buffer, Rect { x: area.right() - taken, width: taken, ..area }, text, style);
}

/// A row of an area, counted from its top; empty below its end.
pub(super) fn row(area: Rect, at: u16) -> Rect {
    let y = area.y.saturating_add(at);
    if y < area.bottom() { Rect { y, height: 1, ..area } } else { Rect { height: 0, ..area } }
}

/// Without its first cells.
pub(super) fn after(area: Rect, cells: u16) -> Rect {
    let cells = cells.min(area.width);
    Rect { x: area.x + cells, width: area.width - cells, ..area }
}

/// The lines of a text that is wrapped at its spaces. A word that is too long has a line of its own.
pub(super) fn lines(text: &str, room: u16) -> impl Iterator<Item = &str> {
    let mut rest = text.trim();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let spaces = rest.match_indices(' ').map(|(at, _)| at).chain([rest.len()]);
        let mut end = None;
        for at in spaces {
            if end.is_some() && width(&rest[..at]) > room {
                break;
            }
            end = Some(at);
        }
        let (line, further) = rest.split_at(end?);
        rest = further.trim_start();
        Some(line)
    })
}

/// Writes a text into as many rows as the area has; returns how many it took.
pub(super) fn wrap(buffer: &mut Buffer, area: Rect, text: &str, style: Style) -> u16 {
    let mut taken = 0;
    let mut all = lines(text, area.width).peekable();
    while let Some(line) = all.next() {
        let place = row(area, taken);
        if place.is_empty() {
            break;
        }
        let end = write(buffer, place, line, style);
        taken += 1;
        if taken == area.height && all.peek().is_some() {
            let x = end.min(area.width.saturating_sub(1));
            write(buffer, after(place, x), "…", style);
        }
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_is_wrapped_at_its_spaces() {
        let wrapped: Vec<_> = lines("is the cable in, and does it carry data?", 12).collect();
        assert_eq!(wrapped, ["is the cable", "in, and does", "it carry", "data?"]);
        assert_eq!(lines("  ", 5).count(), 0);
    }

    proptest! {
        #[test]
        fn any_text_fits_any_area(text in "\\PC{0,60}", width in 0..20u16, height in 0..5u16, x in 0..30u16) {
            let mut buffer = Buffer::filled(Rect::new(0, 0, 30, 6), ratatui::buffer::Cell::new("."));
            let area = Rect::new(x, 1, width, height);
            prop_assert!(wrap(&mut buffer, area, &text, Style::new()) <= height);
            write_right(&mut buffer, area, &text, Style::new());
            for (at, cell) in buffer.content.iter().enumerate() {
                let (x, y) = buffer.pos_of(at);
                prop_assert!(area.contains((x, y).into()) || cell.symbol() == ".", "{x}, {y} is outside");
            }
        }

        #[test]
        fn wrapping_loses_no_word(text in "[a-z ]{0,80}", width in 1..20u16) {
            let words: Vec<_> = text.split_whitespace().collect();
            let wrapped: Vec<_> = lines(&text, width).flat_map(str::split_whitespace).collect();
            prop_assert_eq!(wrapped, words);
        }
    }
}
