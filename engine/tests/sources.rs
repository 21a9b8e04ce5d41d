//! The virtual sources from outside: the grid, chance, cables, clocks, and that nothing is allocated.

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use neurorack_engine::sources::{
    Action, Block, Cable, Cables, ClockSource, Division, GateInput, Input, InputScale, Modulation, PATCH_BYTES, Patch,
    Rack, Sequence, Shape, Source, Span, Step,
};
use proptest::prelude::*;

#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

/// An edge with its sample since the start of the test.
type TimedEdge = (u64, GateInput, Option<f32>);

/// Sequencer 1 at Gate 1 and sequencer 2 at Gate 2, running.
fn plain(tempo_bpm: f32, sequences: [Sequence; 2]) -> Patch {
    Patch { running: true, tempo_bpm, swing_percent: 50.0, sequences, ..Patch::calm() }
}

/// Each sequencer has only a cable to its own gate, and modulator 1 one to CV 1.
fn with_modulation(modulation: Modulation) -> Patch {
    let mut patch = Patch { knobs_volts: [0.0; 4], ..Patch::calm() };
    patch.modulations[0] = modulation;
    patch.cables.plug(Cable::new(Source::Modulator1, Input::Cv1, 1.0));
    patch
}

/// Bits of the volts and of the bend, and states of the gates, with the sample since the start of the test.
type Level = (u64, [u32; 5], [bool; 2]);

/// All edges of the coming samples, in blocks of up to 4096.
fn edges(rack: &mut Rack, samples: u64) -> Vec<TimedEdge> {
    let mut found = Vec::new();
    let mut now = 0;
    while now < samples {
        let block = rack.advance((samples - now).min(4_096) as u32);
        found.extend(block.edges().iter().map(|edge| (now + u64::from(edge.at), edge.gate, edge.strike)));
        assert_eq!(block.dropped(), 0);
        now += u64::from(block.samples());
    }
    found
}

fn strikes(edges: &[TimedEdge], gate: GateInput) -> Vec<u64> {
    edges.iter().filter(|edge| edge.1 == gate && edge.2.is_some()).map(|edge| edge.0).collect()
}

fn falls(edges: &[TimedEdge], gate: GateInput) -> Vec<u64> {
    edges.iter().filter(|edge| edge.1 == gate && edge.2.is_none()).map(|edge| edge.0).collect()
}

/// Volts at CV 1 at the start of each piece, with its sample.
fn cv_1(rack: &mut Rack, samples: u64) -> Vec<(u64, f32)> {
    let mut found = Vec::new();
    let mut now = 0;
    while now < samples {
        let block = rack.advance(128);
        found.extend(block.pieces().iter().map(|piece| (now + u64::from(piece.at), piece.cv[0])));
        now += 128;
    }
    found
}

/// The sample nearest to a time of `numerator / denominator` samples, halves upwards.
fn nearest(numerator: i128, denominator: i128) -> u64 {
    (2 * numerator + denominator).div_euclid(2 * denominator) as u64
}

#[test]
fn steps_and_ratchets_fall_exactly_on_the_grid_for_minutes() {
    for (rate, milli_bpm, swing_permille, ratchets) in [
        (44_100, 20_000, 500, 1),
        (48_000, 112_000, 540, 3),
        (44_100, 133_337, 667, 1),
        (96_000, 300_000, 750, 8),
        (22_050, 97_531, 500, 7),
        (192_000, 60_000, 580, 5),
    ] {
        let mut sequence = Sequence::of([1.0; 16]);
        for step in &mut sequence.steps {
            step.ratchets = ratchets;
        }
        let mut patch = plain(milli_bpm as f32 / 1_000.0, [sequence, Sequence::default()]);
        patch.swing_percent = swing_permille as f32 / 10.0;
        let samples = u64::from(rate) * 150;
        let found = strikes(&edges(&mut Rack::new(rate, &patch), samples), GateInput::Gate1);
        // A sixteenth is 15 · 1000 · rate / milli_bpm samples. Times here are in sixteenths / (1000 · ratchets).
        let onset = |step: i128| 1_000 * step + if step % 2 == 1 { 2 * i128::from(swing_permille) - 1_000 } else { 0 };
        let parts = i128::from(ratchets);
        let expected: Vec<u64> = (0..)
            .flat_map(|step| (0..parts).map(move |part| parts * onset(step) + part * (onset(step + 1) - onset(step))))
            .map(|time| nearest(time * 15_000 * i128::from(rate), 1_000 * parts * i128::from(milli_bpm)))
            .take_while(|&sample| sample < samples)
            .collect();
        assert_eq!(found.len(), expected.len(), "{rate} Hz, {milli_bpm} thousandths of a bpm");
        let wrong = found.iter().zip(&expected).position(|(found, expected)| found != expected);
        assert_eq!(wrong, None, "{rate} Hz, {milli_bpm} thousandths of a bpm, swing {swing_permille} permille");
    }
}

#[test]
fn divisions_last_as_they_are_written() {
    for division in Division::ALL {
        let sequence = Sequence { division, ..Sequence::of([1.0; 16]) };
        let found = strikes(
            &edges(&mut Rack::new(48_000, &plain(101.0, [Sequence::default(), sequence])), 960_000),
            GateInput::Gate2,
        );
        let expected: Vec<u64> = (0..)
            .map(|step| nearest(step * 60 * 48_000, 101 * i128::from(division.per_quarter())))
            .take_while(|&sample| sample < 960_000)
            .collect();
        assert_eq!(found, expected, "{}", division.label());
    }
}

