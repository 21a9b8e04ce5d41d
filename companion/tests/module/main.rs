//! The real firmware on a simulated chip, a pseudo-terminal, the real program, JACK: `cargo xtask test --only firmware` runs these.

#[expect(dead_code, reason = "the other tests need more of it")]
#[path = "../cli/running.rs"]
mod running;

mod emulated;
#[path = "../cli/heard.rs"]
mod heard;
#[expect(dead_code, reason = "the other tests need more of it")]
#[path = "../cli/jack.rs"]
mod jack;

use emulated::Emulated;
use heard::{crossings_hz, onsets};
use jack::Jack;
use running::{Running, SHIPPED_BANK, until};
use std::path::Path;
use std::time::Duration;

const RATE_HZ: u32 = 48_000;

fn samples(path: &Path) -> Vec<f32> {
    let mut reader = hound::WavReader::open(path).expect("a recording");
    assert_eq!(reader.spec().sample_rate, RATE_HZ);
    reader.samples::<f32>().map(|sample| sample.expect("a sample")).collect()
}

/// A strike, and time for it to ring out.
fn strike(module: &mut Emulated) {
    module.tell(r#"{"gate": [0, true]}"#);
    std::thread::sleep(Duration::from_millis(80));
    module.tell(r#"{"gate": [0, false]}"#);
    std::thread::sleep(Duration::from_millis(2_500));
}

#[test]
#[ignore = "needs the firmware: cargo xtask test --only firmware"]
fn gates_volts_and_encoder_of_the_firmware_play_the_instrument_and_a_power_cut_of_the_module_does_not_stop_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let jack = Jack::start("chain", 128);
    let mut module = Emulated::start();
    let port = module.port.clone();
    let arguments =
        ["--module", &port, "--record", "take.wav", "--f1", "Round kick", "--f2", "Glass ring", "--cv1", "0"];
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("neurorack"));
    command.current_dir(folder.path()).env("NEURORACK_STATE", "state").env("NEURORACK_BANK", SHIPPED_BANK);
    command.arg("play").args(arguments);
    match &jack {
        Some(jack) => {
            jack.lead(&mut command);
            command.args(["--sink", "default"]);
        }
        None => {
            println!("without a JACK server: the sound goes nowhere, at the same pace");
            command.args(["--sink", "none"]);
        }
    }
    let mut running = Running::run(&mut command);
    running.wait_for("is here.");
    until("the emulated screen shows the instrument", || module.screen().chars().any(|digit| digit != '0'));
    module.tell(r#"{"plug": [0, true]}"#);
    for volts in ["-5", "5"] {
        module.tell(&format!(r#"{{"volts": [{volts}, 0, 0, 0]}}"#));
        std::thread::sleep(Duration::from_millis(900));
        strike(&mut module);
    }
    let idle = module.screen();
    // A message may stand over the idle screen: the first push takes it away.
    for _ in 0..2 {
        module.tell(r#"{"push": true}"#);
        std::thread::sleep(Duration::from_millis(200));
        module.tell(r#"{"push": false}"#);
        std::thread::sleep(Duration::from_millis(600));
    }
    assert_ne!(module.screen(), idle, "the menu is on the emulated screen");
    running.type_line("screen");
    running.wait_for("Models");
    for cut in 0..3 {
        module.tell(r#"{"start": true}"#);
        running.type_line("");
        running.wait_for_times("is here.", cut + 2);
    }
    std::thread::sleep(Duration::from_millis(2_500));
    strike(&mut module);
    std::thread::sleep(Duration::from_millis(2_500));
    let said = running.quit();
    println!("{said}");
    assert!(said.contains("6 hits, 0 dropped events, 0 refused"), "{said}");
    assert!(said.contains("3 gates of the module"), "{said}");
    let samples = samples(&folder.path().join("take.wav"));
    let onsets = onsets(&samples, RATE_HZ as usize / 4);
    // Hits from the keyboard may overlap while the module comes back.
    assert!(onsets.len() >= 4, "{onsets:?} of {}", samples.len());
    let [dark, bright] =
        [0, 1].map(|hit: usize| crossings_hz(&samples[onsets[hit]..][..RATE_HZ as usize / 5], RATE_HZ));
    assert!(bright > 3.0 * dark, "{dark} Hz at -5 V and {bright} Hz at 5 V");
}
