use super::{Place, ping, read_wav};
use serde_json::Value;

#[test]
fn a_recording_finds_its_place() {
    let place = Place::new();
    place.write_wav("ping.wav", 44_100, ping(44_100, 0.4));
    let said = place.output(&["map", "ping.wav"]);
    assert!(said.starts_with("ping.wav lies at ") && said.contains("Test click"), "{said}");
    let answer: Value = serde_json::from_str(&place.output(&["map", "ping.wav", "--json"])).unwrap();
    for part in 0..2 {
        let x = answer["place"][part].as_f64().unwrap();
        assert!((-1.0..=1.0).contains(&x), "{answer}");
    }
    let distances: Vec<f64> =
        answer["nearest"].as_array().unwrap().iter().map(|one| one["distance"].as_f64().unwrap()).collect();
    assert_eq!(distances.len(), 2);
    assert!(distances.is_sorted(), "{distances:?}");
}

#[test]
fn a_factory_sound_is_its_own_neighbour() {
    let place = Place::new();
    let answer: Value = serde_json::from_str(&place.output(&["map", "test boom", "--json"])).unwrap();
    assert_eq!(answer["nearest"][0]["name"], "Test boom");
    assert_eq!(answer["nearest"][0]["distance"], 0.0);
}

#[test]
fn every_seed_invents_another_sound() {
    let place = Place::new();
    let invent = |seed: &str| {
        place.output(&["render", "--invent", seed, "-o", "out.wav"]);
        read_wav(&place.path("out.wav")).1
    };
    let first = invent("7");
    assert!(!first.is_empty());
    assert_eq!(first, invent("7"), "same seed");
    assert_ne!(first, invent("8"), "another seed");
}

#[test]
fn places_of_the_map_are_sounds() {
    let place = Place::new();
    place.output(&["render", "--at", "-0.5,0.25", "-o", "a.wav"]);
    place.output(&["render", "--at", "0.9,-1", "--f2", "1", "--cv1", "0", "-o", "b.wav"]);
    assert_ne!(read_wav(&place.path("a.wav")).1, read_wav(&place.path("b.wav")).1);
}

#[test]
fn without_a_map_the_remedy_is_named() {
    let place = Place::new();
    let said = |map: &str| {
        let mut command = place.neurorack(&["render", "--invent", "1", "-o", "a.wav"]);
        let output = command.env("NEURORACK_MAP", map).assert().code(1).get_output().stderr.clone();
        String::from_utf8(output).unwrap()
    };
    assert!(said("nowhere.safetensors").contains("cannot read nowhere.safetensors"));
    let bank = said("bank.safetensors");
    assert!(bank.contains("bank.safetensors: the file is of kind \"sinc-nsf\""), "{bank}");
    assert!(bank.contains("choose a map"), "{bank}");
    assert!(!place.path("a.wav").exists(), "nothing is written when nothing can be rendered");
}
