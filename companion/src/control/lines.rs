//! What is typed while `play` sounds.

use anyhow::{Result, bail};
use neurorack_engine::CurveSlot;
use std::io::BufRead;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver};

/// Shown at the start and on request.
pub(crate) const HELP: &str = "Enter  strike\n-5..5  knob of CV 1 in volts\ncv2 VOLTS  knob of CV 2, and cv3, cv4 likewise\n\
                               f  freeze, and f again lets go\nnote SEMITONES  a transposed hit\n\
                               f1 NAME, f2 NAME  choose a sound (of the list, or a file)\nbank FILE  choose a bank\n\
                               volume DB  -60 to 0\npreset NAME  a kept preset, a link or a file\nsave NAME  keep a preset\n\
                               start, stop  the clock of a preset's sequencers\nturn N, push, hold  the encoder\n\
                               screen  what the screen says\nrecord  to a WAV file, and again ends it\nq  quit\n";

/// Longest line that is read; what is longer is not typed by a person.
const LONGEST_LINE: u64 = 4_096;

/// One line of input.
#[derive(Debug, PartialEq)]
pub(crate) enum Request {
    /// Gate 1.
    Strike,
    /// A hit, transposed by so many semitones.
    Note(f32),
    /// One of the inputs, from 0, and its volts.
    Cv(usize, f32),
    /// Gate 2 changes sides.
    Freeze,
    /// A sound for F1 or F2, by name.
    Sound(CurveSlot, String),
    /// Another bank.
    Bank(PathBuf),
    /// The volume in decibels.
    Volume(f32),
    /// A preset: its name, a link or a file.
    Preset(String),
    /// Keep a preset of this name.
    Save(String),
    /// The clock starts or stops.
    Run(bool),
    /// The encoder is turned by so many detents.
    Turn(i32),
    /// The encoder is pushed.
    Push,
    /// It is held down.
    Hold,
    /// Say what the screen says.
    Screen,
    /// Begin or end a recording, to this file where one is named.
    Record(Option<PathBuf>),
    /// Say what can be typed.
    Help,
    /// Stop.
    Quit,
}

impl Request {
    /// Understands a line.
    pub(crate) fn parse(line: &str) -> Result<Self> {
        let line = line.trim();
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        Ok(match (word.to_ascii_lowercase().as_str(), rest) {
            ("", _) => Self::Strike,
            ("q" | "quit", "") => Self::Quit,
            ("h" | "help" | "?", "") => Self::Help,
            ("f1", name) if !name.is_empty() => Self::Sound(CurveSlot::F1, name.to_owned()),
            ("f2", name) if !name.is_empty() => Self::Sound(CurveSlot::F2, name.to_owned()),
            ("bank", file) if !file.is_empty() => Self::Bank(file.into()),
            ("f" | "freeze", "") => Self::Freeze,
            ("preset", name) if !name.is_empty() => Self::Preset(name.to_owned()),
            ("save", name) if !name.is_empty() => Self::Save(name.to_owned()),
            ("start", "") => Self::Run(true),
            ("stop", "") => Self::Run(false),
            ("push", "") => Self::Push,
            ("hold", "") => Self::Hold,
            ("screen", "") => Self::Screen,
            ("record", "") => Self::Record(None),
            ("record", file) => Self::Record(Some(file.into())),
            ("turn", detents) => match detents.parse() {
                Ok(detents) => Self::Turn(detents),
                Err(_) => bail!("turn by a number of detents, such as 1 or -3"),
            },
            ("volume", db) => match number(db) {
                Some(db) if (-60.0..=0.0).contains(&db) => Self::Volume(db),
                _ => bail!("a volume is -60 (silence) to 0 decibels"),
            },
            ("note", semitones) => match number(semitones) {
                Some(semitones) if (-60.0..=60.0).contains(&semitones) => Self::Note(semitones),
                _ => bail!("a note is -60 to 60 semitones"),
            },
            ("cv1", volts) => Self::Cv(0, self::volts(volts)?),
            ("cv2", volts) => Self::Cv(1, self::volts(volts)?),
            ("cv3", volts) => Self::Cv(2, self::volts(volts)?),
            ("cv4", volts) => Self::Cv(3, self::volts(volts)?),
            (word, "") if number(word).is_some() => Self::Cv(0, volts(word)?),
            _ => bail!("{line} means nothing here: type ? for what does"),
        })
    }
}

/// A number, with a typographic minus too.
fn number(text: &str) -> Option<f32> {
    text.replace('−', "-").parse().ok()
}

/// A voltage that an input can carry.
fn volts(text: &str) -> Result<f32> {
    match number(text) {
        Some(volts) if (-5.0..=5.0).contains(&volts) => Ok(volts),
        _ => bail!("an input carries -5 to 5 volts"),
    }
}

/// Lines of standard input, read on a thread of their own; the channel closes at the end of the input.
pub(crate) fn keyboard() -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        loop {
            let mut line = Vec::new();
            let read = std::io::Read::take(&mut input, LONGEST_LINE).read_until(b'\n', &mut line);
            let more = matches!(read, Ok(bytes) if bytes > 0);
            if !more || sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                break;
            }
        }
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_understood() {
        for (line, request) in [
            ("\n", Request::Strike),
            (" -2.5 \n", Request::Cv(0, -2.5)),
            ("−2.5", Request::Cv(0, -2.5)),
            ("cv3 4", Request::Cv(2, 4.0)),
            ("f", Request::Freeze),
            ("note -7", Request::Note(-7.0)),
            ("F1 Low boom", Request::Sound(CurveSlot::F1, "Low boom".into())),
            ("f2  3", Request::Sound(CurveSlot::F2, "3".into())),
            ("bank my banks/a.safetensors", Request::Bank("my banks/a.safetensors".into())),
            ("volume -12.5", Request::Volume(-12.5)),
            ("preset Anvil, at night", Request::Preset("Anvil, at night".into())),
            ("turn -3", Request::Turn(-3)),
            ("record", Request::Record(None)),
            ("record a take.wav", Request::Record(Some("a take.wav".into()))),
            ("start", Request::Run(true)),
            ("q", Request::Quit),
        ] {
            assert_eq!(Request::parse(line).unwrap(), request, "{line:?}");
        }
    }

    #[test]
    fn other_lines_are_answered_with_a_sentence() {
        for line in [
            "7",
            "NaN",
            "inf",
            "f1",
            "cv2",
            "cv9 1",
            "cv2 6",
            "note",
            "note 99",
            "strike hard",
            "\u{0}",
            "volume 3",
            "turn",
            "preset",
            "push it",
        ] {
            assert!(Request::parse(line).is_err(), "{line:?}");
        }
    }
}
