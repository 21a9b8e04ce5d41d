//! Any bytes from a port: no panic, frames that survive being written again, and gates that alternate.
//!
//! `cargo +nightly fuzz run stream` in `hardware/protocol`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use neurorack_protocol::host::{Heard, Session};
use neurorack_protocol::{Frame, Info, Message, Receiver, ResetCause, Version};

fuzz_target!(|bytes: &[u8]| {
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
});
