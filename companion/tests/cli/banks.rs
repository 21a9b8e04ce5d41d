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
