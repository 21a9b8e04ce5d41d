//! What of the panel a MIDI host has not heard yet.

use neurorack_protocol::midi::MidiMessage;
use neurorack_protocol::{CV_INPUTS, Cv, Gates};

/// Steps by which a voltage must move: two of MIDI's, so that the last bit's noise is not sent for ever.
const LEAST_STEPS: u16 = 8;

/// Follows what was said. Everything is a state and not an event: a host that stalls hears the newest voltages and no backlog,
/// yet every rise of a gate up to seven.
#[derive(Debug, Clone, Default)]
pub struct MidiPanel {
    said: Cv,
    /// Whether each voltage was said at all.
    known: [bool; CV_INPUTS],
}

impl MidiPanel {
    /// The next gate, turn or push to say so that the host knows `now`; `None` once it does.
    pub fn next_event(&mut self, now: &Cv) -> Option<MidiMessage> {
        for (gate, (high, rises)) in now.gates.high.iter().zip(now.gates.rises).enumerate() {
            let (said_high, said_rises) = (self.said.gates.high.get_mut(gate)?, self.said.gates.rises.get_mut(gate)?);
            let is_behind = *said_rises != rises;
            // Before another rise it falls.
            if *said_high && (is_behind || !high) {
                *said_high = false;
                return Some(MidiMessage::Gate { gate: gate as u8, high: false });
            }
            if is_behind {
                *said_rises = (*said_rises + 1) % Gates::RISES;
                *said_high = true;
                return Some(MidiMessage::Gate { gate: gate as u8, high: true });
            }
        }
        let turned = now.encoder.wrapping_sub(self.said.encoder).clamp(-63, 63);
        if turned != 0 {
            self.said.encoder = self.said.encoder.wrapping_add(turned);
            return Some(MidiMessage::Turn(turned as i8));
        }
        if now.pushed != self.said.pushed {
            self.said.pushed = now.pushed;
            return Some(MidiMessage::Push(now.pushed));
        }
        None
    }

    /// The next voltage to say; `None` once the host knows all within 1.6 mV.
    pub fn next_voltage(&mut self, now: &Cv) -> Option<MidiMessage> {
        let places = self.said.steps.iter_mut().zip(&mut self.known).zip(now.steps).enumerate();
        for (input, ((said, known), steps)) in places {
            if !*known || said.abs_diff(steps) >= LEAST_STEPS {
                (*known, *said) = (true, steps);
                return Some(MidiMessage::Cv { input: input as u8, steps });
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn events(panel: &mut MidiPanel, now: &Cv) -> Vec<MidiMessage> {
        core::iter::from_fn(|| panel.next_event(now)).collect()
    }

    #[test]
    fn every_rise_is_a_note_also_after_a_stall() {
        let mut panel = MidiPanel::default();
        let gate = |high| MidiMessage::Gate { gate: 1, high };
        let mut now = Cv { gates: Gates { high: [false, true], rises: [0, 3] }, ..Cv::default() };
        assert_eq!(events(&mut panel, &now), [gate(true), gate(false), gate(true), gate(false), gate(true)]);
        now.gates.high[1] = false;
        assert_eq!(events(&mut panel, &now), [gate(false)]);
        now.gates.rises[1] = 4;
        assert_eq!(events(&mut panel, &now), [gate(true), gate(false)], "a pulse between two looks");
        assert_eq!(events(&mut panel, &now), []);
    }

    #[test]
    fn far_turns_are_said_in_parts() {
        let mut panel = MidiPanel::default();
        let now = Cv { encoder: -100, pushed: true, ..Cv::default() };
        let wanted = [MidiMessage::Turn(-63), MidiMessage::Turn(-37), MidiMessage::Push(true)];
        assert_eq!(events(&mut panel, &now), wanted);
    }

    #[test]
    fn voltages_are_said_once_and_when_they_move() {
        let mut panel = MidiPanel::default();
        let mut now = Cv::default();
        let voltages = |panel: &mut MidiPanel, now: &Cv| core::iter::from_fn(|| panel.next_voltage(now)).count();
        assert_eq!(voltages(&mut panel, &now), 4);
        now.steps = [7, -7, 0, i16::MAX];
        assert_eq!(panel.next_voltage(&now), Some(MidiMessage::Cv { input: 3, steps: i16::MAX }));
        assert_eq!(voltages(&mut panel, &now), 0);
    }
}
