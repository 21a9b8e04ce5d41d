//! Random playing asks nothing of the system and allocates nothing: messages, banks that are swapped, rack, instrument and all.

#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::{Command, Output};

/// Runs the native half of these tests.
fn e2e(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_neurorack-e2e")).args(words).output().expect("it starts")
}

#[test]
fn random_playing_asks_nothing_of_the_system_and_allocates_nothing() {
    let banks = Path::new(env!("CARGO_MANIFEST_DIR")).join("../static/banks");
    let folder = std::env::temp_dir().join(format!("neurorack-storm-{}", std::process::id()));
    let (banks, scripts) = (banks.to_str().expect("a path"), folder.to_str().expect("a path"));
    let written = e2e(&["storm", banks, scripts, "4", "1500"]);
    assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    let played = e2e(&["confined", scripts]);
    std::fs::remove_dir_all(&folder).expect("what was written is removed");
    let (said, complaint) = (String::from_utf8_lossy(&played.stdout), String::from_utf8_lossy(&played.stderr));
    assert!(played.status.success(), "{said}{complaint}");
    println!("{said}");
    let is_known = !said.contains("confines no thread");
    // The first block of each brings the bank.
    assert!(said.contains("6004 blocks without memory or a system call") || !is_known, "{said}{complaint}");
}