#[test]
fn gates_last_for_their_part_of_the_step_and_fall_before_the_next() {
    // 120 bpm: a step of 6000 samples.
    let mut sequence = Sequence { length: 4, ..Sequence::of([1.0; 16]) };
    sequence.steps[1] = Step { gate_percent: 5.0, ..Step::of(0.5) };
    sequence.steps[2] = Step { gate_percent: 100.0, ..Step::of(0.25) };
    sequence.steps[3] = Step { ratchets: 2, gate_percent: 25.0, ..Step::of(0.75) };
    let found = edges(&mut Rack::new(48_000, &plain(120.0, [sequence, Sequence::default()])), 24_000);
    let gate = GateInput::Gate1;
    let expected = [
        (0, gate, Some(1.0)),
        (3_000, gate, None),
        (6_000, gate, Some(0.5)),
        (6_300, gate, None),
        (12_000, gate, Some(0.25)),
        (17_999, gate, None),
        (18_000, gate, Some(0.75)),
        (18_750, gate, None),
        (21_000, gate, Some(0.75)),
        (21_750, gate, None),
    ];
    assert_eq!(found, expected);
}

#[test]
fn tied_steps_do_not_fall_between_and_end_where_nothing_follows() {
    let mut sequence = Sequence { length: 6, ..Sequence::default() };
    let tied = Step { tie: true, ..Step::of(1.0) };
    sequence.steps[0] = tied;
    sequence.steps[1] = tied;
    sequence.steps[2] = Step::of(1.0);
    sequence.steps[4] = Step { ratchets: 2, ..tied };
    let found = edges(&mut Rack::new(48_000, &plain(120.0, [sequence, Sequence::default()])), 36_000);
    let gate = GateInput::Gate1;
    assert_eq!(strikes(&found, gate), [0, 24_000, 27_000]);
    assert_eq!(falls(&found, gate), [15_000, 25_500, 30_000]);
}

#[test]
fn chance_keeps_its_odds_and_comes_back_with_the_seed() {
    let mut sequence = Sequence::of([1.0; 16]);
    for (index, step) in sequence.steps.iter_mut().enumerate() {
        step.probability = if index % 2 == 0 { 0.25 } else { 1.0 };
    }
    let played = |seed| {
        let patch = Patch { seed, ..plain(300.0, [sequence, sequence]) };
        let found = edges(&mut Rack::new(8_000, &patch), 400 * 400 * 2);
        [GateInput::Gate1, GateInput::Gate2].map(|gate| strikes(&found, gate))
    };
    let [first, second] = played(3);
    assert_eq!([first.clone(), second.clone()], played(3), "the same seed");
    assert_ne!(first, played(4)[0], "another seed");
    assert_ne!(first, second, "the sequencers have their own chance");
    // A step is 400 samples; 800 steps, of which half are certain.
    assert_eq!(first.iter().filter(|&&sample| sample / 400 % 2 == 1).count(), 400);
    let by_chance = first.iter().filter(|&&sample| sample / 400 % 2 == 0).count();
    assert!((70..130).contains(&by_chance), "{by_chance} of 400 at odds of a quarter");
}

#[test]
fn a_new_patch_keeps_the_place_and_a_new_tempo_does_not_jump() {
    let sequence = Sequence { length: 5, ..Sequence::of([1.0; 16]) };
    let mut patch = plain(120.0, [sequence, Sequence::default()]);
    let mut rack = Rack::new(48_000, &patch);
    assert_eq!(strikes(&edges(&mut rack, 21_000), GateInput::Gate1), [0, 6_000, 12_000, 18_000]);
    assert_eq!(rack.state().steps, [Some(3), Some(3)]);
    // Half of step 3 has passed: the rest takes twice as long at half the tempo.
    patch.tempo_bpm = 60.0;
    patch.knobs_volts[1] = 2.0;
    rack.use_patch(&patch);
    let found = edges(&mut rack, 24_000);
    assert_eq!(strikes(&found, GateInput::Gate1), [6_000, 18_000]);
    assert_eq!(rack.state().steps[0], Some(0), "the fifth step and round again");
    // Eighths: the next one starts where the grid of the start has it (step 6 of sixteenths is step 3 of eighths).
    patch.sequences[0].division = Division::Eighth;
    rack.use_patch(&patch);
    assert_eq!(strikes(&edges(&mut rack, 30_000), GateInput::Gate1), [6_000]);
    assert_eq!(rack.state().steps[0], Some(3));
}

#[test]
fn the_clock_starts_and_stops_at_exact_samples() {
    let mut patch = plain(120.0, [Sequence::of([1.0; 16]), Sequence::default()]);
    patch.running = false;
    let mut rack = Rack::new(48_000, &patch);
    assert!(edges(&mut rack, 10_000).is_empty());
    rack.push(777, Action::Start);
    rack.push(8_000, Action::Stop);
    rack.push(20_001, Action::Continue);
    rack.push(30_000, Action::Start);
    let found = edges(&mut rack, 31_000);
    // It goes on 7223 samples into the pattern, so step 2 follows after 4777 more. The second start begins anew.
    assert_eq!(strikes(&found, GateInput::Gate1), [777, 6_777, 24_778, 30_000]);
    assert_eq!(falls(&found, GateInput::Gate1), [3_777, 8_000, 27_778]);
}

