//! MIDI keyboards and controllers: what they play goes straight to the audio side, knobs to the desk.

use crate::audio::{Deed, Hands};
use crate::midi::{MidiIn, Options, Played};
use neurorack_host::midi::Lesson;
use std::sync::mpsc::{self, Receiver};

/// What is listened to. It ends with this.
pub(crate) struct Keys {
    input: MidiIn,
    moved: Receiver<(Lesson, f32)>,
}

impl Keys {
    /// Listens to what the options want.
    pub(crate) fn open(options: Options, hands: Hands) -> Self {
        let (teller, moved) = mpsc::channel();
        let input = MidiIn::open(options, move |moment, played| match played {
            Played::Note { velocity, semitones } => hands.at(moment, Deed::Note { velocity, semitones }),
            Played::Action(action) => hands.at(moment, Deed::Act(action)),
            Played::Lesson(lesson, share) => {
                // Who no longer listens is about to end this.
                let _ = teller.send((lesson, share));
            }
        });
        Self { input, moved }
    }

    /// What controllers moved since the last call, one by one.
    pub(super) fn next(&self) -> Option<(Lesson, f32)> {
        self.moved.try_recv().ok()
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
