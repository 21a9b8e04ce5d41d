//! The whole panel, drawn into any buffer.

use super::areas::{Areas, Plan, SMALLEST};
use super::colours::Palette;
use super::keys::Shown;
use super::oled::{self, Grain};
use super::text::{after, row, width, wrap, write, write_right};
use super::{Face, below, help, side};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws all that fits; returns where hands can touch something.
pub(super) fn draw(face: &Face<'_>, shown: Shown, palette: &Palette, buffer: &mut Buffer) -> Areas {
    let area = buffer.area;
    buffer.set_style(area, palette.plate);
    let areas = match Plan::new(area) {
        Some(plan) => draw_plan(face, shown, palette, plan, buffer),
        None => draw_less(face, palette, area, buffer),
    };
    if shown.helps {
        help::draw(shown, palette, area, buffer);
    }
    areas
}

fn draw_plan(face: &Face<'_>, shown: Shown, palette: &Palette, plan: Plan, buffer: &mut Buffer) -> Areas {
    let taken = write(buffer, plan.title, "Neurorack", palette.gold.add_modifier(ratatui::style::Modifier::BOLD)) + 2;
    let mut right = after(plan.title, taken);
    if let Some(seconds) = face.recording_s {
        let recorded = say_recorded(seconds);
        write_right(buffer, right, &recorded, palette.gate);
        right.width = right.width.saturating_sub(width(&recorded) + 2);
    }
    write(buffer, right, face.bank, palette.muted);
    oled::draw(face.pixels, plan.grain, plan.screen, buffer, palette.screen);
    let areas = side::draw(face, palette, shown.at_hand, plan.side, buffer);
    below::draw(face, palette, plan.below, buffer);
    Areas { screen: plan.screen, ..areas }
}

/// The screen alone, or how large the terminal has to be.
fn draw_less(face: &Face<'_>, palette: &Palette, area: Rect, buffer: &mut Buffer) -> Areas {
    let (columns, rows) = SMALLEST;
    let sentence = format!(
        "The panel needs {columns} columns and {rows} rows, here are {} and {}: make the window larger, or its letters \
         smaller. Keys play on, Ctrl C ends.",
        area.width, area.height
    );
    let (screen_width, screen_height) = Grain::Braille.size();
    if area.width < screen_width || area.height < screen_height {
        wrap(buffer, area, &sentence, palette.plate);
        return Areas::default();
    }
    let x = area.x + (area.width - screen_width) / 2;
    let screen = Rect::new(x, area.y, screen_width, screen_height);
    oled::draw(face.pixels, Grain::Braille, screen, buffer, palette.screen);
    let below = Rect { y: screen.bottom(), height: area.height - screen_height, ..area };
    wrap(buffer, Rect { height: below.height.min(3), ..row_or_empty(below) }, &sentence, palette.muted);
    Areas { screen, ..Areas::default() }
}

fn row_or_empty(area: Rect) -> Rect {
    if area.height == 0 { row(area, 0) } else { area }
}

/// "● 1:02.3": minutes and seconds of a recording.
fn say_recorded(seconds: f64) -> String {
    let tenths = (seconds.max(0.0) * 10.0) as u64;
    format!("● {}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10)
}

#[cfg(test)]
mod tests;
