//! What a MIDI message says, as far as the instrument listens.

use neurorack_engine::sources::Action;

/// Controllers from here on are channel modes, not knobs.
pub(super) const MODES: u8 = 120;

/// One message that the instrument understands; channels count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// A key goes down.
    Note {
        /// 0 to 15.
        channel: u8,
        /// 0 to 127, 60 is the middle C.
        note: u8,
        /// 1 to 127.
        velocity: u8,
    },
    /// A knob, slider or wheel moves.
    Controller {
        /// 0 to 15.
        channel: u8,
        /// 0 to 119.
        number: u8,
        /// 0 to 127.
        value: u8,
    },
    /// A programme is chosen: a bank.
    Programme {
        /// 0 to 15.
        channel: u8,
        /// 0 to 127; keyboards may show it as 1 to 128.
        number: u8,
    },
    /// The pitch bend moves: 0 to 16383, at rest in the middle, 8192.
    Bend {
        /// 0 to 15.
        channel: u8,
        /// 0 to 16383.
        value: u16,
    },
    /// All controllers return to rest.
    Rest {
        /// 0 to 15.
        channel: u8,
    },
    /// All notes or all sound off.
    Quiet {
        /// 0 to 15.
        channel: u8,
    },
    /// MIDI clock.
    Clock(Tick),
}

/// What MIDI clock says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tick {
    /// A 24th of a quarter note has passed.
    Pulse,
    /// From the beginning.
    Start,
    /// On from where it stopped.
    Continue,
    /// Stop.
    Stop,
}

impl Said {
    /// The message in these bytes, one and whole, as the Web's MIDI delivers them; [`Stream`](super::Stream) makes such of
    /// anything else. `None` for what is malformed, and for what the instrument does not listen to.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let (&status, data) = bytes.split_first()?;
        let channel = status & 0x0F;
        match (status, data) {
            (0xF8, []) => Some(Self::Clock(Tick::Pulse)),
            (0xFA, []) => Some(Self::Clock(Tick::Start)),
            (0xFB, []) => Some(Self::Clock(Tick::Continue)),
            (0xFC, []) => Some(Self::Clock(Tick::Stop)),
            // A note without strength is how many keyboards let go of one.
            (0x90..=0x9F, &[note @ 0..0x80, velocity @ 1..0x80]) => Some(Self::Note { channel, note, velocity }),
            (0xB0..=0xBF, &[120 | 123, 0..0x80]) => Some(Self::Quiet { channel }),
            (0xB0..=0xBF, &[121, 0..0x80]) => Some(Self::Rest { channel }),
            (0xC0..=0xCF, &[number @ 0..0x80]) => Some(Self::Programme { channel, number }),
            (0xE0..=0xEF, &[low @ 0..0x80, high @ 0..0x80]) => {
                Some(Self::Bend { channel, value: u16::from(high) << 7 | u16::from(low) })
            }
            (0xB0..=0xBF, &[number @ 0..MODES, value @ 0..0x80]) => Some(Self::Controller { channel, number, value }),
            _ => None,
        }
    }

    /// The channel, where the message has one.
    #[must_use]
    pub fn channel(self) -> Option<u8> {
        match self {
            Self::Note { channel, .. }
            | Self::Controller { channel, .. }
            | Self::Programme { channel, .. }
            | Self::Bend { channel, .. }
            | Self::Rest { channel }
            | Self::Quiet { channel } => Some(channel),
            Self::Clock(_) => None,
        }
    }
}

impl Tick {
    /// What it asks of the sources.
    #[must_use]
    pub fn action(self) -> Action {
        match self {
            Self::Pulse => Action::Pulse,
            Self::Start => Action::Start,
            Self::Continue => Action::Continue,
            Self::Stop => Action::Stop,
        }
    }
}

/// Where the pitch bend rests.
const MIDDLE: u16 = 8_192;

/// How far the pitch bend stands from its rest, -1 to 1: both ends are reached.
#[must_use]
pub fn bent(value: u16) -> f32 {
    let way = f32::from(value) - f32::from(MIDDLE);
    way / if way > 0.0 { f32::from(MIDDLE - 1) } else { f32::from(MIDDLE) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_bend_reaches_both_ends_and_rests_in_the_middle() {
        assert_eq!([0, MIDDLE, 16_383].map(bent), [-1.0, 0.0, 1.0]);
    }

    #[test]
    fn what_keyboards_and_controllers_send_is_understood() {
        let cases: [(&[u8], Option<Said>); 20] = [
            (&[0x90, 60, 100], Some(Said::Note { channel: 0, note: 60, velocity: 100 })),
            (&[0x9F, 127, 1], Some(Said::Note { channel: 15, note: 127, velocity: 1 })),
            (&[0x90, 60, 0], None),
            (&[0x80, 60, 64], None),
            (&[0xB2, 74, 127], Some(Said::Controller { channel: 2, number: 74, value: 127 })),
            (&[0xB0, 123, 0], Some(Said::Quiet { channel: 0 })),
            (&[0xB0, 121, 0], Some(Said::Rest { channel: 0 })),
            (&[0xB0, 126, 0], None),
            (&[0xC3, 5], Some(Said::Programme { channel: 3, number: 5 })),
            (&[0xC3, 0x80], None),
            (&[0xE1, 0, 64], Some(Said::Bend { channel: 1, value: MIDDLE })),
            (&[0xE0, 0x7F, 0x7F], Some(Said::Bend { channel: 0, value: 16_383 })),
            (&[0xE0, 0x80, 0], None),
            (&[0xF8], Some(Said::Clock(Tick::Pulse))),
            (&[0xFC], Some(Said::Clock(Tick::Stop))),
            (&[0xFE], None),
            (&[0x90, 60], None),
            (&[0x90, 60, 0x80], None),
            (&[60, 100], None),
            (&[], None),
        ];
        for (bytes, said) in cases {
            assert_eq!(Said::parse(bytes), said, "{bytes:02X?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_message_in_range_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..9)) {
            match Said::parse(&bytes) {
                Some(Said::Note { channel, note, velocity }) => {
                    prop_assert!(channel < 16 && note < 128 && (1..128).contains(&velocity));
                }
                Some(Said::Controller { channel, number, value }) => {
                    prop_assert!(channel < 16 && number < MODES && value < 128);
                }
                Some(Said::Programme { channel, number }) => prop_assert!(channel < 16 && number < 128),
                Some(Said::Bend { channel, value }) => {
                    prop_assert!(channel < 16 && value < 16_384);
                    prop_assert!((-1.0..=1.0).contains(&bent(value)));
                }
                Some(Said::Quiet { channel } | Said::Rest { channel }) => prop_assert!(channel < 16),
                Some(Said::Clock(_)) => prop_assert_eq!(bytes.len(), 1),
                None => {}
            }
        }
    }
}