#[test]
fn midi_clock_plays_steps_on_every_sixth_pulse() {
    let mut patch = plain(120.0, [Sequence::of([1.0; 16]), Sequence::default()]);
    (patch.clock, patch.running) = (ClockSource::Midi, false);
    let mut rack = Rack::new(48_000, &patch);
    rack.push(10, Action::Start);
    // 980 or 1020 samples apart, as jitter has it.
    let pulses: Vec<u64> = (0..49).map(|k| 100 + k * 1_000 + k % 2 * 20).collect();
    let mut found = Vec::new();
    for block in 0..400u64 {
        for pulse in pulses.iter().filter(|&&pulse| pulse / 128 == block) {
            rack.push((pulse % 128) as u32, Action::Pulse);
        }
        found.extend(edges(&mut rack, 128).iter().map(|edge| (block * 128 + edge.0, edge.1, edge.2)));
    }
    let expected: Vec<u64> = pulses.iter().copied().step_by(6).collect();
    assert_eq!(strikes(&found, GateInput::Gate1), expected);
    for (strike, fall) in expected.iter().zip(falls(&found, GateInput::Gate1)) {
        assert!((strike + 2_900..strike + 3_100).contains(&fall), "half a step after {strike}: {fall}");
    }
    assert!((rack.state().tempo_bpm - 120.0).abs() < 3.0, "{} bpm", rack.state().tempo_bpm);
}

#[test]
fn a_gate_falls_when_midi_clock_falls_silent() {
    let tied = Step { tie: true, ..Step::of(1.0) };
    let mut patch = plain(120.0, [Sequence::default(), Sequence { steps: [tied; 16], ..Sequence::default() }]);
    (patch.clock, patch.running) = (ClockSource::Midi, false);
    let mut rack = Rack::new(48_000, &patch);
    rack.push(0, Action::Start);
    for pulse in 0..4 {
        rack.push(pulse * 1_000, Action::Pulse);
    }
    let found = edges(&mut rack, 48_000);
    assert_eq!(strikes(&found, GateInput::Gate2), [0]);
    let [fall] = falls(&found, GateInput::Gate2)[..] else { panic!("it falls once: {found:?}") };
    assert!((15_000..15_100).contains(&fall), "a quarter of a second after the last pulse: {fall}");
}

#[test]
fn cables_add_to_the_knob_and_stay_within_five_volts() {
    let mut patch = Patch { knobs_volts: [1.0, -2.0, 3.0, -4.0], pad: [0.5, -1.0], ..Patch::calm() };
    patch.cables.plug(Cable::new(Source::PadX, Input::Cv1, 0.4));
    patch.cables.plug(Cable::new(Source::PadY, Input::Cv1, -0.2));
    patch.cables.plug(Cable::new(Source::Wheel, Input::Cv3, 1.0));
    patch.cables.plug(Cable::new(Source::Lane2, Input::Cv4, -1.0));
    let mut rack = Rack::new(48_000, &patch);
    assert_eq!(rack.advance(128).pieces()[0].cv, [3.0, -2.0, 3.0, -4.0], "1 + 5·0.5·0.4 + 5·1·0.2 V");
    rack.push(50, Action::Wheel { value: 0.9 });
    rack.push(50, Action::Lane { lane: 1, value: 0.1 });
    rack.push(50, Action::Lane { lane: 9, value: 1.0 });
    rack.push(90, Action::Pad { x: f32::NAN, y: 0.0 });
    let block = rack.advance(128);
    let found: Vec<_> = block.pieces().iter().map(|piece| (piece.at, piece.cv)).collect();
    let expected = [(0, [3.0, -2.0, 3.0, -4.0]), (50, [3.0, -2.0, 5.0, -4.5]), (90, [1.0, -2.0, 5.0, -4.5])];
    assert_eq!(found, expected);
}

#[test]
fn what_a_modules_jacks_read_adds_to_knobs_and_cables_from_its_sample_on_until_the_plug_is_pulled() {
    let mut patch = Patch::calm();
    patch.knobs_volts = [1.0, -1.0, 0.0, 0.0];
    patch.cables.plug(Cable::new(Source::Wheel, Input::Cv2, 0.5));
    let mut rack = Rack::new(48_000, &patch);
    rack.push(0, Action::Wheel { value: 0.4 });
    rack.push(50, Action::Jacks { volts: [Some(2.5), Some(-3.0), Some(f32::NAN), Some(40.0)] });
    rack.push(200, Action::Jacks { volts: [None, Some(-3.0), None, None] });
    let pieces: Vec<_> = rack.advance(256).pieces().iter().map(|piece| (piece.at, piece.cv)).collect();
    let at = |sample: u32| pieces.iter().rfind(|(at, _)| *at <= sample).expect("a piece").1;
    assert_eq!(at(49), [1.0, 0.0, 0.0, 0.0]);
    assert_eq!(at(50), [3.5, -3.0, 0.0, 5.0], "no number is 0 V, and more than 5 V is 5 V");
    assert_eq!(at(200), [1.0, -3.0, 0.0, 0.0]);
}

#[test]
fn a_pitch_bend_glides_to_its_semitones_and_back() {
    let mut rack = Rack::new(48_000, &Patch::calm());
    let bends = |rack: &mut Rack| -> Vec<f32> {
        (0..100)
            .flat_map(|_| rack.advance(128).pieces().iter().map(|piece| piece.bend_semitones).collect::<Vec<_>>())
            .collect()
    };
    rack.push(40, Action::Bend { semitones: 2.0 });
    let up = bends(&mut rack);
    assert!(up.windows(2).all(|pair| (0.0..0.5).contains(&(pair[1] - pair[0]))), "a glide: {up:?}");
    assert_eq!((up[0], up.last()), (0.0, Some(&2.0)));
    rack.push(0, Action::Bend { semitones: f32::NAN });
    assert_eq!(bends(&mut rack).last(), Some(&0.0), "what is no number is the middle");
    rack.push(0, Action::Bend { semitones: 99.0 });
    assert_eq!(bends(&mut rack).last(), Some(&24.0));
}

