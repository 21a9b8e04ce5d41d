//! The wizard's work, and what power that goes leaves of it.

use neurorack_emulator::Emulator;
use neurorack_protocol::{Calibration, Channel, Message, Point, Refusal, WireError, volts};
use serde_json::json;

use crate::bench::{MS, cvs, found, met, paired, run, say, tell};

/// How far a calibrated voltage may be off (issue 5), and what noise is left in the mean of ten frames.
const TOLERANCE_V: f32 = 0.003;

/// What the module says of its calibration.
fn state(module: &mut Emulator, message: Message) -> Option<(Calibration, bool)> {
    say(module, message);
    // A sector takes 45 ms to erase.
    let frames = run(module, 150 * MS);
    frames.iter().rev().find_map(|frame| match frame.message {
        Message::CalibrationState { calibration, kept } => Some((calibration, kept)),
        _ => None,
    })
}

/// Measures three voltages at all inputs as a host does, and fits a line to each.
fn measured(module: &mut Emulator) -> Calibration {
    let mut points = [const { Vec::new() }; 4];
    say(module, Message::SendRaw(true));
    for level in [-5.0f32, 0.0, 5.0] {
        tell(module, json!({ "volts": vec![level; 4] }));
        run(module, 10 * MS);
        let frames = run(module, 70 * MS);
        let codes: Vec<[u16; 4]> = frames
            .iter()
            .filter_map(|frame| match frame.message {
                Message::Raw(codes) => Some(codes),
                _ => None,
            })
            .collect();
        assert!(codes.len() >= 64, "{} codes", codes.len());
        for (input, points) in points.iter_mut().enumerate() {
            let code = codes.iter().map(|codes| f32::from(codes[input])).sum::<f32>() / codes.len() as f32;
            points.push(Point { volts: level, code });
        }
    }
    say(module, Message::SendRaw(false));
    Calibration { channels: points.map(|points| Channel::fit(&points).expect("a straight line").channel) }
}

/// Mean volts of ten frames.
fn mean_volts(module: &mut Emulator) -> [f32; 4] {
    run(module, 3 * MS);
    let frames = cvs(&run(module, 10 * MS));
    let mean = |input: usize| frames.iter().map(|(_, cv)| volts(cv.steps[input])).sum::<f32>() / frames.len() as f32;
    [0, 1, 2, 3].map(mean)
}

#[test]
#[ignore = "needs the firmware: cargo xtask firmware test"]
fn after_calibration_volts_are_right_within_three_millivolts_and_stay_so_without_power() {
    let mut module = met();
    let wanted = [-4.7f32, -1.234, 0.456, 4.9];
    tell(&mut module, json!({ "volts": wanted }));
    let before = mean_volts(&mut module);
    assert!(before.iter().zip(wanted).any(|(is, was)| (is - was).abs() > TOLERANCE_V), "parts are off: {before:?}");

    let calibration = measured(&mut module);
    assert_eq!(state(&mut module, Message::CalibrationStage(calibration)), Some((calibration, false)));
    assert_eq!(state(&mut module, Message::CalibrationCommit), Some((calibration, true)));
    for restarted in [false, true] {
        if restarted {
            tell(&mut module, json!({ "start": true }));
            found(&mut module);
            assert!(paired(&mut module).calibrated);
        }
        for wanted in [wanted, [5.0, -5.0, 2.5, -2.5], [0.001, 0.01, -0.1, 1.0]] {
            tell(&mut module, json!({ "volts": wanted }));
            let are = mean_volts(&mut module);
            for (input, (is, was)) in are.iter().zip(wanted).enumerate() {
                assert!((is - was).abs() < TOLERANCE_V, "CV {}: {is} V instead of {was} V", input + 1);
            }
        }
    }
}

#[test]
#[ignore = "needs the firmware: cargo xtask firmware test"]
fn a_calibration_that_no_parts_can_have_is_refused_and_the_old_one_stays() {
    let mut module = met();
    say(&mut module, Message::CalibrationStage(Calibration::from_bytes([9; 24])));
    let refusal = Message::Refused(Refusal { code: 0x21, error: WireError::Calibration });
    assert!(run(&mut module, 10 * MS).iter().any(|frame| frame.message == refusal));
    assert_eq!(state(&mut module, Message::CalibrationRead), Some((Calibration::NOMINAL, false)));
}

/// The nominal calibration with its first zero moved.
fn calibration(number: u8) -> Calibration {
    let mut bytes = Calibration::NOMINAL.to_bytes();
    bytes[0] = bytes[0].wrapping_add(number);
    Calibration::from_bytes(bytes)
}

#[test]
#[ignore = "needs the firmware: cargo xtask firmware test"]
fn power_that_goes_in_any_flash_operation_leaves_the_old_calibration_or_the_new_one() {
    let mut module = met();
    let mut old = calibration(1);
    assert!(state(&mut module, Message::CalibrationStage(old)).is_some());
    assert_eq!(state(&mut module, Message::CalibrationCommit), Some((old, true)));
    // The first operation erases a sector, the second writes the record's page.
    let cuts = [(1, 0), (1, 20), (1, 2_000), (1, 4_096), (2, 0), (2, 1), (2, 17), (2, 35), (2, 36), (2, 256)];
    for (number, (operation, bytes)) in (2..).zip(cuts) {
        let new = calibration(number);
        assert!(state(&mut module, Message::CalibrationStage(new)).is_some());
        tell(&mut module, json!({ "cut": { "operation": operation, "bytes": bytes } }));
        say(&mut module, Message::CalibrationCommit);
        run(&mut module, 150 * MS);
        assert_eq!(module.stopped(), Some("power"), "operation {operation}, {bytes} bytes");
        tell(&mut module, json!({ "start": true }));
        found(&mut module);
        assert!(paired(&mut module).calibrated, "operation {operation}, {bytes} bytes");
        let (is, kept) = state(&mut module, Message::CalibrationRead).expect("an answer");
        assert!(kept && (is == old || is == new), "operation {operation}, {bytes} bytes: {is:?}");
        old = is;
    }
}
