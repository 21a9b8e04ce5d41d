//! Any bytes as a MIDI message and as flash: read, and written again as the same, or refused.
//!
//! `cargo +nightly fuzz run midi` in `hardware/protocol`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use neurorack_protocol::flash::Kept;
use neurorack_protocol::midi::{MidiMessage, malformed};

fuzz_target!(|bytes: &[u8]| {
    if let Some(message) = MidiMessage::read(bytes) {
        assert_eq!(malformed(bytes), None);
        assert_eq!(MidiMessage::read(&message.to_bytes()), Some(message));
    }
    let (a, b) = bytes.split_at(bytes.len() / 2);
    assert!(Kept::read(a, b).calibration.is_none_or(|calibration| calibration.is_plausible()));
});
