//! What cables do: volts from their sources, sums at the voltage inputs, edges at the gates.

use super::Rack;
use crate::control::GateEdge;
use crate::sources::{FULL_VOLTS, GateInput, Source};

impl Rack {
    /// Gates strike and fall as their cables say. Returns whether one did.
    pub(super) fn follow_cables(&mut self, at: u32) -> bool {
        let mut moved = false;
        for gate in GateInput::ALL {
            let (mut high, mut strongest) = (false, 0.0f32);
            for (place, cable) in self.patch.cables.iter().enumerate() {
                if cable.to.gate() != Some(gate) {
                    continue;
                }
                let volts = self.volts_at(cable.from, at) * cable.amount;
                if self.now >= self.rests_until[place]
                    && self.cable_gates[place].update(volts) == Some(GateEdge::Rising)
                {
                    strongest = strongest.max(self.strength(cable.from) * cable.amount.abs());
                    if cable.from.audio_output().is_some() {
                        self.rests_until[place] = self.now + u64::from(self.input_rest);
                    }
                }
                high |= self.cable_gates[place].is_high();
            }
            let index = gate as usize;
            let held = std::mem::replace(&mut self.held_by_cables[index], high);
            let was_high = std::mem::replace(&mut self.gates[index], high || self.hands[index] > 0);
            // A cable that rises while another one holds the gate changes nothing: gates are or-ed.
            if high && !held {
                self.strike(at, gate, strongest);
                moved = true;
            }
            if was_high && !self.gates[index] {
                self.block.fall(at, gate);
                moved = true;
            }
        }
        moved
    }

    /// Samples from the coming one, which is `at` in the block, to the first at which an audio input moves a gate: at least
    /// `least`, and `most` where none does before.
    pub(super) fn samples_to_input_edge(&self, at: u32, least: u32, most: u32) -> u32 {
        let mut first = most;
        for (place, cable) in self.patch.cables.iter().enumerate() {
            let (Some(channel), Some(_)) = (cable.from.audio_output(), cable.to.gate()) else { continue };
            let rests = self.rests_until[place].saturating_sub(self.now).min(u64::from(most)) as u32;
            for samples in rests.max(least)..first {
                let mut gate = self.cable_gates[place];
                if gate.update(self.inputs.at(channel, at + samples) * cable.amount).is_some() {
                    first = samples;
                    break;
                }
            }
        }
        first
    }

    /// Volts at the four voltage inputs: knobs, a module's jacks and cables.
    pub(super) fn sum_cables(&self) -> [f32; 4] {
        let mut sums = self.patch.knobs_volts;
        for (sum, volts) in sums.iter_mut().zip(self.jacks) {
            *sum += volts.unwrap_or_default();
        }
        for cable in self.patch.cables.iter() {
            if let Some(sum) = cable.to.cv().and_then(|input| sums.get_mut(input)) {
                *sum += self.volts(cable.from) * cable.amount;
            }
        }
        sums.map(|sum| sum.clamp(-FULL_VOLTS, FULL_VOLTS))
    }

    /// Volts at an output.
    fn volts(&self, source: Source) -> f32 {
        match source {
            Source::Modulator1 | Source::Modulator2 | Source::Modulator3 | Source::Modulator4 => {
                self.modulators[source as usize].volts()
            }
            Source::PadX => self.pad()[0] * FULL_VOLTS,
            Source::PadY => self.pad()[1] * FULL_VOLTS,
            Source::Sequencer1Gate => self.sequencers[0].gate_volts(),
            Source::Sequencer2Gate => self.sequencers[1].gate_volts(),
            Source::Sequencer1Velocity => self.sequencers[0].velocity_volts(),
            Source::Sequencer2Velocity => self.sequencers[1].velocity_volts(),
            Source::Lane1 | Source::Lane2 | Source::Lane3 | Source::Lane4 => {
                self.lanes[source as usize - Source::Lane1 as usize] * FULL_VOLTS
            }
            Source::Wheel => self.wheel * FULL_VOLTS,
            Source::AudioInput1 => self.inputs.smooth(0),
            Source::AudioInput2 => self.inputs.smooth(1),
            Source::InputLevel => self.inputs.smooth(2),
        }
    }

    /// Volts at an output as a gate gets them, at a sample of the block.
    fn volts_at(&self, source: Source, at: u32) -> f32 {
        source.audio_output().map_or_else(|| self.volts(source), |channel| self.inputs.at(channel, at))
    }

    /// Where the XY pad stands: under the hand, or where the recorded gesture is.
    pub(super) fn pad(&self) -> [f32; 2] {
        self.gesture.place().filter(|_| !self.pad_held).unwrap_or(self.patch.pad)
    }

    /// Strength of a strike that comes from an output, 0 to 1.
    fn strength(&self, source: Source) -> f32 {
        match source {
            Source::Sequencer1Gate => self.sequencers[0].velocity(),
            Source::Sequencer2Gate => self.sequencers[1].velocity(),
            _ => 1.0,
        }
    }
}
