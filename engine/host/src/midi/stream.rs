//! Messages out of a stream of bytes, however a driver cut it.

use super::message::Said;

/// What was heard of a message that is not whole yet. One for each port.
///
/// Drivers that deliver message by message may leave out a repeated status, cut a long message in two, put several into one
/// delivery, or put clock between the bytes of another message: all of it is read as MIDI's wire is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stream {
    /// Status of the message that is under way and of those that follow without one; 0 where data belongs to none.
    status: u8,
    first: Option<u8>,
}

/// From here on a byte is a message of its own, which may stand within another.
const REAL_TIME: u8 = 0xF8;

/// From here on a byte is system exclusive or common: its data is none of ours.
const SYSTEM: u8 = 0xF0;

impl Stream {
    /// Takes the next byte; gives the message that it completes, if the instrument listens to it.
    pub fn push(&mut self, byte: u8) -> Option<Said> {
        match byte {
            REAL_TIME.. => Said::parse(&[byte]),
            SYSTEM.. => {
                *self = Self::default();
                None
            }
            0x80.. => {
                *self = Self { status: byte, first: None };
                None
            }
            _ => self.data(byte),
        }
    }

    fn data(&mut self, byte: u8) -> Option<Said> {
        match (self.status, self.first.take()) {
            (0, _) => None,
            // A programme or the pressure of a whole channel has one byte.
            (0xC0..=0xDF, _) => Said::parse(&[self.status, byte]),
            (status, Some(first)) => Said::parse(&[status, first, byte]),
            (_, None) => {
                self.first = Some(byte);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::message::Tick;
    use super::*;
    use proptest::prelude::*;

    fn said(bytes: &[u8]) -> Vec<Said> {
        let mut stream = Stream::default();
        bytes.iter().filter_map(|&byte| stream.push(byte)).collect()
    }

    #[test]
    fn what_drivers_do_to_messages_is_undone() {
        let note = |note| Said::Note { channel: 0, note, velocity: 100 };
        let programme = |number| Said::Programme { channel: 0, number };
        let pulse = Said::Clock(Tick::Pulse);
        let cases: [(&str, &[u8], Vec<Said>); 8] = [
            ("two in one delivery", &[0x90, 60, 100, 0x90, 62, 100], vec![note(60), note(62)]),
            ("a status for several", &[0x90, 60, 100, 62, 100, 62, 0], vec![note(60), note(62)]),
            ("clock within a note", &[0x90, 0xF8, 60, 0xF8, 100], vec![pulse, pulse, note(60)]),
            ("exclusive before a note", &[0xF0, 0x7E, 60, 100, 0xF7, 0x90, 60, 100], vec![note(60)]),
            ("clock within exclusive", &[0xF0, 1, 0xF8, 2, 0xF7], vec![pulse]),
            ("exclusive that never ends", &[0xF0, 1, 2, 0x90, 60, 100], vec![note(60)]),
            ("data after exclusive belongs to nothing", &[0x90, 60, 100, 0xF0, 1, 0xF7, 62, 100], vec![note(60)]),
            ("one byte of data", &[0xC0, 5, 6, 0xD0, 7, 0x90, 60, 100], vec![programme(5), programme(6), note(60)]),
        ];
        for (case, bytes, wanted) in cases {
            assert_eq!(said(bytes), wanted, "{case}");
        }
    }

    /// A message of a channel with as much data as its status asks for.
    fn message() -> impl Strategy<Value = Vec<u8>> {
        (0x80..0xF0u8, 0..0x80u8, 0..0x80u8).prop_map(|(status, first, second)| {
            if matches!(status, 0xC0..=0xDF) { vec![status, first] } else { vec![status, first, second] }
        })
    }

    proptest! {
        #[test]
        fn a_stream_says_what_its_messages_say_one_by_one(
            messages in proptest::collection::vec(message(), 1..40),
            runs in any::<bool>(),
            pulses in proptest::collection::vec(any::<bool>(), 120),
        ) {
            let (mut bytes, mut before, mut pulse) = (Vec::new(), 0, pulses.into_iter());
            for message in &messages {
                let skipped = usize::from(runs && message[0] == before);
                before = message[0];
                for &byte in &message[skipped..] {
                    bytes.extend(pulse.next().unwrap_or(false).then_some(0xF8));
                    bytes.push(byte);
                }
            }
            let heard: Vec<_> = said(&bytes).into_iter().filter(|said| said.channel().is_some()).collect();
            let wanted: Vec<_> = messages.iter().filter_map(|message| Said::parse(message)).collect();
            prop_assert_eq!(heard, wanted);
        }

        #[test]
        fn after_any_noise_a_whole_message_is_understood(noise in proptest::collection::vec(any::<u8>(), 0..64)) {
            let mut bytes = noise;
            bytes.extend([0x93, 60, 1]);
            prop_assert_eq!(said(&bytes).pop(), Some(Said::Note { channel: 3, note: 60, velocity: 1 }));
        }
    }
}
