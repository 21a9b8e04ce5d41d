//! Any bytes at the module's ports: no panic, and what it answers are frames that a host can read.
//!
//! The first byte is the port. Over USB MIDI the others are packets of four bytes, over the serial port what arrives there.

#![no_main]

use libfuzzer_sys::fuzz_target;
use neurorack_module::usb_midi::Collector;
use neurorack_module::{Identity, Module, Port};
use neurorack_protocol::midi::MidiMessage;
use neurorack_protocol::{Frame, Receiver, ResetCause};

/// Longest USB packet, in bytes.
const PACKET_BYTES: usize = 64;

fuzz_target!(|bytes: &[u8]| {
    let Some((&port, bytes)) = bytes.split_first() else { return };
    let port = if port & 1 == 0 { Port::Serial } else { Port::Midi };
    let identity = Identity {
        firmware: [1, 2, 3],
        commit: [0; 4],
        hardware: 1,
        uid: 7,
        reset: ResetCause::Power,
        watchdog_resets: 0,
    };
    let mut module = Module::new(identity, None);
    let (mut collector, mut receiver) = (Collector::default(), Receiver::new());
    for (k, packet) in bytes.chunks(PACKET_BYTES).enumerate() {
        let now_us = k as u64 * 1_000;
        let hear = |module: &mut Module, frame: Frame| {
            let _ = module.handle(port, frame.message, now_us);
        };
        match port {
            Port::Serial => receiver.receive(packet, |frame| hear(&mut module, frame)),
            Port::Midi => collector.receive(packet, |message| {
                if let Some(MidiMessage::Frame(frame)) = MidiMessage::read(message) {
                    hear(&mut module, frame);
                }
            }),
        }
        module.received(port, receiver.reception(), now_us);
        module.sample([k as u16 * 16; 4], now_us);
        module.gate(k & 1, k & 2 == 0, now_us);
        module.panel(k as i8, k & 4 == 0, [k & 8 == 0; 4]);
        while let Some(note) = module.take(port) {
            let frame = note.frame();
            let mut heard = 0;
            Receiver::new().receive(&frame.to_bytes(), |again| {
                assert_eq!(again, frame);
                heard += 1;
            });
            assert_eq!(heard, 1, "{frame:?} is not what a host reads");
        }
        module.health(now_us);
    }
});
