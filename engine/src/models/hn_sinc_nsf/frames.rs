//! What a hand asks the network for: two curves and the panel, as frames in the network's own units.

use super::{FRAME_SAMPLES, Frame, SAMPLE_RATE_HZ};
use crate::control::{Parameters, Settings};
use crate::curve::ScaledCurve;
use crate::descriptors::{ANALYSIS_RATE_HZ, Descriptors};
use crate::models::conditioning::{Conditioned, RELIABILITY, inverse_transform, louder};
use crate::models::reading::{CurvePair, Playhead};
use crate::motion::{Motion, Stroke};
use crate::stream::hop_clock::{CONTROL_HOP, HopClock};

/// Most frames of one hit, 10 s: a curve lasts 4 s, and a moving scrub may hold it back.
pub const MOST_FRAMES: usize = 430;

/// Control frames, at which the panel moves a hit, in one frame of the network.
const CONTROL_FRAMES: usize = FRAME_SAMPLES * (ANALYSIS_RATE_HZ / SAMPLE_RATE_HZ) as usize / CONTROL_HOP as usize;

const _: () = assert!(CONTROL_FRAMES == 8);

/// A pitch below this reliability is none.
const VOICED: f32 = 0.5;

/// Highest frequency that the network's sound has.
const NYQUIST_HZ: f32 = SAMPLE_RATE_HZ as f32 / 2.0;

/// What is struck, and how.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// F1 and F2.
    pub curves: [&'a ScaledCurve; 2],
    /// What varies by chance; its seed is not read here.
    pub settings: &'a Settings,
    /// Strength of the hit, 0 to 1: weaker is softer, and quieter by a factor on the sound.
    pub velocity: f32,
    /// Transposition of this hit, beside what the panel says.
    pub semitones: f32,
    /// Seed of the hit's chance and of its noise.
    pub seed: u64,
}

/// The hit as frames, 23.2 ms apart: at least one and at most [`MOST_FRAMES`]. `parameters` says how the panel stands so many
/// seconds after the trigger.
///
/// The curves are read, morphed, scrubbed and moved as the streamed network's are, at the same control frames; the last step
/// is into the units of the original's own analysis. Two things are near and not exact: our descriptors are measured at
/// 44.1 kHz, the original's at 22.05 kHz, so that frequencies end at 11,025 Hz, zero crossings a sample count twice (at most
/// 1), and flatness is the whole band's; and the original's pitch has no reliability: below one half it counts as none (0 Hz).
/// Loudness goes to the network as a descriptor, as the original did it, and a transposition moves all frequencies.
#[must_use]
pub fn frames(ask: &Ask<'_>, mut parameters: impl FnMut(f32) -> Parameters) -> Vec<Frame> {
    let [first, second] = ask.curves;
    let curves = CurvePair { first, second };
    let mut motion = Motion::new();
    motion.strike(Stroke { velocity: ask.velocity, semitones: ask.semitones, seed: ask.seed });
    let mut playhead = Playhead::start();
    let mut frames = Vec::new();
    for step in 0..MOST_FRAMES * CONTROL_FRAMES {
        let touch = motion.step(&parameters((step as f64 * HopClock::HOP_S) as f32), ask.settings);
        let control_frames = curves.control_frames(touch.alpha);
        let place = playhead.place(touch.reading, control_frames);
        if step % CONTROL_FRAMES == 0 {
            let mut scaled = touch.shown(curves.read(place.position, touch.alpha), place.seconds());
            louder(&mut scaled, place.level * touch.gain_at(place.seconds()));
            frames.push(in_own_units(&scaled, touch.ratio as f32));
        }
        if playhead.is_at_end(&place) {
            break;
        }
        playhead.advance(control_frames);
    }
    frames
}

