//! All keys, over the panel.

use super::colours::Palette;
use super::keys::Shown;
use super::text::{after, row, write};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Block, Widget};

/// Keys with what they do; `None` where that depends on the terminal.
const KEYS: [(&str, Option<&str>); 18] = [
    ("Space", None),
    ("B", None),
    ("A W S E D F … L", Some("notes from C on, as on the page")),
    ("Z  X", None),
    ("← →", Some("turn the encoder")),
    ("↑ ↓  Page ↑ Page ↓", Some("roll the screen by one, by five")),
    ("Enter", Some("pushes the encoder")),
    ("Escape, Backspace", Some("hold the encoder: back")),
    ("1  2  3  4", Some("take the knob of CV 1 to CV 4 in hand")),
    ("-  +", Some("turn it by 0.1 V")),
    ("[  ]  Shift ← →", Some("turn it by 1 V")),
    ("0", Some("puts it back in the middle")),
    (",  .", Some("volume by 1 dB")),
    ("R", Some("records, and ends the recording")),
    ("Mouse", Some("plays gates, turns and pushes what it points at")),
    ("Ctrl L", Some("draws everything anew")),
    ("?  F1", Some("opens and closes this help")),
    ("Ctrl C", Some("ends")),
];

/// Columns of the keys, and of all of it.
const WIDTHS: [u16; 2] = [20, 76];

pub(super) fn draw(shown: Shown, palette: &Palette, area: Rect, buffer: &mut Buffer) {
    let width = WIDTHS[1].min(area.width);
    let height = (KEYS.len() as u16 + 3).min(area.height);
    let area = Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height };
    for y in 0..height {
        for x in 0..width {
            if let Some(cell) = buffer.cell_mut((area.x + x, area.y + y)) {
                cell.reset();
                cell.set_style(palette.plate);
            }
        }
    }
    Block::bordered().border_style(palette.muted).style(palette.plate).render(area, buffer);
    let inside = Rect {
        x: area.x + 2.min(width),
        y: area.y + 1.min(height),
        width: width.saturating_sub(4),
        height: height.saturating_sub(2),
    };
    write(buffer, row(inside, 0), "Keys", palette.gold);
    for (at, (key, does)) in KEYS.into_iter().enumerate() {
        let place = row(inside, at as u16 + 1);
        write(buffer, Rect { width: place.width.min(WIDTHS[0] - 1), ..place }, key, palette.plate);
        let place = after(place, WIDTHS[0]);
        match does {
            Some(does) => write(buffer, place, does, palette.muted),
            None => write(buffer, place, &depends(key, shown), palette.muted),
        };
    }
}

/// What depends on the terminal, or on what was done.
fn depends(key: &str, shown: Shown) -> String {
    match (key, shown.releases) {
        ("Space", true) => "Gate 1, high as long as the key is down".into(),
        ("Space", false) => {
            let falls = super::keys::FALLS.as_millis();
            format!("Gate 1, which falls by itself after {falls} ms")
        }
        ("B", true) => "Gate 2, high as long as the key is down".into(),
        ("B", false) => "Gate 2, on and off".into(),
        _ => format!("octave down, octave up (now {})", super::side::signed(shown.octave as f32, 0)),
    }
}
