//! Recording what is played, to the sample.

use super::Keep;
use super::files::{download, file_name};
use super::tape::{LONGEST_S, Tape};
use crate::audio::reason;
use crate::desk::{Desk, Phase};
use js_sys::Float32Array;
use leptos::prelude::*;

impl Keep {
    /// Begins to record, or ends it and saves the file.
    pub(super) fn toggle_recording(self, desk: Desk) {
        if self.recorded_s.get_untracked().is_some() {
            self.end_recording(desk);
        } else {
            if desk.phase.get_untracked() != Phase::Running {
                desk.audio.start(desk);
            }
            self.recorded_s.set(Some(0));
        }
    }

    /// Takes a block of what was played, while it records.
    pub(crate) fn hear(self, desk: Desk, block: &Float32Array) {
        let Some(before_s) = self.recorded_s.get_untracked() else { return };
        let rate_hz = desk.readout.with_untracked(|readout| readout.rate_hz);
        let heard = self.tape.try_update_value(|tape| {
            let tape = tape.get_or_insert_with(|| Tape::new(rate_hz));
            tape.hear(block).map(|has_room| (has_room, tape.seconds()))
        });
        match heard {
            Some(Ok((true, seconds))) if seconds != before_s => self.recorded_s.set(Some(seconds)),
            Some(Ok((true, _))) | None => {}
            Some(Ok((false, _))) => {
                self.end_recording(desk);
                let minutes = LONGEST_S / 60;
                desk.say(format!(
                    "A recording lasts {minutes} minutes at most: it was saved. Press Record to begin another."
                ));
            }
            Some(Err(error)) => {
                self.end_recording(desk);
                desk.say(format!(
                    "The browser has no room for more ({}): what was recorded so far was saved.",
                    reason(&error)
                ));
            }
        }
    }

    fn end_recording(self, desk: Desk) {
        self.recorded_s.set(None);
        let Some(tape) = self.tape.try_update_value(Option::take).flatten() else {
            desk.say("Nothing was recorded: the sound was not running. Press Start, then Record.");
            return;
        };
        let name = self.name.get_untracked();
        let name = if name.is_empty() { "Neurorack session".to_owned() } else { format!("{name} session") };
        let saved = tape.finish().and_then(|file| download(&file, &file_name(&name, "wav")));
        match saved {
            Ok(()) => self.tell("Recording saved."),
            Err(error) => desk.say(format!("The recording was not saved ({}): record it again.", reason(&error))),
        }
    }
}

/// Seconds as minutes and seconds.
pub(super) fn clock(seconds: u32) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elapsed_time_is_read_as_on_a_recorder() {
        assert_eq!([0, 9, 75, 1_800].map(clock), ["0:00", "0:09", "1:15", "30:00"]);
    }
}
