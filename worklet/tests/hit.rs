//! One hit that a worker renders from messages is the preset's own, to the sample.

use neurorack_engine::bank::test_bank;
use neurorack_engine::instrument::CurveSlot;
use neurorack_engine::offline::{LONGEST_HIT_S, Stage};
use neurorack_engine::preset::{BankMark, OwnSound, Preset, Sound, VERSION};
use neurorack_engine::sources::{Cable, Gesture, Input, Patch, Source};
use neurorack_engine::{ControlFrame, ScaledCurve, Settings};
use neurorack_worklet::Worklet;
use neurorack_worklet::message::{CurveData, Message, bank_messages};
use std::sync::Arc;

#[test]
fn messages_and_preset_give_the_same_hit() {
    let bank = test_bank::small(1);
    let prepared = Arc::new(bank.prepare(48_000));
    let moved = Gesture::new([[0, 0], [500, 100], [-300, 0], [0, -500]]).expect("four points");
    let mut on_the_pad = Patch::calm();
    on_the_pad.cables.plug(Cable::new(Source::PadX, Input::Cv1, 1.0));
    for (seed, patch, gesture) in [
        (1, Patch::calm(), None),
        (9, Patch::default(), None),
        (77, Patch::ready()[5].patch, None),
        (5, on_the_pad, Some(moved)),
    ] {
        let preset = Preset {
            version: VERSION,
            name: String::new(),
            bank: BankMark::of(&bank),
            sounds: [Sound::factory(&bank, 1), Sound::Own(OwnSound::new("Own", bank.factory()[0].clone()))],
            volume_db: -4.0,
            settings: Settings { seed, ..Settings::default() },
            patch,
            gesture: gesture.clone(),
        };
        let mut worklet = Worklet::new(48_000, 1);
        for message in bank_messages(&prepared) {
            worklet.receive(&message);
        }
        let controls = ControlFrame { cv: preset.patch.knobs_volts, level: preset.level() };
        for message in [Message::Settings(preset.settings), Message::Patch(preset.patch), Message::Control(controls)] {
            worklet.receive(&message.encode());
        }
        if let Some(gesture) = &preset.gesture {
            worklet.receive(&Message::gesture(gesture.points()).encode());
        }
        let curves = preset.curves(&bank).expect("its sets are there").map(|curve| ScaledCurve::from(&curve));
        for (slot, curve) in [CurveSlot::F1, CurveSlot::F2].into_iter().zip(&curves) {
            worklet.receive(&Message::Curve { slot, curve: CurveData::from(curve) }.encode());
        }
        let hit = worklet.hit(LONGEST_HIT_S);
        assert!(hit.iter().any(|sample| sample.abs() > 1e-4), "seed {seed}: it is heard");
        let expected = Stage::new(&preset, &bank, prepared.clone()).expect("its sets are there").hit(LONGEST_HIT_S);
        assert!(hit == expected, "seed {seed}: the same samples");
    }
}
