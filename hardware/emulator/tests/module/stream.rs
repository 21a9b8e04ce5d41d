//! Frames, a thousand a second, whatever the host does.

use neurorack_protocol::host::{Heard, Session};
use neurorack_protocol::usb::{NAME, PRODUCT, VENDOR};
use neurorack_protocol::{Edge, Frame, Message, ResetCause, Version};
use serde_json::json;

use crate::bench::{MS, S, cvs, found, health, met, paired, run, switched_on, tell};

/// How far a frame's time may be from its millisecond: the interrupts before it.
const JITTER_US: u32 = 60;

/// Seconds of the long stream; `NEURORACK_SECONDS` asks for more.
fn seconds() -> u64 {
    std::env::var("NEURORACK_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(10)
}

/// That times are a grid of milliseconds, with holes where `holes` are allowed.
fn assert_even(times: &[u32], holes: bool) {
    for pair in times.windows(2) {
        let apart = pair[1].wrapping_sub(pair[0]);
        let periods = if holes { (apart + 500) / 1_000 } else { 1 };
        assert!(apart.abs_diff(1_000 * periods) <= JITTER_US, "{apart} µs from {} to {}", pair[0], pair[1]);
    }
}

fn assert_no_number_missing(frames: &[Frame]) {
    for pair in frames.windows(2) {
        assert_eq!(pair[1].seq, pair[0].seq.wrapping_add(1), "{pair:?}");
    }
}

#[test]
#[ignore = "needs the firmware: cargo xtask firmware test"]
fn a_module_is_found_by_its_name_and_says_who_it_is() {
    let mut module = switched_on();
    let device = found(&mut module);
    assert_eq!((&device["vendor"], &device["product"]), (&json!(VENDOR), &json!(PRODUCT)));
    assert_eq!(device["name"], NAME);
    // The display wakes meanwhile.
    run(&mut module, 100 * MS);
    let info = paired(&mut module);
    assert_eq!(device["serialNumber"], format!("{:016X}", info.uid), "the number on the bus is the module's");
    assert_ne!(info.uid, 0);
    assert_eq!((info.protocol, info.reset), (Version::OURS, ResetCause::Power));
    assert!(!info.calibrated && info.has_screen, "{info:?}");
}

#[test]
#[ignore = "needs the firmware: cargo xtask firmware test"]
fn a_thousand_frames_come_a_second_and_none_is_missing() {
    let mut module = met();
    let mut frames = Vec::new();
    for _ in 0..10 * seconds() {
        frames.extend(run(&mut module, 100 * MS));
    }
    assert_no_number_missing(&frames);
    let times: Vec<u32> = cvs(&frames).iter().map(|(time, _)| *time).collect();
    assert_even(&times, false);
    let expected = 1_000 * seconds() as usize;
    assert!(times.len().abs_diff(expected) <= 3, "{} of {expected}", times.len());
    let health = health(&frames);
    assert_eq!((health.dropped, health.late_samples, health.damaged, health.screen_errors), (0, 0, 0, 0));
}

#[test]
#[ignore = "needs the firmware: cargo xtask firmware test"]
fn a_host_that_stops_reading_for_five_seconds_loses_frames_that_are_counted_and_no_sample_is_late() {
    let mut module = met();
    let mut frames = run(&mut module, 100 * MS);
    tell(&mut module, json!({ "reading": false }));
    assert_eq!(run(&mut module, 5 * S), []);
    tell(&mut module, json!({ "reading": true }));
    frames.extend(run(&mut module, 2 * S));
    let missing: u32 =
        frames.windows(2).map(|pair| u32::from(pair[1].seq.wrapping_sub(pair[0].seq).wrapping_sub(1))).sum();
    let health = health(&frames);
    assert_eq!(health.dropped, missing);
    assert!((4_800..5_000).contains(&missing), "{missing} of 5000");
    assert_eq!(health.late_samples, 0);
    assert_even(&cvs(&frames).iter().map(|(time, _)| *time).collect::<Vec<_>>(), true);
}

/// One byte of a hundred becomes another.
fn damaged(noise: &mut fastrand::Rng, bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|&byte| if noise.u8(..100) == 0 { noise.u8(..) } else { byte }).collect()
}

/// What the session wants to say, as bytes.
fn due(session: &mut Session, now_s: f64) -> Vec<u8> {
    let asked = session.due(now_s, |_| {}).map(|message| session.to_bytes(message, 0));
    // More than hosts say, so that noise on this way does something: dark rectangles.
    let dark =
        neurorack_protocol::Rectangle { page: 0, column: 0, bytes: [0; 40].as_slice().try_into().expect("short") };
    asked.into_iter().flatten().chain(session.to_bytes(Message::Oled(dark), 0)).collect()
}

