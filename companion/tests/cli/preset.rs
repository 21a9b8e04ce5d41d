//! `neurorack render --preset`: links and files of the page.

use super::{Place, read_wav};
use neurorack_engine::bank::{ModelBank, test_bank};
use neurorack_engine::preset::{BankMark, OwnSound, Preset, Sound, VERSION};
use neurorack_engine::sources::Patch;

/// A preset of the bank with this seed; [`Place`] has the one of 1.
fn preset(seed: u64) -> Preset {
    let bank = ModelBank::parse(&test_bank::bytes(test_bank::SMALL, seed)).unwrap();
    Preset {
        version: VERSION,
        name: "Door, slammed".into(),
        bank: BankMark::of(&bank),
        sounds: [Sound::factory(&bank, 1), Sound::Own(OwnSound::new("Door", bank.factory()[0].clone()))],
        volume_db: -6.0,
        settings: neurorack_engine::Settings::default(),
        patch: Patch { knobs_volts: [-2.0, 0.0, 1.0, -5.0], ..Patch::default() },
        gesture: None,
    }
}

#[test]
fn link_fragment_and_file_are_the_same_sound() {
    let place = Place::new();
    let preset = preset(1);
    place.write("door.json", preset.to_json().as_bytes());
    let fragment = preset.to_fragment();
    let sounds = [format!("https://neurorack.example/?a=1#{fragment}"), format!("#{fragment}"), "door.json".to_owned()]
        .map(|named| {
            place.output(&["render", "--preset", &named, "--rate", "48000", "-o", "hit.wav"]);
            read_wav(&place.path("hit.wav"))
        });
    assert_eq!(sounds[0].0.sample_rate, 48_000);
    assert!(sounds[0].1.iter().any(|sample| sample.abs() > 1e-4), "it is heard");
    assert!(sounds[0].1 == sounds[1].1 && sounds[0].1 == sounds[2].1);
}

#[test]
fn the_sources_play_for_as_long_as_it_is_said() {
    let place = Place::new();
    place.write("door.json", preset(1).to_json().as_bytes());
    let said = place.output(&["render", "--preset", "door.json", "--play", "--seconds", "1.25", "-o", "play.wav"]);
    assert!(said.contains("1.250 s at 44100 Hz"), "{said}");
    let (_, samples) = read_wav(&place.path("play.wav"));
    let step = (3.0 * 60.0 / 112.0 / 4.0 * 44_100.0) as usize;
    for from in [0, step] {
        let peak = samples[from..from + 3_000].iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        assert!(peak > 1e-4, "a step strikes at sample {from}: {peak}");
    }
}

#[test]
fn a_link_that_cannot_be_played_gets_a_sentence() {
    let place = Place::new();
    place.write("tune.json", b"{\"tune\":1}");
    let link = format!("https://neurorack.example/#{}", preset(1).to_fragment());
    let cut = &link[..link.len() - 40];
    let other = format!("#{}", preset(2).to_fragment());
    for (named, says) in [
        (cut, "cut off: copy it whole"),
        (&*other, "--bank"),
        ("tune.json", "no preset of Neurorack"),
        ("https://neurorack.example/", "give a link whole"),
        ("missing.json", "missing.json"),
    ] {
        let said = place.refusal(1, &["render", "--preset", named, "-o", "out.wav"]);
        assert!(said.contains(says), "{named}: {said}");
        assert!(!place.path("out.wav").exists());
    }
    let said = place.refusal(2, &["render", "--preset", &link, "--f1", "1", "-o", "out.wav"]);
    assert!(said.contains("--f1"), "{said}");
    let said = place.refusal(2, &["render", "--preset", &link, "--play", "-o", "out.wav"]);
    assert!(said.contains("--seconds"), "{said}");
}
