//! A whole descriptor curve as a fixed number of values: what the network reads and writes.

use crate::descriptors::{ANALYSIS_RATE_HZ, DescriptorCurve, Descriptors, HOP_SAMPLES, MAX_FRAMES};
use crate::models::conditioning::{self, Conditioned, F0, RELIABILITY, RMS, RMS_FLOOR};

/// Points of one channel.
pub const POINTS: usize = 128;

/// Channels: the seven descriptors in their scales (pitch as a bend from the hit's median) and the pitch's reliability.
pub const CHANNELS: usize = Descriptors::COUNT + 1;

/// Values that go with the points: log2 of the duration in seconds, and the hit's median log2 of f0 in hertz.
pub const SCALARS: usize = 2;

/// Values of an outline in a row: the channels one after the other, then the scalars.
pub const VALUES: usize = CHANNELS * POINTS + SCALARS;

/// Seconds from one descriptor frame to the next.
const FRAME_SECONDS: f32 = HOP_SAMPLES as f32 / ANALYSIS_RATE_HZ as f32;

/// Share of the peak rms below which the end of a curve is silence: -60 dB.
const END_SHARE: f32 = 1e-3;

/// Largest bend of the pitch that is kept, in octaves.
const LARGEST_BEND: f32 = 2.0;

/// Reliability from which on a decoded pitch is steady.
const STEADY: f32 = 0.8;

/// Least reliability that a decoded pitch shows, by moving most.
const LEAST_RELIABILITY: f32 = 0.05;

/// Movement of the pitch in octaves a frame at which [`conditioning::scale`] finds a reliability of 1/e.
const RELIABILITY_OCTAVES: f32 = 0.08;

/// Frames for which a wandering pitch stays: the shortest that a running median over 5 frames lets pass.
const WANDER_FRAMES: usize = 3;

/// Last frames of a decoded curve over which its loudness falls to nothing.
const FADE_FRAMES: usize = 3;

/// A curve as [`POINTS`] points a channel on a square-root time axis, its duration and its pitch.
///
/// Point `i` lies at `(i / 127)²` of the duration, so that half of the points describe the first quarter: impacts are
/// decided early. The duration ends at the last frame above -60 dB of the peak. Where points are closer than frames,
/// values between frames are linear; where they are farther apart, a point is the mean over what lies nearest to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    /// The points in the scales of [`conditioning::transform`], all finite; `[F0]` is the bend from [`log2_f0`] in octaves
    /// where the pitch is reliable and fades to 0 where it is not; `[RELIABILITY]` is 0 to 1.
    ///
    /// [`log2_f0`]: Outline::log2_f0
    pub channels: [[f32; POINTS]; CHANNELS],
    /// Binary logarithm of the duration in seconds.
    pub log2_seconds: f32,
    /// Median of the binary logarithm of f0 in hertz, every frame counted by its reliability and loudness.
    pub log2_f0: f32,
}

impl Outline {
    /// The outline of a curve. `gain` scales its rms first.
    #[must_use]
    pub fn of(curve: &DescriptorCurve, gain: f32) -> Self {
        let mut frames = conditioning::scale(curve);
        for (scaled, frame) in frames.iter_mut().zip(curve.frames()) {
            scaled[RMS] = libm::log10f((frame.rms * gain).clamp(0.0, f32::MAX) + RMS_FLOOR);
        }
        let peak = curve.frames().iter().fold(0.0f32, |peak, frame| peak.max(frame.rms));
        let last = curve.frames().iter().rposition(|frame| frame.rms > END_SHARE * peak);
        let last = last.unwrap_or(frames.len() - 1).max(1);
        frames.truncate(last + 1);
        // A curve of one frame is as long as the step to the next.
        frames.resize(last + 1, frames[frames.len() - 1]);

        let loudest = frames.iter().fold(f32::MIN, |loudest, frame| loudest.max(frame[RMS]));
        let trust: Vec<f32> = frames.iter().map(|frame| frame[RELIABILITY] * audible(frame[RMS], loudest)).collect();
        let log2_f0 = median(&frames, &trust);
        let mut channels = [[0.0; POINTS]; CHANNELS];
        for point in 0..POINTS {
            let [from, to] = span(point, last);
            for (channel, points) in channels.iter_mut().enumerate() {
                points[point] = mean_between(from, to, |frame| frames[frame][channel]);
            }
            let bend = |frame: usize| (frames[frame][F0] - log2_f0).clamp(-LARGEST_BEND, LARGEST_BEND);
            let weight = mean_between(from, to, |frame| trust[frame]);
            channels[F0][point] = mean_between(from, to, |frame| trust[frame] * bend(frame)) / (weight + 0.05);
        }
        Self { channels, log2_seconds: libm::log2f(last as f32 * FRAME_SECONDS), log2_f0 }
    }

