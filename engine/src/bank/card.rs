//! What a bank says about itself: the JSON in its metadata.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The layout of banks: 2, whose control network sees the curve around each frame (1 had a recurrent one).
pub const FORMAT: u32 = 3;

/// A bank's model card. Unknown fields are ignored, so that newer banks of the same format stay readable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BankCard {
    /// Layout of the file, [`FORMAT`].
    pub format: u32,
    /// Kind of network: `sinc-nsf`, `frave` or `hn-sinc-nsf`.
    pub kind: String,
    /// Version of this bank, as its makers count.
    pub version: String,
    /// Name shown in lists.
    pub name: String,
    /// Rate of the recordings it was trained on, in hertz.
    pub sample_rate_hz: u32,
    /// Samples between control frames at that rate.
    pub control_hop: u32,
    /// Samples between descriptor frames of the factory sets, at 44.1 kHz.
    pub descriptor_hop: u32,
    /// Seed of the noise loops.
    pub noise_seed: u64,
    /// Least and greatest value of each descriptor in the training data, in `Descriptors`' order and units.
    pub descriptor_ranges: [[f32; 2]; 7],
    /// The factory descriptor sets; set `n` is the tensor `factory.n`.
    pub factory: Vec<FactoryCard>,
    /// Licence of the bank, as an SPDX expression.
    pub licence: String,
    /// Where the bank comes from.
    pub provenance: Provenance,
    /// Measured scores by name, on the held-out recordings; [`figures`](super::figures) says what they mean.
    #[serde(default)]
    pub scores: BTreeMap<String, f64>,
    /// The same on other recordings, by a name of theirs: tiers of which nothing was trained on.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub held_out: BTreeMap<String, BTreeMap<String, f64>>,
    /// The test vector checked at load.
    pub golden: Golden,
}

/// Where a factory descriptor set comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactoryCard {
    /// Name shown in lists.
    pub name: String,
    /// Kind of sound: kick, boom, metal, …
    pub category: String,
    /// Licence of the recording, as an SPDX expression.
    pub licence: String,
    /// Who recorded it.
    #[serde(default)]
    pub author: String,
    /// Where it can be found.
    #[serde(default)]
    pub source: String,
}

/// How to make the bank again.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Provenance {
    /// Hash over the training recordings.
    pub data_set_hash: String,
    /// How many recordings.
    pub recordings: u32,
    /// How many of them are under each licence, as their sources name it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub licences: BTreeMap<String, u32>,
    /// Commit of the code that trained it.
    pub commit: String,
    /// The command that trained it.
    pub command: String,
    /// Optimiser steps.
    pub steps: u64,
}

/// The beginning of a hit, recorded from the training code: the tensor `golden.audio`, at the bank's own rate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Golden {
    /// Index of the factory set that was played as F1, at morph 0, level 1, without limiter, noise loops from their start.
    /// Of a bank that is rendered ahead see [`RenderedBank`](super::RenderedBank).
    pub factory: usize,
    /// Largest permitted difference of a sample.
    pub tolerance: f32,
    /// A second hit under morph, the tensor `golden.morph`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub morph: Option<GoldenMorph>,
}

/// What the tensor `golden.morph` was recorded from: F1 is [`Golden::factory`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GoldenMorph {
    /// Index of the factory set that was played as F2.
    pub factory: usize,
    /// Constant morph position, 0 to 1.
    pub alpha: f32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn provenance_of_older_cards_has_no_licences() {
        let older = r#"{"data_set_hash":"1","recordings":2,"commit":"3","command":"4","steps":5}"#;
        let read: Provenance = serde_json::from_str(older).expect("an older card");
        assert!(read.licences.is_empty() && read.steps == 5);
        assert_eq!(serde_json::to_string(&read).expect("plain text"), older, "and none is written");
    }
}