#[test]
fn a_gesture_moves_the_pad_until_a_hand_takes_it_and_begins_with_the_clock() {
    let mut patch = Patch { knobs_volts: [0.0; 4], pad: [-1.0, 0.0], ..Patch::calm() };
    patch.cables.plug(Cable::new(Source::PadX, Input::Cv1, 1.0));
    let mut rack = Rack::new(48_000, &patch);
    let at = |rack: &mut Rack| rack.advance(128).pieces()[0].cv[0];
    assert_eq!(at(&mut rack), -5.0, "where the hand left it");
    // A point lasts 768 samples.
    rack.use_gesture([[0, 0], [300, 0], [300, 0]].into_iter());
    let volts: Vec<f32> = (0..18).map(|_| at(&mut rack)).collect();
    let expected = [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 2.5, 2.0, 1.5, 1.0, 0.5];
    let close = volts.iter().zip(expected).all(|(volts, expected): (&f32, f32)| (volts - expected).abs() < 1e-4);
    assert!(close, "{volts:?}");
    rack.push(0, Action::HoldPad { held: true });
    assert_eq!((at(&mut rack), rack.state().pad), (-5.0, [-1.0, 0.0]), "the hand has it");
    rack.push(0, Action::HoldPad { held: false });
    assert!(at(&mut rack) > 0.0, "and gives it back");
    rack.push(0, Action::Start);
    assert_eq!(at(&mut rack), 0.0, "the clock starts it anew");
    rack.use_gesture(std::iter::empty());
    assert_eq!(at(&mut rack), -5.0, "cleared");
}

#[test]
fn an_audio_input_opens_a_gate_at_the_very_sample_and_noise_on_its_edge_strikes_once() {
    let mut patch = Patch::calm();
    patch.cables.plug(Cable::new(Source::AudioInput2, Input::Gate1, 1.0));
    let mut rack = Rack::new(48_000, &patch);
    let mut heard = vec![0.0f32; 4_096];
    // 2.4 V is not enough; from 2.55 V on noise of a tenth of a volt changes nothing; 2.1 V closes it.
    heard[700..1_001].fill(0.48);
    for (index, sample) in heard[1_001..3_000].iter_mut().enumerate() {
        *sample = if index % 3 == 0 { 0.53 } else { 0.49 };
    }
    heard[3_000..3_500].fill(0.42);
    let mut found = Vec::new();
    let mut now = 0;
    for samples in [512, 488, 1, 3_095] {
        rack.hear(1, &heard[now..now + samples]);
        let block = rack.advance(samples as u32);
        found.extend(block.edges().iter().map(|edge| (now + edge.at as usize, edge.gate, edge.strike)));
        now += samples;
    }
    assert_eq!(found, [(1_001, GateInput::Gate1, Some(1.0)), (3_000, GateInput::Gate1, None)]);
}

#[test]
fn sound_at_a_gate_strikes_500_times_a_second_at_most() {
    let mut patch = Patch::calm();
    patch.cables.plug(Cable::new(Source::AudioInput1, Input::Gate1, 1.0));
    let mut rack = Rack::new(48_000, &patch);
    let heard: Vec<f32> = (0..128).map(|at| if at % 4 < 2 { 0.9 } else { -0.9 }).collect();
    let mut strikes = 0;
    for _ in 0..375 {
        rack.hear(0, &heard);
        strikes += rack.advance(128).edges().iter().filter(|edge| edge.strike.is_some()).count();
    }
    assert!((400..=500).contains(&strikes), "{strikes} strikes in a second of 12 kHz");
}

#[test]
fn an_audio_input_is_a_voltage_by_its_gain_and_offset_and_0_v_when_it_ends() {
    let mut patch = Patch { knobs_volts: [0.0; 4], ..Patch::calm() };
    patch.cables.plug(Cable::new(Source::AudioInput1, Input::Cv2, 1.0));
    patch.cables.plug(Cable::new(Source::AudioInput2, Input::Cv3, -0.5));
    let mut rack = Rack::new(48_000, &patch);
    rack.use_input_scale(0, InputScale { full_scale_volts: 10.0, offset_volts: 0.25 });
    let mut cv = |heard: Option<f32>| {
        for _ in 0..20 {
            if let Some(sample) = heard {
                rack.hear(0, &[sample; 128]);
                rack.hear(1, &[sample; 128]);
            }
            rack.advance(128);
        }
        rack.state().cv_volts
    };
    let [_, second, third, _] = cv(Some(0.3));
    assert!((second - 3.25).abs() < 1e-3 && (third + 0.75).abs() < 1e-3, "{second} and {third}");
    assert_eq!(cv(None), [0.0; 4]);
}

#[test]
fn gates_are_or_ed_and_hands_strike_whatever_cables_do() {
    // Both sequencers at Gate 1: steps of 6000 samples for 50 %, and eighths for 75 %.
    let first = Sequence::of([1.0; 16]);
    let mut second = Sequence { division: Division::Eighth, ..Sequence::of([0.5; 16]) };
    for step in &mut second.steps {
        step.gate_percent = 75.0;
    }
    let mut patch = plain(120.0, [first, second]);
    patch.cables.pull(Source::Sequencer2Gate, Input::Gate2);
    patch.cables.plug(Cable::new(Source::Sequencer2Gate, Input::Gate1, 0.8));
    let mut rack = Rack::new(48_000, &patch);
    rack.push(8_000, Action::Press { gate: GateInput::Gate1, velocity: 0.7 });
    rack.push(10_000, Action::Release { gate: GateInput::Gate1 });
    let gate = GateInput::Gate1;
    let expected = [
        // Both strike: the stronger one counts. Step 1 rises while the eighth is high.
        (0, gate, Some(1.0)),
        (8_000, gate, Some(0.7)),
        (10_000, gate, None),
    ];
    assert_eq!(edges(&mut rack, 12_000), expected);
}

