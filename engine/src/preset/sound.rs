//! F1 or F2 of a preset: a factory set by name, or a whole curve.

use super::{PresetError, tidy};
use crate::bank::Catalogue;
use crate::descriptors::{DescriptorCurve, Descriptors, Timbre};
use serde::{Deserialize, Serialize};

/// F1 or F2 of a preset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "there are two in a preset, and few presets at a time")]
pub enum Sound {
    /// A factory set of the bank.
    Factory {
        /// Its place in the bank's list, from 0.
        index: u16,
        /// Its name there: what counts when the list was reordered.
        name: String,
    },
    /// A set of the user's own, whole.
    Own(OwnSound),
}

/// A set of the user's own: a curve, and the timbre that it was measured with where there is one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Channels", into = "Channels")]
pub struct OwnSound {
    name: String,
    // Invariant: 16 bits hold each of its numbers exactly.
    curve: DescriptorCurve,
}

impl Sound {
    /// A factory set of this bank.
    #[must_use]
    pub fn factory(bank: &impl AsRef<Catalogue>, index: usize) -> Self {
        let name = bank.as_ref().card().factory.get(index).map_or("", |entry| entry.name.as_str());
        Self::Factory { index: u16::try_from(index).unwrap_or(u16::MAX), name: tidy(name) }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Factory { name, .. } | Self::Own(OwnSound { name, .. }) => name,
        }
    }

    /// Which set of this bank is meant; `None` for a set of the user's own.
    ///
    /// # Errors
    /// When the bank has no set of that name.
    pub fn factory_index(&self, bank: &impl AsRef<Catalogue>) -> Result<Option<usize>, PresetError> {
        let Self::Factory { index, name } = self else { return Ok(None) };
        let bank = bank.as_ref();
        let sets = &bank.card().factory;
        let called = |index: &usize| sets.get(*index).is_some_and(|set| tidy(&set.name) == *name);
        let found = Some(usize::from(*index)).filter(called).or_else(|| (0..sets.len()).find(called));
        let lacks = || PresetError::NoSuchSet { set: name.clone(), bank: bank.card().name.clone() };
        found.map(Some).ok_or_else(lacks)
    }

    /// Its curve.
    pub(super) fn curve(&self, bank: &Catalogue) -> Result<DescriptorCurve, PresetError> {
        let index = self.factory_index(bank)?;
        Ok(match (self, index) {
            (Self::Own(own), _) => own.curve.clone(),
            (Self::Factory { .. }, index) => bank.factory()[index.unwrap_or(0)].clone(),
        })
    }

    pub(super) fn sanitised(self) -> Self {
        match self {
            Self::Factory { index, name } => Self::Factory { index, name: tidy(&name) },
            Self::Own(OwnSound { name, curve }) => Self::Own(OwnSound { name: tidy(&name), curve }),
        }
    }
}

impl OwnSound {
    /// A set of this curve, its numbers rounded to 16 bits.
    #[must_use]
    pub fn new(name: &str, curve: DescriptorCurve) -> Self {
        Self { name: tidy(name), curve: curve.in_16_bits() }
    }

    /// What a person calls it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its curve, in numbers that 16 bits hold exactly.
    #[must_use]
    pub fn curve(&self) -> &DescriptorCurve {
        &self.curve
    }
}

/// An [`OwnSound`] in files: each descriptor over time, and the timbre.
#[derive(Serialize, Deserialize)]
struct Channels {
    name: String,
    rms: Vec<f32>,
    zcr: Vec<f32>,
    rolloff_hz: Vec<f32>,
    flatness: Vec<f32>,
    bandwidth_hz: Vec<f32>,
    centroid_hz: Vec<f32>,
    f0_hz: Vec<f32>,
    /// [`Timbre::COUNT`] numbers, or none.
    #[serde(default)]
    timbre: Vec<f32>,
}

impl From<OwnSound> for Channels {
    fn from(OwnSound { name, curve }: OwnSound) -> Self {
        let channel = |index: usize| curve.frames().iter().map(|frame| frame.to_array()[index]).collect();
        let [rms, zcr, rolloff_hz, flatness, bandwidth_hz, centroid_hz, f0_hz] = std::array::from_fn(channel);
        let timbre = curve.timbre().map_or_else(Vec::new, |timbre| timbre.values().to_vec());
        Self { name, rms, zcr, rolloff_hz, flatness, bandwidth_hz, centroid_hz, f0_hz, timbre }
    }
}

impl TryFrom<Channels> for OwnSound {
    type Error = String;

    fn try_from(file: Channels) -> Result<Self, String> {
        let Channels { name, rms, zcr, rolloff_hz, flatness, bandwidth_hz, centroid_hz, f0_hz, timbre } = file;
        let channels = [rms, zcr, rolloff_hz, flatness, bandwidth_hz, centroid_hz, f0_hz];
        let frames = channels[0].len();
        for (channel, called) in channels.iter().zip(Descriptors::NAMES) {
            if channel.len() != frames {
                return Err(format!("the sound \"{name}\" has {} values of {called}, not {frames}", channel.len()));
            }
        }
        let frame = |frame: usize| Descriptors::from_array(std::array::from_fn(|channel| channels[channel][frame]));
        let curve = DescriptorCurve::new((0..frames).map(frame).collect()).map_err(|why| why.to_string())?;
        let timbre = if timbre.is_empty() {
            None
        } else {
            let read = timbre.try_into().ok().and_then(Timbre::new);
            Some(read.ok_or_else(|| format!("the timbre of \"{name}\" is not {} numbers in range", Timbre::COUNT))?)
        };
        Ok(Self::new(&name, curve.with_timbre(timbre)))
    }
}
