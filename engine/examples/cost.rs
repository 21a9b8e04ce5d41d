//! Prints what voices cost: percent of a 128-sample block at 48 kHz, for a bank of the published size.
//!
//! `cargo run --release -p neurorack-engine --features test-bank --example cost`

use neurorack_engine::bank::test_bank;
use neurorack_engine::control::{Assignment, GateTarget, Target};
use neurorack_engine::models::noise::Random;
use neurorack_engine::{
    ControlFrame, CurveSlot, Event, GateInput, Instrument, ModelBank, PreparedBank, ScaledCurve, Settings,
};
use std::sync::Arc;
use std::time::Instant;

const RATE: u32 = 48_000;
const BLOCK: usize = 128;

fn main() {
    let bytes = test_bank::bytes(test_bank::FULL, 1);
    let bank = ModelBank::parse(&bytes).expect("a valid bank");
    let start = Instant::now();
    let prepared = Arc::new(bank.prepare(RATE));
    println!("prepare: {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
    // The long factory set, so that all voices sound all the time.
    let curve = Arc::new(ScaledCurve::from(&bank.factory()[1]));
    for voices in [0, 1, 8] {
        let mut instrument = Instrument::new(Arc::clone(&prepared), 1);
        instrument.use_curve(CurveSlot::F1, Arc::clone(&curve)).expect("there is room");
        let mut block = [0.0; BLOCK];
        let (mut total, mut longest, mut blocks) = (0.0, 0.0f64, 0);
        for _ in 0..6 {
            for _ in 0..voices {
                instrument.push(Event::strike(0, 0.5));
            }
            instrument.render(&ControlFrame::default(), &mut block);
            // 0.96 s; the hit lasts 0.98 s.
            for _ in 0..360 {
                let start = Instant::now();
                instrument.render(&ControlFrame::default(), &mut block);
                let seconds = start.elapsed().as_secs_f64();
                total += seconds;
                longest = longest.max(seconds);
                blocks += 1;
            }
            assert_eq!(instrument.statistics().voices, voices);
            while instrument.statistics().voices > 0 {
                instrument.render(&ControlFrame::default(), &mut block);
            }
        }
        let block_s = BLOCK as f64 / f64::from(RATE);
        let percent = |seconds: f64| 100.0 * seconds / block_s;
        println!(
            "{voices} voices: mean {:.2} %, longest {:.2} %",
            percent(total / f64::from(blocks)),
            percent(longest)
        );
    }
    single_blocks(&prepared, &curve);
    ways_to_move();
}

/// Prints what a sustained voice of the shipped banks costs while it is moved in other ways, as a share of a still one of the
/// first bank: means of four rounds of 2 s, interleaved.
fn ways_to_move() {
    let shipped = |name: &str| {
        let path = format!("{}/../static/banks/{name}.safetensors", env!("CARGO_MANIFEST_DIR"));
        let bank = ModelBank::parse(&std::fs::read(path).expect("the shipped bank is there")).expect("and is good");
        (Arc::new(bank.prepare(RATE)), Arc::new(ScaledCurve::from(&bank.factory()[0])))
    };
    let [impacts, freed] = ["impacts", "frave-impacts"].map(shipped);
    let cases = [
        ("impacts, still", &impacts, Target::Nothing, false),
        ("impacts, brightness moved", &impacts, Target::Brightness, false),
        ("impacts, led by an input", &impacts, Target::Follow, true),
        ("FRAVE impacts, still", &freed, Target::Nothing, false),
        ("FRAVE impacts, timbre moved", &freed, Target::TimbreA, false),
        ("FRAVE impacts, led by an input", &freed, Target::Follow, true),
    ];
    let mut seconds = [0.0; 6];
    for _ in 0..4 {
        for (seconds, (_, (bank, curve), target, heard)) in seconds.iter_mut().zip(cases) {
            *seconds += sustained_s(bank, curve, target, heard);
        }
    }
    let still = seconds[0];
    for (seconds, (name, ..)) in seconds.iter().zip(cases) {
        println!("{name}: {:.2} of the first", seconds / still);
    }
}

/// Time that two seconds of a sustained hit take, while CV 1 moves `target` and noise is heard or not.
fn sustained_s(bank: &Arc<PreparedBank>, curve: &Arc<ScaledCurve>, target: Target, heard: bool) -> f64 {
    let mut instrument = Instrument::new(Arc::clone(bank), 1);
    let mut settings = Settings::default();
    settings.cv[0] = Assignment::to(target);
    settings.gates[0] = GateTarget::Sustain;
    instrument.use_settings(&settings);
    instrument.use_curve(CurveSlot::F1, Arc::clone(curve)).expect("there is room");
    instrument.push(Event::Gate { at: 0, gate: GateInput::Gate1, high: true, velocity: 1.0 });
    let mut random = Random::new(1);
    let noise: Vec<f32> = (0..8 * BLOCK).map(|_| random.below(1 << 16) as f32 / (1u32 << 17) as f32 - 0.25).collect();
    let mut block = [0.0; BLOCK];
    let start = Instant::now();
    for index in 0..2 * RATE as usize / BLOCK {
        if heard {
            instrument.hear(&noise[index % 8 * BLOCK..][..BLOCK]);
        }
        let volts = if heard { 5.0 } else { 4.0 * (index as f32 * 0.05).sin() };
        instrument.render(&ControlFrame { cv: [volts, 0.0, 0.0, -5.0], ..ControlFrame::default() }, &mut block);
    }
    assert_eq!(instrument.statistics().voices, 1);
    start.elapsed().as_secs_f64()
}

/// Prints what a block costs in which something happens, beside one in which a hit merely sounds: medians of 60.
fn single_blocks(bank: &Arc<PreparedBank>, curve: &Arc<ScaledCurve>) {
    let neutral = ControlFrame::default();
    let sharp = ControlFrame { cv: [-5.0, 0.0, 5.0, 5.0], ..neutral };
    let gate_2 = |high| Event::Gate { at: 0, gate: GateInput::Gate2, high, velocity: 1.0 };
    let strike = Event::strike(0, 0.5);
    let transposed = Event::Trigger { at: 0, velocity: 1.0, semitones: 5.0 };
    // What is struck first, the controls, and what happens in the block that counts.
    let cases: [(&str, Option<Event>, ControlFrame, Option<Event>); 7] = [
        ("a hit sounds", Some(strike), neutral, None),
        ("a hit sounds, transient and variation at +5 V", Some(strike), sharp, None),
        ("a hit sounds, transposed", Some(transposed), neutral, None),
        ("a hit starts", None, neutral, Some(Event::strike(0, 1.0))),
        ("a hit starts, transient and variation at +5 V", None, sharp, Some(strike)),
        ("freeze begins", Some(strike), neutral, Some(gate_2(true))),
        ("frozen", Some(gate_2(true)), neutral, None),
    ];
    for (name, before, frame, event) in cases {
        let mut percents: Vec<f64> = (0..60).map(|_| block_percent(bank, curve, before, &frame, event)).collect();
        percents.sort_by(f64::total_cmp);
        println!("{name}: {:.2} %", percents[percents.len() / 2]);
    }
}

/// The cost of one block in which `event` happens, 40 blocks after `before`.
fn block_percent(
    bank: &Arc<PreparedBank>,
    curve: &Arc<ScaledCurve>,
    before: Option<Event>,
    frame: &ControlFrame,
    event: Option<Event>,
) -> f64 {
    let mut instrument = Instrument::new(Arc::clone(bank), 1);
    for slot in [CurveSlot::F1, CurveSlot::F2] {
        instrument.use_curve(slot, Arc::clone(curve)).expect("there is room");
    }
    let mut block = [0.0; BLOCK];
    before.map(|event| instrument.push(event));
    for _ in 0..40 {
        instrument.render(frame, &mut block);
    }
    event.map(|event| instrument.push(event));
    let start = Instant::now();
    instrument.render(frame, &mut block);
    100.0 * start.elapsed().as_secs_f64() * f64::from(RATE) / BLOCK as f64
}