#[test]
fn a_cable_scales_the_velocity_and_below_half_opens_nothing() {
    for (amount, expected) in [(1.0, Some(0.8)), (0.75, Some(0.6)), (0.5, None), (-1.0, None)] {
        let mut patch = plain(120.0, [Sequence::of([0.8; 16]), Sequence::default()]);
        patch.cables.plug(Cable::new(Source::Sequencer1Gate, Input::Gate1, amount));
        let found = edges(&mut Rack::new(48_000, &patch), 100);
        let strength = found.first().and_then(|edge| edge.2);
        assert_eq!(
            strength.map(|it| (it * 100.0).round()),
            expected.map(|it: f32| (it * 100.0).round()),
            "amount {amount}"
        );
    }
}

#[test]
fn a_modulator_opens_a_gate_within_a_millisecond() {
    let mut patch = with_modulation(Modulation { shape: Shape::Square, rate_hz: 10.0, ..Modulation::default() });
    patch.cables.plug(Cable::new(Source::Modulator1, Input::Gate2, 1.0));
    let found = edges(&mut Rack::new(48_000, &patch), 48_000);
    let rising = strikes(&found, GateInput::Gate2);
    assert_eq!(rising.len(), 10);
    for (turn, &sample) in rising.iter().enumerate() {
        let ideal = turn as u64 * 4_800;
        assert!((ideal..ideal + 48).contains(&sample), "turn {turn} at {sample}");
    }
}

#[test]
fn a_held_pad_lifts_with_the_last_finger() {
    let mut rack = Rack::new(48_000, &Patch::calm());
    let gate = GateInput::Gate2;
    rack.push(1, Action::Press { gate, velocity: 1.0 });
    rack.push(20, Action::Press { gate, velocity: 2.0 });
    rack.push(30, Action::Release { gate });
    rack.push(40, Action::Release { gate });
    rack.push(50, Action::Release { gate });
    rack.push(60, Action::Press { gate, velocity: 0.5 });
    rack.push(70, Action::ReleaseAll);
    let expected =
        [(1, gate, Some(1.0)), (20, gate, Some(1.0)), (40, gate, None), (60, gate, Some(0.5)), (70, gate, None)];
    assert_eq!(edges(&mut rack, 100), expected);
}

#[test]
fn shapes_have_their_form() {
    let at = |shape, bipolar| {
        // One turn is 128 pieces; quarters lie at the pieces 0, 32, 64 and 96.
        let rate_hz = 48_000.0 / (128.0 * 128.0);
        let modulation = Modulation { shape, rate_hz, bipolar, depth: 0.8, ..Modulation::default() };
        let found = cv_1(&mut Rack::new(48_000, &with_modulation(modulation)), 128 * 128);
        [0, 32, 64, 96].map(|piece: usize| found[piece].1)
    };
    for (shape, expected) in [
        (Shape::Sine, [0.0, 4.0, 0.0, -4.0]),
        (Shape::Triangle, [0.0, 4.0, 0.0, -4.0]),
        (Shape::Square, [4.0, 4.0, -4.0, -4.0]),
        (Shape::Saw, [-4.0, -2.0, 0.0, 2.0]),
    ] {
        for bipolar in [true, false] {
            let found = at(shape, bipolar);
            let expected = if bipolar { expected } else { expected.map(|volts| 2.0 + volts / 2.0) };
            let near = found.iter().zip(&expected).all(|(found, expected)| (found - expected).abs() < 1e-4);
            assert!(near, "{shape:?}, bipolar {bipolar}: {found:?} instead of {expected:?}");
        }
    }
}

#[test]
fn modulators_turn_at_their_rate_and_stay_in_range() {
    for shape in Shape::ALL {
        for (rate_hz, turns) in [(0.5, 10.0), (3.7, 74.0), (20.0, 400.0)] {
            let modulation = Modulation { shape, rate_hz, ..Modulation::default() };
            let found = cv_1(&mut Rack::new(48_000, &with_modulation(modulation)), 960_000);
            assert!(found.iter().all(|(_, volts)| volts.abs() <= 5.0), "{shape:?}");
            let rising = found.windows(2).filter(|pair| pair[0].1 < 0.0 && pair[1].1 >= 0.0).count() as f64;
            if matches!(shape, Shape::Sine | Shape::Triangle | Shape::Square | Shape::Saw) {
                assert!((rising - turns).abs() <= 1.0, "{shape:?} at {rate_hz} Hz: {rising} turns in 20 s");
            }
        }
    }
}

#[test]
fn sample_and_hold_draws_once_a_turn_over_the_whole_range() {
    let modulation = Modulation { shape: Shape::SampleAndHold, rate_hz: 20.0, ..Modulation::default() };
    let found = cv_1(&mut Rack::new(48_000, &with_modulation(modulation)), 48_000 * 20);
    let mut levels: Vec<f32> = found.iter().map(|it| it.1).collect();
    levels.dedup();
    assert!((399..=401).contains(&levels.len()), "{} levels in 400 turns", levels.len());
    assert!(levels.iter().any(|&volts| volts > 4.5) && levels.iter().any(|&volts| volts < -4.5));
    let mean = levels.iter().sum::<f32>() / levels.len() as f32;
    assert!(mean.abs() < 0.5, "mean {mean} V");
}

