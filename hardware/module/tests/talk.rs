//! A module and its host talk, byte by byte, without any hardware.

use neurorack_module::{Identity, Module, Note, Port, Request};
use neurorack_protocol::host::{Heard, Session};
use neurorack_protocol::{
    Calibration, Check, Checklist, Frame, Message, Outcome, Rate, Receiver, Reception, Rectangle, Refusal, ResetCause,
    Version, WireError, volts,
};

const IDENTITY: Identity =
    Identity { firmware: [0, 1, 0], commit: [0; 4], hardware: 1, uid: 7, reset: ResetCause::Power, watchdog_resets: 0 };

/// Codes of 0 V in sixteenths.
const ZERO: [u16; 4] = [32_768; 4];

fn paired() -> Module {
    let mut module = Module::new(IDENTITY, None);
    module.handle(Port::Serial, Message::Hello(Version::OURS), 0);
    assert!(matches!(said(&mut module)[..], [Message::Info(_)]));
    module
}

fn frames(module: &mut Module) -> Vec<Frame> {
    std::iter::from_fn(|| module.take(Port::Serial)).map(Note::frame).collect()
}

fn said(module: &mut Module) -> Vec<Message> {
    frames(module).into_iter().map(|frame| frame.message).collect()
}

/// A calibration that parts can have and that is not the nominal one.
fn calibration() -> Calibration {
    let mut bytes = Calibration::NOMINAL.to_bytes();
    bytes[0] = bytes[0].wrapping_add(50);
    Calibration::from_bytes(bytes)
}

#[test]
fn nothing_is_said_before_hello_and_after_the_port_is_closed() {
    let mut module = Module::new(IDENTITY, None);
    module.sample(ZERO, 1_000);
    module.gate(0, true, 1_100);
    module.health(1_200);
    assert_eq!(said(&mut module), []);
    let mut module = paired();
    module.sample(ZERO, 2_000);
    assert_eq!(said(&mut module).len(), 1);
    module.sample(ZERO, 3_000);
    module.line(Port::Serial);
    module.sample(ZERO, 4_000);
    assert_eq!(said(&mut module), []);
}

#[test]
fn a_host_hears_what_was_patched_struck_and_turned() {
    let (mut module, mut session) = (Module::new(IDENTITY, Some(calibration())), Session::new(0.0));
    module.handle(Port::Serial, Message::Hello(Version::OURS), 0);
    module.gate(1, true, 500);
    module.panel(-3, true, [true, false, false, false]);
    module.sample([2_184; 4], 1_000);
    module.panel(1, false, [true, false, false, false]);
    module.gate(1, true, 1_400);
    module.sample([2_184; 4], 2_000);
    let mut heard = Vec::new();
    for frame in frames(&mut module) {
        session.receive(&frame.to_bytes(), 0.1, |told| heard.push(told));
    }
    let gates: Vec<bool> = heard
        .iter()
        .filter_map(|told| match told {
            Heard::Gate { gate: 1, high, .. } => Some(*high),
            _ => None,
        })
        .collect();
    assert_eq!(gates, [true, false, true]);
    let five_volts =
        heard.iter().filter(|told| matches!(told, Heard::Volts { steps, .. } if (volts(steps[2]) - 5.23).abs() < 0.1));
    assert_eq!(five_volts.count(), 2, "{heard:?}");
    assert!(heard.contains(&Heard::Turn(1)) && heard.contains(&Heard::Push(false)), "{heard:?}");
}

#[test]
fn a_host_that_does_not_read_loses_the_oldest_and_is_told_how_many() {
    let mut module = paired();
    for k in 1..=5_000u64 {
        module.sample(ZERO, 1_000 * k);
    }
    module.health(5_000_500);
    let frames = frames(&mut module);
    assert_eq!(frames.len(), 64);
    // INFO had number 0: the last number tells that all were counted.
    assert_eq!(frames[63].seq, 5_001);
    let Message::Health(health) = frames[63].message else { panic!("{:?}", frames[63]) };
    assert_eq!(health.dropped, 5_000 - 64);
    assert_eq!(frames[62].time_us, 5_000_000);
}

