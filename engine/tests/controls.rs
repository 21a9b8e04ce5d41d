//! What the panel promises, measured on the shipped bank: each input does what its row in the manual says.

use neurorack_engine::control::{Assignment, GateTarget, Target};
use neurorack_engine::descriptors::{ANALYSIS_RATE_HZ, DescriptorCurve, analyse};
use neurorack_engine::{
    ControlFrame, CurveSlot, Event, GateInput, Instrument, ModelBank, PreparedBank, ScaledCurve, Settings,
};
use std::sync::{Arc, LazyLock};

const RATE: u32 = ANALYSIS_RATE_HZ;

struct Shipped {
    model: ModelBank,
    prepared: Arc<PreparedBank>,
}

static SHIPPED: LazyLock<Shipped> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../static/banks/impacts.safetensors");
    let model = ModelBank::parse(&std::fs::read(path).expect("the shipped bank is there")).expect("and is good");
    let prepared = Arc::new(model.prepare(RATE));
    Shipped { model, prepared }
});

fn set(name: &str) -> &'static DescriptorCurve {
    let bank = &SHIPPED.model;
    let index = bank.card().factory.iter().position(|entry| entry.name == name);
    &bank.factory()[index.unwrap_or_else(|| panic!("no set is called {name}"))]
}

/// The instrument with one sound as F1 and F2.
fn instrument(name: &str, settings: &Settings) -> Instrument {
    let mut instrument = Instrument::new(Arc::clone(&SHIPPED.prepared), 1);
    instrument.use_settings(settings);
    for slot in [CurveSlot::F1, CurveSlot::F2] {
        instrument.use_curve(slot, Arc::new(ScaledCurve::from(set(name)))).expect("there is room");
    }
    instrument
}

fn render(instrument: &mut Instrument, cv: [f32; 4], seconds: f32) -> Vec<f32> {
    let mut sound = vec![0.0; (seconds * RATE as f32) as usize];
    for block in sound.chunks_mut(128) {
        instrument.render(&ControlFrame { cv, level: 0.25 }, block);
    }
    sound
}

/// One hit under constant voltages.
fn hit(name: &str, settings: &Settings, cv: [f32; 4], seconds: f32) -> Vec<f32> {
    let mut instrument = instrument(name, settings);
    instrument.push(Event::strike(0, 1.0));
    render(&mut instrument, cv, seconds)
}

fn gate(gate: GateInput, high: bool) -> Event {
    Event::Gate { at: 0, gate, high, velocity: 1.0 }
}

/// Loudness and the loudness-weighted mean of each descriptor over some seconds of a sound.
fn measure(sound: &[f32], from_s: f32, to_s: f32) -> (f32, [f32; 7]) {
    let curve = analyse(sound).expect("a sound");
    let frame = |seconds: f32| ((seconds * RATE as f32 / 256.0) as usize).min(curve.frames().len());
    let frames = &curve.frames()[frame(from_s)..frame(to_s)];
    let total: f32 = frames.iter().map(|frame| frame.rms).sum();
    let mean = std::array::from_fn(|index| {
        frames.iter().map(|frame| frame.rms * frame.to_array()[index]).sum::<f32>() / total.max(1e-9)
    });
    (total / frames.len() as f32, mean)
}

const BANDWIDTH: usize = 4;
const CENTROID: usize = 5;

/// Voltages of a panel at rest: F1 alone, live, neither soft nor sharp, no variation.
const REST: [f32; 4] = [-5.0, 0.0, 0.0, -5.0];

fn with(input: usize, volts: f32) -> [f32; 4] {
    let mut cv = REST;
    cv[input - 1] = volts;
    cv
}