/// A scaled frame in the units of the original's analysis, all frequencies times `ratio`.
fn in_own_units(scaled: &Conditioned, ratio: f32) -> Frame {
    let Descriptors { rms, zcr, rolloff_hz, flatness, bandwidth_hz, centroid_hz, f0_hz } = inverse_transform(scaled);
    let hertz = |frequency: f32| (ratio * frequency).min(NYQUIST_HZ);
    let crossings = zcr * (ANALYSIS_RATE_HZ / SAMPLE_RATE_HZ) as f32 * ratio;
    let pitch = if scaled[RELIABILITY] < VOICED { 0.0 } else { hertz(f0_hz) };
    let frame =
        [rms, crossings.min(1.0), hertz(rolloff_hz), flatness.min(1.0), hertz(bandwidth_hz), hertz(centroid_hz), pitch];
    // A loudness beyond all measure would be an infinity.
    frame.map(|value| if value.is_finite() { value } else { f32::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::ControlFrame;
    use crate::descriptors::DescriptorCurve;

    fn curve(count: usize, f0_hz: f32, centroid_hz: f32) -> ScaledCurve {
        let frames = (0..count)
            .map(|frame| Descriptors {
                rms: 0.4 * (-(frame as f32) / 60.0).exp(),
                zcr: 0.1,
                rolloff_hz: 2.0 * centroid_hz,
                flatness: 0.02,
                bandwidth_hz: 900.0,
                centroid_hz,
                f0_hz,
            })
            .collect();
        ScaledCurve::from(&DescriptorCurve::new(frames).expect("finite frames"))
    }

    /// One hit with these voltages.
    fn asked(curves: [&ScaledCurve; 2], cv: [f32; 4], semitones: f32) -> Vec<Frame> {
        let settings = Settings::default();
        let parameters = Parameters::read(&ControlFrame { cv, ..ControlFrame::default() }, &settings);
        frames(&Ask { curves, settings: &settings, velocity: 1.0, semitones, seed: 1 }, |_| parameters)
    }

    const AT_REST: [f32; 4] = [-5.0, 0.0, 0.0, -5.0];

    fn near(frame: &Frame, expected: Frame) {
        for (index, (value, expected)) in frame.iter().zip(expected).enumerate() {
            assert!((value - expected).abs() <= 2e-3 * expected.abs(), "value {index}: {value} instead of {expected}");
        }
    }

    #[test]
    fn at_rest_the_frames_are_every_fourth_of_the_curve_in_other_units() {
        let curve = curve(101, 220.0, 2_000.0);
        let frames = asked([&curve, &curve], AT_REST, 0.0);
        assert_eq!(frames.len(), 26, "100 hops of 5.8 ms are 25 of 23.2 ms");
        for (index, frame) in frames.iter().enumerate() {
            let rms = 0.4 * (-4.0 * index as f32 / 60.0).exp();
            near(frame, [rms, 0.2, 4_000.0, 0.02, 900.0, 2_000.0, 220.0]);
        }
    }

    #[test]
    fn what_the_network_cannot_sound_is_bounded() {
        let curve = curve(9, 5_000.0, 18_000.0);
        let frames = asked([&curve, &curve], AT_REST, 12.0);
        let [_, crossings, rolloff, _, _, centroid, pitch] = frames[0];
        assert_eq!([rolloff, centroid], [NYQUIST_HZ; 2]);
        assert_eq!(pitch, 0.0, "a pitch of 5 kHz is not trusted");
        assert!((crossings - 0.4).abs() < 1e-3, "{crossings}");
    }

    #[test]
    fn every_control_moves_the_frames() {
        let (dark, bright) = (curve(81, 110.0, 800.0), curve(161, 220.0, 4_000.0));
        let plain = asked([&dark, &bright], AT_REST, 0.0);
        let morphed = asked([&dark, &bright], [5.0, 0.0, 0.0, -5.0], 0.0);
        assert_eq!(morphed.len(), 41, "F2's length");
        near(&morphed[0], [0.4, 0.2, 8_000.0, 0.02, 900.0, 4_000.0, 220.0]);
        for (name, cv, semitones) in [
            ("scrub behind", [-5.0, -3.0, 0.0, -5.0], 0.0),
            ("scrub round", [-5.0, 4.0, 0.0, -5.0], 0.0),
            ("transient", [-5.0, 0.0, 5.0, -5.0], 0.0),
            ("variation", [-5.0, 0.0, 0.0, 5.0], 0.0),
            ("transposition", AT_REST, -7.0),
        ] {
            assert_ne!(plain, asked([&dark, &bright], cv, semitones), "{name}");
        }
        let transposed = asked([&dark, &bright], AT_REST, -12.0);
        near(&transposed[0], [0.4, 0.1, 800.0, 0.02, 450.0, 400.0, 55.0]);
    }

    #[test]
    fn a_hit_has_an_end_however_it_is_scrubbed() {
        let curve = curve(690, 110.0, 800.0);
        for volts in [-5.0, -1.0, 1.0, 5.0] {
            let frames = asked([&curve, &curve], [-5.0, volts, 0.0, 5.0], 0.0);
            assert!((170..=MOST_FRAMES).contains(&frames.len()), "{volts} V: {} frames", frames.len());
        }
    }
}
