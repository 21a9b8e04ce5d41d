//! Ready-made patches to play at once and to learn from.

use super::{Cable, Division, GateInput, Input, Modulation, Patch, Sequence, Shape, Source, Span, Step};

/// A patch with a name, and what there is to learn from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReadyPatch {
    /// Name, unique among them.
    pub name: &'static str,
    /// What it teaches, in one or two sentences.
    pub lesson: &'static str,
    /// The patch.
    pub patch: Patch,
}

impl Patch {
    /// The ready-made patches.
    #[must_use]
    pub fn ready() -> [ReadyPatch; 6] {
        [slow_booms(), ratchets(), frozen_tail(), scrub_and_stutter(), random_metal(), swing_kit()]
    }
}

/// Both sequencers at their gates, and these cables besides.
fn plugged(cables: &[Cable]) -> super::Cables {
    let gates =
        [Cable::new(Source::Sequencer1Gate, Input::Gate1, 1.0), Cable::new(Source::Sequencer2Gate, Input::Gate2, 1.0)];
    gates.iter().chain(cables).collect()
}

/// Steps of these strengths in a sequence as long as the list.
fn steps<const N: usize>(velocities: [f32; N], division: Division) -> Sequence {
    let mut sequence = Sequence { length: N as u8, division, ..Sequence::default() };
    for (step, velocity) in sequence.steps.iter_mut().zip(velocities) {
        *step = Step::of(velocity);
    }
    sequence
}

fn slow_booms() -> ReadyPatch {
    let mut first = steps([1.0, 0.0, 0.0, 0.6, 0.0, 0.9, 0.0, 0.0], Division::Quarter);
    first.steps[7] = Step { velocity: 0.5, probability: 0.5, ..Step::default() };
    let [mut sine, ..] = Patch::default().modulations;
    sine.span = Some(Span::FourBars);
    ReadyPatch {
        name: "Slow booms",
        lesson: "A knob is the offset of its cable: CV 3 stays low, so every attack is soft, while a sine of four bars \
                 on CV 1 wanders between F1 and F2. Turn the knob of CV 3 up for sharper hits.",
        patch: Patch {
            tempo_bpm: 66.0,
            swing_percent: 50.0,
            sequences: [first, Sequence::default()],
            modulations: with([(0, sine)]),
            cables: plugged(&[Cable::new(Source::Modulator1, Input::Cv1, 0.9)]),
            knobs_volts: [0.0, 0.0, -3.5, -3.0],
            ..Patch::default()
        },
    }
}

fn ratchets() -> ReadyPatch {
    let mut first =
        steps([1.0, 0.0, 0.4, 0.0, 0.8, 0.0, 0.5, 0.0, 1.0, 0.0, 0.4, 0.3, 0.8, 0.0, 0.6, 0.7], Division::Sixteenth);
    for (step, ratchets) in [(4, 2), (6, 3), (12, 4), (14, 3), (15, 8)] {
        first.steps[step].ratchets = ratchets;
    }
    first.steps[15].probability = 0.5;
    let saw = Modulation { shape: Shape::Saw, span: Some(Span::Half), ..Modulation::default() };
    ReadyPatch {
        name: "Ratchets",
        lesson: "A step may strike up to eight times: rolls at steps 5, 7, 13, 15 and 16. A saw of half a bar on CV 3 \
                 sharpens the attacks towards each roll.",
        patch: Patch {
            tempo_bpm: 104.0,
            swing_percent: 50.0,
            sequences: [first, Sequence::default()],
            modulations: with([(1, saw)]),
            cables: plugged(&[
                Cable::new(Source::Modulator2, Input::Cv3, 0.7),
                Cable::new(Source::Sequencer1Velocity, Input::Cv1, 0.6),
            ]),
            knobs_volts: [-4.0, 0.0, 0.0, -4.0],
            ..Patch::default()
        },
    }
}

fn frozen_tail() -> ReadyPatch {
    let first = steps([1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.7, 0.0], Division::Eighth);
    let mut second = steps([0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 1.0], Division::Eighth);
    for step in [2, 3] {
        second.steps[step].tie = true;
    }
    second.steps[4].gate_percent = 100.0;
    second.steps[7].probability = 0.5;
    let triangle = Modulation { shape: Shape::Triangle, span: Some(Span::TwoBars), ..Modulation::default() };
    ReadyPatch {
        name: "Frozen tail",
        lesson: "Gate 2 freezes what sounds for as long as it is high: sequencer 2 holds it over three tied steps, and \
                 on step 8 half of the times. Untie step 4 to hear it let go.",
        patch: Patch {
            tempo_bpm: 96.0,
            swing_percent: 50.0,
            sequences: [first, second],
            modulations: with([(1, triangle)]),
            cables: plugged(&[Cable::new(Source::Modulator2, Input::Cv1, 1.0)]),
            knobs_volts: [0.0, 0.0, 1.0, -3.0],
            ..Patch::default()
        },
    }
}

