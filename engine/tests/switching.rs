//! Banks and rendered hits are exchanged while they sound, ten thousand times: what sounds does not notice.

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use neurorack_engine::bank::test_bank;
use neurorack_engine::models::noise::Random;
use neurorack_engine::{
    ControlFrame, CurveSlot, Event, Instrument, PreparedBank, Retired, ScaledCurve, Settings, Take, TakeLabel,
};
use std::sync::Arc;

#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

const RATE: u32 = 48_000;
/// Switches that are tried: strikes follow each other so quickly that one in five finds all places for banks ringing out, and the
/// model stays.
const TRIES: u32 = 14_000;

/// Switches that have to be done.
const SWITCHES: u32 = 10_000;

/// What is switched to.
enum Model {
    Bank(Arc<PreparedBank>),
    Take(Arc<Take>),
}

/// A rendered hit that is of no other's family: noise that decays.
fn take(number: u32) -> Arc<Take> {
    let label = TakeLabel { bank: 9, family: number, number, semitones: 0.0 };
    let mut random = Random::new(u64::from(number));
    let sound: Vec<f32> =
        (0..3_000).map(|n| (random.below(2_000) as f32 / 1_000.0 - 1.0) * (-(n as f32) / 1_000.0).exp()).collect();
    let mut take = Take::default();
    assert!(take.begin(label, sound.len()) && take.extend(0, sound.into_iter()));
    Arc::new(take)
}

fn instrument() -> Instrument {
    let bank = test_bank::small(3);
    let mut instrument = Instrument::new(Arc::new(bank.prepare(RATE)), 1);
    for (slot, curve) in [CurveSlot::F1, CurveSlot::F2].into_iter().zip(bank.factory()) {
        instrument.use_curve(slot, Arc::new(ScaledCurve::from(curve))).expect("there is room");
    }
    instrument.use_settings(&Settings { voices: 4, ..Settings::default() });
    instrument
}

/// Whether it was taken up.
fn switch(instrument: &mut Instrument, model: &Model) -> bool {
    match model {
        Model::Bank(bank) => instrument.use_bank(Arc::clone(bank)).is_ok(),
        Model::Take(take) => instrument.use_take(Arc::clone(take)).is_ok(),
    }
}

#[test]
fn what_sounds_does_not_notice_that_the_model_was_switched() {
    let banks =
        [test_bank::small(3), test_bank::small(4), test_bank::freed(5)].map(|bank| Arc::new(bank.prepare(RATE)));
    // One is switched in the middle of a sound, the other right before the next strike: they are to sound the same.
    let (mut early, mut late) = (instrument(), instrument());
    let mut random = Random::new(7);
    let mut retired: Vec<Retired> = Vec::with_capacity(64);
    let (mut one, mut other) = ([0.0; 128], [0.0; 128]);
    let (mut taken, mut gone, mut peak) = (0u32, 0u32, 0.0f32);
    for round in 0..TRIES {
        let model = match random.below(6) {
            bank @ 0..3 => Model::Bank(Arc::clone(&banks[bank as usize])),
            _ => Model::Take(take(round + 1)),
        };
        let [before, after] = [1 + random.below(128), 1 + random.below(128)].map(|samples| samples as usize);
        let cv = std::array::from_fn(|_| random.below(100) as f32 / 10.0 - 5.0);
        let frame = ControlFrame { cv, ..ControlFrame::default() };
        let mut same = [false; 2];
        let mut switched = [false; 2];
        assert_no_alloc(|| {
            let strike = Event::Trigger { at: 0, velocity: 0.8, semitones: round as f32 % 25.0 - 12.0 };
            for instrument in [&mut early, &mut late] {
                instrument.push(strike);
            }
            early.render(&frame, &mut one[..before]);
            late.render(&frame, &mut other[..before]);
            same[0] = one[..before] == other[..before];
            switched[0] = switch(&mut early, &model);
            early.render(&frame, &mut one[..after]);
            late.render(&frame, &mut other[..after]);
            same[1] = one[..after] == other[..after];
            switched[1] = switched[0] && switch(&mut late, &model);
            for instrument in [&mut early, &mut late] {
                while let Some(thing) = instrument.take_retired() {
                    retired.push(thing);
                }
            }
        });
        assert_eq!(same, [true; 2], "switch {round}: the samples before it, and after it");
        assert_eq!(switched[0], switched[1], "switch {round}: there is as much room later");
        taken += u32::from(switched[0]);
        peak = one[..after].iter().fold(peak, |peak, sample| peak.max(sample.abs()));
        gone += retired.len() as u32;
        retired.clear();
    }
    assert!(taken >= SWITCHES, "{taken} of {TRIES} were done");
    assert!(peak > 0.1, "it sounds: {peak}");
    let statistics = early.statistics();
    assert_eq!((statistics.hits, statistics.dropped_events), (u64::from(TRIES), 0));
    // What was put on the shelf leaves it again, but for what plays and rings out.
    assert!(2 * taken - gone < 30, "{gone} of {} came back", 2 * taken);
    drop((early, late, retired));
    for (index, bank) in banks.iter().enumerate() {
        assert_eq!(Arc::strong_count(bank), 1, "bank {index} is held by no one else");
    }
}
