//! The factory test, and what a host says that is out of range.

use neurorack_emulator::Emulator;
use neurorack_protocol::host::{PICTURE_BYTES, Screen};
use neurorack_protocol::{Check, Checklist, Frame, Message, Outcome, Refusal, WireError};
use serde_json::json;

use crate::bench::{MS, cvs, found, met, paired, run, say, switched_on, tell};

/// The last list among frames.
fn list(frames: &[Frame]) -> Option<Checklist> {
    frames.iter().rev().find_map(|frame| match frame.message {
        Message::Checklist(list) => Some(list),
        _ => None,
    })
}

/// What a person does at the bench; returns the list behind it.
fn work(module: &mut Emulator) -> Checklist {
    for (after_ms, command) in [
        (0, json!({ "gate": [0, true] })),
        (5, json!({ "gate": [0, false], "turn": 2 })),
        (10, json!({ "gate": [1, true] })),
        (60, json!({ "gate": [1, false], "turn": -2 })),
        (120, json!({ "push": true })),
        (150, json!({ "push": false })),
        (160, json!({ "plug": [0, true] })),
        (160, json!({ "plug": [1, true] })),
        (160, json!({ "plug": [2, true] })),
        (160, json!({ "plug": [3, true] })),
        (220, json!({ "plug": [0, false] })),
        (220, json!({ "plug": [1, false] })),
        (220, json!({ "plug": [2, false] })),
        (220, json!({ "plug": [3, false] })),
    ] {
        let mut command = command;
        command["in_us"] = json!(after_ms * MS);
        tell(module, command);
    }
    list(&run(module, 300 * MS)).expect("changes are told")
}

#[test]
#[ignore = "needs the firmware: cargo xtask firmware test"]
fn a_host_s_factory_test_passes_by_what_is_done_and_has_the_screen_meanwhile() {
    let mut module = met();
    run(&mut module, 300 * MS);
    say(&mut module, Message::SelfTest(true));
    let begun = list(&run(&mut module, 300 * MS)).expect("it is answered");
    for check in Check::ALL {
        let is_done = matches!(check, Check::Screen | Check::Flash) || Check::ZEROS.contains(&check);
        let wanted = if is_done { Outcome::Passed } else { Outcome::Open };
        assert_eq!(begun.outcome(check), wanted, "{check:?}");
    }
    let before = module.screen().expect("it runs").expect("it is lit");
    let mut screen = Screen::new();
    while let Some(rectangle) = screen.next(&[0xFF; PICTURE_BYTES]) {
        say(&mut module, Message::Oled(rectangle));
    }
    run(&mut module, 150 * MS);
    assert!(module.screen().expect("it runs").expect("it is lit") == before, "a host drew over the test");
    let done = work(&mut module);
    assert!(done.is_passed(), "{done:?}");
    assert!(module.screen().expect("it runs").expect("it is lit") != before, "the list on the screen follows");
    say(&mut module, Message::SelfTest(false));
    assert!(list(&run(&mut module, 20 * MS)).is_some_and(|list| !list.runs));
}

#[test]
#[ignore = "needs the firmware: cargo xtask firmware test"]
fn an_encoder_held_at_power_on_begins_the_factory_test_and_a_wrong_voltage_fails_it() {
    let mut module = switched_on();
    tell(&mut module, json!({ "push": true, "volts": [0.0, 0.0, 0.5, 0.0] }));
    run(&mut module, 700 * MS);
    tell(&mut module, json!({ "push": false }));
    found(&mut module);
    paired(&mut module);
    let done = work(&mut module);
    assert_eq!(done.outcome(Check::Zero3), Outcome::Failed);
    tell(&mut module, json!({ "volts": [0.0, 0.0, 0.0, 0.0] }));
    let done = list(&run(&mut module, 200 * MS)).expect("changes are told");
    assert!(done.is_passed(), "{done:?}");

    let mut module = switched_on();
    found(&mut module);
    paired(&mut module);
    assert_eq!(list(&run(&mut module, 1_100 * MS)), None, "nobody held it");
}

/// SETRATE of 333 and OLED beyond column 127, by an own CRC and COBS in another language.
const RATE_333: [u8; 13] = [0x0C, 0x12, 0x02, 0x01, 0x06, 0x05, 0x04, 0x03, 0x4D, 0x01, 0x8A, 0xEC, 0x00];
const OUTSIDE: [u8; 16] =
    [0x08, 0x10, 0x02, 0x01, 0x06, 0x05, 0x04, 0x03, 0x07, 0x7F, 0x02, 0xFF, 0xFF, 0xBB, 0x84, 0x00];

#[test]
#[ignore = "needs the firmware: cargo xtask firmware test"]
fn what_is_out_of_range_is_refused_with_its_reason_and_changes_nothing() {
    let mut module = met();
    for (code, bytes) in [(0x12, &RATE_333[..]), (0x10, &OUTSIDE)] {
        module.send_bytes(bytes).expect("it runs");
        let frames = run(&mut module, 50 * MS);
        let refusal = Message::Refused(Refusal { code, error: WireError::Value });
        assert_eq!(frames.iter().filter(|frame| frame.message == refusal).count(), 1, "{code:02X}");
        assert!(cvs(&frames).len() >= 48, "still a thousand times a second");
    }
}