fn scrub_and_stutter() -> ReadyPatch {
    let mut first = steps([1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.6, 0.0, 0.9, 0.0, 0.0, 0.0], Division::Sixteenth);
    first.steps[10] = Step { velocity: 0.4, probability: 0.4, ratchets: 2, ..Step::default() };
    let saw = Modulation {
        shape: Shape::Saw,
        span: Some(Span::Sixteenth),
        bipolar: false,
        depth: 0.6,
        ..Modulation::default()
    };
    let square = Modulation { shape: Shape::Square, span: Some(Span::Bar), bipolar: false, ..Modulation::default() };
    ReadyPatch {
        name: "Scrub and stutter",
        lesson: "CV 2 reads the curve back from the last moments: a short saw repeats them as a stutter, and the slow \
                 square beside it holds them back for half a bar. Cables at one input add up; pull one to hear the other.",
        patch: Patch {
            tempo_bpm: 118.0,
            swing_percent: 56.0,
            sequences: [first, Sequence::default()],
            modulations: with([(1, saw), (2, square)]),
            cables: plugged(&[
                Cable::new(Source::Modulator2, Input::Cv2, 1.0),
                Cable::new(Source::Modulator3, Input::Cv2, 0.4),
                Cable::new(Source::PadX, Input::Cv1, 1.0),
            ]),
            knobs_volts: [0.0, 0.0, 0.0, -4.0],
            ..Patch::default()
        },
    }
}

fn random_metal() -> ReadyPatch {
    let mut first = steps([0.9; 16], Division::Sixteenth);
    for (index, step) in first.steps.iter_mut().enumerate() {
        step.velocity = [1.0, 0.35, 0.6, 0.45][index % 4];
        step.probability = [0.9, 0.3, 0.55, 0.4][index % 4];
    }
    let smooth = Modulation { shape: Shape::SmoothNoise, rate_hz: 0.8, ..Modulation::default() };
    let held = Modulation { shape: Shape::SampleAndHold, span: Some(Span::Sixteenth), ..Modulation::default() };
    ReadyPatch {
        name: "Random metal",
        lesson: "Chance at every place: steps that play now and then, smooth noise on CV 1, a new level for each hit on \
                 CV 3, and much variation by the knob of CV 4. The same seed plays the same again.",
        patch: Patch {
            tempo_bpm: 126.0,
            swing_percent: 50.0,
            seed: 5,
            sequences: [first, Sequence::default()],
            modulations: with([(1, held), (2, smooth)]),
            cables: plugged(&[
                Cable::new(Source::Modulator3, Input::Cv1, 1.0),
                Cable::new(Source::Modulator2, Input::Cv3, 0.8),
            ]),
            knobs_volts: [1.0, 0.0, 1.5, 2.0],
            ..Patch::default()
        },
    }
}

fn swing_kit() -> ReadyPatch {
    let first =
        steps([1.0, 0.0, 0.3, 0.4, 0.8, 0.0, 0.3, 0.5, 0.9, 0.35, 0.0, 0.4, 0.8, 0.0, 0.45, 0.6], Division::Sixteenth);
    let decay = Modulation {
        shape: Shape::Envelope,
        bipolar: false,
        gate: GateInput::Gate1,
        attack_ms: 0.0,
        decay_ms: 180.0,
        ..Modulation::default()
    };
    ReadyPatch {
        name: "Swing kit",
        lesson: "Swing makes every second sixteenth late, at 62 % nearly a triplet. Strong steps are sharper, since their \
                 velocity goes to CV 3 too, and an envelope on CV 1 bends each hit from F2 to F1.",
        patch: Patch {
            tempo_bpm: 92.0,
            swing_percent: 62.0,
            sequences: [first, Sequence::default()],
            modulations: with([(3, decay)]),
            cables: plugged(&[
                Cable::new(Source::Modulator4, Input::Cv1, 1.0),
                Cable::new(Source::Sequencer1Velocity, Input::Cv3, 0.9),
            ]),
            knobs_volts: [-4.0, 0.0, -3.0, -3.5],
            ..Patch::default()
        },
    }
}

/// The default's modulators, with these in their places.
fn with<const N: usize>(others: [(usize, Modulation); N]) -> [Modulation; 4] {
    let mut modulations = Patch::default().modulations;
    for (place, modulation) in others {
        modulations[place] = modulation;
    }
    modulations
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::Rack;

    #[test]
    fn every_ready_patch_is_in_range_and_strikes_within_two_bars() {
        for ReadyPatch { name, lesson, patch } in Patch::ready() {
            assert_eq!(patch, patch.sanitised(), "{name}");
            assert!(lesson.ends_with('.') && !lesson.contains("  "), "{name}: {lesson}");
            let mut rack = Rack::new(48_000, &patch);
            let samples = (8.0 * 60.0 / patch.tempo_bpm * 48_000.0) as u32;
            let mut strikes = 0;
            for _ in 0..samples / 4_096 {
                strikes += rack.advance(4_096).edges().iter().filter(|edge| edge.strike.is_some()).count();
            }
            // Two strikes for each of the 32 sixteenths are a dense roll already.
            assert!((3..=64).contains(&strikes), "{name}: {strikes} strikes in two bars");
        }
    }

    #[test]
    fn names_differ() {
        let mut names = Patch::ready().map(|ready| ready.name);
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
    }
}
