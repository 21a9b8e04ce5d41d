//! Bands of noise, played from seamless loops under gains that move in straight lines.

use super::widest::widest;
use crate::models::noise::{LOOP_SAMPLES, LOOP_STEP};

/// Adds one band to `out`: the loop from sample `position` on, times a gain that goes from `from` to `to`.
///
/// `ramp` holds the part of the control hop that has passed at each sample (0 to 1), as long as `out`. `samples` holds
/// [`LOOP_SAMPLES`] values. Real-time safe.
#[inline]
pub fn add_band(samples: &[i16], position: usize, [from, to]: [f32; 2], ramp: &[f32], out: &mut [f32]) {
    let (gain, change) = (from * LOOP_STEP, (to - from) * LOOP_STEP);
    let start = position % LOOP_SAMPLES;
    let before_wrap = (LOOP_SAMPLES - start).min(out.len());
    let (head, tail) = out.split_at_mut(before_wrap);
    let (head_ramp, tail_ramp) = ramp.split_at(before_wrap);
    widest(
        #[inline(always)]
        || {
            add_straight(&samples[start..], gain, change, head_ramp, head);
            add_straight(samples, gain, change, tail_ramp, tail);
        },
    );
}

#[inline(always)]
fn add_straight(samples: &[i16], gain: f32, change: f32, ramp: &[f32], out: &mut [f32]) {
    for ((out, &sample), &part) in out.iter_mut().zip(samples).zip(ramp) {
        *out += (gain + change * part) * f32::from(sample);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_goes_round_without_a_seam() {
        let samples: Vec<i16> = (0..LOOP_SAMPLES).map(|n| (n % 1_000) as i16).collect();
        let ramp: Vec<f32> = (0..100).map(|n| n as f32 / 100.0).collect();
        let mut out = [1.0; 100];
        // The second time round, 30 samples before the end.
        add_band(&samples, 2 * LOOP_SAMPLES - 30, [1.0, 3.0], &ramp, &mut out);
        for (n, got) in out.into_iter().enumerate() {
            let stored = f32::from(samples[(LOOP_SAMPLES - 30 + n) % LOOP_SAMPLES]);
            let expected = 1.0 + (1.0 + 2.0 * ramp[n]) * stored * LOOP_STEP;
            assert!((got - expected).abs() < 1e-5, "sample {n}: {got} instead of {expected}");
        }
    }
}
