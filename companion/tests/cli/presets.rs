//! Presets on the disk: the page's, brought, kept and given back.

use super::Place;

/// What `render` tests take as a preset of the page: one that `play` kept.
fn kept(place: &Place) -> String {
    let output = place.neurorack(&["play", "--sink", "none", "--module", "off"]);
    let mut command = output;
    command.write_stdin("cv3 1.5\nsave Anvil, at night\nq\n").assert().success();
    place.output(&["presets", "export", "Anvil, at night"])
}

#[test]
fn a_preset_goes_out_as_file_and_link_and_comes_back_the_same() {
    let place = Place::new();
    let json = kept(&place);
    assert!(json.contains("\"neurorack_preset\":1") && json.contains("1.5"), "{json}");
    let link = place.output(&["presets", "export", "Anvil, at night", "--link"]);
    let link = format!("https://example.org/#{}", link.trim().trim_start_matches('#'));
    assert!(place.output(&["presets", "import", &link, "--name", "By link"]).contains("By link is kept"));
    place.output(&["presets", "export", "Anvil, at night", "-o", "anvil.json"]);
    place.output(&["presets", "import", "anvil.json", "--name", "By file"]);
    assert_eq!(place.output(&["presets", "list"]), "Anvil, at night\nBy file\nBy link\n");
    for name in ["By link", "By file"] {
        let back = place.output(&["presets", "export", name]);
        assert_eq!(back.replace(name, "Anvil, at night"), json, "{name}");
    }
    let hit = |preset: &str, out: &str| {
        place.output(&["render", "--preset", preset, "-o", out]);
        std::fs::read(place.path(out)).unwrap()
    };
    assert!(hit("anvil.json", "a.wav") == hit(&link, "b.wav"), "file and link sound alike");
    place.output(&["presets", "remove", "By link"]);
    assert_eq!(place.output(&["presets", "list"]), "Anvil, at night\nBy file\n");
}

#[test]
fn what_cannot_be_kept_or_found_is_said_and_nothing_is_lost() {
    let place = Place::new();
    let json = kept(&place);
    place.write("anvil.json", json.as_bytes());
    let taken = place.refusal(1, &["presets", "import", "anvil.json"]);
    assert!(taken.contains("called Anvil, at night already") && taken.contains("--replace"), "{taken}");
    place.output(&["presets", "import", "anvil.json", "--replace"]);
    let odd = place.refusal(1, &["presets", "import", "anvil.json", "--name", "../../etc/passwd"]);
    assert!(odd.contains("cannot be a file's name"), "{odd}");
    place.write("rubbish.json", b"{}");
    assert!(place.refusal(1, &["presets", "import", "rubbish.json"]).contains("rubbish.json"));
    let missing = place.refusal(1, &["presets", "export", "Bell"]);
    assert!(missing.contains("no preset is called Bell") && missing.contains("Anvil, at night"), "{missing}");
    assert!(place.refusal(1, &["presets", "remove", "Bell"]).contains("no preset is called Bell"));
}

#[test]
fn the_benchmark_measures_and_says_so_to_people_and_programs() {
    let place = Place::new();
    let arguments = ["bench", "--sink", "none", "--seconds", "1"];
    let text = place.output(&arguments);
    assert!(text.contains("of a core") && text.contains("gate to sample") && text.contains("xruns"), "{text}");
    let json = place.output(&[&arguments[..], &["--json"]].concat());
    let figures: serde_json::Value = serde_json::from_str(&json).unwrap();
    let voices: Vec<_> = figures["cost"].as_array().unwrap().iter().map(|cost| &cost["voices"]).collect();
    assert_eq!(voices, [1, 4, 8, 16]);
    assert!(figures["live"]["hits"].as_u64().unwrap() > 0 && figures["live"]["gates"]["count"].as_u64().unwrap() > 0);
}
