//! Below the screen: the sounds, how audio, module and MIDI stand, what was said, and the most important keys.

use super::Face;
use super::colours::Palette;
use super::side::signed;
use super::text::{after, lines, row, width, wrap, write, write_right};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns of the words before the sentences.
const LABEL: u16 = 8;

/// The keys that are always shown, the most important ones first.
const KEYS: &str = "Space strikes  B freezes  A–L notes  ←→↑↓ Enter Esc menu  ? keys  Ctrl C ends";

pub(super) fn draw(face: &Face<'_>, palette: &Palette, area: Rect, buffer: &mut Buffer) {
    draw_sounds(face, palette, row(area, 0), buffer);
    let Some(last) = area.height.checked_sub(1).filter(|&last| last > 0) else { return };
    write(buffer, row(area, last), KEYS, palette.muted);
    let sentences = [("Audio", face.audio), ("Module", face.module), ("MIDI", face.midi)];
    let room = last - 1;
    let width = area.width.saturating_sub(LABEL);
    let needed = sentences.map(|(_, sentence)| lines(sentence, width).count().max(1) as u16);
    let given = share(needed, room, face.notes.len().min(2) as u16);
    let mut at = 1;
    for ((label, sentence), rows) in sentences.into_iter().zip(given) {
        if rows > 0 {
            write(buffer, row(area, at), label, palette.muted);
        }
        let place = Rect { y: area.y + at, height: rows, ..after(area, LABEL) };
        wrap(buffer, place, sentence, palette.plate);
        at += rows;
    }
    draw_notes(face.notes, palette, Rect { y: area.y + at, height: last - at, ..area }, buffer);
}

fn draw_sounds(face: &Face<'_>, palette: &Palette, area: Rect, buffer: &mut Buffer) {
    let volume = format!("Volume {} dB", signed(face.volume_db, 0));
    write_right(buffer, area, &volume, palette.plate);
    let mut left = Rect { width: area.width.saturating_sub(width(&volume) + 2), ..area };
    // Each may take half of what is left.
    for (slot, half) in [("F1 ", left.width / 2), ("F2 ", left.width - left.width / 2)] {
        let place = Rect { width: half.min(left.width), ..left };
        let taken = write(buffer, place, slot, palette.muted);
        let sound = face.sounds[usize::from(slot == "F2 ")];
        let taken = taken + write(buffer, after(place, taken), sound, palette.plate);
        left = after(left, taken + 3);
    }
}

/// Rows for each of three sentences: one for each first, then what they need as long as `others` rows stay free.
fn share(needed: [u16; 3], room: u16, others: u16) -> [u16; 3] {
    let mut given = [0; 3];
    let mut left = room;
    for most in 1..=room.max(1) {
        // One row each is more important than the other rows.
        let kept = if most == 1 { 0 } else { others };
        for (given, needed) in given.iter_mut().zip(needed) {
            if left > kept && *given < needed.min(most) {
                *given += 1;
                left -= 1;
            }
        }
    }
    given
}

/// As many of the newest notes as there is room for, the newest at the bottom.
fn draw_notes(notes: &[String], palette: &Palette, area: Rect, buffer: &mut Buffer) {
    let mut left = area.height;
    let shown = notes.iter().rev().take_while(|note| {
        let has_room = left > 0;
        left = left.saturating_sub(lines(note, area.width).count() as u16);
        has_room
    });
    let shown = shown.count();
    let mut at = 0;
    for (age, note) in notes[notes.len() - shown..].iter().enumerate().map(|(at, note)| (shown - 1 - at, note)) {
        let style = if age == 0 { palette.plate } else { palette.muted };
        let newer: usize = notes[notes.len() - age..].iter().map(|note| lines(note, area.width).count()).sum();
        let height = area.height.saturating_sub(at).saturating_sub(newer.min(usize::from(area.height)) as u16);
        at += wrap(buffer, Rect { y: area.y + at, height, ..area }, note, style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_share_the_rows_and_leave_some_to_what_was_said() {
        for (needed, room, others, wanted) in [
            ([1, 1, 1], 5, 2, [1, 1, 1]),
            ([1, 3, 2], 5, 2, [1, 1, 1]),
            ([1, 3, 2], 6, 2, [1, 2, 1]),
            ([1, 3, 2], 9, 2, [1, 3, 2]),
            ([2, 3, 2], 3, 2, [1, 1, 1]),
            ([2, 3, 2], 2, 2, [1, 1, 0]),
            ([2, 3, 2], 0, 2, [0, 0, 0]),
        ] {
            assert_eq!(share(needed, room, others), wanted, "{needed:?} in {room}");
        }
    }

    #[test]
    fn the_newest_notes_are_kept_and_stand_at_the_bottom() {
        let notes = ["first", "second", "third one is longer"].map(String::from);
        let mut buffer = Buffer::empty(Rect::new(0, 0, 10, 3));
        let area = buffer.area;
        draw_notes(&notes, &Palette::new(super::super::colours::Depth::Plain), area, &mut buffer);
        let rows = |buffer: &Buffer| {
            let symbols: Vec<_> = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
            symbols.chunks(10).map(|row| row.concat().trim().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(rows(&buffer), ["second", "third one", "is longer"]);
    }
}