#[test]
fn cv_2_below_zero_reads_the_curve_behind_its_time() {
    let name = "Deep boom";
    let settings = Settings::default();
    let (live, behind) = (hit(name, &settings, REST, 3.9), hit(name, &settings, with(2, -3.0), 3.9));
    let length = |sound: &[f32]| sound.iter().rposition(|&x| x != 0.0).expect("a sound") as f32 / RATE as f32;
    // 3 V of 5 V are 0.45 s of the ring's 0.75 s.
    let later = length(&behind) - length(&live);
    assert!((later - 0.45).abs() < 0.01, "it ends {later} s later");
    let ((live, _), (behind, _)) = (measure(&live, 0.25, 0.75), measure(&behind, 0.70, 1.20));
    assert!((behind / live).log2().abs() < 0.5, "what sounded 0.45 s before sounds now: {behind} beside {live}");
}

#[test]
fn cv_2_above_zero_lets_a_piece_of_the_curve_go_round() {
    let settings = Settings::default();
    let mut instrument = instrument("Deep boom", &settings);
    instrument.push(Event::strike(0, 1.0));
    let mut asked = Vec::new();
    for _ in 0..160 {
        render(&mut instrument, with(2, 3.0), 128.0 / RATE as f32);
        asked.push(instrument.asked().expect("it sounds").rms);
    }
    // 0.75 s · (0.03 / 0.75)^(3/5) = 0.109 s are 37.4 control frames.
    let starts: Vec<usize> = (1..asked.len()).filter(|&k| asked[k] < 0.5 * asked[k - 1]).collect();
    let periods: Vec<usize> = starts.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(periods.len() >= 3 && periods.iter().all(|period| (37..=39).contains(period)), "{periods:?} of {asked:?}");
}

#[test]
fn cv_3_makes_the_attack_soft_or_sharp() {
    for name in ["Acoustic kick", "Steel plate", "Snare", "Temple block"] {
        let [soft, neutral, sharp] = [-5.0, 0.0, 5.0].map(|volts| {
            let sound = hit(name, &Settings::default(), with(3, volts), 0.4);
            let (loudness, means) = measure(&sound, 0.0, 0.03);
            (loudness, means[BANDWIDTH])
        });
        let (softer, sharper) = (soft.0 / neutral.0, sharp.0 / neutral.0);
        assert!(softer < 0.65 && sharper > 1.1, "{name}: loudness times {softer} and {sharper}");
        let (narrower, wider) = (soft.1 / neutral.1, sharp.1 / neutral.1);
        assert!(narrower < 0.95 && wider > 1.4, "{name}: bandwidth times {narrower} and {wider}");
    }
}

#[test]
fn cv_4_at_minus_five_volts_makes_hits_identical_and_above_they_differ_reproducibly() {
    let two_hits = |volts: f32, seed: u64| {
        let settings = Settings { seed, ..Settings::default() };
        let mut instrument = instrument("Electric tom", &settings);
        [0, 1].map(|_| {
            instrument.push(Event::strike(0, 1.0));
            render(&mut instrument, with(4, volts), 1.5)
        })
    };
    let [first, second] = two_hits(-5.0, 1);
    assert!(first == second, "0 %: identical");
    let [first, second] = two_hits(5.0, 1);
    assert!(first != second, "20 %: they differ");
    assert!([first.clone(), second] == two_hits(5.0, 1), "and the seed brings them back");
    assert!(first != two_hits(5.0, 2)[0], "another seed gives others");
}

#[test]
fn variation_moves_only_the_selected_descriptors_and_by_at_most_a_fifth() {
    let mut settings = Settings { vary: [false; 7], ..Settings::default() };
    settings.vary[CENTROID] = true;
    let still = hit("Steel plate", &settings, REST, 0.1);
    let mut instrument = instrument("Steel plate", &settings);
    let reference = {
        instrument.push(Event::strike(0, 1.0));
        render(&mut instrument, REST, 0.1);
        instrument.asked().expect("it sounds")
    };
    assert!(still.iter().any(|&x| x != 0.0));
    let mut seen = [f32::MAX, 0.0];
    for _ in 0..40 {
        instrument.push(Event::strike(0, 1.0));
        render(&mut instrument, with(4, 5.0), 0.1);
        let asked = instrument.asked().expect("it sounds");
        let factor = asked.centroid_hz / reference.centroid_hz;
        assert!((0.79..=1.21).contains(&factor), "centroid times {factor}");
        assert!((asked.bandwidth_hz / reference.bandwidth_hz - 1.0).abs() < 1e-3);
        seen = [seen[0].min(factor), seen[1].max(factor)];
    }
    assert!(seen[0] < 0.95 && seen[1] > 1.05, "it uses its range: {seen:?}");
}

