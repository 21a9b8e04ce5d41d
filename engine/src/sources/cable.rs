//! Patch cables: which source reaches which input, and how strongly.

use crate::event::GateInput;
use serde::{Deserialize, Serialize};

/// An input of the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are those on the panel")]
pub enum Input {
    Gate1,
    Gate2,
    Cv1,
    Cv2,
    Cv3,
    Cv4,
}

impl Input {
    /// All inputs, in the order of their codes.
    pub const ALL: [Self; 6] = [Self::Gate1, Self::Gate2, Self::Cv1, Self::Cv2, Self::Cv3, Self::Cv4];

    /// The gate that this input is.
    #[must_use]
    pub fn gate(self) -> Option<GateInput> {
        GateInput::ALL.get(self as usize).copied()
    }

    /// Which of the four voltage inputs this is, from 0.
    #[must_use]
    pub fn cv(self) -> Option<usize> {
        (self as usize).checked_sub(GateInput::ALL.len())
    }
}

/// Where a cable comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// A modulator, -5 to 5 V.
    Modulator1,
    /// A modulator, -5 to 5 V.
    Modulator2,
    /// A modulator, -5 to 5 V.
    Modulator3,
    /// A modulator, -5 to 5 V.
    Modulator4,
    /// The XY pad from left to right, -5 to 5 V.
    PadX,
    /// The XY pad from bottom to top, -5 to 5 V.
    PadY,
    /// The gate of a sequencer, 0 or 5 V.
    Sequencer1Gate,
    /// The gate of a sequencer, 0 or 5 V.
    Sequencer2Gate,
    /// The strength of a sequencer's last strike, 0 to 5 V.
    Sequencer1Velocity,
    /// The strength of a sequencer's last strike, 0 to 5 V.
    Sequencer2Velocity,
    /// A MIDI controller that was learned, 0 to 5 V.
    Lane1,
    /// A MIDI controller that was learned, 0 to 5 V.
    Lane2,
    /// A MIDI controller that was learned, 0 to 5 V.
    Lane3,
    /// A MIDI controller that was learned, 0 to 5 V.
    Lane4,
    /// The modulation wheel, 0 to 5 V.
    Wheel,
    /// The first channel of a DC-coupled audio input.
    AudioInput1,
    /// Its second channel.
    AudioInput2,
    /// The level of its first channel, 0 V at -60 dB full scale to 5 V at 0 dB: an envelope follower.
    InputLevel,
}

impl Source {
    /// All sources, in the order of their codes.
    pub const ALL: [Self; 18] = [
        Self::Modulator1,
        Self::Modulator2,
        Self::Modulator3,
        Self::Modulator4,
        Self::PadX,
        Self::PadY,
        Self::Sequencer1Gate,
        Self::Sequencer2Gate,
        Self::Sequencer1Velocity,
        Self::Sequencer2Velocity,
        Self::Lane1,
        Self::Lane2,
        Self::Lane3,
        Self::Lane4,
        Self::Wheel,
        Self::AudioInput1,
        Self::AudioInput2,
        Self::InputLevel,
    ];

    /// Which of the audio input's outputs this is, from 0: its channels, then the level.
    #[must_use]
    pub fn audio_output(self) -> Option<usize> {
        (self as usize).checked_sub(Self::AudioInput1 as usize)
    }

    /// Whether this is one of the four modulators.
    #[must_use]
    pub fn is_modulator(self) -> bool {
        (self as usize) < 4
    }
}

/// A cable from a source to an input, through an attenuverter.
///
/// Cables at one CV input add up, with the knob as offset. A cable at a gate input opens it above 2.5 V (and closes it
/// below 2.2 V); its amount scales the velocity too, so that a cable of half strength or less opens nothing. A gate is
/// high while one of its cables is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Cable {
    /// Where it comes from.
    pub from: Source,
    /// Where it goes.
    pub to: Input,
    /// Factor on the volts, -1 to 1.
    #[serde(default = "Cable::full")]
    pub amount: f32,
}

