//! What a person sets at the sources, as plain data: the part of a preset that plays the instrument.

use super::{Cable, Cables, Clock, ClockSource, FULL_VOLTS, Input, Modulation, Sequence, Shape, Source, Span, within};
use serde::{Deserialize, Serialize};

/// Clock, sequences, modulations, cables, knobs and XY pad.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Patch {
    /// Whether the clock runs; what counts for a playing rack is the change.
    pub running: bool,
    /// Who moves the clock.
    pub clock: ClockSource,
    /// Tempo in beats per minute, 20 to 300, to a thousandth.
    pub tempo_bpm: f32,
    /// Where in the pair the second of two sixteenths falls, in percent, 50 (straight) to 75.
    pub swing_percent: f32,
    /// Seed of all chance: probabilities and random modulators.
    pub seed: u32,
    /// Both sequencers.
    pub sequences: [Sequence; 2],
    /// The four modulators.
    pub modulations: [Modulation; 4],
    /// What is plugged where.
    pub cables: Cables,
    /// Knobs of CV 1 to CV 4 in volts, -5 to 5: the whole voltage of an unpatched input, an offset to its cables.
    pub knobs_volts: [f32; 4],
    /// Place of the XY pad, -1 to 1 from left to right and from bottom to top.
    pub pad: [f32; 2],
}

impl Default for Patch {
    /// A pattern of impacts that moves slowly between F1 and F2, there to be changed.
    fn default() -> Self {
        let accents = [1.0, 0.0, 0.0, 0.35, 0.0, 0.0, 0.8, 0.0, 0.0, 0.45, 0.9, 0.0, 0.0, 0.3, 0.6, 0.0];
        let mut first = Sequence::of(accents);
        first.steps[13].probability = 0.6;
        first.steps[14].ratchets = 2;
        Self {
            running: true,
            clock: ClockSource::Internal,
            tempo_bpm: 112.0,
            swing_percent: 54.0,
            seed: 1,
            sequences: [first, Sequence::default()],
            modulations: [
                Modulation { rate_hz: 0.07, ..Modulation::default() },
                Modulation { shape: Shape::SampleAndHold, span: Some(Span::Sixteenth), ..Modulation::default() },
                Modulation { shape: Shape::SmoothNoise, rate_hz: 0.5, ..Modulation::default() },
                Modulation { shape: Shape::Envelope, bipolar: false, ..Modulation::default() },
            ],
            cables: [
                Cable::new(Source::Sequencer1Gate, Input::Gate1, 1.0),
                Cable::new(Source::Sequencer2Gate, Input::Gate2, 1.0),
                Cable::new(Source::Modulator1, Input::Cv1, 0.8),
                Cable::new(Source::Modulator2, Input::Cv3, 0.4),
            ]
            .iter()
            .collect(),
            knobs_volts: [0.0, 0.0, 0.0, -3.0],
            pad: [0.0; 2],
        }
    }
}

impl Patch {
    /// The default at rest: the clock stands, no modulator is plugged, the knobs give F1 as it is, without variation.
    #[must_use]
    pub fn calm() -> Self {
        let patch = Self::default();
        let cables = patch.cables.iter().filter(|cable| !cable.from.is_modulator()).collect();
        Self { running: false, cables, knobs_volts: [-FULL_VOLTS, 0.0, 0.0, -FULL_VOLTS], ..patch }
    }

    /// The patch with every value in range, so that a foreign file can do no harm. Real-time safe.
    #[must_use]
    pub fn sanitised(&self) -> Self {
        Self {
            tempo_bpm: within(self.tempo_bpm, Clock::MIN_BPM, Clock::MAX_BPM, 120.0),
            swing_percent: within(self.swing_percent, 50.0, 75.0, 50.0),
            sequences: self.sequences.map(|sequence| sequence.sanitised()),
            modulations: self.modulations.map(|modulation| modulation.sanitised()),
            cables: self.cables.iter().collect(),
            knobs_volts: self.knobs_volts.map(|volts| within(volts, -FULL_VOLTS, FULL_VOLTS, 0.0)),
            pad: self.pad.map(|place| within(place, -1.0, 1.0, 0.0)),
            ..*self
        }
    }
}
