//! MIDI keyboards and controllers: what they play goes straight to the audio side, knobs to the desk.

use crate::audio::{Deed, Hands};
use crate::midi::{MidiIn, Options, Played};
use neurorack_host::midi::Lesson;
use std::sync::mpsc::{self, Receiver};

/// What is listened to. It ends with this.
pub(crate) struct Keys {
    input: MidiIn,
    told: Receiver<Told>,
}

/// What is the desk's to do.
pub(super) enum Told {
    /// A controller moves what it was taught to a share of its travel, 0 to 1.
    Moved(Lesson, f32),
    /// A bank is chosen, by its number in the menu from 0.
    Bank(usize),
}

impl Keys {
    /// Listens to what the options want.
    pub(crate) fn open(options: Options, hands: Hands) -> Self {
        let (teller, told) = mpsc::channel();
        // Who no longer listens is about to end this.
        let tell = move |told| drop(teller.send(told));
        let input = MidiIn::open(options, move |moment, played| match played {
            Played::Note { velocity, semitones } => hands.at(moment, Deed::Note { velocity, semitones }),
            Played::Action(action) => hands.at(moment, Deed::Act(action)),
            Played::Lesson(lesson, share) => tell(Told::Moved(lesson, share)),
            Played::Bank(number) => tell(Told::Bank(number)),
        });
        Self { input, told }
    }

    /// What was told since the last call, one by one.
    pub(super) fn next(&self) -> Option<Told> {
        self.told.try_recv().ok()
    }

    /// What is listened to, or why nothing is, in a sentence.
    pub(super) fn state(&self) -> String {
        self.input.state()
    }

    /// Messages of floods that were left out.
    pub(super) fn dropped(&self) -> u64 {
        self.input.dropped()
    }
}
