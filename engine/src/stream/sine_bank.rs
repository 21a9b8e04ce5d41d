//! A bank of sines at fixed frequencies.
//!
//! Phases are computed exactly at the start of each control hop from the number of samples since the trigger; within the
//! hop each sine turns by the recurrence `y += d; d -= k·y` with `k = 4·sin²(ω/2)` (the "magic circle"), which keeps its
//! frequency to f32 precision down to the lowest sine, unlike `2·cos(ω)·y₁ - y₂`.

use super::linear::{LANES, Lanes};
use super::math::{cosine, sine};
use super::widest::widest;

/// Constant tables of a bank of sines, in groups of [`LANES`].
#[derive(Debug, Clone, Copy)]
pub struct SineTables<'a> {
    /// Phase at the trigger in 2⁻⁶⁴ turns.
    pub phase: &'a [u64],
    /// Phase step a sample in 2⁻⁶⁴ turns.
    pub step: &'a [u64],
    /// `2·sin(ω/2)` of each sine.
    pub half_chord: &'a [Lanes],
}

/// Where a bank of sines is in its turning: every sine has turned as if so many samples had passed since the trigger.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turning {
    /// Samples as if at the original pitch; not negative.
    pub samples: f64,
    /// Factor on every frequency from here on; above zero.
    pub ratio: f64,
}

impl Turning {
    /// At the original pitch.
    #[must_use]
    pub fn plain(elapsed: u64) -> Self {
        Self { samples: elapsed as f64, ratio: 1.0 }
    }

    /// The phase that a step a sample has led to, in 2⁻⁶⁴ turns.
    #[inline(always)]
    fn phase(self, step: u64) -> u64 {
        let whole = self.samples as u64;
        let part = ((self.samples - whole as f64) * step as f64) as u64;
        step.wrapping_mul(whole).wrapping_add(part)
    }
}

/// A step a sample of half a turn: nothing higher can be played.
const HALF_TURN: f64 = (1u64 << 63) as f64;

/// Adds all sines to `out`, from where `turning` says. A sine that a transposition lifts above half the rate is silent.
///
/// `gains` go from the first to the second; `ramp` says what part of the control hop has passed at the first sample, and what passes
/// with each sample. `lanes` is scratch, at least as long as `out`. Groups whose gains are all zero cost nothing.
/// Real-time safe.
pub fn add_sines(
    tables: &SineTables<'_>,
    turning: Turning,
    gains: [&[Lanes]; 2],
    ramp: [f32; 2],
    lanes: &mut [Lanes],
    out: &mut [f32],
) {
    widest(
        #[inline(always)]
        || add_groups(tables, turning, gains, ramp, lanes, out),
    );
}

#[inline(always)]
fn add_groups(
    tables: &SineTables<'_>,
    turning: Turning,
    [from, to]: [&[Lanes]; 2],
    [ramp_start, ramp_step]: [f32; 2],
    lanes: &mut [Lanes],
    out: &mut [f32],
) {
    let sums = &mut lanes[..out.len()];
    sums.fill([0.0; LANES]);
    let (phases, _) = tables.phase.as_chunks::<LANES>();
    let (steps, _) = tables.step.as_chunks::<LANES>();
    let groups = phases.iter().zip(steps).zip(tables.half_chord).zip(from.iter().zip(to));
    for (((phase, step), half_chord), (from, to)) in groups {
        if from.iter().chain(to).all(|&gain| gain == 0.0) {
            continue;
        }
        let mut y: Lanes = [0.0; LANES];
        let mut d: Lanes = [0.0; LANES];
        let mut k: Lanes = [0.0; LANES];
        let mut gain: Lanes = [0.0; LANES];
        let mut change: Lanes = [0.0; LANES];
        for lane in 0..LANES {
            let now = phase[lane].wrapping_add(turning.phase(step[lane]));
            let (step, chord, heard) = transposed(step[lane], half_chord[lane], turning.ratio);
            y[lane] = sine((now >> 32) as u32);
            // The step that led here: sin(θ) - sin(θ - ω).
            let middle = now.wrapping_sub(step >> 1);
            d[lane] = chord * cosine((middle >> 32) as u32);
            k[lane] = chord * chord;
            change[lane] = heard * (to[lane] - from[lane]);
            gain[lane] = heard * from[lane] + change[lane] * ramp_start;
            change[lane] *= ramp_step;
        }
        for sum in sums.iter_mut() {
            for lane in 0..LANES {
                sum[lane] += gain[lane] * y[lane];
                gain[lane] += change[lane];
                d[lane] -= k[lane] * y[lane];
                y[lane] += d[lane];
            }
        }
    }
    for (out, sum) in out.iter_mut().zip(sums) {
        *out += total(sum);
    }
}

