//! Any bytes over MIDI and as flash: read, and written again as the same, or refused.
//!
//! As one message of the module's (System Exclusive among them), as flash, and as a cable's stream to the instrument.

#![no_main]

use libfuzzer_sys::fuzz_target;
use neurorack_host::midi::{Learned, Lesson, Said, Stream};
use neurorack_protocol::flash::Kept;
use neurorack_protocol::midi::{MidiMessage, malformed};

fuzz_target!(|bytes: &[u8]| {
    if let Some(message) = MidiMessage::read(bytes) {
        assert_eq!(malformed(bytes), None);
        assert_eq!(MidiMessage::read(&message.to_bytes()), Some(message));
    }
    let (a, b) = bytes.split_at(bytes.len() / 2);
    assert!(Kept::read(a, b).calibration.is_none_or(|calibration| calibration.is_plausible()));

    let mut stream = Stream::default();
    let mut learned = Learned::default();
    for &byte in bytes {
        let Some(said) = stream.push(byte) else { continue };
        assert!(said.channel().is_none_or(|channel| channel < 16));
        if let Said::Controller { number, value, .. } = said {
            learned.learn(Lesson::ALL[usize::from(value) % Lesson::ALL.len()], number);
        }
    }
    assert_eq!(learned.sanitised(), learned, "what was learned by hand is in range");
    if let Some(said) = Said::parse(bytes) {
        let _ = said.channel();
    }
});