impl Cable {
    /// A cable with this factor on its volts.
    #[must_use]
    pub const fn new(from: Source, to: Input, amount: f32) -> Self {
        Self { from, to, amount }
    }

    fn full() -> f32 {
        1.0
    }
}

/// Up to sixteen cables, no two between the same source and input. In files a list.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Cable>", into = "Vec<Cable>")]
pub struct Cables {
    // Invariant: the cables fill the first places without a gap, and each pair of source and input occurs once.
    places: [Option<Cable>; Self::CAPACITY],
}

impl Cables {
    /// Cables that there are.
    pub const CAPACITY: usize = 16;

    /// The cables in the order in which they were plugged.
    pub fn iter(&self) -> impl Iterator<Item = &Cable> {
        self.places.iter().flatten()
    }

    /// Cables at one input.
    pub fn at(&self, input: Input) -> impl Iterator<Item = &Cable> {
        self.iter().filter(move |cable| cable.to == input)
    }

    /// Plugs a cable, or changes the amount of the one that is there. Returns whether there was one left. Real-time safe.
    pub fn plug(&mut self, cable: Cable) -> bool {
        let cable = Cable { amount: super::within(cable.amount, -1.0, 1.0, 0.0), ..cable };
        let same =
            |place: &&mut Option<Cable>| place.is_none_or(|there| (there.from, there.to) == (cable.from, cable.to));
        match self.places.iter_mut().find(same) {
            Some(place) => {
                *place = Some(cable);
                true
            }
            None => false,
        }
    }

    /// Pulls a cable out, if it is there. Real-time safe.
    pub fn pull(&mut self, from: Source, to: Input) {
        let place = self.iter().position(|cable| (cable.from, cable.to) == (from, to));
        if let Some(place) = place {
            self.places[place..].rotate_left(1);
            self.places[Self::CAPACITY - 1] = None;
        }
    }
}

impl<'a> FromIterator<&'a Cable> for Cables {
    /// The first sixteen cables; of those between the same places the last one counts.
    fn from_iter<I: IntoIterator<Item = &'a Cable>>(cables: I) -> Self {
        let mut plugged = Self::default();
        for &cable in cables {
            plugged.plug(cable);
        }
        plugged
    }
}

impl From<Vec<Cable>> for Cables {
    fn from(cables: Vec<Cable>) -> Self {
        cables.iter().collect()
    }
}

impl From<Cables> for Vec<Cable> {
    fn from(cables: Cables) -> Self {
        cables.iter().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_cables_can_be_plugged_and_pulled() {
        let mut cables = Cables::default();
        let pairs: Vec<_> = Source::ALL.iter().flat_map(|&from| Input::ALL.map(|to| (from, to))).take(17).collect();
        for &(from, to) in &pairs[..16] {
            assert!(cables.plug(Cable::new(from, to, 0.5)));
        }
        assert!(!cables.plug(Cable::new(pairs[16].0, pairs[16].1, 0.5)), "none is left");
        assert!(cables.plug(Cable::new(pairs[3].0, pairs[3].1, f32::NAN)), "its amount changes");
        assert_eq!(cables.iter().nth(3).map(|cable| cable.amount), Some(0.0));
        cables.pull(pairs[3].0, pairs[3].1);
        assert_eq!(cables.iter().count(), 15);
        assert!(cables.plug(Cable::new(pairs[16].0, pairs[16].1, 0.5)), "the pulled one is free");
        assert_eq!(cables.at(Input::Gate2).count(), 3);
    }

    #[test]
    fn inputs_are_gates_and_voltages() {
        let kinds = Input::ALL.map(|input| (input.gate().is_some(), input.cv()));
        let gate = (true, None);
        assert_eq!(kinds, [gate, gate, (false, Some(0)), (false, Some(1)), (false, Some(2)), (false, Some(3))]);
    }
}
