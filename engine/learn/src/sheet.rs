//! Spectrogram sheets: what no single figure says, for the eye.
//!
//! Each pair shows a recording and the answer to it side by side: the waveform, and below it a spectrogram over a
//! logarithmic frequency axis. Both halves share time, level and colour, so that what differs is the sound.

mod canvas;
mod colour;
pub mod command;
mod spectrogram;

pub use canvas::Picture;

use embedded_graphics::mono_font::iso_8859_1::{FONT_6X10, FONT_7X13_BOLD};
use embedded_graphics::text::Alignment;

use canvas::Area;
use colour::{colour_of, inks};
use spectrogram::{DARKEST_DB, HIGHEST_HZ, LOWEST_HZ, levels};

/// Rate of the sounds, in hertz.
const RATE_HZ: f32 = 44_100.0;

/// Pixels: half of a pair, its parts, and the room around them.
const HALF_WIDTH: i32 = 236;
const WAVE_HEIGHT: i32 = 40;
const SPECTROGRAM_HEIGHT: i32 = 168;
const TITLE_HEIGHT: i32 = 34;
const AXIS_WIDTH: i32 = 30;
const AXIS_HEIGHT: i32 = 18;
const GAP: i32 = 8;
const MARGIN: i32 = 18;
/// Room for the legend at the foot.
const FOOT: i32 = 34;

const PAIR_WIDTH: i32 = AXIS_WIDTH + 2 * HALF_WIDTH + GAP;
const PAIR_HEIGHT: i32 = TITLE_HEIGHT + WAVE_HEIGHT + GAP / 2 + SPECTROGRAM_HEIGHT + AXIS_HEIGHT;

/// Most pairs beside each other.
const COLUMNS: usize = 3;

/// Shortest and longest time that is shown, in seconds.
const SHORTEST_S: f32 = 0.12;
const LONGEST_S: f32 = 4.0;

/// A sound is shown until it has fallen this far below its peak for good, and a little longer: -60 dB.
const SHOWN_LEVEL: f32 = 1e-3;

/// A recording and the answer to it, mono at 44.1 kHz.
#[derive(Debug, Clone)]
pub struct Pair {
    /// Two short lines about it; what does not fit is cut.
    pub title: [String; 2],
    /// The recording; not empty.
    pub recording: Vec<f32>,
    /// What is compared with it.
    pub ours: Vec<f32>,
}

/// Draws the pairs, three beside each other.
pub fn sheet(pairs: &[Pair]) -> Picture {
    let columns = pairs.len().clamp(1, COLUMNS);
    let rows = pairs.len().div_ceil(columns) as i32;
    let width = MARGIN + columns as i32 * (PAIR_WIDTH + MARGIN);
    let height = MARGIN + rows * (PAIR_HEIGHT + MARGIN) + FOOT;
    let mut picture = Picture::new(width as u32, height as u32, inks::GROUND);
    for (index, pair) in pairs.iter().enumerate() {
        let column = (index % columns) as i32;
        let row = (index / columns) as i32;
        draw_pair(&mut picture, MARGIN + column * (PAIR_WIDTH + MARGIN), MARGIN + row * (PAIR_HEIGHT + MARGIN), pair);
    }
    draw_legend(&mut picture, MARGIN + AXIS_WIDTH, height - FOOT);
    picture
}

/// Draws the pairs into a PNG file.
///
/// # Errors
/// When the file cannot be written.
pub fn write(path: &std::path::Path, pairs: &[Pair]) -> std::io::Result<()> {
    std::fs::write(path, sheet(pairs).png())
}

