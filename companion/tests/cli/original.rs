//! Banks of the original's network, which are rendered ahead.

use super::{Place, read_wav};
use neurorack_engine::bank::test_bank;
use neurorack_engine::preset::{BankMark, Preset, Sound, VERSION};
use neurorack_engine::sources::Patch;
use neurorack_engine::{RenderedBank, Settings};

fn place() -> Place {
    let place = Place::new();
    place.write("original.safetensors", &test_bank::rendered_bytes(1));
    place
}

#[test]
fn a_hit_of_the_original_is_written_at_the_rate_that_was_asked_for() {
    let place = place();
    let said =
        place.output(&["render", "--bank", "original.safetensors", "--f1", "1", "--rate", "48000", "-o", "a.wav"]);
    assert!(said.contains("at 48000 Hz"), "{said}");
    let (spec, samples) = read_wav(&place.path("a.wav"));
    assert_eq!(spec.sample_rate, 48_000);
    // 59 descriptor hops of 5.8 ms are 15 frames of 23.2 ms.
    let frames = samples.len() as f32 / 48_000.0 * 22_050.0 / 512.0;
    assert!((frames - 15.0).abs() < 0.1, "{frames} frames");
    assert!(samples.iter().any(|sample| *sample != 0.0) && samples.iter().all(|sample| sample.abs() <= 1.0));
}

#[test]
fn the_panel_moves_the_original() {
    let place = place();
    let render = |flags: &[&str]| {
        let mut words =
            vec!["render", "--bank", "original.safetensors", "--f1", "1", "--seconds", "0.2", "-o", "o.wav"];
        words.extend_from_slice(flags);
        place.output(&words);
        read_wav(&place.path("o.wav")).1
    };
    let plain = render(&[]);
    assert!(plain == render(&[]), "the same samples again");
    for flags in [&["--cv3", "5"][..], &["--cv2", "-4"], &["--velocity", "0.5"], &["--pitch", "-7"], &["--seed", "9"]] {
        assert!(plain != render(flags), "{flags:?}");
    }
}

#[test]
fn a_preset_of_the_original_is_rendered_with_its_bank_alone() {
    let place = place();
    let bank = RenderedBank::parse(&test_bank::rendered_bytes(1)).unwrap();
    let preset = Preset {
        version: VERSION,
        name: "Original".into(),
        bank: BankMark::of(&bank),
        sounds: [0, 1].map(|index| Sound::factory(&bank, index)),
        volume_db: 0.0,
        settings: Settings::default(),
        patch: Patch::default(),
        gesture: None,
    };
    place.write("preset.json", preset.to_json().as_bytes());
    let ours = ["render", "--preset", "preset.json", "-o", "p.wav"];
    assert!(place.refusal(1, &ours).contains("needs its bank"));
    let original = [&ours[..], &["--bank", "original.safetensors"]].concat();
    place.output(&original);
    assert!(read_wav(&place.path("p.wav")).1.iter().any(|sample| *sample != 0.0));
}

#[test]
fn what_needs_the_instrument_is_refused_with_a_sentence() {
    let place = place();
    place.write("piece.csv", b"seconds,f1\n0,1\n");
    for (flags, expected) in
        [(["--freeze", "0.1,0.2"], "leave --freeze out"), (["--sequence", "piece.csv"], "a sequence is played by")]
    {
        let words = [&["render", "--bank", "original.safetensors", "-o", "x.wav"][..], &flags].concat();
        let said = place.refusal(1, &words);
        assert!(said.contains(expected), "{said}");
    }
    let said = place.refusal(1, &["play", "--bank", "original.safetensors", "--sink", "none", "--lines"]);
    assert!(said.contains("rendered ahead and not streamed"), "{said}");
}

#[test]
fn the_bank_commands_know_the_original() {
    let place = place();
    let said = place.output(&["banks", "verify", "original.safetensors"]);
    assert!(said.contains("original.safetensors  sound"), "{said}");
    let said = place.output(&["banks", "list", "."]);
    assert!(said.contains("original.safetensors  Random original 0, 2 sounds, CC0-1.0, rendered ahead"), "{said}");
    let said = place.output(&["banks", "inspect", "original.safetensors"]);
    assert!(said.contains("hn-sinc-nsf") && said.contains("control every 23.2 ms, descriptors every 5.8 ms"), "{said}");
}
