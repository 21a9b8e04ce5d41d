//! One descriptor of a curve as a line over its axis, and a curve with that line replaced.

use crate::descriptor::{AUDIBLE_RMS, Descriptor};
use neurorack_engine::descriptors::{DescriptorCurve, Descriptors, Timbre};

/// Where each frame's value lies on the descriptor's axis: 0 at its bottom, 1 at its top, below 0 what is not drawn.
pub(crate) fn line(descriptor: Descriptor, curve: &DescriptorCurve) -> Vec<f32> {
    curve.frames().iter().map(|frame| descriptor.place(frame)).collect()
}

/// Frames from the first on that are drawn: all of the loudness; of everything else, up to the last that can be heard.
pub(crate) fn shown(descriptor: Descriptor, frames: &[Descriptors]) -> &[Descriptors] {
    if descriptor == Descriptor::Loudness {
        return frames;
    }
    let last = frames.iter().rposition(|frame| frame.rms > AUDIBLE_RMS);
    &frames[..last.map_or(0, |last| last + 1)]
}

/// The curve with another line, one height a frame, as [`line`] gives them; frames whose height stays keep their value.
///
/// Every value comes out as one that 16 bits hold exactly, so that a link made of 16-bit numbers is this very sound.
pub(crate) fn with_line(curve: &DescriptorCurve, descriptor: Descriptor, line: &[f32]) -> DescriptorCurve {
    let frames = curve.frames().iter().zip(line).map(|(frame, &place)| {
        let kept = descriptor.place(frame) == place;
        let frame = if kept { *frame } else { descriptor.with_value(frame, descriptor.value_at(place)) };
        frame.in_16_bits()
    });
    rebuilt(curve, frames.collect())
}

/// A curve of other frames with the timbre of the recording that it was made from; the old one, should they be no curve.
pub(super) fn rebuilt(curve: &DescriptorCurve, frames: Vec<Descriptors>) -> DescriptorCurve {
    let timbre = curve.timbre().map(Timbre::in_16_bits);
    DescriptorCurve::new(frames).map_or_else(|_| curve.clone(), |edited| edited.with_timbre(timbre))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve() -> DescriptorCurve {
        let frame = |k: usize| Descriptors {
            rms: 0.3 / (k + 1) as f32,
            zcr: 0.1,
            rolloff_hz: 4_321.0,
            flatness: 1.3e-4,
            bandwidth_hz: 1_500.7,
            centroid_hz: 2_000.3,
            f0_hz: 200.2,
        };
        let timbre = Timbre::new([0.25; Timbre::COUNT]);
        DescriptorCurve::new((0..40).map(frame).collect()).expect("finite frames").with_timbre(timbre)
    }

    #[test]
    fn another_line_moves_its_own_descriptor_and_keeps_the_timbre() {
        let before = curve();
        let lower: Vec<f32> = line(Descriptor::Loudness, &before).iter().map(|place| place - 0.2).collect();
        let after = with_line(&before, Descriptor::Loudness, &lower);
        for (before, after) in before.frames().iter().zip(after.frames()) {
            assert!((20.0 * (after.rms / before.rms).log10() + 12.0).abs() < 0.02, "a fifth of 60 dB: {after:?}");
            assert!((after.centroid_hz / before.centroid_hz - 1.0).abs() < 1e-3);
        }
        assert_eq!(after.timbre(), before.timbre());
    }

    #[test]
    fn edited_values_survive_16_bits() {
        let before = curve();
        let edited = with_line(&before, Descriptor::Pitch, &[0.33; 40]);
        for frame in edited.frames() {
            assert_eq!(*frame, frame.in_16_bits());
        }
    }

    #[test]
    fn what_cannot_be_heard_is_not_drawn() {
        let mut frames = curve().frames().to_vec();
        frames[30..].iter_mut().for_each(|frame| frame.rms = 0.0);
        assert_eq!(shown(Descriptor::Tone, &frames).len(), 30);
        assert_eq!(shown(Descriptor::Loudness, &frames).len(), 40);
    }
}
