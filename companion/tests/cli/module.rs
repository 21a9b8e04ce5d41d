//! The module at its cable, which is a pseudo-terminal here.

use super::Place;
use assert_cmd::Command;
use neurorack_link::test_module::{Nature, TestModule};
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command as Process, Stdio};

fn plugged() -> TestModule {
    TestModule::plug_in(0xE661_4104_035C_4F2A, Nature::Module)
}

/// The program as a child that is talked with.
fn talk(module: &TestModule, arguments: &[&str]) -> (Child, ChildStdin, BufReader<std::process::ChildStdout>) {
    let program = Command::cargo_bin("neurorack").unwrap();
    let mut child = Process::new(program.get_program())
        .args(arguments)
        .args(["--port", &module.port()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    (child, input, output)
}

fn json(place: &Place, arguments: &[&str]) -> Value {
    serde_json::from_str(&place.output(arguments)).unwrap()
}

/// Reads up to a colon and a blank, where the program waits for an answer.
fn question(output: &mut impl BufRead) -> String {
    let mut said = Vec::new();
    while !said.ends_with(b"): ") {
        assert!(output.read_until(b' ', &mut said).unwrap() > 0, "ended after {}", String::from_utf8_lossy(&said));
    }
    String::from_utf8(said).unwrap()
}

/// Calibrates with this at the jacks for each voltage that is asked for; returns exit code, output and complaints.
fn calibrate(module: &TestModule, arguments: &[&str], at: impl Fn(f32) -> [f32; 4]) -> (i32, String, String) {
    let (child, mut input, mut output) = talk(module, &[&["module", "calibrate"], arguments].concat());
    let mut said = String::new();
    for (level, name) in [(-5.0, "-5"), (0.0, "0"), (5.0, "+5")] {
        let question = question(&mut output);
        assert!(question.contains(&format!("patch {name} V into CV ")), "{question}");
        said += &question;
        module.set_volts(at(level));
        writeln!(input).unwrap();
    }
    drop(input);
    std::io::Read::read_to_string(&mut output, &mut said).unwrap();
    let ended = child.wait_with_output().unwrap();
    (ended.status.code().unwrap(), said, String::from_utf8(ended.stderr).unwrap())
}

#[test]
fn a_module_says_what_it_is_to_people_and_programs() {
    let (place, module) = (Place::new(), plugged());
    let text = place.output(&["module", "info", "--port", &module.port()]);
    assert!(text.starts_with("module E53D0E2E\n"), "{text}");
    for line in
        ["firmware     0.1.0, commit c0ffee00", "screen       answers", "none: run `neurorack module calibrate`"]
    {
        assert!(text.contains(line), "{text}");
    }
    let told = json(&place, &["module", "info", "--port", &module.port(), "--json"]);
    assert_eq!((&told["name"], &told["is_calibrated"]), (&"E53D0E2E".into(), &false.into()));
}

#[test]
fn the_monitor_tells_what_is_done_at_the_module_and_waits_for_a_cable() {
    let mut module = plugged();
    module.set_volts([1.0, -2.0, 3.0, -4.0]);
    let (mut child, _input, output) = talk(&module, &["module", "monitor", "--json"]);
    let mut told = output.lines().map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
    let mut until = |what: &str, wanted: &dyn Fn(&Value) -> bool| {
        told.find(|value| wanted(value)).unwrap_or_else(|| panic!("it ended before {what}"))
    };
    until("it met the module", &|value| value["state"] == "paired");
    let volts = until("volts", &|value| value["volts"].is_array());
    assert!((volts["volts"][3].as_f64().unwrap() + 4.0).abs() < 0.05, "{volts}");
    module.gate(1, true);
    assert_eq!(until("the gate", &|value| !value["gate"].is_null())["gate"], 2);
    module.encoder(3, false);
    assert_eq!(until("the turn", &|value| !value["turn"].is_null())["turn"], 3);
    until("the report", &|value| value["link"]["jitter_p99_ms"].is_number() && value["health"]["up_ms"].is_number());
    module.pull();
    assert_eq!(until("the gate's fall", &|value| !value["gate"].is_null())["high"], false);
    until("the loss", &|value| value["problem"].as_str().is_some_and(|text| text.contains("cable was pulled")));
    module.plug_in_again();
    until("it met the module again", &|value| value["state"] == "paired");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn without_a_terminal_the_monitor_writes_lines_and_ends_when_told() {
    let (place, module) = (Place::new(), plugged());
    module.set_volts([2.5; 4]);
    let said = place.output(&["module", "monitor", "--seconds", "1.5", "--port", &module.port()]);
    assert!(said.starts_with("module E53D0E2E with firmware 0.1.0\n"), "{said}");
    assert!(said.contains(" V  gates 00  encoder +0  jitter "), "{said}");
}

#[test]
fn three_voltages_are_kept_as_a_calibration() {
    let (place, module) = (Place::new(), plugged());
    let (code, said, complaints) = calibrate(&module, &[], |level| [level; 4]);
    assert_eq!(code, 0, "{said}{complaints}");
    for number in 1..=4 {
        assert!(said.contains(&format!("CV {number}: read ")), "{said}");
    }
    assert!(said.ends_with("the module keeps the new calibration\n"), "{said}");
    assert_eq!(json(&place, &["module", "info", "--port", &module.port(), "--json"])["is_calibrated"], true);
    module.set_volts([-4.7, -1.234, 0.456, 4.9]);
    let lines = place.output(&["module", "monitor", "--json", "--seconds", "1", "--port", &module.port()]);
    let last = lines.lines().rev().find(|line| line.contains("volts")).expect("volts came");
    let last: Value = serde_json::from_str(last).unwrap();
    for (is, wanted) in last["volts"].as_array().unwrap().iter().zip([-4.7, -1.234, 0.456, 4.9]) {
        assert!((is.as_f64().unwrap() - wanted).abs() < 0.003, "{last}");
    }
    let said = place.output(&["module", "calibrate", "--clear", "--port", &module.port()]);
    assert!(said.contains("nominal values"), "{said}");
    assert_eq!(json(&place, &["module", "info", "--port", &module.port(), "--json"])["is_calibrated"], false);
}

#[test]
fn what_is_no_calibration_is_refused_and_the_old_one_stays() {
    let (place, module) = (Place::new(), plugged());
    let is_calibrated =
        || json(&place, &["module", "info", "--port", &module.port(), "--json"])["is_calibrated"] == true;
    // CV 3 is not patched; CV 2's middle is 10 mV off.
    let wrong = |level: f32| [level, if level == 0.0 { 0.01 } else { level }, 0.0, level];
    let (code, said, complaints) = calibrate(&module, &[], wrong);
    assert_eq!(code, 1, "{said}{complaints}");
    assert!(
        complaints.contains("CV 2: one of the voltages is ") && complaints.contains("CV 3: no input"),
        "{complaints}"
    );
    assert!(complaints.contains("keeps the calibration that it has") && !complaints.contains("CV 1"), "{complaints}");
    assert!(!is_calibrated());
    let (code, said, complaints) = calibrate(&module, &["--input", "4,1"], wrong);
    assert_eq!(code, 0, "{said}{complaints}");
    assert!(said.contains("into CV 1, CV 4,") && is_calibrated(), "{said}");
}

#[test]
fn a_flash_that_does_not_keep_is_told() {
    let module = plugged();
    module.set_keeps(false);
    let (code, said, complaints) = calibrate(&module, &[], |level| [level; 4]);
    assert_eq!(code, 1, "{said}");
    assert!(complaints.contains("could not keep the calibration"), "{complaints}");
}

#[test]
fn who_stops_the_wizard_changes_nothing() {
    let (place, module) = (Place::new(), plugged());
    for (typed, wanted) in [("", "the input ended"), ("\nq\n", "stopped"), ("five\n99\n", "the input ended")] {
        let arguments = ["module", "calibrate", "--port", &module.port()];
        let assert = place.neurorack(&arguments).write_stdin(typed).assert().code(1);
        let output = assert.get_output();
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(complaints.contains(wanted) && complaints.contains("keeps the calibration"), "{complaints}");
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(said.contains("is no voltage"), typed.starts_with("five"), "{said}");
    }
}

#[test]
fn what_is_no_module_is_answered_with_what_to_do() {
    let place = Place::new();
    let stranger = TestModule::plug_in(1, Nature::Stranger);
    for (port, wanted) in [
        (stranger.port().as_str(), "does not answer as a Neurorack module does"),
        ("no-such-port", "there is no port no-such-port"),
        ("bank.safetensors", "is no serial port"),
    ] {
        for command in ["info", "monitor", "calibrate", "test"] {
            let said = place.refusal(1, &["module", command, "--port", port]);
            assert!(said.contains(wanted), "{command}: {said}");
        }
    }
    assert!(json(&place, &["module", "list", "--json"]).is_array());
}

#[test]
fn the_factory_test_passes_once_everything_was_done_at_the_module() {
    let module = plugged();
    let (mut child, _input, output) = talk(&module, &["module", "test", "--json"]);
    let mut lists = output.lines().map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
    let mut until = |name: &str, outcome: &str| {
        lists.find(|list| list["checks"][name] == outcome).unwrap_or_else(|| panic!("it ended before {name} {outcome}"))
    };
    let begun = until("screen", "passed");
    assert_eq!((&begun["checks"]["encoder push"], &begun["of"]), (&"open".into(), &15.into()));
    until("flash", "passed");
    until("CV 4 at 0 V", "passed");
    for gate in 0..2 {
        module.gate(gate, true);
        module.gate(gate, false);
        until(&format!("Gate {}", gate + 1), "passed");
    }
    module.set_patched([true; 4]);
    until("plug in CV 3", "passed");
    module.set_patched([false; 4]);
    module.encoder(-1, true);
    until("encoder left", "passed");
    module.encoder(1, false);
    assert_eq!(until("encoder push", "passed")["passed"], 15);
    assert!(child.wait().unwrap().success());
}

#[test]
fn what_the_factory_test_misses_is_named() {
    let (place, module) = (Place::new(), plugged());
    module.set_volts([0.0, 3.0, 0.0, 0.0]);
    module.set_keeps(false);
    let arguments = ["module", "test", "--seconds", "2", "--port", &module.port()];
    let assert = place.neurorack(&arguments).assert().code(1);
    let (said, complaints) = (&assert.get_output().stdout, &assert.get_output().stderr);
    let (said, complaints) = (String::from_utf8_lossy(said), String::from_utf8_lossy(complaints));
    assert!(said.contains("passed screen\n") && said.contains("FAILED CV 2 at 0 V: leave the jack empty"), "{said}");
    assert!(said.contains("FAILED flash: "), "{said}");
    assert!(complaints.contains("missing: flash, CV 2 at 0 V, plug in CV 1,"), "{complaints}");
    let older = TestModule::plug_in(3, Nature::Speaks(neurorack_protocol::Version { major: 1, minor: 0 }));
    let said = place.refusal(1, &["module", "test", "--port", &older.port()]);
    assert!(said.contains("its test came with 1.1: update its firmware"), "{said}");
}