    /// The curve of an outline, whatever its values are: 2 frames to [`MAX_FRAMES`], finite and in range, silent at its end.
    ///
    /// A pitch of low reliability wanders, as YIN's does on noise, so that whoever measures its reliability finds it.
    #[must_use]
    pub fn curve(&self) -> DescriptorCurve {
        let seconds = libm::exp2f(self.log2_seconds.clamp(-10.0, 4.0));
        // One frame more is silence.
        let last = ((seconds / FRAME_SECONDS).round() as usize).clamp(1, MAX_FRAMES - 2);
        let mut frames: Vec<Descriptors> = (0..=last)
            .map(|frame| {
                let place = libm::sqrtf(frame as f32 / last as f32) * (POINTS - 1) as f32;
                let mut scaled: Conditioned = std::array::from_fn(|channel| between(&self.channels[channel], place));
                scaled[F0] += self.log2_f0 + wander(frame, scaled[RELIABILITY]);
                in_range(&scaled)
            })
            .collect();
        for (step, frame) in frames.iter_mut().rev().take(FADE_FRAMES).enumerate() {
            frame.rms *= (step + 1) as f32 / (FADE_FRAMES + 1) as f32;
        }
        frames.push(Descriptors { rms: 0.0, ..frames[last] });
        DescriptorCurve::new(frames).expect("every value was clamped, and there are 3 to MAX_FRAMES frames")
    }

    /// All values in a row: the channels one after the other, the duration, the pitch.
    #[must_use]
    pub fn to_values(&self) -> Vec<f32> {
        self.channels.iter().flatten().copied().chain([self.log2_seconds, self.log2_f0]).collect()
    }

    /// The outline of [`VALUES`] values in a row; what is no number counts as 0, what is beyond ±10,000 as that.
    ///
    /// # Panics
    /// When there are fewer values.
    #[must_use]
    pub fn from_values(values: &[f32]) -> Self {
        let value = |index: usize| if values[index].is_nan() { 0.0 } else { values[index].clamp(-1e4, 1e4) };
        let channels = std::array::from_fn(|channel| std::array::from_fn(|point| value(channel * POINTS + point)));
        Self { channels, log2_seconds: value(CHANNELS * POINTS), log2_f0: value(CHANNELS * POINTS + 1) }
    }

    /// How audible each point is, 0 to 1: 1 down to 30 dB under the loudest point, 0 from 60 dB under it.
    #[must_use]
    pub fn audibility(&self) -> [f32; POINTS] {
        let loudest = self.channels[RMS].iter().copied().fold(f32::MIN, f32::max);
        self.channels[RMS].map(|loudness| audible(loudness, loudest))
    }
}

/// 1 down to 30 dB under the loudest, 0 from 60 dB under it; both are log10 of rms.
fn audible(loudness: f32, loudest: f32) -> f32 {
    ((loudness - loudest + 3.0) / 1.5).clamp(0.0, 1.0)
}

/// Median pitch in octaves, every frame counted by its weight; of equal weights when all are tiny.
fn median(frames: &[Conditioned], weights: &[f32]) -> f32 {
    let total: f32 = weights.iter().sum();
    let equal = total < 1e-3;
    let mut pitches: Vec<(f32, f32)> =
        frames.iter().zip(weights).map(|(frame, &weight)| (frame[F0], if equal { 1.0 } else { weight })).collect();
    pitches.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = 0.5 * pitches.iter().map(|pitch| pitch.1).sum::<f32>();
    let mut sum = 0.0;
    let found = pitches.iter().find(|pitch| {
        sum += pitch.1;
        sum >= half
    });
    found.unwrap_or(&pitches[pitches.len() - 1]).0
}

/// The stretch of frames that a point stands for: half of the way to both neighbours.
fn span(point: usize, last: usize) -> [f32; 2] {
    let at = |point: f32| {
        let part = (point / (POINTS - 1) as f32).clamp(0.0, 1.0);
        part * part * last as f32
    };
    [at(point as f32 - 0.5), at(point as f32 + 0.5)]
}

/// Mean of `value` over a stretch of frames, linear between them.
fn mean_between(from: f32, to: f32, value: impl Fn(usize) -> f32) -> f32 {
    let steps = 1 + (to - from) as usize;
    let sum: f32 = (0..steps)
        .map(|step| {
            let at = from + (to - from) * (step as f32 + 0.5) / steps as f32;
            let frame = at as usize;
            let part = at - frame as f32;
            let here = value(frame);
            if part > 0.0 { here + part * (value(frame + 1) - here) } else { here }
        })
        .sum();
    sum / steps as f32
}

