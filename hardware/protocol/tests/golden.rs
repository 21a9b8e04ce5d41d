//! Bytes that leave the program are pinned: whoever changes them breaks every module out there.

use neurorack_protocol::{
    Calibration, Check, Checklist, Cv, Edge, Frame, Gates, Health, Info, MAX_FRAME_BYTES, Message, MessageKind,
    Outcome, Rate, Receiver, Rectangle, Refusal, ResetCause, Version, WireError,
};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One of each kind, with its frame of number 0x0102 and time 0x03040506.
fn examples() -> Vec<(Message, &'static str)> {
    let info = Info {
        protocol: Version { major: 1, minor: 0 },
        firmware: [0, 1, 2],
        commit: [0xDE, 0xAD, 0xBE, 0xEF],
        hardware: 1,
        uid: 0x1122_3344_5566_7788,
        has_screen: true,
        calibrated: false,
        reset: ResetCause::Watchdog,
    };
    let cv = Cv {
        steps: [0, 5_000, -5_000, i16::MAX],
        gates: Gates { high: [true, false], rises: [3, 7] },
        encoder: -2,
        pushed: true,
        patched: [true, false, false, true],
    };
    let health =
        Health { damaged: 1, dropped: 2, up_ms: 3, screen_errors: 4, late_samples: 5, watchdog_resets: 6, unknown: 7 };
    let rectangle = |bytes: &[u8]| Rectangle { page: 2, column: 0, bytes: bytes.try_into().expect("short enough") };
    let list = Checklist::BEGUN.with(Check::Screen, Outcome::Passed).with(Check::Push, Outcome::Failed);
    vec![
        (Message::Hello(Version { major: 1, minor: 0 }), HELLO),
        (Message::Info(info), INFO),
        (Message::Cv(cv), CV),
        (Message::Edge(Edge { gate: 1, high: true, rises: 4 }), EDGE),
        (Message::Raw([0, 1, 32_768, 65_535]), RAW),
        (Message::Oled(rectangle(&[0xFF, 0, 0x81])), OLED),
        (Message::Oled(rectangle(&[0xFF; 128])), LONGEST),
        (Message::Led(true), LED),
        (Message::SetRate(Rate::Hz500), SET_RATE),
        (Message::Ping(0xA1B2_C3D4), PING),
        (Message::Pong(0xA1B2_C3D4), PONG),
        (Message::SendRaw(true), SEND_RAW),
        (Message::SelfTest(true), SELF_TEST),
        (Message::Checklist(list), CHECKLIST),
        (Message::CalibrationRead, CAL_READ),
        (Message::CalibrationStage(Calibration::NOMINAL), CAL_STAGE),
        (Message::CalibrationCommit, CAL_COMMIT),
        (Message::CalibrationClear, CAL_CLEAR),
        (Message::CalibrationState { calibration: Calibration::NOMINAL, kept: true }, CAL_STATE),
        (Message::Bootsel, BOOTSEL),
        (Message::Health(health), HEALTH),
        (Message::Refused(Refusal { code: 0x21, error: WireError::Calibration }), REFUSED),
    ]
}

include!("golden/bytes.rs");

#[test]
fn every_kind_is_the_bytes_that_modules_out_there_know() {
    for (message, golden) in examples() {
        let frame = Frame { seq: 0x0102, time_us: 0x0304_0506, message };
        let bytes = frame.to_bytes();
        assert_eq!(hex(&bytes), golden, "{frame:?}: append a kind or raise the major version");
        let mut heard = Vec::new();
        Receiver::new().receive(&bytes, |frame| heard.push(frame));
        assert_eq!(heard, [frame]);
    }
}

#[test]
fn every_kind_has_an_example_and_its_body_has_the_length_that_the_table_says() {
    let examples = examples();
    for kind in MessageKind::ALL {
        let lengths: Vec<usize> = examples
            .iter()
            .filter(|(message, _)| message.code() == kind.code)
            // Code, number, time, check, one byte of stuffing, zero.
            .map(|(message, _)| Frame { seq: 0, time_us: 0, message: message.clone() }.to_bytes().len() - 11)
            .collect();
        assert!(!lengths.is_empty(), "{} has no example", kind.name);
        for length in lengths {
            assert!((kind.body[0]..=kind.body[1]).contains(&length), "{} of {length} bytes", kind.name);
        }
    }
    let longest = examples.iter().map(|(_, golden)| golden.len() / 2).max();
    assert_eq!(longest, Some(MAX_FRAME_BYTES));
}

#[test]
fn the_document_says_what_the_code_does() {
    let document = include_str!("../PROTOCOL.md");
    for kind in MessageKind::ALL {
        let [least, most] = kind.body;
        let body = if least == most { format!("{least}") } else { format!("{least} to {most}") };
        let way = if kind.from_module { "module → host" } else { "host → module" };
        let row = format!("| {:02X} | {} | {way} | {body} |", kind.code, kind.name);
        assert!(document.contains(&row), "PROTOCOL.md has no row beginning with {row}");
    }
    let rows = document.lines().filter(|line| line.starts_with("| ") && line.contains(" → ")).count();
    assert_eq!(rows, MessageKind::ALL.len(), "rows of the table");
    let Version { major, minor } = Version::OURS;
    assert!(document.contains(&format!("This is version {major}.{minor}.")));
    let example = document.lines().find_map(|line| line.strip_prefix("    ")).expect("an example");
    assert_eq!(example.replace(' ', ""), CV, "the example is the golden CV");
}
