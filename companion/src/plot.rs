//! The seven curves of a sound as an SVG picture in the colours of the plate.

use neurorack_engine::descriptors::{ANALYSIS_RATE_HZ, Descriptors, HOP_SAMPLES};
use std::fmt::Write;

/// Size of the picture in pixels, the plot's left and right edge, and the top of the first lane.
const WIDTH: f32 = 960.0;
const LEFT: f32 = 184.0;
const RIGHT: f32 = 936.0;
const TOP: f32 = 52.0;
/// Height of one lane and of the gap below it, in pixels.
const LANE: f32 = 84.0;
const GAP: f32 = 14.0;
/// Room for the time axis.
const BOTTOM: f32 = 40.0;

/// Below this loudness (-60 dB) a spectrum says nothing: only loudness is drawn.
const AUDIBLE_RMS: f32 = 1e-3;

/// How one descriptor is drawn; every axis is logarithmic.
struct Lane {
    name: &'static str,
    unit: &'static str,
    colour: &'static str,
    dash: &'static str,
    value: fn(&Descriptors) -> f32,
    /// Lower and upper end of the axis.
    range: (f32, f32),
    /// Values with a line across, and how they are written.
    ticks: &'static [(f32, &'static str)],
}

const HERTZ: &[(f32, &str)] = &[(100.0, "100"), (1_000.0, "1 k"), (10_000.0, "10 k")];

/// The lanes from top to bottom: the order in which the descriptors are always shown.
const LANES: [Lane; Descriptors::COUNT] = [
    Lane {
        name: "Loudness",
        unit: "dB",
        colour: "#eaa216",
        dash: "none",
        value: |frame| frame.rms,
        range: (3.16e-4, 1.0),
        ticks: &[(1e-3, "−60"), (1e-2, "−40"), (1e-1, "−20"), (1.0, "0")],
    },
    Lane {
        name: "Percussivity",
        unit: "% of samples",
        colour: "#fb4990",
        dash: "1 3",
        value: |frame| frame.zcr,
        range: (2e-3, 0.7),
        ticks: &[(5e-3, "0.5"), (5e-2, "5"), (0.5, "50")],
    },
    Lane {
        name: "Brightness",
        unit: "Hz",
        colour: "#ccf540",
        dash: "8 3",
        value: |frame| frame.centroid_hz,
        range: (40.0, 20_000.0),
        ticks: HERTZ,
    },
    Lane {
        name: "Tone",
        unit: "Hz",
        colour: "#3088f6",
        dash: "5 5",
        value: |frame| frame.rolloff_hz,
        range: (40.0, 20_000.0),
        ticks: HERTZ,
    },
    Lane {
        name: "Richness",
        unit: "Hz",
        colour: "#d2adf7",
        dash: "8 3 2 3",
        value: |frame| frame.bandwidth_hz,
        range: (40.0, 20_000.0),
        ticks: HERTZ,
    },
    Lane {
        name: "Noise",
        unit: "dB",
        colour: "#7cf2ee",
        dash: "2 2",
        value: |frame| frame.flatness,
        range: (1e-7, 1.0),
        ticks: &[(1e-6, "−60"), (1e-3, "−30"), (1.0, "0")],
    },
    Lane {
        name: "Pitch",
        unit: "Hz",
        colour: "#6d862d",
        dash: "12 4",
        value: |frame| frame.f0_hz,
        range: (20.0, 20_000.0),
        ticks: HERTZ,
    },
];

impl Lane {
    /// Height of a value above the lane's floor, in pixels.
    fn height(&self, value: f32) -> f32 {
        let (low, high) = self.range;
        (value.max(low) / low).ln().min((high / low).ln()) / (high / low).ln() * LANE
    }
}

/// The picture of a sound called `title`; frames as in a descriptor curve, of any number from 1.
pub(crate) fn svg(title: &str, frames: &[Descriptors]) -> String {
    let height = TOP + LANES.len() as f32 * (LANE + GAP) + BOTTOM;
    let seconds = ((frames.len().max(2) - 1) * HOP_SAMPLES) as f32 / ANALYSIS_RATE_HZ as f32;
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" font-family="'Archivo Variable', Archivo, system-ui, sans-serif" font-size="13" font-variant-numeric="tabular-nums">
<title>The seven descriptors of {title}</title>
<rect width="{WIDTH}" height="{height}" rx="2" fill="#121314"/>
<text x="24" y="32" font-size="15" font-weight="640" fill="#f4f2ec">{title}</text>
"##,
        title = escape(title)
    );
    for (index, lane) in LANES.iter().enumerate() {
        let floor = TOP + index as f32 * (LANE + GAP) + LANE;
        draw_lane(&mut svg, lane, floor, frames);
    }
    draw_time_axis(&mut svg, height - BOTTOM - GAP + 4.0, seconds);
    svg.push_str("</svg>\n");
    svg
}

