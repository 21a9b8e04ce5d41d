//! Beside the screen: gates, voltages and the output. Gates are square, voltages round.

use super::colours::Palette;
use super::text::{after, row, width, write, write_right};
use super::{Face, areas::Areas};
use neurorack_panel::{CvInput, GateInput};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// From this glow on a gate is drawn lit.
const LIT: f32 = 0.3;

/// The lowest level of the meter, in decibels.
const METER_DB: f32 = -60.0;

/// Rows of a voltage where all is said in two and its bar, and where the area is narrow.
const CV_ROWS: [u16; 2] = [3, 4];

/// Fewest columns in which a name and its volts stand in one row.
const WIDE: u16 = 14;

/// Draws all of it; `at_hand` is the knob that keys turn, from 0. Returns where the gates and the voltages are.
pub(super) fn draw(face: &Face<'_>, palette: &Palette, at_hand: usize, area: Rect, buffer: &mut Buffer) -> Areas {
    let is_tall = area.height >= 28;
    let gate_rows = if is_tall { 3 } else { 1 };
    let cv_rows = CV_ROWS[usize::from(area.width < WIDE)];
    let needed = 2 * gate_rows + 4 * cv_rows + 2;
    // Six gaps between seven things.
    let gap = area.height.saturating_sub(needed) / 6;
    let mut areas = Areas::default();
    let mut y = area.y;
    let mut take = |rows: u16| {
        let place = Rect { y, height: rows, ..area }.intersection(area);
        y += rows + gap;
        place
    };
    for (gate, place) in GateInput::ALL.into_iter().zip(&mut areas.gates) {
        *place = take(gate_rows);
        draw_gate(face, palette, gate, *place, buffer);
    }
    for (input, place) in areas.cvs.iter_mut().enumerate() {
        *place = take(cv_rows);
        draw_cv(face, palette, input, input == at_hand, *place, buffer);
    }
    draw_output(face, palette, take(2), buffer);
    areas
}

fn draw_gate(face: &Face<'_>, palette: &Palette, gate: GateInput, area: Rect, buffer: &mut Buffer) {
    let is_high = face.gates[gate as usize];
    let is_lit = is_high || gate == GateInput::Gate1 && face.levels.glow > LIT;
    let style = if is_lit { palette.lit } else { palette.plate };
    if is_lit || area.height > 1 {
        buffer.set_style(area, style);
    }
    let middle = row(area, area.height / 2);
    let does = if gate == GateInput::Gate1 { "strike" } else { "freeze" };
    let mark = if is_high { "■" } else { "□" };
    let mark_style = if is_high && !is_lit { palette.gate } else { style };
    let taken = write(buffer, middle, mark, mark_style) + 1;
    let taken = taken + write(buffer, after(middle, taken), gate.name(), style) + 1;
    if area.width >= taken + width(does) {
        write_right(buffer, after(middle, taken), does, if is_lit { style } else { palette.muted });
    }
    if area.height > 1 && !is_lit {
        for edge in [row(area, 0), row(area, area.height - 1)] {
            for x in 0..area.width {
                write(buffer, after(edge, x), "─", palette.muted);
            }
        }
    }
}

fn draw_cv(face: &Face<'_>, palette: &Palette, input: usize, at_hand: bool, area: Rect, buffer: &mut Buffer) {
    let (volts, is_patched) = (face.cv_volts[input], face.patched[input]);
    let moved = match (is_patched, at_hand) {
        (true, _) => palette.cable,
        (false, true) => palette.gold,
        (false, false) => palette.plate,
    };
    let name = row(area, 0);
    let taken = write(buffer, name, if is_patched { "●" } else { "○" }, moved) + 1;
    let mark = if at_hand { "›" } else { " " };
    let taken = taken + write(buffer, after(name, taken - 1), mark, palette.gold) - 1;
    let taken = taken
        + write(
            buffer,
            after(name, taken),
            CvInput::ALL[input].name(),
            if at_hand { palette.gold } else { palette.plate },
        );
    write(buffer, row(area, 1), face.inputs[input], palette.muted);
    draw_bar(volts, palette, moved, row(area, 2), buffer);
    let volts = say_volts(volts);
    if area.width < WIDE {
        write_right(buffer, row(area, 3), &volts, moved);
    } else {
        write_right(buffer, after(name, taken + 1), &volts, moved);
    }
}

/// From the middle, 0 V, to where the voltage is.
fn draw_bar(volts: f32, palette: &Palette, moved: ratatui::style::Style, area: Rect, buffer: &mut Buffer) {
    let last = area.width.saturating_sub(1);
    let place = |volts: f32| (f32::from(last) * ((volts + 5.0) / 10.0).clamp(0.0, 1.0)).round() as u16;
    let (zero, now) = (place(0.0), place(if volts.is_finite() { volts } else { 0.0 }));
    for x in 0..area.width {
        let (symbol, style) = match x {
            x if x == now => ("┃", moved),
            x if (zero.min(now)..=zero.max(now)).contains(&x) => ("━", moved),
            x if x == zero => ("┼", palette.muted),
            _ => ("─", palette.muted),
        };
        write(buffer, after(area, x), symbol, style);
    }
}

fn draw_output(face: &Face<'_>, palette: &Palette, area: Rect, buffer: &mut Buffer) {
    let db = |level: f32| 20.0 * level.max(1e-6).log10();
    let (now, recent) = (db(face.levels.now), db(face.levels.recent));
    let style = if recent >= 0.0 { palette.clip } else { palette.gold };
    let title = row(area, 0);
    let taken = write(buffer, title, "Out", palette.plate) + 1;
    if recent > METER_DB {
        write_right(buffer, after(title, taken), &format!("{} dB", signed(recent.round(), 0)), style);
    }
    let bar = row(area, 1);
    let cells = |db: f32| f32::from(bar.width) * (1.0 - db / METER_DB).clamp(0.0, 1.0);
    // Eighths of a cell, from the left.
    const PARTS: [&str; 8] = ["─", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let (filled, peak) = (cells(now), cells(recent).ceil() as u16);
    for x in 0..bar.width {
        let share = filled - f32::from(x);
        let (symbol, style) = match (share * 8.0).floor() {
            8.0.. => ("█", style),
            1.0.. => (PARTS[(share * 8.0) as usize], style),
            _ if x + 1 == peak => ("▏", style),
            _ => (PARTS[0], palette.muted),
        };
        write(buffer, after(bar, x), symbol, style);
    }
}

/// "+1.2 V", with a true minus.
fn say_volts(volts: f32) -> String {
    format!("{} V", signed(volts, 1))
}

/// A number with its sign, a true minus, and so many digits behind the point; no sign at what rounds to zero.
pub(super) fn signed(value: f32, digits: usize) -> String {
    let size = format!("{:.digits$}", value.abs());
    let is_zero = size.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    match value {
        _ if is_zero => size,
        ..0.0 => format!("−{size}"),
        _ => format!("+{size}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_a_true_minus_and_zero_has_no_sign() {
        assert_eq!([-1.25, 0.04, -0.04, 5.0].map(say_volts), ["−1.2 V", "0.0 V", "0.0 V", "+5.0 V"]);
    }
}