#[test]
#[ignore = "needs the firmware: cargo xtask firmware test"]
fn one_damaged_byte_of_a_hundred_both_ways_gives_each_gate_once_and_none_that_was_not_struck() {
    let mut module = switched_on();
    found(&mut module);
    tell(&mut module, json!({ "open": true }));
    let (mut session, mut noise) = (Session::new(0.0), fastrand::Rng::with_seed(7));
    let mut struck = [0u32; 2];
    let mut heard = [0u32; 2];
    let mut levels = [false; 2];
    let mut silent_ms = 0;
    let mut is_paired = false;
    for ms in 0..4_000u64 {
        let now_s = module.us() as f64 * 1e-6;
        // The last half second is clean: all is made up for.
        let mut on_the_way = |bytes: Vec<u8>| if ms >= 3_500 { bytes } else { damaged(&mut noise, &bytes) };
        if ms % 20 == 0 {
            module.send_bytes(&on_the_way(due(&mut session, now_s))).expect("it runs");
        }
        if is_paired && (300..3_900).contains(&ms) {
            // Gate 1 for 5 ms every 40, Gate 2 for 100 ms every 200.
            for (gate, (period, width)) in [(40, 5), (200, 100)].into_iter().enumerate() {
                if ms % period == 0 {
                    tell(&mut module, json!({ "in_us": 137, "gate": [gate, true] }));
                    struck[gate] += 1;
                } else if ms % period == width {
                    tell(&mut module, json!({ "in_us": 421, "gate": [gate, false] }));
                }
            }
        }
        let said = on_the_way(module.listen(MS).expect("it runs").serial);
        silent_ms += 1;
        session.receive(&said, now_s, |told| match told {
            Heard::Paired(_) => is_paired = true,
            Heard::Gate { gate, high, .. } => {
                let gate = usize::from(gate);
                assert_ne!(levels[gate], high, "gate {gate} {high} twice at {ms} ms");
                levels[gate] = high;
                heard[gate] += u32::from(high);
            }
            Heard::Volts { .. } => silent_ms = 0,
            Heard::Turn(_) | Heard::Push(_) => panic!("{told:?} was never done"),
            _ => {}
        });
        assert!(!is_paired || silent_ms <= 10, "no voltage for {silent_ms} ms at {ms} ms");
    }
    assert!(struck[0] > 50 && struck[1] > 10, "{struck:?}");
    assert_eq!(heard, struck);
    assert!(session.reception().damaged > 200, "{:?}: the noise was there", session.reception());
}

#[test]
#[ignore = "needs the firmware: cargo xtask firmware test"]
fn a_gate_travels_at_once_with_the_time_of_its_edge() {
    let mut module = met();
    run(&mut module, 10 * MS);
    let begun = module.us();
    tell(&mut module, json!({ "in_us": 2_345, "gate": [0, true] }));
    tell(&mut module, json!({ "in_us": 2_845, "gate": [0, false] }));
    let frames = run(&mut module, 10 * MS);
    let edges: Vec<(u32, Edge)> = frames
        .iter()
        .filter_map(|frame| match frame.message {
            Message::Edge(edge) => Some((frame.time_us, edge)),
            _ => None,
        })
        .collect();
    let [(rose_us, rose), (fell_us, fell)] = edges[..] else { panic!("{frames:?}") };
    assert_eq!((rose, fell), (Edge { gate: 0, high: true, rises: 1 }, Edge { gate: 0, high: false, rises: 1 }));
    // Simulated time began with the module's.
    assert!(rose_us.abs_diff(begun as u32 + 2_345) <= 30, "{rose_us} µs, struck at {} µs", begun + 2_345);
    assert!(fell_us.abs_diff(rose_us + 500) <= 30, "{rose_us} to {fell_us} µs");
}

#[test]
#[ignore = "needs the firmware: cargo xtask firmware test"]
fn every_frame_holds_the_samples_of_its_own_millisecond() {
    let mut module = met();
    // All inputs rise by 100 mV a millisecond.
    for ms in 0..40u32 {
        let level = f64::from(ms) * 0.1 - 2.0;
        tell(&mut module, json!({ "in_us": 5_000 + 1_000 * ms, "volts": vec![level; 4] }));
    }
    let frames = cvs(&run(&mut module, 60 * MS));
    // It begins with a fall from 0 V to -2 V.
    let steps: Vec<[i16; 4]> =
        frames.iter().map(|(_, cv)| cv.steps).skip_while(|steps| steps[0] > -9_000).skip(1).take(36).collect();
    assert_eq!(steps.len(), 36, "{frames:?}");
    for pair in steps.windows(2) {
        for input in 0..4 {
            // 500 steps, with what noise and parts make of them.
            let risen = i32::from(pair[1][input]) - i32::from(pair[0][input]);
            assert!((400..600).contains(&risen), "CV {}: {risen} steps in {pair:?}", input + 1);
        }
    }
}