/// Step, half chord and audibility (1 or 0) of a sine under a transposition.
#[inline(always)]
fn transposed(step: u64, half_chord: f32, ratio: f64) -> (u64, f32, f32) {
    if ratio == 1.0 {
        return (step, half_chord, 1.0);
    }
    let turned = step as f64 * ratio;
    if turned >= HALF_TURN {
        return (0, 0.0, 0.0);
    }
    let step = turned as u64;
    // 2·sin(ω/2), where a phase of 2³² is one turn.
    (step, 2.0 * sine((step >> 33) as u32), 1.0)
}

/// Sum of the lanes, always in the same order.
#[inline(always)]
fn total(lanes: &Lanes) -> f32 {
    let mut halves = *lanes;
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            halves[lane] += halves[lane + width];
        }
        width /= 2;
    }
    halves[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::math::turns_to_phase;
    use std::f64::consts::{PI, TAU};

    #[test]
    fn sines_keep_their_frequency_and_phase_for_seconds() {
        let rate = 48_000.0;
        let frequencies: Vec<f64> = (0..LANES).map(|s| 30.0 * (5000.0f64 / 30.0).powf(s as f64 / 15.0)).collect();
        let phase: Vec<u64> = (0..LANES).map(|s| turns_to_phase(0.061 * s as f64)).collect();
        let step: Vec<u64> = frequencies.iter().map(|f| turns_to_phase(f / rate)).collect();
        let half_chord = [std::array::from_fn(|s| (2.0 * (PI * frequencies[s] / rate).sin()) as f32)];
        let tables = SineTables { phase: &phase, step: &step, half_chord: &half_chord };
        let mut lanes = [[0.0; LANES]; 140];
        // One sine at a time, four seconds after the trigger, under a gain from 0.5 to 1.
        for sine in 0..LANES {
            let mut from = [[0.0; LANES]];
            from[0][sine] = 0.5;
            let to = [from[0].map(|gain| 2.0 * gain)];
            let mut out = [0.0; 139];
            add_sines(
                &tables,
                Turning::plain(192_000),
                [&from, &to],
                [0.25 / 139.3, 1.0 / 139.3],
                &mut lanes,
                &mut out,
            );
            for (n, got) in out.into_iter().enumerate() {
                let cycles = 0.061 * sine as f64 + frequencies[sine] * (192_000 + n) as f64 / rate;
                let expected = (0.5 + 0.5 * (n as f64 + 0.25) / 139.3) * (TAU * cycles).sin();
                assert!((f64::from(got) - expected).abs() < 1e-5, "sine {sine}, sample {n}: {got} not {expected}");
            }
        }
    }

    #[test]
    fn transposed_sines_have_their_new_frequency_and_what_lies_too_high_is_silent() {
        let rate = 48_000.0;
        let step: Vec<u64> = (0..LANES).map(|s| turns_to_phase(100.0 * (s + 1) as f64 / rate)).collect();
        let half_chord = [std::array::from_fn(|s| (2.0 * (PI * 100.0 * (s + 1) as f64 / rate).sin()) as f32)];
        let tables = SineTables { phase: &[0; LANES], step: &step, half_chord: &half_chord };
        let mut lanes = [[0.0; LANES]; 128];
        for (sine, ratio) in [(0, 0.75), (3, 2.5), (15, 1.059_463), (15, 20.0)] {
            let mut gains = [[0.0; LANES]];
            gains[0][sine] = 1.0;
            let mut out = [0.0; 128];
            let turning = Turning { samples: 9_600.25, ratio };
            add_sines(&tables, turning, [&gains, &gains], [0.0, 0.0], &mut lanes, &mut out);
            let frequency = 100.0 * (sine + 1) as f64;
            for (n, got) in out.into_iter().enumerate() {
                let cycles = frequency / rate * (9_600.25 + ratio * n as f64);
                let expected = if frequency * ratio < rate / 2.0 { (TAU * cycles).sin() } else { 0.0 };
                assert!((f64::from(got) - expected).abs() < 2e-5, "{frequency} Hz times {ratio}, sample {n}");
            }
        }
    }
}