#[test]
fn smooth_noise_has_no_steps_not_even_when_it_is_struck() {
    let modulation = Modulation { shape: Shape::SmoothNoise, rate_hz: 4.0, retrigger: true, ..Modulation::default() };
    let mut rack = Rack::new(48_000, &with_modulation(modulation));
    let mut found = Vec::new();
    for second in 0..20 {
        rack.push(1_000 + second * 713, Action::Press { gate: GateInput::Gate1, velocity: 1.0 });
        found.extend(cv_1(&mut rack, 48_000).iter().map(|it| it.1));
    }
    // Steepest in the middle of a turn: 1.5 times 10 V, 4 times a second, within 128 samples of 48 kHz.
    let bound = 1.5 * 10.0 * 4.0 * 128.0 / 48_000.0;
    let step = found.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    assert!(step <= bound * 1.001, "a step of {step} V, {bound} V at most");
    assert!(found.iter().any(|&volts| volts > 3.0) && found.iter().any(|&volts| volts < -3.0), "it moves");
}

#[test]
fn an_envelope_starts_at_the_sample_of_its_gate() {
    let modulation = Modulation {
        shape: Shape::Envelope,
        bipolar: false,
        gate: GateInput::Gate2,
        attack_ms: 0.0,
        decay_ms: 100.0,
        ..Modulation::default()
    };
    let mut rack = Rack::new(48_000, &with_modulation(modulation));
    rack.push(333, Action::Press { gate: GateInput::Gate2, velocity: 1.0 });
    rack.push(700, Action::Press { gate: GateInput::Gate1, velocity: 1.0 });
    for (sample, volts) in cv_1(&mut rack, 9_600) {
        let expected = if sample < 333 { 0.0 } else { 5.0 * 0.01f64.powf((sample as f64 - 333.0) / 4_800.0) as f32 };
        assert!((volts - expected).abs() < 1e-3, "sample {sample}: {volts} V instead of {expected} V");
    }
}

#[test]
fn a_synchronised_modulator_stands_where_the_bar_stands() {
    // 120 bpm, 1 bar: 96,000 samples. The clock rests after 48,000, and begins anew at 96,000.
    let modulation = Modulation { shape: Shape::Saw, span: Some(Span::Bar), ..Modulation::default() };
    let mut patch = with_modulation(modulation);
    patch.tempo_bpm = 120.0;
    let mut rack = Rack::new(48_000, &patch);
    rack.push(0, Action::Start);
    rack.push(48_000, Action::Stop);
    rack.push(96_000, Action::Start);
    for (sample, volts) in cv_1(&mut rack, 96_000 * 3) {
        let passed = match sample {
            0..48_000 => sample,
            48_000..96_000 => 48_000,
            later => later % 96_000,
        };
        let expected = passed as f32 / 96_000.0 * 10.0 - 5.0;
        assert!((volts - expected).abs() < 1e-3, "sample {sample}: {volts} V instead of {expected} V");
    }
}

#[test]
fn a_hit_hears_the_new_level_of_a_synchronised_sample_and_hold() {
    let modulation = Modulation { shape: Shape::SampleAndHold, span: Some(Span::Sixteenth), ..Modulation::default() };
    let mut patch = with_modulation(modulation);
    (patch.running, patch.tempo_bpm, patch.swing_percent) = (true, 133.0, 50.0);
    patch.sequences[0] = Sequence::of([1.0; 16]);
    let mut rack = Rack::new(44_100, &patch);
    let mut before = None;
    let mut hits = 0;
    for _ in 0..1_000 {
        let block: &Block = rack.advance(128);
        for piece in block.pieces() {
            let struck = block.edges().iter().any(|edge| edge.at == piece.at && edge.strike.is_some());
            if let Some(before) = before {
                assert_eq!(struck, piece.cv[0] != before, "the level changes at hits, and only there: {piece:?}");
            }
            hits += u32::from(struck);
            before = Some(piece.cv[0]);
        }
    }
    assert!(hits > 20, "{hits}");
}

#[test]
fn a_full_list_of_edges_counts_what_it_dropped() {
    let mut sequence = Sequence { division: Division::ThirtySecond, ..Sequence::of([1.0; 16]) };
    for step in &mut sequence.steps {
        step.ratchets = 8;
    }
    let mut rack = Rack::new(8_000, &plain(300.0, [sequence, sequence]));
    let block = rack.advance(4_096);
    // 164 strikes of 25 samples at each gate, and as many falls.
    assert_eq!(block.edges().len(), Block::MAX_EDGES);
    let lost = 4 * 164 - Block::MAX_EDGES as u32;
    assert!(block.dropped() >= lost, "{} of {lost}", block.dropped());
    assert_eq!(block.pieces().iter().map(|piece| piece.samples).sum::<u32>(), 4_096);
    let dropped = block.dropped();
    assert_eq!(rack.state().dropped, dropped);
    assert_eq!((0..300).filter(|_| !rack.push(0, Action::Pulse)).count(), 44);
    assert_eq!(rack.state().dropped, dropped + 44);
}

