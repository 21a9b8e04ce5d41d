//! The whole chain without hardware: a module at a pseudo-terminal, the real program, and what it recorded.

use super::heard::{AUDIBLE, crossings_hz, onsets};
use super::running::{Running, until};
use super::{Place, read_wav};
use neurorack_link::test_module::{Nature, TestModule};
use std::path::Path;
use std::time::Duration;

/// Pauses of a cable that is pulled at moments that no clock chose, in milliseconds.
const MOMENTS_MS: [u64; 20] = [3, 190, 41, 7, 88, 150, 1, 63, 29, 111, 17, 202, 5, 77, 133, 13, 96, 47, 161, 23];

/// Waits until the program's picture is on the module's screen.
fn shown(module: &TestModule) -> [[u8; 128]; 8] {
    until("the module shows the instrument's screen", || module.screen().iter().flatten().any(|&byte| byte != 0));
    module.screen()
}

/// A short strike at Gate 1, and time for it to be heard.
fn strike(module: &TestModule) {
    module.gate(0, true);
    std::thread::sleep(Duration::from_millis(60));
    module.gate(0, false);
}

fn take(path: &Path) -> (u32, Vec<f32>) {
    let (spec, samples) = read_wav(path);
    (spec.sample_rate, samples)
}

#[test]
fn a_gate_of_the_module_is_an_onset_and_its_first_volts_move_the_sound() {
    let place = Place::new();
    let module = TestModule::plug_in(11, Nature::Module);
    let port = module.port();
    let arguments = ["--module", &port, "--record", "take.wav", "--f1", "Round kick", "--f2", "Glass ring"];
    let mut running = Running::start(&place, true, &arguments);
    shown(&module);
    // Knob and jack add up: at the knob's middle the jack moves the whole way.
    running.type_line("cv1 0");
    module.set_patched([true, false, false, false]);
    for volts in [-5.0, 5.0] {
        module.set_volts([volts, 0.0, 0.0, 0.0]);
        std::thread::sleep(Duration::from_millis(400));
        strike(&module);
        std::thread::sleep(Duration::from_millis(2_200));
    }
    let said = running.quit();
    assert!(said.contains("2 hits, 0 dropped events, 0 refused"), "{said}");
    assert!(said.contains("2 gates of the module"), "{said}");
    let (rate, samples) = take(&place.path("take.wav"));
    let onsets = onsets(&samples, rate as usize / 4);
    assert_eq!(onsets.len(), 2, "{onsets:?} in {} samples", samples.len());
    let [dark, bright] = [0, 1].map(|hit: usize| crossings_hz(&samples[onsets[hit]..][..rate as usize / 5], rate));
    assert!(bright > 3.0 * dark, "{dark} Hz at -5 V and {bright} Hz at 5 V");
}

#[test]
fn encoder_and_push_drive_the_menu_on_the_module_s_screen() {
    let place = Place::new();
    let module = TestModule::plug_in(12, Nature::Module);
    let port = module.port();
    let mut running = Running::start(&place, false, &["--module", &port]);
    // A message that stands over the idle screen goes with the first push.
    running.wait_for("is here.");
    shown(&module);
    let push = || {
        module.encoder(0, true);
        std::thread::sleep(Duration::from_millis(120));
        module.encoder(0, false);
        std::thread::sleep(Duration::from_millis(250));
    };
    push();
    push();
    running.type_line("screen");
    running.wait_for("Models");
    module.encoder(1, false);
    std::thread::sleep(Duration::from_millis(300));
    running.type_line("screen");
    running.wait_for("Sounds");
    let menu = module.screen();
    module.encoder(0, true);
    std::thread::sleep(Duration::from_millis(1_200));
    module.encoder(0, false);
    until("a long push leads back to the idle screen", || module.screen() != menu);
    running.quit();
}

#[test]
fn a_cable_that_is_pulled_twenty_times_changes_no_sample_and_hangs_no_gate() {
    let place = Place::new();
    let mut module = TestModule::plug_in(13, Nature::Module);
    let port = module.port();
    let mut running =
        Running::start(&place, true, &["--module", &port, "--record", "take.wav", "--f1", "Clave", "--cv4", "-5"]);
    shown(&module);
    module.set_patched([true; 4]);
    module.set_volts([-5.0, 0.0, 0.0, -5.0]);
    std::thread::sleep(Duration::from_millis(300));
    for moment_ms in MOMENTS_MS {
        // A gate that is high when the cable goes must not hang.
        module.gate(0, true);
        std::thread::sleep(Duration::from_millis(300 + moment_ms));
        module.pull();
        running.type_line("");
        std::thread::sleep(Duration::from_millis(400));
        module.plug_in_again();
        module.set_patched([true; 4]);
        module.set_volts([-5.0, 0.0, 0.0, -5.0]);
        shown(&module);
        std::thread::sleep(Duration::from_millis(100));
    }
    strike(&module);
    std::thread::sleep(Duration::from_millis(600));
    let said = running.quit();
    assert!(said.contains("41 hits, 0 dropped events, 0 refused"), "{said}");
    let (rate, samples) = take(&place.path("take.wav"));
    let onsets = onsets(&samples, rate as usize / 20);
    assert_eq!(onsets.len(), 41, "{onsets:?}");
    // Without variation all hits are the same: a step in the sound would be a difference.
    let length = rate as usize / 20;
    let first = &samples[onsets[0]..][..length];
    for (hit, &onset) in onsets.iter().enumerate() {
        let other = &samples[onset..][..length];
        let most = first.iter().zip(other).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(most < 2e-3, "hit {hit} differs by {most}");
    }
}