#[test]
fn slower_rates_leave_out_frames_and_codes_come_beside_voltages() {
    let mut module = paired();
    module.handle(Port::Serial, Message::SetRate(Rate::Hz250), 0);
    module.handle(Port::Serial, Message::SendRaw(true), 0);
    for k in 0..8 {
        module.sample(ZERO, 1_000 * k);
    }
    let said = said(&mut module);
    assert!(matches!(said[..], [Message::Cv(_), Message::Raw(ZERO), Message::Cv(_), Message::Raw(ZERO)]), "{said:?}");
}

#[test]
fn an_implausible_calibration_is_refused_and_the_old_one_stays() {
    let mut module = paired();
    module.handle(Port::Serial, Message::CalibrationStage(Calibration::from_bytes([7; 24])), 0);
    module.handle(Port::Serial, Message::CalibrationRead, 0);
    let refusal = Refusal { code: 0x21, error: WireError::Calibration };
    let state = Message::CalibrationState { calibration: Calibration::NOMINAL, kept: false };
    assert_eq!(said(&mut module), [Message::Refused(refusal), state]);
}

#[test]
fn a_calibration_is_used_at_once_and_kept_when_flash_says_so() {
    let mut module = paired();
    let new = calibration();
    module.handle(Port::Serial, Message::CalibrationStage(new), 0);
    assert_eq!(module.handle(Port::Serial, Message::CalibrationCommit, 0), Some(Request::Keep(Some(new))));
    module.kept(Port::Serial, Some(new), false, 0);
    module.kept(Port::Serial, Some(new), true, 0);
    assert_eq!(module.handle(Port::Serial, Message::CalibrationClear, 0), Some(Request::Keep(None)));
    module.kept(Port::Serial, None, true, 0);
    let state = |calibration, kept| Message::CalibrationState { calibration, kept };
    let wanted = [
        state(new, false),
        Message::Refused(Refusal { code: 0x22, error: WireError::Flash }),
        state(new, true),
        state(Calibration::NOMINAL, false),
    ];
    assert_eq!(said(&mut module), wanted);
}

#[test]
fn a_host_of_another_major_version_hears_which_side_is_older_and_nothing_more() {
    let mut module = Module::new(IDENTITY, None);
    module.handle(Port::Serial, Message::Hello(Version { major: 9, minor: 0 }), 0);
    module.sample(ZERO, 1_000);
    let said = said(&mut module);
    let refusal = Refusal { code: 0x01, error: WireError::Version };
    assert!(matches!(said[..], [Message::Info(_), Message::Refused(told)] if told == refusal), "{said:?}");
    assert!(!module.has_host(1_000));
}

#[test]
fn answers_go_where_the_question_came_from() {
    let mut module = paired();
    module.handle(Port::Midi, Message::Ping(5), 0);
    assert_eq!(said(&mut module), []);
    assert_eq!(module.take(Port::Midi).map(|note| note.frame().message), Some(Message::Pong(5)));
}

#[test]
fn damage_of_both_ports_is_told_once_a_second() {
    let mut module = paired();
    module.received(
        Port::Serial,
        Reception { damaged: 3, unknown: 1, malformed: 1, frames: 9, last_malformed: None },
        0,
    );
    module.received(Port::Midi, Reception { unknown: 100_000, ..Reception::default() }, 0);
    module.health(1_234_567);
    let said = said(&mut module);
    let [Message::Health(health)] = said[..] else { panic!("{said:?}") };
    assert_eq!((health.damaged, health.unknown, health.up_ms), (4, u16::MAX, 1_234));
}

#[test]
fn a_host_that_falls_silent_gives_the_screen_back() {
    let mut module = paired();
    module.handle(Port::Serial, Message::Ping(1), 2_000_000);
    assert!(module.has_host(6_900_000));
    assert!(!module.has_host(7_100_000));
}

/// A frame of this code and body, checked as it is to be.
fn frame(code: u8, body: &[u8]) -> Vec<u8> {
    let mut plain = vec![code, 0, 0, 0, 0, 0, 0];
    plain.extend_from_slice(body);
    let mut check = 0xFFFFu16;
    for &byte in &plain {
        check ^= u16::from(byte) << 8;
        for _ in 0..8 {
            check = if check & 0x8000 == 0 { check << 1 } else { check << 1 ^ 0x1021 };
        }
    }
    plain.extend(check.to_le_bytes());
    let blocks = plain.split(|&byte| byte == 0).map(|block| [&[block.len() as u8 + 1], block].concat());
    [blocks.collect::<Vec<_>>().concat(), vec![0]].concat()
}