#[test]
fn presets_read_back_and_may_leave_things_out() {
    for ready in Patch::ready() {
        let text = serde_json::to_string(&ready.patch).expect("a patch can be written");
        assert_eq!(serde_json::from_str::<Patch>(&text).expect("and read"), ready.patch, "{}", ready.name);
        assert_eq!(Patch::from_bytes(&ready.patch.to_bytes()), Ok(ready.patch), "{}", ready.name);
    }
    let text = r#"{"tempo_bpm": 90, "cables": [{"from": "PadX", "to": "Cv2"}], "unknown": 1}"#;
    let patch: Patch = serde_json::from_str(text).expect("what is left out is the default");
    assert_eq!((patch.tempo_bpm, patch.sequences), (90.0, Patch::default().sequences));
    assert_eq!(patch.cables.iter().copied().collect::<Vec<_>>(), [Cable::new(Source::PadX, Input::Cv2, 1.0)]);
}

#[test]
fn sources_allocate_nothing() {
    let [first, second] = [Patch::default(), Patch::ready()[2].patch];
    let mut rack = Rack::new(48_000, &first);
    let mut sum = 0.0;
    let heard: Vec<f32> = (0..4_096).map(|at| wave(at, 777)).collect();
    for block in 0..3_000u32 {
        assert_no_alloc(|| {
            if block % 50 == 7 {
                let patch = if block % 100 == 7 { &second } else { &first };
                rack.use_patch(&Patch::from_bytes(&patch.to_bytes()).unwrap_or_default());
            }
            if block % 60 == 11 {
                rack.use_gesture([[0, 0], [block as i16 % 500, 500]].into_iter());
                rack.push(3, Action::HoldPad { held: block % 120 == 11 });
                rack.push(4, Action::Jacks { volts: [Some(block as f32 % 9.0 - 4.5), None, Some(f32::NAN), None] });
            }
            rack.push(block % 90, Action::Bend { semitones: block as f32 % 5.0 });
            rack.use_input_scale(1, InputScale { full_scale_volts: 10.0, offset_volts: 0.5 });
            rack.hear(0, &heard);
            rack.hear(1, &heard[..block as usize % 300]);
            rack.push(block % 128, Action::Press { gate: GateInput::Gate1, velocity: 0.5 });
            rack.push(block % 200, Action::Release { gate: GateInput::Gate1 });
            if block % 40 == 3 {
                rack.push(5, if block % 80 == 3 { Action::Stop } else { Action::Continue });
                rack.push(9, Action::Pulse);
            }
            for piece in rack.advance([128, 1, 333, 4_096][block as usize % 4]).pieces() {
                sum += piece.cv[0];
            }
            sum += rack.state().cv_volts[1];
        });
    }
    assert!(sum.is_finite() && rack.state().dropped == 0, "{:?}", rack.state());
}

/// Any bits at all, infinite and not a number included.
fn any_float() -> impl Strategy<Value = f32> {
    any::<u32>().prop_map(f32::from_bits)
}

/// A patch out of any bytes, with valid codes where there must be some.
fn any_patch() -> impl Strategy<Value = Patch> {
    let step = (any_float(), any_float(), any::<u8>(), any_float(), any::<bool>()).prop_map(
        |(velocity, probability, ratchets, gate_percent, tie)| Step {
            velocity,
            probability,
            ratchets,
            gate_percent,
            tie,
        },
    );
    let sequence = (proptest::array::uniform16(step), any::<u8>(), 0..Division::ALL.len())
        .prop_map(|(steps, length, division)| Sequence { steps, length, division: Division::ALL[division] });
    let modulation = (
        (0..Shape::ALL.len(), proptest::option::of(0..Span::ALL.len()), 0..2usize),
        proptest::array::uniform5(any_float()),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|((shape, span, gate), [rate_hz, phase, depth, attack_ms, decay_ms], bipolar, retrigger)| {
            Modulation {
                shape: Shape::ALL[shape],
                rate_hz,
                span: span.map(|span| Span::ALL[span]),
                phase,
                depth,
                bipolar,
                retrigger,
                gate: GateInput::ALL[gate],
                attack_ms,
                decay_ms,
            }
        });
    let cable = (0..Source::ALL.len(), 0..Input::ALL.len(), any_float())
        .prop_map(|(from, to, amount)| Cable::new(Source::ALL[from], Input::ALL[to], amount));
    (
        (any::<bool>(), any::<bool>(), any::<u32>()),
        [any_float(), any_float()],
        proptest::array::uniform2(sequence),
        proptest::array::uniform4(modulation),
        proptest::collection::vec(cable, 0..20),
        proptest::array::uniform6(any_float()),
    )
        .prop_map(|((running, midi, seed), [tempo_bpm, swing_percent], sequences, modulations, cables, rest)| {
            Patch {
                running,
                clock: ClockSource::ALL[usize::from(midi)],
                tempo_bpm,
                swing_percent,
                seed,
                sequences,
                modulations,
                cables: Cables::from(cables),
                knobs_volts: [rest[0], rest[1], rest[2], rest[3]],
                pad: [rest[4], rest[5]],
            }
        })
}

/// Things that happen over a second, in the order of their samples.
fn any_actions() -> impl Strategy<Value = Vec<(u32, Action)>> {
    let action = (0..12u8, any::<bool>(), any_float()).prop_map(|(kind, second, value)| {
        let gate = GateInput::ALL[usize::from(second)];
        match kind {
            0 => Action::Press { gate, velocity: value },
            1 => Action::Release { gate },
            2 => Action::Pad { x: value, y: -value },
            3 => Action::Lane { lane: u8::from(second), value },
            4 => Action::Wheel { value },
            5 => Action::Start,
            6 => Action::Stop,
            7 => Action::Continue,
            8 => Action::Bend { semitones: value },
            9 => Action::HoldPad { held: second },
            10 => Action::Jacks { volts: [Some(value), None, Some(-value), None] },
            _ => Action::Pulse,
        }
    });
    proptest::collection::vec((0..24_000u32, action), 0..60).prop_map(|mut actions| {
        actions.sort_by_key(|it| it.0);
        actions
    })
}