/// A channel's value between two points.
fn between(points: &[f32; POINTS], place: f32) -> f32 {
    let point = (place as usize).min(POINTS - 2);
    points[point] + (place - point as f32) * (points[point + 1] - points[point])
}

/// What is added to the pitch of a frame, in octaves, so that it is measured to be so reliable.
///
/// A square wave of [`WANDER_FRAMES`] frames up and as many down moves by its height every so many frames.
fn wander(frame: usize, reliability: f32) -> f32 {
    let shown = (reliability / STEADY).clamp(LEAST_RELIABILITY, 1.0);
    let height = -libm::logf(shown) * RELIABILITY_OCTAVES * WANDER_FRAMES as f32;
    if (frame / WANDER_FRAMES).is_multiple_of(2) { 0.5 * height } else { -0.5 * height }
}

/// A scaled frame as descriptors within the limits of each.
fn in_range(scaled: &Conditioned) -> Descriptors {
    let frame = conditioning::inverse_transform(scaled);
    let highest_hz = 0.5 * ANALYSIS_RATE_HZ as f32;
    Descriptors {
        rms: frame.rms.clamp(0.0, 1.0),
        zcr: frame.zcr.clamp(0.0, 1.0),
        rolloff_hz: frame.rolloff_hz.clamp(0.0, highest_hz),
        flatness: frame.flatness.clamp(0.0, 1.0),
        bandwidth_hz: frame.bandwidth_hz.clamp(0.0, highest_hz),
        centroid_hz: frame.centroid_hz.clamp(0.0, highest_hz),
        f0_hz: frame.f0_hz.clamp(40.0, 6000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decay(frames: usize, seconds: f32) -> DescriptorCurve {
        let frame = |k: usize| Descriptors {
            rms: 0.3 * (-6.9 * k as f32 * FRAME_SECONDS / seconds).exp(),
            zcr: 0.05,
            rolloff_hz: 3000.0 - k as f32,
            flatness: 0.01,
            bandwidth_hz: 1500.0,
            centroid_hz: 1200.0,
            f0_hz: 220.0,
        };
        DescriptorCurve::new((0..frames).map(frame).collect()).unwrap()
    }

    #[test]
    fn an_outline_keeps_the_curve() {
        let curve = decay(120, 0.9);
        let again = Outline::of(&curve, 1.0).curve();
        assert!(again.frames().len().abs_diff(curve.frames().len()) <= 2);
        for (frame, (a, b)) in curve.frames().iter().zip(again.frames()).take(110).enumerate() {
            let error = (20.0 * (a.rms / b.rms).log10()).abs();
            assert!(error < 0.5, "loudness of frame {frame} is off by {error} dB");
            assert!((a.centroid_hz / b.centroid_hz).log2().abs() < 0.01, "centroid of frame {frame}: {b:?}");
            assert!((a.f0_hz / b.f0_hz).log2().abs() < 0.01, "pitch of frame {frame}: {b:?}");
        }
        assert_eq!(again.frames().last().unwrap().rms, 0.0);
    }

    #[test]
    fn any_values_are_a_curve() {
        for value in [0.0, -1e30, 1e30, f32::INFINITY, f32::NEG_INFINITY, f32::NAN] {
            let curve = Outline::from_values(&[value; VALUES]).curve();
            assert!(curve.frames().len() <= MAX_FRAMES);
            assert_eq!(curve.frames().last().unwrap().rms, 0.0, "{value}");
        }
    }

    #[test]
    fn any_curve_has_a_finite_outline() {
        let frame = |rms| Descriptors { rms, ..Descriptors::default() };
        for frames in [vec![frame(0.0)], vec![frame(1.0)], vec![frame(0.0); MAX_FRAMES], vec![frame(f32::MAX); 3]] {
            let outline = Outline::of(&DescriptorCurve::new(frames).unwrap(), 1.0);
            assert!(outline.to_values().iter().all(|value| value.is_finite()), "{outline:?}");
        }
    }

    #[test]
    fn an_unreliable_pitch_is_measured_as_one() {
        for (asked, low, high) in [(1.0, 0.99, 1.0), (0.4, 0.3, 0.65), (0.0, 0.0, 0.12)] {
            let mut outline = Outline::of(&decay(300, 2.5), 1.0);
            outline.channels[RELIABILITY] = [asked; POINTS];
            let scaled = conditioning::scale(&outline.curve());
            let mean = scaled[..250].iter().map(|frame| frame[RELIABILITY]).sum::<f32>() / 250.0;
            assert!((low..=high).contains(&mean), "asked for {asked}, measured {mean}");
        }
    }
}
