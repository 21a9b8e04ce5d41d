//! What a hit between two sounds is asked to be, computed as the engine does it: for drawing only.

use neurorack_engine::ScaledCurve;
use neurorack_engine::descriptors::{ANALYSIS_RATE_HZ, Descriptors, HOP_SAMPLES, MAX_FRAMES};
use neurorack_engine::models::conditioning::{Conditioned, inverse_transform};

/// Frames from the first to the last, at least 1.
fn hops(curve: &ScaledCurve) -> f32 {
    (curve.frames().len() - 1).max(1) as f32
}

/// The frame at this share of the duration, between its neighbours.
fn frame_at(curve: &ScaledCurve, position: f32) -> Conditioned {
    let last = curve.frames().len() - 1;
    let place = position * last as f32;
    let first = (place as usize).min(last);
    let (from, to) = (curve.frames()[first], curve.frames()[(first + 1).min(last)]);
    between(&from, &to, place - first as f32)
}

fn between(from: &Conditioned, to: &Conditioned, share: f32) -> Conditioned {
    std::array::from_fn(|channel| from[channel] + share * (to[channel] - from[channel]))
}

/// The curve asked at `alpha` between two sounds, one frame each `HOP_SAMPLES`: values are interpolated in the network's
/// scales, the duration geometrically.
#[must_use]
pub fn morph(first: &ScaledCurve, second: &ScaledCurve, alpha: f32) -> Vec<Descriptors> {
    let hops = hops(first).powf(1.0 - alpha) * hops(second).powf(alpha);
    let frames = (hops.round() as usize + 1).min(MAX_FRAMES);
    (0..frames)
        .map(|frame| {
            let position = (frame as f32 / hops).min(1.0);
            inverse_transform(&between(&frame_at(first, position), &frame_at(second, position), alpha))
        })
        .collect()
}

/// Length in seconds of a curve with this many frames.
#[must_use]
pub fn seconds(frames: usize) -> f64 {
    frames.saturating_sub(1) as f64 * HOP_SAMPLES as f64 / f64::from(ANALYSIS_RATE_HZ)
}

/// Share of F2 at this voltage of CV 1: α = (v + 5) / 10.
#[must_use]
pub fn alpha(cv1_volts: f32) -> f32 {
    ((cv1_volts + 5.0) / 10.0).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use neurorack_engine::descriptors::DescriptorCurve;

    fn steady(rms: f32, frames: usize) -> ScaledCurve {
        let frame = Descriptors { rms, centroid_hz: 1_000.0, f0_hz: 200.0, ..Descriptors::default() };
        ScaledCurve::from(&DescriptorCurve::new(vec![frame; frames]).expect("frames are finite"))
    }

    #[test]
    fn the_ends_of_a_morph_are_the_two_sounds() {
        let (short, long) = (steady(0.1, 11), steady(0.4, 41));
        for (alpha, rms, frames) in [(0.0, 0.1, 11), (1.0, 0.4, 41)] {
            let asked = morph(&short, &long, alpha);
            assert_eq!(asked.len(), frames, "alpha {alpha}");
            assert!(asked.iter().all(|frame| (frame.rms - rms).abs() < 1e-4), "alpha {alpha}");
        }
    }

    #[test]
    fn half_way_lasts_the_geometric_mean() {
        assert_eq!(morph(&steady(0.1, 11), &steady(0.1, 41), 0.5).len(), 21);
    }
}
