//! Presets survive every journey to the bit, stay short, and render the same sound everywhere.

use neurorack_engine::bank::{ModelBank, test_bank};
use neurorack_engine::control::{Assignment, GateTarget, Target};
use neurorack_engine::descriptors::{DescriptorCurve, Descriptors, MAX_FRAMES, Timbre};
use neurorack_engine::offline::{LONGEST_HIT_S, Stage};
use neurorack_engine::preset::{BankMark, OwnSound, Preset, Sound, VERSION};
use neurorack_engine::sources::{Cable, Gesture, Input, Patch, Source};
use neurorack_engine::{ControlFrame, CurveSlot, Event, Instrument, ScaledCurve, Settings};
use proptest::prelude::*;
use std::sync::Arc;

fn curves() -> impl Strategy<Value = DescriptorCurve> {
    let frame = prop::array::uniform7(prop_oneof![0.0f32..1.0, 0.0f32..20_000.0, Just(0.0), -1e-7f32..1e-7]);
    let frames = prop::collection::vec(frame, 1..40);
    let timbre = prop::option::of(prop::collection::vec(-Timbre::LIMIT..=Timbre::LIMIT, Timbre::COUNT));
    (frames, timbre).prop_map(|(frames, timbre)| {
        let frames = frames.into_iter().map(Descriptors::from_array).collect();
        let timbre = timbre.and_then(|numbers| Timbre::new(numbers.try_into().expect("as many as there are")));
        DescriptorCurve::new(frames).expect("finite frames").with_timbre(timbre)
    })
}

fn sounds() -> impl Strategy<Value = Sound> {
    prop_oneof![
        (any::<u16>(), ".{0,90}").prop_map(|(index, name)| Sound::Factory { index, name }),
        (".{0,90}", curves()).prop_map(|(name, curve)| Sound::Own(OwnSound::new(&name, curve))),
    ]
}

fn settings() -> impl Strategy<Value = Settings> {
    let assignment = (0..Target::ALL.len(), -4.0f32..4.0, -15.0f32..15.0)
        .prop_map(|(target, range, offset_v)| Assignment { target: Target::ALL[target], range, offset_v });
    let gate = prop_oneof![Just(GateTarget::Nothing), Just(GateTarget::Trigger), Just(GateTarget::Freeze)];
    let rest = (50.0f32..100.0, any::<[bool; 7]>(), any::<u8>(), any::<u64>());
    (prop::array::uniform4(assignment), prop::array::uniform2(gate), rest)
        .prop_map(|(cv, gates, (freeze_ms, vary, voices, seed))| Settings { cv, gates, freeze_ms, vary, voices, seed })
}

fn patches() -> impl Strategy<Value = Patch> {
    let cables = prop::collection::vec((0..Source::ALL.len(), 0..Input::ALL.len(), -1.0f32..1.0), 0..20);
    let rest = (any::<bool>(), 20.0f32..300.0, 50.0f32..75.0, any::<u32>());
    (0..6usize, cables, prop::array::uniform4(-5.0f32..5.0), prop::array::uniform2(-1.0f32..1.0), rest).prop_map(
        |(ready, cables, knobs_volts, pad, (running, tempo_bpm, swing_percent, seed))| {
            let cables: Vec<Cable> = cables
                .iter()
                .map(|&(from, to, amount)| Cable::new(Source::ALL[from], Input::ALL[to], amount))
                .collect();
            let cables = cables.iter().collect();
            Patch { running, tempo_bpm, swing_percent, seed, cables, knobs_volts, pad, ..Patch::ready()[ready].patch }
        },
    )
}

fn presets() -> impl Strategy<Value = Preset> {
    let bank = (".{0,90}", any::<[u8; 8]>()).prop_map(|(name, hash)| BankMark { name, hash });
    let points = prop::collection::vec(prop::array::uniform2(-500i16..=500), 2..60);
    let gesture = prop::option::of(points.prop_map(|points| Gesture::new(points).expect("points on the pad")));
    (".{0,90}", bank, [sounds(), sounds()], -70.0f32..6.0, settings(), patches(), gesture).prop_map(
        |(name, bank, sounds, volume_db, settings, patch, gesture)| {
            Preset { version: VERSION, name, bank, sounds, volume_db, settings, patch, gesture }.sanitised()
        },
    )
}

proptest! {
    #[test]
    fn presets_survive_links_and_files_to_the_bit(preset in presets()) {
        let shared = Preset::from_link(&preset.to_fragment());
        prop_assert_eq!(shared.as_ref(), Ok(&preset));
        let written = Preset::from_json(preset.to_json().as_bytes());
        prop_assert_eq!(written.as_ref(), Ok(&preset));
    }

    #[test]
    fn any_letters_are_a_preset_or_refused(letters in "[A-Za-z0-9_%=-]{0,400}", bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Preset::from_link(&format!("#p={letters}"));
        let _ = Preset::from_json(&bytes);
    }
}