/// Frequency in hertz of the strongest partial between 40 ms and 400 ms.
fn strongest_hz(sound: &[f32]) -> f32 {
    let sound = &sound[RATE as usize / 25..RATE as usize * 2 / 5];
    let mut planner = realfft::RealFftPlanner::<f32>::new();
    let size = 65_536;
    let forward = planner.plan_fft_forward(size);
    let mut padded = vec![0.0; size];
    for (n, (to, from)) in padded.iter_mut().zip(sound).enumerate() {
        let window = (std::f32::consts::PI * n as f32 / sound.len() as f32).sin().powi(2);
        *to = window * from;
    }
    let mut spectrum = forward.make_output_vec();
    forward.process(&mut padded, &mut spectrum).expect("lengths fit");
    let strongest = (1..spectrum.len()).max_by(|&a, &b| spectrum[a].norm().total_cmp(&spectrum[b].norm()));
    strongest.expect("a spectrum") as f32 * RATE as f32 / size as f32
}

#[test]
fn a_pitch_bend_moves_what_sounds_and_what_is_struck_later() {
    let settings = Settings::default();
    let mut bent = instrument("Small bell", &settings);
    bent.push(Event::strike(0, 1.0));
    let before = render(&mut bent, REST, 0.45);
    bent.bend(2.0);
    render(&mut bent, REST, 0.05);
    let after = render(&mut bent, REST, 0.45);
    let mut plain = instrument("Small bell", &settings);
    plain.push(Event::strike(0, 1.0));
    render(&mut plain, REST, 0.5);
    let unbent = render(&mut plain, REST, 0.45);
    let cents = |sound: &[f32], of: &[f32]| 1_200.0 * (strongest_hz(sound) / strongest_hz(of)).log2();
    assert!((cents(&after, &unbent) - 200.0).abs() < 8.0, "{} cents while it sounds", cents(&after, &unbent));
    render(&mut bent, REST, 4.0);
    bent.push(Event::strike(0, 1.0));
    let later = render(&mut bent, REST, 0.45);
    assert!((cents(&later, &before) - 200.0).abs() < 8.0, "{} cents for a later hit", cents(&later, &before));
}

#[test]
fn notes_and_volts_per_octave_transpose_everything() {
    let mut settings = Settings::default();
    let plain = hit("Small bell", &settings, REST, 0.5);
    settings.cv[1] = Assignment::to(Target::Pitch);
    for octaves in [-1.0, -0.25, 7.0 / 12.0, 1.0] {
        let by_volts = hit("Small bell", &settings, with(2, octaves), 0.5);
        let mut instrument = instrument("Small bell", &settings);
        instrument.push(Event::Trigger { at: 0, velocity: 1.0, semitones: 12.0 * octaves });
        let by_note = render(&mut instrument, REST, 0.5);
        assert!(by_note == by_volts, "{octaves} octaves: note and volts agree");
        let cents = 1_200.0 * (strongest_hz(&by_note) / strongest_hz(&plain)).log2() - 1_200.0 * octaves;
        assert!(cents.abs() < 8.0, "{octaves} octaves: {cents} cents off");
        let centroid = |sound: &[f32]| measure(sound, 0.0, 0.4).1[CENTROID];
        let moved = (centroid(&by_note) / centroid(&plain)).log2();
        assert!((moved - octaves).abs() < 0.25, "{octaves} octaves: the centroid moved by {moved}");
    }
}

#[test]
fn a_weak_hit_is_quieter_and_softer() {
    let play = |velocity: f32| {
        let mut instrument = instrument("Steel plate", &Settings::default());
        instrument.push(Event::strike(0, velocity));
        measure(&render(&mut instrument, REST, 0.3), 0.0, 0.05)
    };
    let (strong, weak) = (play(1.0), play(0.4));
    assert!(weak.0 < 0.4 * strong.0 && weak.1[BANDWIDTH] < 0.95 * strong.1[BANDWIDTH], "{weak:?} beside {strong:?}");
}

