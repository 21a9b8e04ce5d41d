//! MIDI as flags of a command.

use super::Options;
use anyhow::{Result, bail};
use neurorack_host::midi::{BEND_SEMITONES, Learned, Lesson, MOST_BEND_SEMITONES};

/// What is listened to.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct MidiArguments {
    /// Listen to the MIDI ports whose name holds this text, or to none (off). [default: all]
    #[arg(long = "midi", value_name = "NAME|off")]
    port: Option<String>,
    /// Listen to one channel, 1 to 16. [default: all]
    #[arg(long = "midi-channel", value_name = "N", value_parser = channel)]
    channel: Option<u8>,
    /// Let MIDI clock move the sequencers.
    #[arg(long = "midi-clock")]
    follows_clock: bool,
    /// Semitones of the pitch bend to each side, 0 to 24.
    #[arg(long = "midi-bend", value_name = "SEMITONES", default_value_t = BEND_SEMITONES, value_parser = bend)]
    bend_semitones: u8,
    /// Give a controller to "CV 1" to "CV 4", Volume, or "Lane 1" to "Lane 4", such as "CV 1=74"; may be repeated.
    #[arg(long = "cc", value_name = "NAME=NUMBER", value_parser = lesson)]
    learned: Vec<(Lesson, u8)>,
}

impl MidiArguments {
    /// What these flags ask for; `None` where MIDI is off.
    ///
    /// # Errors
    /// Where a controller is given twice: only the last could have it.
    pub(crate) fn options(&self) -> Result<Option<Options>> {
        let mut learned = Learned::default();
        for (at, &(lesson, controller)) in self.learned.iter().enumerate() {
            if let Some((other, _)) = self.learned[..at].iter().find(|(_, taken)| *taken == controller) {
                bail!(
                    "controller {controller} cannot turn both {} and {}: leave one --cc out",
                    other.name(),
                    lesson.name()
                );
            }
            if learned.controller(lesson).is_some() {
                bail!("{} can follow one controller: leave one --cc out", lesson.name());
            }
            learned.learn(lesson, controller);
        }
        if self.port.as_deref().is_some_and(|port| port.eq_ignore_ascii_case("off")) {
            return Ok(None);
        }
        Ok(Some(Options {
            port: self.port.clone(),
            channel: self.channel,
            bend_semitones: self.bend_semitones,
            follows_clock: self.follows_clock,
            learned,
        }))
    }
}

/// A channel as people count them, from 1; as MIDI does, from 0.
fn channel(text: &str) -> Result<u8> {
    match text.parse() {
        Ok(channel @ 1..=16) => Ok(channel - 1),
        _ => bail!("give a channel from 1 to 16"),
    }
}

fn bend(text: &str) -> Result<u8> {
    match text.parse() {
        Ok(semitones @ 0..=MOST_BEND_SEMITONES) => Ok(semitones),
        _ => bail!("the pitch bend goes by 0 to {MOST_BEND_SEMITONES} semitones"),
    }
}

/// "CV 1=74", however its name is spaced and written.
fn lesson(text: &str) -> Result<(Lesson, u8)> {
    let Some((name, number)) = text.split_once('=') else {
        bail!("write what the controller turns and its number, such as \"CV 1=74\"");
    };
    let plain = |name: &str| name.to_lowercase().replace([' ', '-', '_'], "");
    let Some(lesson) = Lesson::ALL.into_iter().find(|lesson| plain(lesson.name()) == plain(name)) else {
        let names = Lesson::ALL.map(Lesson::name).join(", ");
        bail!("\"{}\" is nothing that a controller turns: choose {names}", name.trim());
    };
    // Above are channel modes, such as "all notes off".
    match number.trim().parse() {
        Ok(controller @ 0..=119) => Ok((lesson, controller)),
        _ => bail!("\"{}\" is no controller: they have numbers from 0 to 119", number.trim()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Command {
        #[command(flatten)]
        midi: MidiArguments,
    }

    fn options(words: &[&str]) -> Result<Option<Options>, String> {
        let command = Command::try_parse_from([&["neurorack"], words].concat()).map_err(|error| error.to_string())?;
        command.midi.options().map_err(|error| error.to_string())
    }

    #[test]
    fn without_flags_everything_is_heard_as_on_the_page() {
        assert_eq!(options(&[]), Ok(Some(Options::default())));
        assert_eq!(Options::default().bend_semitones, BEND_SEMITONES);
    }

    #[test]
    fn flags_say_what_is_listened_to() {
        let words = ["--midi", "Launch", "--midi-channel", "10", "--midi-clock", "--midi-bend", "12"];
        let given = options(&[&words[..], &["--cc", "CV 1=74", "--cc", "volume = 7", "--cc", "lane2=20"]].concat());
        let mut learned = Learned::default();
        for (lesson, controller) in [(Lesson::Cv1, 74), (Lesson::Volume, 7), (Lesson::Lane2, 20)] {
            learned.learn(lesson, controller);
        }
        let port = Some("Launch".to_owned());
        let wanted = Options { port, channel: Some(9), bend_semitones: 12, follows_clock: true, learned };
        assert_eq!(given, Ok(Some(wanted)));
        assert_eq!(options(&["--midi", "off"]), Ok(None));
    }

    #[test]
    fn wrong_values_are_answered_with_what_to_write() {
        let cases: [(&[&str], &str); 9] = [
            (&["--midi-channel", "0"], "give a channel from 1 to 16"),
            (&["--midi-channel", "17"], "give a channel from 1 to 16"),
            (&["--midi-bend", "25"], "0 to 24 semitones"),
            (&["--cc", "74"], "such as \"CV 1=74\""),
            (&["--cc", "CV 5=74"], "choose CV 1, CV 2, CV 3, CV 4, Volume, Lane 1"),
            (&["--cc", "CV 1=120"], "from 0 to 119"),
            (&["--cc", "CV 1=-1"], "from 0 to 119"),
            (&["--cc", "CV 1=74", "--cc", "CV 2=74"], "cannot turn both CV 1 and CV 2"),
            (&["--cc", "CV 1=74", "--cc", "CV 1=75"], "CV 1 can follow one controller"),
        ];
        for (words, sentence) in cases {
            let error = options(words).expect_err("a wrong value");
            assert!(error.contains(sentence), "{words:?}: {error}");
        }
    }
}
