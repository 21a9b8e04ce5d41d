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
const SWITCHES: u32 = 10_000;

/// What may be switched to.
#[derive(Clone)]
enum Model {
    Bank(Arc<PreparedBank>),
    Take(Arc<Take>),
}

/// Three banks and three rendered hits, none of one family.
fn models() -> Vec<Model> {
    let banks = [3, 4, 5].map(|seed| Model::Bank(Arc::new(test_bank::small(seed).prepare(RATE))));
    let takes = [1, 2, 3].map(|number| {
        let label = TakeLabel { bank: 9, family: number, number, semitones: 0.0 };
        let mut random = Random::new(u64::from(number));
        let sound: Vec<f32> =
            (0..9_000).map(|n| (random.below(2_000) as f32 / 1_000.0 - 1.0) * (-(n as f32) / 3_000.0).exp()).collect();
        let mut take = Take::default();
        assert!(take.begin(label, sound.len()) && take.extend(0, sound.into_iter()));
        Model::Take(Arc::new(take))
    });
    banks.into_iter().chain(takes).collect()
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
    let models = models();
    // One is switched in the middle of a sound, the other right before the next strike: they are to sound the same.
    let (mut early, mut late) = (instrument(), instrument());
    let mut random = Random::new(7);
    let mut retired: Vec<Retired> = Vec::with_capacity(64);
    let (mut one, mut other) = ([0.0; 128], [0.0; 128]);
    let (mut taken, mut gone, mut peak) = (0u32, 0u32, 0.0f32);
    for round in 0..SWITCHES {
        let model = models[random.below(models.len() as u32) as usize].clone();
        let [before, after] = [1 + random.below(128), 1 + random.below(128)].map(|samples| samples as usize);
        let cv = std::array::from_fn(|_| random.below(100) as f32 / 10.0 - 5.0);
        let frame = ControlFrame { cv, ..ControlFrame::default() };
        assert_no_alloc(|| {
            let strike = Event::Trigger { at: 0, velocity: 0.8, semitones: round as f32 % 25.0 - 12.0 };
            for instrument in [&mut early, &mut late] {
                instrument.push(strike);
            }
            early.render(&frame, &mut one[..before]);
            late.render(&frame, &mut other[..before]);
            assert!(one[..before] == other[..before], "switch {round}, up to it");
            let switched = switch(&mut early, &model);
            early.render(&frame, &mut one[..after]);
            late.render(&frame, &mut other[..after]);
            assert!(one[..after] == other[..after], "switch {round}, after it");
            if switched {
                assert!(switch(&mut late, &model), "switch {round}: there is as much room later");
                taken += 1;
            }
            peak = one[..after].iter().fold(peak, |peak, sample| peak.max(sample.abs()));
            for instrument in [&mut early, &mut late] {
                while let Some(thing) = instrument.take_retired() {
                    retired.push(thing);
                }
            }
        });
        gone += retired.len() as u32;
        retired.clear();
    }
    assert!(taken > SWITCHES * 9 / 10, "{taken} were taken, the others found too many banks ringing out");
    assert!(peak > 0.1, "it sounds: {peak}");
    let statistics = early.statistics();
    assert_eq!((statistics.hits, statistics.dropped_events), (u64::from(SWITCHES), 0));
    // What was put on the shelf leaves it again, but for what plays and rings out.
    assert!(2 * taken - gone < 30, "{gone} of {} came back", 2 * taken);
    drop((early, late, retired));
    for (index, model) in models.iter().enumerate() {
        let holders = match model {
            Model::Bank(bank) => Arc::strong_count(bank),
            Model::Take(take) => Arc::strong_count(take),
        };
        assert_eq!(holders, 1, "model {index} is held by no one else");
    }
}