fn preset(bank: &ModelBank, patch: Patch) -> Preset {
    let own = OwnSound::new("Own", bank.factory()[1].clone());
    Preset {
        version: VERSION,
        name: "Test".into(),
        bank: BankMark::of(bank),
        sounds: [Sound::factory(bank, 0), Sound::Own(own)],
        volume_db: -3.0,
        settings: Settings { seed: 9, ..Settings::default() },
        patch,
        gesture: None,
    }
}

#[test]
fn the_longest_gesture_of_a_hand_adds_less_than_3_kb_to_a_link() {
    // A hand: slow circles with a tremor of a few hundredths of a volt.
    let mut noise = 1u32;
    let points = (0..Gesture::MAX_POINTS).map(|at| {
        let turn = at as f32 * 0.037;
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let tremor = (noise >> 28) as f32 / 250.0;
        Gesture::point([0.8 * turn.sin() + tremor, 0.7 * (1.3 * turn).cos() - tremor])
    });
    let plain = preset(&test_bank::small(1), Patch::calm());
    let with = Preset { gesture: Gesture::new(points).ok(), ..plain.clone() };
    assert!(with.gesture.is_some());
    let letters = with.to_fragment().len() - plain.to_fragment().len();
    println!("{letters} letters for 16 s of a gesture");
    assert!(letters < 3_000, "{letters} letters");
}

#[test]
fn two_measured_curves_and_a_full_patch_stay_below_12_kb() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../static/banks/impacts.safetensors");
    let bank = ModelBank::parse(&std::fs::read(file).expect("the shipped bank")).expect("a bank");
    let mut factory: Vec<&DescriptorCurve> = bank.factory().iter().collect();
    factory.sort_by_key(|curve| curve.frames().len());
    let longest = [1, 2].map(|back| factory[factory.len() - back]);
    let sounds = longest.map(|curve| Sound::Own(OwnSound::new("A sound of my own", curve.clone())));
    let preset = Preset { sounds, ..preset(&bank, Patch::ready()[4].patch) };
    let letters = preset.to_fragment().len();
    let frames = longest.map(|curve| curve.frames().len());
    println!("{letters} letters for curves of {frames:?} frames");
    assert!(letters < 12_000, "{letters} letters");
    assert!(longest.iter().all(|curve| curve.frames().len() <= MAX_FRAMES));
}

#[test]
fn a_hit_is_what_the_instrument_plays_under_the_same_knobs() {
    let bank = test_bank::small(1);
    let preset = preset(&bank, Patch { knobs_volts: [1.0, 0.0, 2.0, -3.0], ..Patch::calm() });
    let prepared = Arc::new(bank.prepare(48_000));
    let audio = Stage::new(&preset, &bank, prepared.clone()).expect("its sets are there").hit(LONGEST_HIT_S);

    let mut instrument = Box::new(Instrument::new(prepared, 1));
    instrument.use_settings(&preset.settings);
    for (slot, curve) in [CurveSlot::F1, CurveSlot::F2].into_iter().zip(preset.curves(&bank).expect("its curves")) {
        instrument.use_curve(slot, Arc::new(ScaledCurve::from(&curve))).expect("there is room");
    }
    instrument.push(Event::strike(0, 1.0));
    let mut expected = vec![0.0; audio.len()];
    instrument.render(&ControlFrame { cv: preset.patch.knobs_volts, level: preset.level() }, &mut expected);
    assert!(audio == expected, "the same samples");
    assert!(audio.iter().any(|sample| sample.abs() > 1e-4), "it is heard");
    assert_eq!(instrument.statistics().voices, 0, "to its end");
}

#[test]
fn a_hit_does_not_wait_for_a_clock() {
    let bank = test_bank::small(1);
    let prepared = Arc::new(bank.prepare(44_100));
    let hit = |running: bool| {
        let preset = preset(&bank, Patch { running, ..Patch::default() });
        Stage::new(&preset, &bank, prepared.clone()).expect("its sets are there").hit(LONGEST_HIT_S)
    };
    assert!(hit(true) == hit(false), "a preset whose clock runs gives the same hit");
}

#[test]
fn a_running_preset_plays_its_pattern_and_a_calm_one_is_silent() {
    let bank = test_bank::small(1);
    let prepared = Arc::new(bank.prepare(44_100));
    let play = |patch: Patch| {
        let stage = Stage::new(&preset(&bank, patch), &bank, prepared.clone()).expect("its sets are there");
        stage.play(1.5)
    };
    let audio = play(Patch::default());
    assert_eq!(audio.len(), 66_150);
    assert!(audio == play(Patch::default()), "the same again");
    let strikes = [0.0, 0.4].map(|from_s| {
        let from = (from_s * 44_100.0) as usize;
        audio[from..from + 2_000].iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()))
    });
    assert!(strikes.iter().all(|&peak| peak > 1e-3), "steps 1 and 4 strike: {strikes:?}");
    assert!(play(Patch::calm()).iter().all(|&sample| sample == 0.0));
}
