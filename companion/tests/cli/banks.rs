use super::Place;
use serde_json::Value;

#[test]
fn the_card_is_shown_to_people_and_programs() {
    let place = Place::new();
    let card: Value = serde_json::from_str(&place.output(&["banks", "inspect", "bank.safetensors", "--json"])).unwrap();
    let name = card["name"].as_str().unwrap();
    let text = place.output(&["banks", "inspect"]);
    assert!(text.starts_with(name), "{text}");
    for sound in card["factory"].as_array().unwrap() {
        let sound = sound["name"].as_str().unwrap();
        assert!(text.contains(sound), "{sound} is missing in {text}");
    }
}

#[test]
fn a_sound_bank_is_verified_by_its_test_hit() {
    let place = Place::new();
    let said = place.output(&["banks", "verify", "bank.safetensors"]);
    assert!(said.contains("bank.safetensors  sound"), "{said}");
    let said = place.output(&["banks", "verify", "map.safetensors"]);
    assert!(said.contains("map.safetensors  sound"), "{said}");
}

#[test]
fn a_list_names_usable_and_broken_banks() {
    let place = Place::new();
    place.write("broken.safetensors", b"not a bank");
    let said = place.output(&["banks", "list", "."]);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 3, "{said}");
    assert!(lines[0].contains("bank.safetensors") && lines[0].contains("sounds"), "{said}");
    assert!(lines[1].contains("broken.safetensors  not usable"), "{said}");
    assert!(lines[2].contains("map.safetensors  Random map 0, a map of 0 sounds"), "{said}");
}

#[test]
fn an_installed_program_finds_the_bank_that_came_with_it() {
    let place = Place::new();
    for folder in ["usr/bin", "usr/share/neurorack/banks", "elsewhere"] {
        std::fs::create_dir_all(place.path(folder)).unwrap();
    }
    std::fs::copy(assert_cmd::cargo::cargo_bin("neurorack"), place.path("usr/bin/neurorack")).unwrap();
    let bank = place.path("usr/share/neurorack/banks/impacts.safetensors");
    std::fs::rename(place.path("bank.safetensors"), &bank).unwrap();
    let mut installed = assert_cmd::Command::new(place.path("usr/bin/neurorack"));
    installed.current_dir(place.path("elsewhere")).env_remove("NEURORACK_BANK").args(["banks", "verify"]);
    let output = installed.assert().success().get_output().stdout.clone();
    let said = String::from_utf8(output).unwrap();
    assert!(said.starts_with(&bank.canonicalize().unwrap().display().to_string()), "{said}");
}
