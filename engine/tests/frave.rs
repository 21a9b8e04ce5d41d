//! Banks whose timbre is made from a latent, and hits that go on while a gate is high.

use neurorack_engine::bank::{BankError, Kind, PreparedBank, test_bank};
use neurorack_engine::control::{Assignment, GateTarget, Target};
use neurorack_engine::{
    ControlFrame, CurveSlot, Event, GateInput, Instrument, ModelBank, RenderedBank, ScaledCurve, Settings,
};
use std::sync::Arc;

const RATE: u32 = 44_100;

/// An instrument that plays the bank's first set as F1 and its second, which has no timbre, as F2.
fn instrument(bank: &ModelBank) -> Instrument {
    let mut instrument = Instrument::new(Arc::new(bank.prepare(RATE)), 1);
    for (slot, curve) in [CurveSlot::F1, CurveSlot::F2].into_iter().zip(bank.factory()) {
        assert!(instrument.use_curve(slot, Arc::new(ScaledCurve::from(curve))).is_ok());
    }
    instrument
}

/// One hit with CV 1 moving `target`.
fn hit(bank: &ModelBank, target: Target, volts: f32) -> Vec<f32> {
    let mut instrument = instrument(bank);
    let mut settings = Settings::default();
    settings.cv[0] = Assignment::to(target);
    instrument.use_settings(&settings);
    instrument.push(Event::strike(0, 1.0));
    let mut sound = vec![0.0; 8_192];
    let cv = [volts, 0.0, 0.0, -5.0];
    sound.chunks_mut(128).for_each(|block| instrument.render(&ControlFrame { cv, ..ControlFrame::default() }, block));
    sound
}

/// Largest difference as a share of the first one's peak.
fn difference(one: &[f32], other: &[f32]) -> f32 {
    let peak = one.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
    one.iter().zip(other).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max) / peak
}

#[test]
fn a_bank_with_a_latent_is_read_prepared_and_verified() {
    let bytes = test_bank::freed_bytes(5);
    let bank = ModelBank::parse(&bytes).expect("a valid bank");
    assert_eq!((bank.kind(), Kind::of(&bytes).map(Kind::streams).ok()), (Kind::Frave, Some(true)));
    assert!(bank.verify().is_ok_and(|error| error <= 1e-6));
    let prepared = bank.prepare(RATE);
    let again = PreparedBank::from_image(&prepared.to_image()).expect("its own image");
    assert_eq!(again.to_image(), prepared.to_image());
    assert!(matches!(RenderedBank::parse(&bytes), Err(BankError::Streamed)));
}

#[test]
fn a_bank_whose_latent_is_missing_is_refused_by_name() {
    let bytes = test_bank::freed_bytes(5);
    // A name of the same length: the file stays whole.
    let text = String::from_utf8_lossy(&bytes).find("frave.decoder.2.bias").expect("it is there");
    let mut broken = bytes.clone();
    broken[text..text + 5].copy_from_slice(b"fravy");
    let refused = ModelBank::parse(&broken).expect_err("a layer is missing");
    assert!(refused.to_string().contains("frave.decoder.2.bias"), "{refused}");
}

#[test]
fn voltages_move_the_timbre_where_a_bank_has_a_latent() {
    let (freed, plain) = (test_bank::freed(5), test_bank::small(5));
    for target in Target::TIMBRE {
        let still = hit(&freed, target, 0.0);
        assert_eq!(still, hit(&freed, Target::Nothing, 3.0), "0 V is the recording's own timbre");
        for volts in [-4.0, 4.0] {
            assert!(difference(&still, &hit(&freed, target, volts)) > 0.01, "{} at {volts} V", target.name());
        }
        assert_eq!(hit(&plain, target, 4.0), hit(&plain, target, 0.0), "other banks have none");
    }
}

#[test]
fn a_curve_without_a_timbre_has_a_latent_too() {
    let bank = test_bank::freed(5);
    let sound = |volts| hit(&bank, Target::Morph, volts);
    let [drawn, between] = [sound(5.0), sound(0.0)];
    assert!(drawn.iter().all(|sample| sample.is_finite()) && difference(&drawn, &between) > 0.01);
}

/// A hit of Gate 1, which goes high at the first sample and low at this one.
fn sustained(target: GateTarget, low_at: usize, length: usize) -> Vec<f32> {
    let bank = test_bank::freed(5);
    let mut instrument = instrument(&bank);
    instrument.use_settings(&Settings { gates: [target, GateTarget::Freeze], ..Settings::default() });
    let mut sound = vec![0.0; length];
    let gate = |high| Event::Gate { at: 0, gate: GateInput::Gate1, high, velocity: 1.0 };
    instrument.push(gate(true));
    let frame = ControlFrame { cv: [-5.0, 0.0, 0.0, -5.0], ..ControlFrame::default() };
    instrument.render(&frame, &mut sound[..low_at]);
    instrument.push(gate(false));
    instrument.render(&frame, &mut sound[low_at..]);
    sound
}

fn rms(samples: &[f32]) -> f32 {
    (samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32).sqrt()
}

#[test]
fn a_sustained_hit_goes_on_until_its_gate_lets_go_and_then_comes_to_its_end() {
    let second = RATE as usize;
    let [sustained, struck] =
        [GateTarget::Sustain, GateTarget::Trigger].map(|target| sustained(target, 3 * second, 5 * second));
    assert_eq!(sustained[..3_000], struck[..3_000], "the attack is the same");
    let [early, late] = [second, 2 * second + second / 2].map(|at| rms(&sustained[at..at + 8_192]));
    assert!(early > 1e-3 && (early / late).ln().abs() < 0.2, "it goes on as it is: {early} and {late}");
    assert!(rms(&struck[second..second + 8_192]) < 0.01 * early, "the set's curve is over by then");
    assert!(rms(&sustained[4 * second..]) < 0.01 * early, "it comes to its end");
    let step = |part: &[f32]| part.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    let around = 3 * second - 2_000..3 * second + 2_000;
    assert!(step(&sustained[around]) <= 1.5 * step(&sustained[..second]), "nothing clicks where the gate lets go");
}

#[test]
fn another_use_of_its_gate_lets_a_sustained_hit_go() {
    let bank = test_bank::freed(5);
    let mut instrument = instrument(&bank);
    instrument.use_settings(&Settings { gates: [GateTarget::Sustain; 2], ..Settings::default() });
    for gate in GateInput::ALL {
        instrument.push(Event::Gate { at: 0, gate, high: true, velocity: 1.0 });
    }
    let mut out = vec![0.0; 2 * RATE as usize];
    let frame = ControlFrame { cv: [-5.0, 0.0, 0.0, -5.0], ..ControlFrame::default() };
    instrument.render(&frame, &mut out);
    assert_eq!(instrument.statistics().voices, 2);
    instrument.use_settings(&Settings { gates: [GateTarget::Trigger, GateTarget::Sustain], ..Settings::default() });
    instrument.render(&frame, &mut out);
    assert_eq!(instrument.statistics().voices, 1, "the one of Gate 2 goes on");
    instrument.push(Event::Gate { at: 0, gate: GateInput::Gate2, high: false, velocity: 1.0 });
    instrument.render(&frame, &mut out);
    assert_eq!(instrument.statistics().voices, 0);
}
