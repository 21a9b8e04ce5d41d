//! MIDI keyboards and controllers at this machine: the same meaning as on the page.
//!
//! `ear` turns bytes into what is played; `ports` finds and opens them, on a thread of its own. Without the feature `device`
//! there are no ports, and the state says so.

mod arguments;
mod ear;
#[cfg(feature = "device")]
mod ports;
#[cfg(not(feature = "device"))]
mod without;

pub(crate) use arguments::MidiArguments;
use neurorack_engine::sources::Action;
use neurorack_host::midi::{BEND_SEMITONES, Learned, Lesson};
#[cfg(feature = "device")]
pub(crate) use ports::MidiIn;
#[cfg(feature = "device")]
pub(crate) use ports::names;
#[cfg(not(feature = "device"))]
pub(crate) use without::MidiIn;
#[cfg(not(feature = "device"))]
pub(crate) use without::names;

/// What is listened to, and how it is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Options {
    /// Part of the names of the ports that are listened to, however it is written; all of them where there is none.
    pub(crate) port: Option<String>,
    /// The channel that is listened to, from 0; all where there is none.
    pub(crate) channel: Option<u8>,
    /// Semitones of the pitch bend to each side.
    pub(crate) bend_semitones: u8,
    /// Whether MIDI clock moves the sources.
    pub(crate) follows_clock: bool,
    /// Which controller turns what.
    pub(crate) learned: Learned,
}

impl Default for Options {
    /// All ports, all channels, no clock, and nothing learned.
    fn default() -> Self {
        let learned = Learned::default();
        Self { port: None, channel: None, bend_semitones: BEND_SEMITONES, follows_clock: false, learned }
    }
}

/// What MIDI plays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Played {
    /// A key goes down.
    Note {
        /// Strength, above 0 up to 1.
        velocity: f32,
        /// Transposition.
        semitones: f32,
    },
    /// Lanes, wheel, pitch bend, clock, and all notes off.
    Action(Action),
    /// A controller moves CV 1 to CV 4 or Volume to this place of its way, 0 to 1. Lanes come as actions.
    Lesson(Lesson, f32),
    /// A bank is chosen, by its number in the menu from 0.
    Bank(usize),
}

/// Whether a port is a Neurorack module's own: its serial link is heard already, and its gates would strike twice.
#[cfg(any(test, feature = "device"))]
fn is_a_module(name: &str) -> bool {
    name.contains(neurorack_protocol::usb::NAME)
}

/// Whether a port is listened to where part of a name was given.
#[cfg(any(test, feature = "device"))]
fn is_wanted(name: &str, part: Option<&str>) -> bool {
    !is_a_module(name) && part.is_none_or(|part| name.to_lowercase().contains(&part.trim().to_lowercase()))
}

/// A port's name as people read it: without ALSA's numbers, and without the client's name where the port's begins with it.
#[cfg(any(test, feature = "device"))]
fn readable(name: &str) -> &str {
    let is_address = |word: &str| {
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        word.split_once(':').is_some_and(|(client, port)| digits(client) && digits(port))
    };
    let plain = match name.rsplit_once(' ') {
        Some((plain, address)) if is_address(address) => plain,
        _ => name,
    };
    let short = plain.split_once(':').filter(|(client, port)| !client.is_empty() && port.starts_with(client));
    let readable = short.map_or(plain, |(_, port)| port).trim();
    if readable.is_empty() { "a nameless device" } else { readable }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_not_heard_and_a_part_of_a_name_chooses() {
        let cases = [
            ("Launchkey Mini:Launchkey Mini MIDI 1 20:0", None, true),
            ("Launchkey Mini:Launchkey Mini MIDI 1 20:0", Some("launch"), true),
            ("Launchkey Mini:Launchkey Mini MIDI 1 20:0", Some("nano"), false),
            ("Neurorack:Neurorack MIDI 1 24:0", None, false),
            ("Neurorack", Some("Neurorack"), false),
        ];
        for (name, part, wanted) in cases {
            assert_eq!(is_wanted(name, part), wanted, "{name} for {part:?}");
        }
    }

    #[test]
    fn names_are_read_without_numbers() {
        for (name, read) in [
            ("Launchkey Mini:Launchkey Mini MIDI 1 20:0", "Launchkey Mini MIDI 1"),
            ("Midi Through:Midi Through Port-0 14:0", "Midi Through Port-0"),
            ("VMPK Output:out 130:0", "VMPK Output:out"),
            ("nanoKEY2", "nanoKEY2"),
            ("Keys 12", "Keys 12"),
            (" 20:0", "a nameless device"),
            ("", "a nameless device"),
        ] {
            assert_eq!(readable(name), read, "{name:?}");
        }
    }
}
