//! The strike: the deterministic beginning of a hit, as lines of a cosine transform.

use crate::descriptors::ANALYSIS_RATE_HZ;

/// Lines of the strike: up to 13.8 kHz.
pub const STRIKE_LINES: usize = 640;

/// Levels between which those of the lines are interpolated, at equal steps of log frequency.
pub const STRIKE_LEVELS: usize = 16;

/// Control frames from the trigger until the strike has faded.
pub const STRIKE_FRAMES: usize = 10;

/// Amplitude of a line for an output of 1, relative to the loudness of the hit's beginning.
pub const STRIKE_LEVEL: f32 = 0.02;

/// Samples of the cosine transform.
const SAMPLES: f64 = 1024.0;

/// Control frames over which the strike fades.
const FADE_FRAMES: u32 = 4;

/// Frequency in hertz and phase at the trigger in radians of a line, as a sine: `cos(π (n + 1/2) k / 1024)`, `k` from 1.
#[must_use]
pub fn strike_line(line: usize) -> [f32; 2] {
    let k = (line + 1) as f64;
    let frequency_hz = k * f64::from(ANALYSIS_RATE_HZ) / (2.0 * SAMPLES);
    [frequency_hz as f32, (std::f64::consts::FRAC_PI_2 + std::f64::consts::PI * k / (2.0 * SAMPLES)) as f32]
}

/// The level below a line (the next one lies above it), and how far the line lies from the one towards the other, 0 to 1.
#[must_use]
pub fn strike_place(line: usize) -> (usize, f32) {
    let octaves = libm::log2((line + 1) as f64) / libm::log2(STRIKE_LINES as f64);
    let place = octaves * (STRIKE_LEVELS - 1) as f64;
    let below = (place as usize).min(STRIKE_LEVELS - 2);
    (below, (place - below as f64) as f32)
}

/// How loud the strike still is at a control frame after the trigger, 1 to 0.
#[must_use]
pub fn strike_window(frame: u32) -> f32 {
    let left = (STRIKE_FRAMES as u32 - 1).saturating_sub(frame);
    (left as f32 / FADE_FRAMES as f32).min(1.0)
}
