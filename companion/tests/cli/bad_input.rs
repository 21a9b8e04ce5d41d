use super::{Place, ping};

#[test]
fn help_is_help() {
    let place = Place::new();
    for arguments in [
        &["--help"][..],
        &["render", "--help"],
        &["describe", "--help"],
        &["banks", "--help"],
        &["map", "--help"],
        &["play", "--help"],
        &["module", "--help"],
        &["module", "list", "--help"],
        &["module", "info", "--help"],
        &["module", "monitor", "--help"],
        &["module", "calibrate", "--help"],
        &["module", "test", "--help"],
    ] {
        let said = place.output(arguments);
        assert!(said.contains("Usage:"), "{arguments:?}: {said}");
    }
}

#[test]
fn a_wrong_command_line_exits_with_2() {
    let place = Place::new();
    for arguments in [
        &[][..],
        &["sing"],
        &["render"],
        &["render", "-o", "a.wav", "--cv1", "nan"],
        &["render", "-o", "a.wav", "--cv1", "7"],
        &["render", "-o", "a.wav", "--cv4", "-6"],
        &["render", "-o", "a.wav", "--velocity", "2"],
        &["render", "-o", "a.wav", "--pitch", "99"],
        &["render", "-o", "a.wav", "--freeze", "2,1"],
        &["render", "-o", "a.wav", "--freeze", "now"],
        &["render", "-o", "a.wav", "--freeze-ms", "10"],
        &["render", "-o", "a.wav", "--seconds", "-1"],
        &["render", "-o", "a.wav", "--seconds", "inf"],
        &["render", "-o", "a.wav", "--rate", "5"],
        &["render", "-o", "a.wav", "--like", "a.wav", "--f1", "1"],
        &["render", "-o", "a.wav", "--like", "a.wav", "--curves", "a.json"],
        &["render", "-o", "a.wav", "--format", "mp3"],
        &["render", "-o", "a.wav", "--at", "0.5"],
        &["render", "-o", "a.wav", "--at", "0.5,nan"],
        &["render", "-o", "a.wav", "--at", "-1.5,0"],
        &["render", "-o", "a.wav", "--at", "0,0", "--invent", "1"],
        &["render", "-o", "a.wav", "--invent", "1", "--f1", "2"],
        &["render", "-o", "a.wav", "--invent", "-1"],
        &["map"],
        &["describe"],
        &["describe", "a.wav", "--json", "--csv"],
        &["play", "--level", "2"],
        &["play", "--rate", "8000"],
        &["play", "--buffer", "100"],
        &["play", "--service", "--lines"],
        &["module"],
        &["module", "calibrate", "--input", "5"],
        &["module", "calibrate", "--input", "1", "--clear"],
        &["module", "monitor", "--seconds", "-1"],
    ] {
        place.refusal(2, arguments);
    }
}

#[test]
fn without_a_bank_the_remedy_is_named() {
    let place = Place::new();
    let assert =
        place.neurorack(&["render", "-o", "a.wav"]).env("NEURORACK_BANK", "nowhere.safetensors").assert().code(1);
    let said = String::from_utf8_lossy(&assert.get_output().stderr);
    assert!(said.contains("nowhere.safetensors"), "{said}");
}

#[test]
fn bad_banks_are_refused_with_a_sentence() {
    let place = Place::new();
    let good = std::fs::read(place.path("bank.safetensors")).unwrap();
    place.write("truncated.safetensors", &good[..good.len() / 2]);
    place.write("header.safetensors", &u64::MAX.to_le_bytes());
    place.write("empty.safetensors", &[]);
    place.write("text.safetensors", b"hello");
    let mut flipped = good.clone();
    let middle = flipped.len() - 3;
    flipped[middle] ^= 0x7f;
    place.write("flipped.safetensors", &flipped);
    for name in ["truncated", "header", "empty", "text", "flipped", "missing"] {
        let file = format!("{name}.safetensors");
        let said = place.refusal(1, &["banks", "verify", &file]);
        assert!(said.contains(&file), "{said}");
    }
    let said = place.refusal(1, &["render", "--bank", "truncated.safetensors", "-o", "a.wav"]);
    assert!(said.contains("truncated.safetensors: this is not a complete safetensors file"), "{said}");
    assert!(!place.path("a.wav").exists(), "nothing is written when nothing can be rendered");
}

#[test]
fn bad_recordings_are_refused_with_a_sentence() {
    let place = Place::new();
    place.write("empty.wav", &[]);
    place.write("text.wav", b"this is no sound");
    place.write_wav("nothing.wav", 44_100, []);
    place.write_wav("nan.wav", 44_100, ping(44_100, 0.1).chain([f32::NAN]));
    place.write_wav("good.wav", 44_100, ping(44_100, 0.5));
    let good = std::fs::read(place.path("good.wav")).unwrap();
    place.write("truncated.wav", &good[..good.len() / 3]);
    for name in ["empty.wav", "text.wav", "nothing.wav", "nan.wav", "truncated.wav", "missing.wav", "."] {
        for arguments in [&["describe", name][..], &["render", "--like", name, "-o", "out.wav"]] {
            let said = place.refusal(1, arguments);
            assert!(said.contains(name), "{arguments:?}: {said}");
        }
    }
    let said = place.refusal(1, &["describe", "missing.wav"]);
    assert!(said.contains("cannot read missing.wav"), "{said}");
}

#[test]
fn a_file_that_is_too_large_is_refused_before_it_is_read() {
    let place = Place::new();
    let file = std::fs::File::create(place.path("huge.wav")).unwrap();
    file.set_len(1 << 34).unwrap();
    let said = place.refusal(1, &["describe", "huge.wav"]);
    assert!(said.contains("larger than 64 MiB"), "{said}");
    let said = place.refusal(1, &["banks", "inspect", "huge.wav"]);
    assert!(said.contains("larger than 64 MiB"), "{said}");
}

#[test]
fn silence_has_no_impact_but_a_sound() {
    let place = Place::new();
    place.write_wav("silence.wav", 44_100, [0.0; 22_050]);
    let said = place.refusal(1, &["render", "--f1", "silence.wav", "-o", "out.wav"]);
    assert!(said.contains("silent"), "{said}");
    let said = place.output(&["render", "--like", "silence.wav", "-o", "out.wav"]);
    assert!(said.contains("0.500 s"), "{said}");
}

#[test]
fn unknown_sounds_are_answered_with_the_known_ones() {
    let place = Place::new();
    let said = place.refusal(1, &["render", "--f1", "flute", "-o", "out.wav"]);
    assert!(said.contains("flute is neither a file nor a sound of this bank, which has:"), "{said}");
}

#[test]
fn places_that_cannot_be_written_are_named() {
    let place = Place::new();
    let said = place.refusal(1, &["render", "-o", "no/such/folder/out.wav"]);
    assert!(said.contains("cannot write no/such/folder/out.wav"), "{said}");
    place.write_wav("good.wav", 44_100, ping(44_100, 0.1));
    let said = place.refusal(1, &["describe", "good.wav", "--plot", "no/such/plot.svg"]);
    assert!(said.contains("cannot write no/such/plot.svg"), "{said}");
}
