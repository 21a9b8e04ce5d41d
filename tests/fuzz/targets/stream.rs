//! Any bytes from a port, and any bodies under a right check: no panic, frames that survive being written again, and gates that alternate.

#![no_main]

use libfuzzer_sys::fuzz_target;
use neurorack_protocol::host::{Heard, Session};
use neurorack_protocol::{Frame, Info, Message, Receiver, ResetCause, Version};

/// The check that a frame ends with (CRC-16/IBM-3740).
fn check(told: &[u8]) -> u16 {
    told.iter().fold(0xFFFF, |check: u16, &byte| {
        (0..8).fold(check ^ (u16::from(byte) << 8), |check, _| {
            if check & 0x8000 == 0 { check << 1 } else { (check << 1) ^ 0x1021 }
        })
    })
}

/// Frames that arrive whole and say anything: a length, and so many bytes from the code on.
fn framed(mut bytes: &[u8]) -> Vec<u8> {
    let mut stream = Vec::new();
    while let Some((&length, rest)) = bytes.split_first() {
        let (told, rest) = rest.split_at(rest.len().min(usize::from(length) % 143));
        bytes = rest;
        let plain = [told, &check(told).to_le_bytes()].concat();
        // Shorter than 254 bytes: a block a zero.
        for block in plain.split(|&byte| byte == 0) {
            stream.push(block.len() as u8 + 1);
            stream.extend_from_slice(block);
        }
        stream.push(0);
    }
    stream
}

fuzz_target!(|bytes: &[u8]| {
    talk(bytes);
    talk(&framed(bytes));
});

/// A host hears them.
fn talk(bytes: &[u8]) {
    let info = Info {
        protocol: Version::OURS,
        firmware: [0; 3],
        commit: [0; 4],
        hardware: 0,
        uid: 0,
        has_screen: true,
        calibrated: true,
        reset: ResetCause::Power,
    };
    let mut session = Session::new(0.0);
    let mut levels = [false; 2];
    let mut hear = |heard| {
        if let Heard::Gate { gate, high, at_s } = heard {
            assert!(at_s.is_finite());
            let level = &mut levels[usize::from(gate)];
            // Beside a gate that was high before anything was heard, and falls.
            assert!(*level != high || !high, "gate {gate} rose twice");
            *level = high;
        }
    };
    session.take(Frame { seq: 0, time_us: 0, message: Message::Info(info) }, 0.0, &mut hear);
    for (k, piece) in bytes.chunks(7).enumerate() {
        session.receive(piece, k as f64 * 1e-3, &mut hear);
        while session.due(k as f64 * 0.1, &mut hear).is_some() {}
    }
    Receiver::new().receive(bytes, |frame| {
        Receiver::new().receive(&frame.to_bytes(), |again| assert_eq!(again, frame));
    });
}
