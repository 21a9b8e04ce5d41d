//! What a curve does on the whole: its descriptors around the moments at which timbres are kept.

use crate::descriptors::{Descriptors, Timbre};
use crate::models::conditioning::{Conditioned, Normalisation, RMS, RMS_FLOOR, shift};

/// Numbers that the network is told of a course.
pub const COURSE: usize = Timbre::MOMENTS * Descriptors::COUNT + 1;

/// Weight of silence, so that a silent curve has a course too.
const LEAST_WEIGHT: f32 = 1e-6;

/// The network sees z-scores within these bounds.
const CLAMP: f32 = 4.0;

/// Means of the scaled descriptors around each of [`Timbre::MOMENTS`], weighted by loudness, and the length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Course {
    moments: [[f32; Descriptors::COUNT]; Timbre::MOMENTS],
    log2_frames: f32,
}

impl Course {
    /// The course of a curve in the network's scales ([`scale`](crate::models::conditioning::scale)), not empty. Real-time
    /// safe; the cost grows with the curve's length.
    #[must_use]
    pub fn of(frames: &[Conditioned], frame_s: f32) -> Self {
        let mut sums = [[0.0f32; Descriptors::COUNT]; Timbre::MOMENTS];
        let mut weights = [0.0f32; Timbre::MOMENTS];
        for (index, frame) in frames.iter().enumerate() {
            let place = Timbre::moment_at(index as f32 * frame_s);
            let loudness = (libm::exp10f(frame[RMS]) - RMS_FLOOR).max(0.0) + LEAST_WEIGHT;
            let below = (place as usize).min(Timbre::MOMENTS - 2);
            let part = place - below as f32;
            for (moment, share) in [(below, 1.0 - part), (below + 1, part)] {
                let weight = share * loudness;
                weights[moment] += weight;
                for (sum, value) in sums[moment].iter_mut().zip(frame) {
                    *sum += weight * value;
                }
            }
        }
        let mut moments = sums;
        for moment in 0..Timbre::MOMENTS {
            if weights[moment] > 0.0 {
                moments[moment].iter_mut().for_each(|sum| *sum /= weights[moment]);
            } else if moment > 0 {
                // Where the curve has ended it goes on as it was.
                moments[moment] = moments[moment - 1];
            }
        }
        Self { moments, log2_frames: libm::log2f(frames.len().max(1) as f32) }
    }

    /// The course of the curve between this one and another, `alpha` of the way. Real-time safe.
    #[must_use]
    pub fn towards(&self, other: &Self, alpha: f32) -> Self {
        let mut between = *self;
        if alpha != 0.0 {
            for (here, there) in between.moments.as_flattened_mut().iter_mut().zip(other.moments.as_flattened()) {
                *here += alpha * (there - *here);
            }
            between.log2_frames += alpha * (other.log2_frames - self.log2_frames);
        }
        between
    }

    /// Moves each moment by so many octaves, asked for by its seconds; loudness stays. Real-time safe.
    pub fn shift(&mut self, octaves_at: impl Fn(f32) -> [f32; Descriptors::COUNT]) {
        for (moment, seconds) in self.moments.iter_mut().zip(Timbre::moments_s()) {
            let mut frame = Conditioned::default();
            frame[..Descriptors::COUNT].copy_from_slice(moment);
            shift(&mut frame, &octaves_at(seconds));
            moment.copy_from_slice(&frame[..Descriptors::COUNT]);
        }
    }

    /// The course as the network sees it: z-scores moment by moment, loudness relative to the first moment's, then
    /// `log2(frames / 128) / 2`. Real-time safe.
    #[must_use]
    pub fn inputs(&self, normalisation: &Normalisation) -> [f32; COURSE] {
        let mut inputs = [0.0; COURSE];
        let (groups, _) = inputs.as_chunks_mut::<{ Descriptors::COUNT }>();
        for (group, moment) in groups.iter_mut().zip(&self.moments) {
            for (channel, (input, value)) in group.iter_mut().zip(moment).enumerate() {
                let origin = if channel == RMS { self.moments[0][RMS] } else { normalisation.mean[channel] };
                *input = ((value - origin) / normalisation.std[channel]).clamp(-CLAMP, CLAMP);
            }
        }
        inputs[COURSE - 1] = 0.5 * (self.log2_frames - 7.0);
        inputs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::conditioning::CHANNELS;

    const FRAME_S: f32 = 256.0 / 44_100.0;
    const PLAIN: Normalisation = Normalisation { mean: [0.0; 7], std: [1.0; 7] };

    fn curve(frames: usize, value: impl Fn(usize) -> f32) -> Vec<Conditioned> {
        (0..frames)
            .map(|index| {
                let mut frame = [1.0; CHANNELS];
                frame[RMS] = -1.0;
                frame[5] = value(index);
                frame
            })
            .collect()
    }

    fn brightness(course: &Course) -> [f32; Timbre::MOMENTS] {
        course.moments.map(|moment| moment[5])
    }

    #[test]
    fn a_course_says_what_is_early_and_what_is_late() {
        let course = Course::of(&curve(400, |index| if index < 10 { 3.0 } else { 1.0 }), FRAME_S);
        let brightness = brightness(&course);
        assert!(brightness[0] > 2.9 && brightness[4] == 1.0, "{brightness:?}");
        assert!(brightness.windows(2).all(|pair| pair[0] >= pair[1]));
    }

    #[test]
    fn after_its_end_a_curve_goes_on_as_it_was() {
        let course = Course::of(&curve(6, |_| 2.0), FRAME_S);
        assert_eq!(brightness(&course), [2.0; Timbre::MOMENTS]);
        assert_eq!(Course::of(&curve(1, |_| 2.0), FRAME_S).inputs(&PLAIN)[COURSE - 1], -3.5);
    }

    #[test]
    fn quiet_frames_count_little() {
        let mut frames = curve(200, |index| if index % 2 == 0 { 2.0 } else { 0.0 });
        frames.iter_mut().skip(1).step_by(2).for_each(|frame| frame[RMS] = -3.9);
        assert!(brightness(&Course::of(&frames, FRAME_S))[2] > 1.98);
    }

    #[test]
    fn the_level_of_the_whole_is_not_told() {
        let mut louder = curve(100, |_| 2.0);
        louder.iter_mut().for_each(|frame| frame[RMS] += 0.7);
        let inputs = [curve(100, |_| 2.0), louder].map(|frames| Course::of(&frames, FRAME_S).inputs(&PLAIN));
        assert!(inputs[0].iter().zip(inputs[1]).all(|(a, b)| (a - b).abs() < 1e-5));
    }

    #[test]
    fn a_course_lies_between_two_and_is_moved_like_its_curve() {
        let [dark, bright] = [1.0, 3.0].map(|value| Course::of(&curve(50, |_| value), FRAME_S));
        assert!(brightness(&dark.towards(&bright, 0.5)).iter().all(|value| (value - 2.0).abs() < 1e-5));
        assert_eq!(dark.towards(&bright, 0.0), dark);
        let mut moved = dark;
        moved.shift(|seconds| [9.0, 0.0, 0.0, 0.0, 0.0, if seconds < 0.1 { 1.0 } else { 0.0 }, 0.0]);
        let wanted = [2.0f32, 2.0, 1.0, 1.0, 1.0];
        assert!(brightness(&moved).iter().zip(wanted).all(|(value, wanted)| (value - wanted).abs() < 1e-5));
        assert_eq!(moved.moments[0][RMS], dark.moments[0][RMS], "loudness stays");
    }
}