/// A triangle between -1 and 1.
fn wave(at: u32, period: u32) -> f32 {
    4.0 * ((at % period) as f32 / period as f32 - 0.5).abs() - 1.0
}

/// All edges, and the volts and gates of each sample that differ from those of the sample before.
fn played(patch: &Patch, actions: &[(u32, Action)], blocks: &[u32]) -> (Vec<TimedEdge>, Vec<Level>) {
    let mut rack = Rack::new(24_000, patch);
    rack.use_gesture([[0, 0], [500, -300], [-200, 100]].into_iter());
    let (mut edges, mut levels) = (Vec::new(), Vec::<Level>::new());
    let (mut now, mut waiting) = (0u32, actions.iter().peekable());
    for &samples in blocks.iter().cycle() {
        if now >= 24_000 {
            break;
        }
        let samples = samples.min(24_000 - now);
        while let Some((at, action)) = waiting.next_if(|it| it.0 < now + samples) {
            assert!(rack.push(at - now, *action));
        }
        for (channel, period) in [(0, 1_237), (1, 61)] {
            let heard: Vec<f32> = (now..now + samples).map(|at| wave(at, period)).collect();
            rack.hear(channel, &heard);
        }
        let block = rack.advance(samples);
        edges.extend(block.edges().iter().map(|edge| (u64::from(now + edge.at), edge.gate, edge.strike)));
        for piece in block.pieces() {
            let [a, b, c, d] = piece.cv;
            let level = ([a, b, c, d, piece.bend_semitones].map(f32::to_bits), piece.gates);
            assert!(piece.cv.iter().all(|volts| (-5.0..=5.0).contains(volts)), "{piece:?}");
            if levels.last().is_none_or(|last| (last.1, last.2) != level) {
                levels.push((u64::from(now + piece.at), level.0, level.1));
            }
        }
        assert_eq!(block.dropped(), 0);
        assert_eq!(block.pieces().iter().map(|piece| piece.samples).sum::<u32>(), samples);
        now += samples;
    }
    (edges, levels)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn foreign_patches_are_put_in_range(patch in any_patch()) {
        let sane = patch.sanitised();
        prop_assert_eq!(sane.sanitised(), sane, "what is in range stays");
        prop_assert!((20.0..=300.0).contains(&sane.tempo_bpm) && (50.0..=75.0).contains(&sane.swing_percent));
        for sequence in &sane.sequences {
            prop_assert!((1..=16).contains(&sequence.length));
            for step in &sequence.steps {
                prop_assert!((0.0..=1.0).contains(&step.velocity) && (0.0..=1.0).contains(&step.probability));
                prop_assert!((1..=8).contains(&step.ratchets) && (5.0..=100.0).contains(&step.gate_percent));
            }
        }
        for modulation in &sane.modulations {
            prop_assert!((0.01..=20.0).contains(&modulation.rate_hz) && (0.0..=1.0).contains(&modulation.depth));
            prop_assert!((0.0..=1.0).contains(&modulation.phase) && modulation.attack_ms >= 0.0);
            prop_assert!(modulation.attack_ms <= 1e4 && (1.0..=3e4).contains(&modulation.decay_ms));
        }
        prop_assert!(sane.cables.iter().all(|cable| (-1.0..=1.0).contains(&cable.amount)));
        prop_assert!(sane.knobs_volts.iter().all(|volts| volts.abs() <= 5.0));
        prop_assert!(sane.pad.iter().all(|place| place.abs() <= 1.0));
        prop_assert_eq!(Patch::from_bytes(&patch.to_bytes()), Ok(sane), "bytes carry everything");
    }

    #[test]
    fn foreign_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), PATCH_BYTES)) {
        let mut bytes = bytes;
        bytes[0] = 1;
        if let Ok(patch) = Patch::from_bytes(&bytes) {
            prop_assert_eq!(patch.sanitised(), patch);
        }
    }

    #[test]
    fn block_size_changes_neither_edges_nor_voltages(
        patch in any_patch(),
        actions in any_actions(),
        blocks in proptest::collection::vec(1..500u32, 1..20),
    ) {
        let expected = played(&patch, &actions, &[128]);
        prop_assert_eq!(&played(&patch, &actions, &blocks), &expected, "blocks of {:?}", blocks);
        prop_assert_eq!(&played(&patch, &actions, &[1]), &expected, "blocks of one sample");
    }
}

#[test]
fn a_flood_of_gates_hangs_none() {
    let mut rack = Rack::new(48_000, &Patch::calm());
    let mut refused = 0;
    // Both gates stay high at the end, if what was pushed last counts; what was lost may have been a release.
    for number in 0..2_000u32 {
        let gate = GateInput::ALL[(number % 2) as usize];
        let at = number % 128;
        let action = if number % 4 < 2 { Action::Press { gate, velocity: 0.5 } } else { Action::Release { gate } };
        refused += u32::from(!rack.push(at, action));
    }
    assert!(refused > 0, "it was a flood");
    let mut high = [false; 2];
    for _ in 0..4 {
        for edge in rack.advance(128).edges() {
            high[edge.gate as usize] = edge.strike.is_some();
        }
    }
    assert_eq!((high, rack.state().gates), ([false; 2], [false; 2]));
}