#[test]
fn an_input_moves_what_it_is_assigned_to() {
    let mut settings = Settings::default();
    settings.cv[0] = Assignment { target: Target::Brightness, range: -1.0, offset_v: 0.0 };
    let asked_hz = |volts: f32| {
        let mut instrument = instrument("Steel plate", &settings);
        instrument.push(Event::strike(0, 1.0));
        render(&mut instrument, with(1, volts), 0.1);
        instrument.asked().expect("it sounds").centroid_hz
    };
    let octaves = (asked_hz(-2.5) / asked_hz(2.5)).log2();
    assert!((octaves - 2.0).abs() < 0.05, "5 V through -1 are 2 octaves up, not {octaves}");
}

fn largest_step(sound: &[f32]) -> f32 {
    sound.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max)
}

#[test]
fn gate_2_holds_a_periodic_grain_and_leaves_without_a_step() {
    for (name, freeze_ms) in [("Small bell", 50.0), ("Deep boom", 80.0), ("Steel plate", 100.0)] {
        let settings = Settings { freeze_ms, ..Settings::default() };
        let mut instrument = instrument(name, &settings);
        instrument.push(Event::strike(0, 1.0));
        let before = render(&mut instrument, REST, 0.30);
        instrument.push(gate(GateInput::Gate2, true));
        let held = render(&mut instrument, REST, 1.0);
        assert!(instrument.statistics().frozen);
        instrument.push(gate(GateInput::Gate2, false));
        let after = render(&mut instrument, REST, 0.3);
        assert!(!instrument.statistics().frozen);
        // The limiter is the same at both ends of a period, and the entry has faded after 10 ms.
        let asked = (freeze_ms * 1e-3 * RATE as f32) as usize;
        let settled = &held[500..];
        let period = (asked * 4 / 5..=asked * 6 / 5).find(|&lag| settled.windows(lag + 1).all(|w| w[0] == w[lag]));
        assert!(period.is_some(), "{name}: no period near {asked} samples");
        let own = largest_step(&before).max(largest_step(settled));
        let tail = &before[before.len() - 4_000..];
        let joined: Vec<f32> = tail.iter().chain(&held).chain(&after).copied().collect();
        let usual = largest_step(tail).max(largest_step(settled)).min(own);
        assert!(largest_step(&joined) <= 1.2 * usual, "{name}: {} where {usual} is usual", largest_step(&joined));
        assert!(held[40_000..].iter().any(|x| x.abs() > 1e-4), "{name}: it still sounds after a second");
    }
}

#[test]
fn hits_are_heard_over_a_frozen_sound_and_a_reassigned_gate_lets_go() {
    let settings = Settings::default();
    let mut instrument = instrument("Small bell", &settings);
    instrument.push(Event::strike(0, 1.0));
    render(&mut instrument, REST, 0.3);
    instrument.push(gate(GateInput::Gate2, true));
    let (held, _) = measure(&render(&mut instrument, REST, 0.2), 0.05, 0.2);
    instrument.push(gate(GateInput::Gate1, true));
    let (with_hit, _) = measure(&render(&mut instrument, REST, 0.2), 0.0, 0.1);
    assert!(with_hit > 1.5 * held, "{with_hit} over {held}");
    instrument.use_settings(&Settings { gates: [GateTarget::Trigger, GateTarget::Nothing], ..settings });
    assert!(!instrument.statistics().frozen);
}

#[test]
fn sixteen_voices_sound_where_eight_gave_way() {
    for (voices, stolen) in [(8, 4), (16, 0)] {
        let mut instrument = instrument("Deep boom", &Settings { voices, ..Settings::default() });
        for _ in 0..12 {
            instrument.push(Event::strike(0, 0.1));
            render(&mut instrument, REST, 0.04);
        }
        assert_eq!(instrument.statistics().stolen_voices, stolen, "{voices} voices");
    }
}