#[test]
fn values_out_of_range_are_refused_and_change_nothing() {
    let mut module = paired();
    let mut receiver = Receiver::new();
    let cases: [(u8, &[u8], bool); 8] = [
        (0x12, &333u16.to_le_bytes(), true),
        (0x10, &[8, 0, 1, 0xFF], true),
        (0x10, &[0, 127, 2, 0xFF, 0xFF], true),
        (0x10, &[0, 0, 0], true),
        (0x11, &[2], true),
        // What modules say, what nobody says, and what is right is not refused.
        (0x02, &[1], false),
        (0x77, &[1], false),
        (0x12, &500u16.to_le_bytes(), false),
    ];
    for (code, body, is_refused) in cases {
        receiver.receive(&frame(code, body), |frame| drop(module.handle(Port::Serial, frame.message, 0)));
        module.received(Port::Serial, receiver.reception(), 0);
        let refusal = Message::Refused(Refusal { code, error: WireError::Value });
        let wanted = if is_refused { vec![refusal] } else { vec![] };
        assert_eq!(said(&mut module), wanted, "{code:02X} {body:?}");
    }
    assert_eq!(receiver.reception().frames, 1, "the last alone is understood");
}

#[test]
fn a_host_that_did_not_say_hello_is_told_nothing_of_its_values() {
    let mut module = Module::new(IDENTITY, None);
    let reception = Reception { malformed: 1, last_malformed: Some(0x12), ..Reception::default() };
    module.received(Port::Serial, reception, 0);
    assert_eq!(said(&mut module), []);
}

/// The checklists among what was said.
fn lists(module: &mut Module) -> Vec<Checklist> {
    let list = |message| match message {
        Message::Checklist(list) => Some(list),
        _ => None,
    };
    said(module).into_iter().filter_map(list).collect()
}

#[test]
fn the_factory_test_tells_each_change_and_holds_the_screen_until_it_ends() {
    let mut module = paired();
    module.screen(true);
    assert!(module.has_host(0));
    assert_eq!(module.handle(Port::Serial, Message::SelfTest(true), 0), Some(Request::TestFlash(None)));
    let begun = Checklist::BEGUN.with(Check::Screen, Outcome::Passed);
    assert_eq!(lists(&mut module), [begun]);
    let oled = Message::Oled(Rectangle { page: 0, column: 0, bytes: [1].into_iter().collect() });
    assert_eq!(module.handle(Port::Serial, oled.clone(), 0), None);
    assert!(!module.has_host(0), "it draws its own screen");

    module.gate(1, true, 100);
    module.gate(1, false, 200);
    module.sample(ZERO, 1_000);
    module.sample(ZERO, 2_000);
    let gated = begun.with(Check::Gate2, Outcome::Passed);
    assert_eq!(lists(&mut module), [gated], "told once");
    module.flash_tested(false);
    module.sample(ZERO, 3_000);
    assert_eq!(lists(&mut module), [gated.with(Check::Flash, Outcome::Failed)]);
    module.health(4_000);
    assert_eq!(lists(&mut module).len(), 1, "once a second anyway");

    module.handle(Port::Serial, Message::SelfTest(false), 5_000);
    let [last] = lists(&mut module)[..] else { panic!("one answer") };
    assert!(!last.runs && last.outcome(Check::Gate2) == Outcome::Passed);
    assert!(module.has_host(5_000) && module.handle(Port::Serial, oled, 0).is_some());
}

#[test]
fn a_test_ends_with_the_host_that_began_it_and_one_begun_by_hand_does_not() {
    let mut module = paired();
    module.handle(Port::Serial, Message::SelfTest(true), 0);
    module.line(Port::Serial);
    module.handle(Port::Serial, Message::Hello(Version::OURS), 0);
    assert!(module.has_host(0));
    assert_eq!(module.begin_test(None, 0), Request::TestFlash(None));
    module.line(Port::Serial);
    module.handle(Port::Serial, Message::Hello(Version::OURS), 0);
    assert!(!module.has_host(0));
}