fn draw_pair(picture: &mut Picture, left: i32, top: i32, pair: &Pair) {
    let fits = |text: &str, pixels: i32| text.chars().take((PAIR_WIDTH / pixels) as usize).collect::<String>();
    picture.text(left, top + 11, &fits(&pair.title[0], 7), FONT_7X13_BOLD, inks::TEXT, Alignment::Left);
    picture.text(left, top + 25, &fits(&pair.title[1], 6), FONT_6X10, inks::FAINT_TEXT, Alignment::Left);
    let seconds = shown_seconds(&pair.recording);
    let samples = (seconds * RATE_HZ) as usize;
    let peak = pair.recording.iter().fold(1e-6f32, |peak, sample| peak.max(sample.abs()));
    let wave_top = top + TITLE_HEIGHT;
    let spectrogram_top = wave_top + WAVE_HEIGHT + GAP / 2;
    let shape = (HALF_WIDTH as usize, SPECTROGRAM_HEIGHT as usize);
    let reference = levels(&pair.recording, samples, shape);
    let loudest_db = reference.iter().copied().fold(f32::MIN, f32::max);
    let halves = [(&pair.recording, "recording"), (&pair.ours, "ours")];
    for (index, (sound, name)) in halves.into_iter().enumerate() {
        let x = left + AXIS_WIDTH + index as i32 * (HALF_WIDTH + GAP);
        let wave = Area { left: x, top: wave_top, width: HALF_WIDTH, height: WAVE_HEIGHT };
        draw_wave(picture, wave, sound, samples, peak);
        picture.text(x + 4, wave_top + 9, name, FONT_6X10, inks::FAINT_TEXT, Alignment::Left);
        let measured = if index == 0 { None } else { Some(levels(sound, samples, shape)) };
        let image = measured.as_ref().unwrap_or(&reference);
        for (pixel, level_db) in image.iter().enumerate() {
            let (column, row) = ((pixel % shape.0) as i32, (pixel / shape.0) as i32);
            picture.set(x + column, spectrogram_top + row, colour_of((level_db - loudest_db) / -DARKEST_DB + 1.0));
        }
        draw_time_axis(picture, x, spectrogram_top + SPECTROGRAM_HEIGHT, seconds);
    }
    draw_frequency_axis(picture, left + AXIS_WIDTH, spectrogram_top);
}

/// How much of a recording is shown, in seconds: until it is over.
fn shown_seconds(recording: &[f32]) -> f32 {
    let peak = recording.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
    let last = recording.iter().rposition(|sample| sample.abs() > SHOWN_LEVEL * peak).unwrap_or(0);
    (1.08 * last as f32 / RATE_HZ + 0.01).clamp(SHORTEST_S, LONGEST_S)
}

/// The least and the greatest sample of every column; both halves are drawn with the recording's scale.
fn draw_wave(picture: &mut Picture, area: Area, sound: &[f32], samples: usize, peak: f32) {
    picture.fill(area, inks::PLATE);
    let middle = area.top as f32 + 0.5 * area.height as f32;
    let reach = 0.5 * area.height as f32 - 1.0;
    for column in 0..area.width as usize {
        let bounds = [column, column + 1].map(|edge| (edge * samples / area.width as usize).min(sound.len()));
        let part = &sound[bounds[0]..bounds[1]];
        if part.is_empty() {
            continue;
        }
        let (low, high) = part.iter().fold((f32::MAX, f32::MIN), |(l, h), &sample| (l.min(sample), h.max(sample)));
        let y = |sample: f32| (middle - reach * (sample / peak).clamp(-1.0, 1.0)).round() as i32;
        let (top, bottom) = (y(high), y(low));
        let line = Area { left: area.left + column as i32, top, width: 1, height: bottom - top + 1 };
        picture.fill(line, inks::WAVE);
    }
}

/// Marks at the roundest step that leaves at most five.
fn draw_time_axis(picture: &mut Picture, left: i32, top: i32, seconds: f32) {
    let steps = [0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0];
    let step = steps.into_iter().find(|step| seconds / step <= 5.0).unwrap_or(2.0);
    let in_milliseconds = step < 0.5;
    for mark in 0..=(seconds / step) as usize {
        let time = mark as f32 * step;
        let x = left + (time / seconds * HALF_WIDTH as f32) as i32;
        picture.fill(Area { left: x, top, width: 1, height: 4 }, inks::FAINT_TEXT);
        let label = match (mark, in_milliseconds) {
            (0, _) => "0".to_owned(),
            (_, true) => format!("{:.0} ms", 1e3 * time),
            (_, false) => format!("{time:.1} s"),
        };
        // The last label must not reach into the next half.
        if x + 3 * label.len() as i32 <= left + HALF_WIDTH {
            let alignment = if mark == 0 { Alignment::Left } else { Alignment::Center };
            picture.text(x, top + 14, &label, FONT_6X10, inks::FAINT_TEXT, alignment);
        }
    }
}

