//! Which of our crates may use which: the architecture, as a table.

use std::process::Command;

use serde_json::Value;

/// Each crate with those of ours that it may use, as in ARCHITECTURE.md.
const MAY_USE: [(&str, &[&str]); 18] = [
    ("neurorack-engine", &[]),
    ("neurorack-recording", &["neurorack-engine"]),
    ("neurorack-host", &["neurorack-engine", "neurorack-panel", "neurorack-protocol"]),
    ("neurorack-worklet", &["neurorack-engine"]),
    ("neurorack-abi", &["neurorack-engine", "neurorack-worklet"]),
    ("neurorack-panel", &[]),
    ("neurorack-protocol", &[]),
    ("neurorack-link", &["neurorack-protocol", "neurorack-module"]),
    ("neurorack-module", &["neurorack-panel", "neurorack-protocol"]),
    ("neurorack-emulator", &["neurorack-protocol"]),
    ("neurorack-nets", &["neurorack-engine"]),
    ("neurorack-learn", &["neurorack-engine", "neurorack-nets", "neurorack-recording"]),
    (
        "neurorack-companion",
        &[
            "neurorack-engine",
            "neurorack-recording",
            "neurorack-host",
            "neurorack-panel",
            "neurorack-link",
            "neurorack-nets",
            "neurorack-protocol",
        ],
    ),
    ("neurorack-decoder", &["neurorack-engine", "neurorack-recording"]),
    ("neurorack-gpu", &["neurorack-engine", "neurorack-nets", "neurorack-worklet"]),
    (
        "neurorack-web",
        &["neurorack-engine", "neurorack-host", "neurorack-worklet", "neurorack-panel", "neurorack-protocol"],
    ),
    ("neurorack-e2e", &["neurorack-engine", "neurorack-recording", "neurorack-worklet", "neurorack-panel"]),
    ("xtask", &[]),
];

/// What the engine must not reach for: it is pure, and the same everywhere.
const NOT_IN_THE_ENGINE: [&str; 8] = ["burn", "clap", "cpal", "getrandom", "rand", "rayon", "tokio", "web-audio-api"];

/// The workspace's packages with the names of what they depend on.
fn packages() -> Vec<(String, Vec<String>)> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "cargo metadata failed");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let name = |value: &Value| value["name"].as_str().expect("a name").to_owned();
    metadata["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().expect("dependencies");
            (name(package), dependencies.iter().map(name).collect())
        })
        .collect()
}

#[test]
fn crates_use_only_those_that_the_architecture_lets_them() {
    let packages = packages();
    let ours: Vec<&str> = packages.iter().map(|(name, _)| name.as_str()).collect();
    for (name, dependencies) in &packages {
        let (_, allowed) = MAY_USE
            .iter()
            .find(|(known, _)| known == name)
            .unwrap_or_else(|| panic!("{name} is new: say in this table what it may use"));
        for dependency in dependencies.iter().filter(|one| ours.contains(&one.as_str())) {
            assert!(allowed.contains(&dependency.as_str()) || dependency == name, "{name} must not use {dependency}",);
        }
    }
}

#[test]
fn burn_stays_where_networks_are_defined_and_trained() {
    for (name, dependencies) in packages() {
        let uses_burn = dependencies.iter().any(|one| one.starts_with("burn"));
        assert!(
            !uses_burn || ["neurorack-nets", "neurorack-learn"].contains(&name.as_str()),
            "{name} must not use burn"
        );
    }
}

#[test]
fn the_engine_reaches_for_no_world() {
    let packages = packages();
    let (_, dependencies) =
        packages.iter().find(|(name, _)| name == "neurorack-engine").expect("the engine is in the workspace");
    for banned in NOT_IN_THE_ENGINE {
        assert!(!dependencies.iter().any(|one| one == banned), "the engine must not use {banned}",);
    }
}