/// Writing to a String cannot fail, so the results of `write!` are dropped here and below.
fn draw_lane(svg: &mut String, lane: &Lane, floor: f32, frames: &[Descriptors]) {
    let (top, middle) = (floor - LANE, floor - LANE / 2.0);
    let (name, unit, colour, dash) = (lane.name, lane.unit, lane.colour, lane.dash);
    let _ = writeln!(
        svg,
        r##"<g><title>{name}, {unit}</title>
<rect x="{LEFT}" y="{top}" width="{}" height="{LANE}" fill="#1d1f21"/>
<text x="24" y="{middle}" font-weight="640" fill="{colour}">{name}</text>
<text x="24" y="{}" font-size="12" fill="#a7a9a5">{unit}</text>"##,
        RIGHT - LEFT,
        middle + 17.0,
    );
    for &(value, label) in lane.ticks {
        let y = floor - lane.height(value);
        let _ = writeln!(
            svg,
            r##"<path d="M{LEFT} {y:.1}H{RIGHT}" stroke="#3a3d3f"/><text x="{}" y="{:.1}" font-size="12" text-anchor="end" fill="#a7a9a5">{label}</text>"##,
            LEFT - 8.0,
            y + 4.0,
        );
    }
    let step = (RIGHT - LEFT) / (frames.len().max(2) - 1) as f32;
    let always = lane.name == "Loudness";
    for run in runs(frames, |frame| always || frame.rms >= AUDIBLE_RMS) {
        let (first, last) = (LEFT + run.start as f32 * step, LEFT + (run.end - 1) as f32 * step);
        let mut line = String::new();
        for (index, frame) in frames.iter().enumerate().take(run.end).skip(run.start) {
            let x = LEFT + index as f32 * step;
            let command = if line.is_empty() { 'M' } else { 'L' };
            let _ = write!(line, "{command}{x:.1} {:.1}", floor - lane.height((lane.value)(frame)));
        }
        let _ = writeln!(
            svg,
            r##"<path d="{line}L{last:.1} {floor}H{first:.1}Z" fill="{colour}" opacity=".22"/><path d="{line}" fill="none" stroke="{colour}" stroke-width="1.4" stroke-dasharray="{dash}"/>"##,
        );
    }
    svg.push_str("</g>\n");
}

fn draw_time_axis(svg: &mut String, y: f32, seconds: f32) {
    // The roundest step that leaves at most ten marks.
    let steps = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0];
    let step = steps.into_iter().find(|step| seconds / step <= 10.0).unwrap_or(60.0);
    let in_milliseconds = seconds < 1.0;
    let marks = (seconds / step * 1.000_01) as usize;
    for mark in 0..=marks {
        let time = mark as f32 * step;
        let x = LEFT + time / seconds * (RIGHT - LEFT);
        let number = if in_milliseconds { round(time * 1e3) } else { round(time) };
        let unit = match (mark == marks, in_milliseconds) {
            (false, _) => "",
            (true, true) => " ms",
            (true, false) => " s",
        };
        let _ = writeln!(
            svg,
            r##"<path d="M{x:.1} {y}v5" stroke="#a7a9a5"/><text x="{x:.1}" y="{}" font-size="12" text-anchor="middle" fill="#a7a9a5">{number}{unit}</text>"##,
            y + 20.0,
        );
    }
}

/// Consecutive frames that satisfy `wanted`, as index ranges.
fn runs(frames: &[Descriptors], wanted: impl Fn(&Descriptors) -> bool) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    for index in (0..frames.len()).filter(|&index| wanted(&frames[index])) {
        match runs.last_mut() {
            Some(run) if run.end == index => run.end += 1,
            _ => runs.push(index..index + 1),
        }
    }
    runs
}

/// A number with at most three decimals and no needless zeros.
fn round(value: f32) -> f32 {
    (value * 1e3).round() / 1e3
}

/// Text as it may stand in XML; control characters are not allowed there at all.
fn escape(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_control())
        .map(|character| match character {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            other => other.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(rms: f32) -> Descriptors {
        Descriptors { rms, centroid_hz: 1_000.0, f0_hz: 100.0, ..Descriptors::default() }
    }

    #[test]
    fn quiet_frames_show_loudness_alone() {
        let silent = svg("x", &[frame(0.0); 3]);
        assert_eq!(silent.matches("stroke-dasharray").count(), 1);
        let loud = svg("x", &[frame(0.5); 3]);
        assert_eq!(loud.matches("stroke-dasharray").count(), 7);
    }

    #[test]
    fn titles_cannot_break_the_picture() {
        let svg = svg("<script>&\u{0}.wav", &[frame(0.5)]);
        assert!(svg.contains("&lt;script&gt;&amp;.wav") && !svg.contains("<script>"), "{svg}");
    }

    #[test]
    fn every_point_lies_inside_its_lane() {
        for lane in &LANES {
            for value in [0.0, 1e-9, 1.0, 440.0, 1e9] {
                assert!((0.0..=LANE).contains(&lane.height(value)), "{} of {value}", lane.name);
            }
        }
    }
}