fn draw_frequency_axis(picture: &mut Picture, right: i32, top: i32) {
    for (hz, label) in [(100.0, "100"), (300.0, "300"), (1_000.0, "1k"), (3_000.0, "3k"), (10_000.0, "10k")] {
        let part = (f32::ln(hz) - LOWEST_HZ.ln()) / (HIGHEST_HZ.ln() - LOWEST_HZ.ln());
        let y = top + ((1.0 - part) * SPECTROGRAM_HEIGHT as f32) as i32;
        picture.fill(Area { left: right - 4, top: y, width: 4, height: 1 }, inks::FAINT_TEXT);
        picture.text(right - 6, y + 3, label, FONT_6X10, inks::FAINT_TEXT, Alignment::Right);
    }
    picture.text(right - 6, top + 7, "Hz", FONT_6X10, inks::FAINT_TEXT, Alignment::Right);
}

/// The colour scale, and what it is relative to.
fn draw_legend(picture: &mut Picture, left: i32, top: i32) {
    const WIDTH: i32 = 2 * HALF_WIDTH;
    for column in 0..WIDTH {
        let part = column as f32 / (WIDTH - 1) as f32;
        picture.fill(Area { left: left + column, top, width: 1, height: 8 }, colour_of(part));
    }
    for mark in 0..=4 {
        let db = DARKEST_DB * (1.0 - mark as f32 / 4.0);
        let x = left + mark * (WIDTH - 1) / 4;
        let alignment = [Alignment::Left, Alignment::Center, Alignment::Center, Alignment::Center, Alignment::Right];
        picture.text(x, top + 20, &format!("{db:.0} dB"), FONT_6X10, inks::FAINT_TEXT, alignment[mark as usize]);
    }
    let note = "of the recording's loudest point";
    picture.text(left + WIDTH + GAP, top + 8, note, FONT_6X10, inks::FAINT_TEXT, Alignment::Left);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(samples: usize) -> Pair {
        let tone = |n: usize| (-(n as f32) / 4_000.0).exp() * (0.3 * n as f32).sin();
        let sound: Vec<f32> = (0..samples).map(tone).collect();
        Pair { title: ["A tone".to_owned(), "nothing else".to_owned()], recording: sound.clone(), ours: sound }
    }

    #[test]
    fn pairs_fill_rows_of_three() {
        let size = |pairs: usize| sheet(&vec![pair(9_000); pairs]).size();
        let (one, three, four) = (size(1), size(3), size(4));
        assert_eq!(three.1, one.1);
        assert!(three.0 > 2 * one.0 && four.0 == three.0 && four.1 > three.1);
    }

    #[test]
    fn equal_sounds_look_equal() {
        let picture = sheet(&[pair(9_000)]);
        let top = (MARGIN + TITLE_HEIGHT + WAVE_HEIGHT + GAP / 2) as u32;
        let left = (MARGIN + AXIS_WIDTH) as u32;
        for (column, row) in [(0, 0), (17, 90), (100, 130), (235, 167)] {
            let ours = picture.pixel(left + column + (HALF_WIDTH + GAP) as u32, top + row);
            assert_eq!(picture.pixel(left + column, top + row), ours, "column {column}, row {row}");
        }
    }

    #[test]
    fn odd_sounds_are_drawn_too() {
        let empty = Pair { title: Default::default(), recording: vec![0.0], ours: Vec::new() };
        assert!(sheet(&[empty]).png().starts_with(b"\x89PNG"));
        assert!(sheet(&[]).png().starts_with(b"\x89PNG"));
    }
}