#[test]
fn a_frozen_sound_ends_when_its_gate_s_cable_is_pulled() {
    let place = Place::new();
    let mut module = TestModule::plug_in(14, Nature::Module);
    let port = module.port();
    let running = Running::start(&place, true, &["--module", &port, "--record", "take.wav", "--f1", "Deep boom"]);
    shown(&module);
    strike(&module);
    std::thread::sleep(Duration::from_millis(200));
    module.gate(1, true);
    std::thread::sleep(Duration::from_millis(1_500));
    module.pull();
    std::thread::sleep(Duration::from_millis(4_500));
    running.quit();
    let (rate, samples) = take(&place.path("take.wav"));
    let second = rate as usize;
    let loudest = |part: &[f32]| part.iter().fold(0.0f32, |most, sample| most.max(sample.abs()));
    assert!(loudest(&samples) > 0.1, "it was struck");
    assert!(loudest(&samples[samples.len() - second..]) < AUDIBLE, "it rings out");
}

#[test]
fn what_was_set_is_there_again_after_a_stop_and_after_a_power_cut() {
    let place = Place::new();
    let mut running = Running::start(&place, false, &["--module", "off"]);
    running.type_line("cv2 2.5");
    running.type_line("volume -20");
    running.type_line("save Night");
    running.wait_for("Kept as");
    // A service is stopped by a signal.
    let stop = std::process::Command::new("kill").args(["-TERM", &running.id().to_string()]).status().unwrap();
    assert!(stop.success());
    running.ended();
    let kept = || std::fs::read_to_string(place.path("state/state.json")).unwrap_or_default();
    assert!(kept().contains("\"volume_db\":-20"), "{}", kept());
    let mut running = Running::start(&place, false, &["--module", "off"]);
    running.type_line("volume -30");
    until("the change is kept without a stop", || kept().contains("\"volume_db\":-30"));
    running.kill();
    let mut running = Running::start(&place, false, &["--module", "off", "--preset", "Night"]);
    running.type_line("save Again");
    running.wait_for("Again");
    running.unplug_keyboard();
    running.ended();
    let preset = std::fs::read_to_string(place.path("state/presets/Again.json")).unwrap();
    assert!(preset.contains("\"volume_db\":-20") && preset.contains("2.5"), "{preset}");
}

#[test]
fn what_cannot_be_had_is_said_and_it_plays() {
    let place = Place::new();
    place.write("state/state.json", b"{\"rubbish\":");
    std::fs::create_dir_all(place.path("rubbish")).unwrap();
    place.write("rubbish/a.safetensors", b"nothing");
    place.write("rubbish/b.safetensors", &[0xFF; 64]);
    let mut running =
        Running::start(&place, false, &["--module", "/dev/no-such-port", "--banks", "rubbish", "--map", "no-map"]);
    running.wait_for("state.unreadable.json");
    running.wait_for("rubbish/a.safetensors");
    running.wait_for("rubbish/b.safetensors");
    running.wait_for("/dev/no-such-port");
    running.type_line("");
    running.unplug_keyboard();
    let said = running.ended();
    assert!(said.contains("1 hits, 0 dropped events, 0 refused") && said.contains("no-map"), "{said}");
    let refused = place.refusal(1, &["play", "--sink", "no such device"]);
    assert!(refused.contains("audio device"), "{refused}");
    let refused = place.refusal(1, &["play", "--sink", "none", "--banks", "nowhere"]);
    assert!(refused.contains("nowhere is no folder"), "{refused}");
    let refused = place.refusal(1, &["play", "--sink", "none", "--preset", "Nothing"]);
    assert!(refused.contains("no preset is called Nothing"), "{refused}");
}

/// A measurement, no test: `cargo test -p neurorack-companion --test cli -- --ignored --nocapture how_quickly`.
#[test]
#[ignore = "a measurement: it prints how long gates took, and a busy machine has no part in whether they are right"]
fn how_quickly_gates_of_a_module_sound() {
    let place = Place::new();
    let module = TestModule::plug_in(15, Nature::Module);
    let port = module.port();
    let running = Running::start(&place, true, &["--module", &port, "--f1", "Clave"]);
    shown(&module);
    for gate in 0..400u64 {
        module.gate(0, true);
        std::thread::sleep(Duration::from_millis(20));
        module.gate(0, false);
        // No beat of any clock.
        std::thread::sleep(Duration::from_millis(40 + gate * 7 % 31));
    }
    println!("{}", running.quit());
}
