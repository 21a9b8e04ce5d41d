//! The idle screen: bank, hit counter, the seven descriptors as bars asked against measured, and the scope.

use super::frame_buffer::{ADVANCE, FrameBuffer, WIDTH};

/// Letters under the bars, in the order in which descriptors are shown; F is the pitch, f0.
const LETTERS: [char; 7] = ['L', 'P', 'B', 'T', 'R', 'N', 'F'];

/// Row on which the bars stand, and pixels of a full bar.
const BAR_FOOT: usize = 40;
const BAR_HEIGHT: f32 = 27.0;

/// Pixels from one bar to the next.
const BAR_PITCH: usize = 18;

/// Row of the scope's zero line, and pixels of its full deflection.
const SCOPE_ROW: f32 = 56.0;
const SCOPE_HEIGHT: f32 = 7.0;

/// Most characters of a bank's name that leave room for the counter.
const NAME_CHARACTERS: usize = 14;

/// What the idle screen shows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Idle {
    pub(crate) bank: String,
    pub(crate) hits: u32,
    /// Heights asked and measured, 0 to 1, in the order in which descriptors are shown.
    pub(crate) asked: [f32; 7],
    pub(crate) measured: [f32; 7],
    /// One value a column, -1 to 1.
    pub(crate) scope: Box<[f32; WIDTH]>,
}

/// Draws the whole screen.
pub(crate) fn draw(idle: &Idle, screen: &mut FrameBuffer) {
    screen.clear();
    let name: String = idle.bank.chars().take(NAME_CHARACTERS).collect();
    screen.write(name.trim_end(), 0, 0);
    let counter = format!("#{:04}", idle.hits % 10_000);
    screen.write(&counter, WIDTH - counter.len() * ADVANCE, 0);
    for x in 0..WIDTH {
        screen.light(x, 10);
    }
    for (place, letter) in LETTERS.into_iter().enumerate() {
        bar(screen, 1 + place * BAR_PITCH, idle.asked[place], idle.measured[place]);
        screen.write_small(letter, 1 + place * BAR_PITCH + 7, 43);
    }
    scope(screen, &idle.scope);
}

/// A filled body for measured, a line for asked: it passes over the body as a gap between two ticks.
fn bar(screen: &mut FrameBuffer, x: usize, asked: f32, measured: f32) {
    let rows = |height: f32| (height.clamp(0.0, 1.0) * BAR_HEIGHT).round() as usize;
    let (asked, measured) = (rows(asked), rows(measured));
    for y in 0..measured {
        for column in 4..13 {
            screen.light(x + column, BAR_FOOT - y);
        }
    }
    for column in (0..17).filter(|column| !(3..=13).contains(column) || asked >= measured) {
        screen.light(x + column, BAR_FOOT - asked);
    }
}

/// A line through the columns' values, without gaps.
fn scope(screen: &mut FrameBuffer, columns: &[f32; WIDTH]) {
    let row = |value: f32| (SCOPE_ROW - value.clamp(-1.0, 1.0) * SCOPE_HEIGHT).round() as usize;
    let mut before = row(columns[0]);
    for (x, &value) in columns.iter().enumerate() {
        let now = row(value);
        for y in before.min(now)..=before.max(now) {
            screen.light(x, y);
        }
        before = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn idle() -> Idle {
        Idle { bank: "Impacts".into(), hits: 412, asked: [0.5; 7], measured: [0.5; 7], scope: Box::new([0.0; WIDTH]) }
    }

    fn drawn(idle: &Idle) -> FrameBuffer {
        let mut screen = FrameBuffer::new();
        draw(idle, &mut screen);
        screen
    }

    #[test]
    fn the_same_state_draws_the_same_pixels_over_anything() {
        let mut screen = drawn(&Idle { hits: 9_999, measured: [1.0; 7], ..idle() });
        draw(&idle(), &mut screen);
        assert_eq!(screen, drawn(&idle()));
    }

    #[test]
    fn every_hit_is_seen_in_the_counter() {
        assert_ne!(drawn(&idle()), drawn(&Idle { hits: 413, ..idle() }));
    }

    #[test]
    fn numbers_beyond_the_scale_stay_on_the_screen() {
        drawn(&Idle { asked: [9.0; 7], measured: [f32::NAN; 7], scope: Box::new([-7.0; WIDTH]), ..idle() });
    }
}
