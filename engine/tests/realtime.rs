//! Below the door, nothing is allocated or freed.

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use neurorack_engine::bank::test_bank;
use neurorack_engine::control::{Assignment, Target};
use neurorack_engine::{ControlFrame, CurveSlot, Event, GateInput, Instrument, Retired, ScaledCurve, Settings};
use std::sync::Arc;

#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

#[test]
fn hits_freezes_settings_and_changes_of_curve_and_bank_allocate_nothing() {
    let (first, second) = (test_bank::small(3), test_bank::freed(4));
    let [one, other] = [&first, &second].map(|bank| Arc::new(bank.prepare(48_000)));
    let curves: Vec<Arc<ScaledCurve>> =
        first.factory().iter().map(|curve| Arc::new(ScaledCurve::from(curve))).collect();
    let mut instrument = Instrument::new(Arc::clone(&one), 1);
    let mut retired: Vec<Retired> = Vec::with_capacity(64);
    let mut out = [0.0; 512];
    for block in 0..400u32 {
        assert_no_alloc(|| {
            if block.is_multiple_of(40) {
                let slot = if block.is_multiple_of(80) { CurveSlot::F1 } else { CurveSlot::F2 };
                assert!(instrument.use_curve(slot, Arc::clone(&curves[block as usize / 40 % 2])).is_ok());
            }
            if block % 150 == 149 {
                let bank = if block.is_multiple_of(2) { &one } else { &other };
                assert!(instrument.use_bank(Arc::clone(bank)).is_ok());
            }
            if block % 70 == 20 || block % 70 == 45 {
                let high = block % 70 == 20;
                instrument.push(Event::Gate { at: block % 512, gate: GateInput::Gate2, high, velocity: 1.0 });
            }
            if block % 90 == 0 {
                let voices = Settings::VOICES[block as usize / 90 % 2];
                let mut settings = Settings { voices, seed: block.into(), ..Settings::default() };
                if block.is_multiple_of(180) {
                    settings.cv[3] = Assignment::to(Target::Follow);
                }
                instrument.use_settings(&settings);
            }
            if block % 3 == 0 {
                instrument.push(Event::Trigger { at: block % 512, velocity: 0.9, semitones: block as f32 % 7.0 });
            }
            let cv = [0.1, 0.07, 0.13, 0.05].map(|step| (block as f32 * step).sin() * 5.0);
            if block % 50 > 10 {
                // The sound before it.
                instrument.hear(&out);
            }
            instrument.render(&ControlFrame { cv, ..ControlFrame::default() }, &mut out);
            let _ = (instrument.statistics(), instrument.asked());
            while let Some(thing) = instrument.take_retired() {
                retired.push(thing);
            }
        });
        retired.clear();
    }
    let statistics = instrument.statistics();
    assert_eq!((statistics.hits, statistics.dropped_events), (134, 0));
    assert!(statistics.stolen_voices > 0, "voices gave way");
}
