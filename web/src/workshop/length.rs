//! A curve in more or less time.

use super::line::rebuilt;
use crate::descriptor::Descriptor;
use neurorack_engine::descriptors::{ANALYSIS_RATE_HZ, DescriptorCurve, Descriptors, HOP_SAMPLES, MAX_FRAMES};

/// Hops of the shortest curve that can be asked for: 20 ms and a little.
pub(crate) const LEAST_HOPS: usize = 4;

/// Hops of the longest: 4 s.
pub(crate) const MOST_HOPS: usize = MAX_FRAMES - 1;

/// Milliseconds of so many hops.
pub(crate) fn milliseconds(hops: usize) -> f64 {
    hops as f64 * HOP_SAMPLES as f64 * 1_000.0 / f64::from(ANALYSIS_RATE_HZ)
}

/// The hops nearest to a time in milliseconds, within the limits.
pub(crate) fn hops_in(milliseconds: f64) -> usize {
    let hops = milliseconds * f64::from(ANALYSIS_RATE_HZ) / 1_000.0 / HOP_SAMPLES as f64;
    (hops.round().max(0.0) as usize).clamp(LEAST_HOPS, MOST_HOPS)
}

/// The same course in `hops` hops, between [`LEAST_HOPS`] and [`MOST_HOPS`].
///
/// Between frames, values are interpolated on the descriptors' own axes. What is shortened is averaged over the frames that
/// become one; both ends stay, so that an attack remains one.
pub(crate) fn stretched(curve: &DescriptorCurve, hops: usize) -> DescriptorCurve {
    let hops = hops.clamp(LEAST_HOPS, MOST_HOPS);
    let last = curve.frames().len() - 1;
    let ratio = last as f32 / hops as f32;
    let mut frames = vec![Descriptors::default(); hops + 1];
    for descriptor in Descriptor::ALL {
        let places = super::line(descriptor, curve);
        for (index, frame) in frames.iter_mut().enumerate() {
            let at = index as f32 * ratio;
            let reach = (0.5 * (ratio - 1.0)).max(0.0).min(at).min(last as f32 - at).max(0.0);
            *frame = descriptor.with_value(frame, descriptor.value_at(mean(&places, at - reach, at + reach)));
        }
    }
    rebuilt(curve, frames.iter().map(|frame| frame.in_16_bits()).collect())
}

/// The mean of a line between two places in time; between frames it is straight.
fn mean(line: &[f32], from: f32, to: f32) -> f32 {
    let steps = ((to - from).ceil() as usize).max(1);
    let at = |step: usize| {
        let time = if to > from { from + (to - from) * step as f32 / steps as f32 } else { from };
        let first = (time.max(0.0) as usize).min(line.len() - 1);
        let next = (first + 1).min(line.len() - 1);
        line[first] + (time - first as f32).clamp(0.0, 1.0) * (line[next] - line[first])
    };
    if to > from { (0..=steps).map(at).sum::<f32>() / (steps + 1) as f32 } else { at(0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decay(hops: usize) -> DescriptorCurve {
        let frame = |k: usize| Descriptors {
            rms: 0.5 * (-6.0 * k as f32 / hops as f32).exp(),
            zcr: 0.05,
            rolloff_hz: 3_000.0,
            flatness: 1e-3,
            bandwidth_hz: 900.0,
            centroid_hz: 1_000.0,
            f0_hz: 150.0,
        };
        DescriptorCurve::new((0..=hops).map(frame).collect()).expect("finite frames")
    }

    #[test]
    fn another_length_is_the_same_course_in_another_time() {
        for hops in [LEAST_HOPS, 20, 80, 200, MOST_HOPS] {
            let stretched = stretched(&decay(80), hops);
            assert_eq!(stretched.frames().len(), hops + 1);
            for (frame, expected) in stretched.frames().iter().zip(decay(hops).frames()) {
                let apart_db = 20.0 * (frame.rms / expected.rms).log10();
                assert!(apart_db.abs() < 0.3, "{hops} hops: {apart_db} dB apart");
                assert!((frame.centroid_hz / 1_000.0 - 1.0).abs() < 1e-3, "{hops} hops");
            }
        }
    }

    #[test]
    fn a_curve_of_one_frame_can_be_lengthened() {
        let short = DescriptorCurve::new(vec![decay(4).frames()[0]]).expect("one frame");
        assert_eq!(stretched(&short, 10).frames().len(), 11);
    }

    #[test]
    fn lengths_are_limited_to_20_ms_and_4_s() {
        assert!(milliseconds(LEAST_HOPS) >= 20.0 && milliseconds(MOST_HOPS) <= 4_000.0);
        assert_eq!([hops_in(0.0), hops_in(1e9), hops_in(100.0)], [LEAST_HOPS, MOST_HOPS, 17]);
    }
}
