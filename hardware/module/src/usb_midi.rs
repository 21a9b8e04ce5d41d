//! MIDI messages in USB's packets of four bytes and back (USB MIDI 1.0, section 4).

use heapless::Vec;
use neurorack_protocol::midi::MAX_SYSEX_BYTES;

/// Bytes of a USB packet: sixteen of its events.
pub const PACKET_BYTES: usize = 64;

/// Cuts one message into events; `cable` 0.
pub fn events(message: &[u8]) -> impl Iterator<Item = [u8; 4]> + '_ {
    let sysex = message.first() == Some(&0xF0);
    let last = message.len().div_ceil(3);
    message.chunks(3).enumerate().map(move |(k, bytes)| {
        let index = match (sysex, k + 1 == last) {
            (false, _) => message.first().map_or(0, |status| status >> 4),
            (true, false) => 0x4,
            // It ends with one, two or three bytes.
            (true, true) => 0x4 + bytes.len() as u8,
        };
        let byte = |k: usize| bytes.get(k).copied().unwrap_or_default();
        [index, byte(0), byte(1), byte(2)]
    })
}

/// Puts events together to messages.
#[derive(Debug, Clone, Default)]
pub struct Collector {
    sysex: Vec<u8, MAX_SYSEX_BYTES>,
    /// Whether more came than a message of ours can be.
    overlong: bool,
}

impl Collector {
    /// Takes a USB packet and calls `take` for each message that it ends.
    pub fn receive(&mut self, packet: &[u8], mut take: impl FnMut(&[u8])) {
        for event in packet.chunks_exact(4) {
            let &[index, a, b, c] = event else { return };
            let bytes = [a, b, c];
            let count = match index & 0x0F {
                0x4 | 0x7 => 3,
                0x5 => 1,
                0x6 => 2,
                0x8..=0xB | 0xE => {
                    take(&bytes);
                    continue;
                }
                0xC | 0xD => {
                    take(&[a, b]);
                    continue;
                }
                _ => continue,
            };
            for &byte in bytes.iter().take(count) {
                if byte == 0xF0 {
                    self.sysex.clear();
                    self.overlong = false;
                }
                self.overlong |= self.sysex.push(byte).is_err();
            }
            if index & 0x0F != 0x4 {
                if !self.overlong {
                    take(&self.sysex);
                }
                self.sysex.clear();
                self.overlong = false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use neurorack_protocol::midi::MidiMessage;
    use neurorack_protocol::{Frame, Message, Rectangle};
    use std::vec::Vec;

    #[test]
    fn messages_of_every_length_come_out_as_they_went_in() {
        let mut messages: Vec<Vec<u8>> = [MidiMessage::Push(true), MidiMessage::Cv { input: 2, steps: -7 }]
            .iter()
            .map(|message| message.to_bytes().to_vec())
            .collect();
        for length in 1..=128 {
            let bytes = heapless::Vec::from_slice(&std::vec![0xAA; length]).expect("short enough");
            let message = Message::Oled(Rectangle { page: 1, column: 0, bytes });
            messages.push(MidiMessage::Frame(Frame { seq: 1, time_us: 2, message }).to_bytes().to_vec());
        }
        let packets: Vec<u8> = messages.iter().flat_map(|message| events(message).flatten()).collect();
        let mut collector = Collector::default();
        let mut heard = Vec::new();
        for packet in packets.chunks(PACKET_BYTES) {
            collector.receive(packet, |message| heard.push(message.to_vec()));
        }
        assert_eq!(heard, messages);
    }

    #[test]
    fn an_endless_message_is_forgotten_and_the_next_is_heard() {
        let mut collector = Collector::default();
        for _ in 0..200 {
            collector.receive(&[0x04, 1, 2, 3], |message| panic!("{message:?}"));
        }
        collector.receive(&[0x05, 0xF7, 0, 0], |message| panic!("{message:?}"));
        let mut heard = Vec::new();
        collector.receive(&[0x04, 0xF0, 0x7D, 1, 0x06, 2, 0xF7, 0], |message| heard.push(message.to_vec()));
        assert_eq!(heard, [[0xF0, 0x7D, 1, 2, 0xF7]]);
    }
}
