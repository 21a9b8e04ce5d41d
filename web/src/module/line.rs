//! The way to a module: a serial port or a pair of MIDI ports.

use super::{midi_port, serial};
use neurorack_protocol::Message;
use neurorack_protocol::host::Session;

/// What the two ways are called.
pub(super) const SERIAL: &str = "USB serial";
const MIDI: &str = "MIDI";

/// An open way.
pub(super) enum Line {
    Serial(serial::Port),
    Midi(midi_port::Port),
}

impl Line {
    /// Sends messages of a session, as one write where the way is one of bytes.
    pub(super) fn send(&self, session: &mut Session, messages: impl IntoIterator<Item = Message>) {
        match self {
            Self::Serial(port) => {
                let bytes = messages.into_iter().fold(Vec::new(), |mut bytes, message| {
                    bytes.extend_from_slice(&session.to_bytes(message, 0));
                    bytes
                });
                if !bytes.is_empty() {
                    port.write(&bytes);
                }
            }
            Self::Midi(port) => {
                messages.into_iter().for_each(|message| port.write(&session.to_midi(message, 0)));
            }
        }
    }

    /// Whether what was sent before is on its way: then more may follow.
    pub(super) fn is_free(&self) -> bool {
        match self {
            Self::Serial(port) => port.is_free(),
            // The browser keeps no count; what is sent here is little.
            Self::Midi(_) => true,
        }
    }

    /// What it is called.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Serial(_) => SERIAL,
            Self::Midi(_) => MIDI,
        }
    }

    /// Closes it.
    pub(super) async fn close(self) {
        match self {
            Self::Serial(port) => port.close().await,
            Self::Midi(port) => port.close(),
        }
    }
}
