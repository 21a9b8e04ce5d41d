//! The trained parameters, as they lie in a bank file.

use super::{
    CONTROL_INPUTS, HIT_HIDDEN, HIT_INPUTS, HIT_OUTPUTS, INPUTS, MAX_BANDS, MAX_HARMONICS, MAX_SINES, MAX_WIDTH,
    STRIKE_LEVELS, STRIKE_LINES,
};
use crate::bank::{BankError, Tensors};
use crate::models::conditioning::{Normalisation, TIMBRE};
use crate::models::frave;

/// The sizes that differ from bank to bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Width of the hidden layers.
    pub width: usize,
    /// Noise bands.
    pub bands: usize,
    /// Harmonics of the pitch.
    pub harmonics: usize,
    /// Fixed sines.
    pub sines: usize,
}

impl Shape {
    /// Outputs of the heads: noise, harmonics, sines, cross-over.
    #[must_use]
    pub fn heads(&self) -> usize {
        self.bands + self.harmonics + self.sines + 1
    }

    /// Whether every size lies within what voices have room for.
    pub(crate) fn is_playable(&self) -> bool {
        (1..=MAX_WIDTH).contains(&self.width)
            && (1..=MAX_BANDS).contains(&self.bands)
            && (1..=MAX_HARMONICS).contains(&self.harmonics)
            && (1..=MAX_SINES).contains(&self.sines)
    }
}

/// A dense layer: `weight` is row-major `[outputs, inputs]`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Dense {
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    pub(crate) weight: Vec<f32>,
    /// Zeros where the layer has none.
    pub(crate) bias: Vec<f32>,
}

impl Dense {
    /// The layer of this name and shape.
    pub(crate) fn read(tensors: &Tensors<'_>, name: &str, inputs: usize, outputs: usize) -> Result<Self, BankError> {
        Ok(Self {
            inputs,
            outputs,
            weight: tensors.values(&format!("{name}.weight"), &[outputs, inputs])?,
            bias: tensors.values(&format!("{name}.bias"), &[outputs])?,
        })
    }
}

/// All parameters of one network. Every value is finite, every shape fits [`Shape`].
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    pub(crate) shape: Shape,
    pub(crate) noise_seed: u64,
    pub(crate) normalisation: Normalisation,
    pub(crate) hit: [Dense; 3],
    pub(crate) input: Dense,
    pub(crate) hidden: [Dense; 2],
    pub(crate) heads: Dense,
    pub(crate) heads_from_hit: Dense,
    pub(crate) heads_from_timbre: Dense,
    pub(crate) levels_from_timbre: Dense,
    pub(crate) strike: Dense,
    pub(crate) strike_levels: Dense,
    pub(crate) noise_log2_low: Vec<f32>,
    pub(crate) noise_log2_width: Vec<f32>,
    pub(crate) sine_phase: Vec<f32>,
    pub(crate) sine_frequency_hz: Vec<f32>,
    /// What stands before the network in banks of kind `frave`.
    pub(crate) frave: Option<frave::Weights>,
}

impl Weights {
    /// Sizes of this network.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Mean and deviation of the scaled descriptors.
    #[must_use]
    pub fn normalisation(&self) -> &Normalisation {
        &self.normalisation
    }

    /// Frequency in hertz and phase at the trigger in radians of each fixed sine.
    pub fn sines(&self) -> impl Iterator<Item = (f32, f32)> + '_ {
        self.sine_frequency_hz.iter().copied().zip(self.sine_phase.iter().copied())
    }

    /// Reads the network, and with `freed` what stands before it in banks of kind `frave`.
    pub(crate) fn read(tensors: &Tensors<'_>, noise_seed: u64, freed: bool) -> Result<Self, BankError> {
        let shape = read_shape(tensors)?;
        let dense = |name: &str, inputs: usize, outputs: usize| Dense::read(tensors, name, inputs, outputs);
        let plain = |name: &str, inputs: usize, outputs: usize| {
            let weight = tensors.values(name, &[outputs, inputs])?;
            Ok(Dense { inputs, outputs, weight, bias: vec![0.0; outputs] })
        };
        let std = array(&within(tensors, "normalisation.std", INPUTS, [1e-4, 1e4])?);
        Ok(Self {
            shape,
            noise_seed,
            normalisation: Normalisation {
                mean: array(&within(tensors, "normalisation.mean", INPUTS, [-1e4, 1e4])?),
                std,
            },
            hit: [
                dense("hit.0", HIT_INPUTS, HIT_HIDDEN)?,
                dense("hit.1", HIT_HIDDEN, HIT_HIDDEN)?,
                dense("hit.2", HIT_HIDDEN, HIT_OUTPUTS)?,
            ],
            input: dense("input", CONTROL_INPUTS, shape.width)?,
            hidden: [dense("hidden.0", shape.width, shape.width)?, dense("hidden.1", shape.width, shape.width)?],
            heads: dense("heads", shape.width, shape.heads())?,
            heads_from_hit: plain("heads.hit.weight", HIT_OUTPUTS, shape.heads())?,
            heads_from_timbre: plain("heads.timbre.weight", TIMBRE, shape.heads())?,
            levels_from_timbre: plain("strike.timbre.weight", TIMBRE, STRIKE_LEVELS)?,
            strike: dense("strike", HIT_OUTPUTS, STRIKE_LINES)?,
            strike_levels: dense("strike.levels", HIT_OUTPUTS, STRIKE_LEVELS)?,
            noise_log2_low: within(tensors, "noise.log2_low", shape.bands, [-10.0, 20.0])?,
            noise_log2_width: within(tensors, "noise.log2_width", shape.bands, [-10.0, 20.0])?,
            sine_phase: within(tensors, "sines.phase", shape.sines, [-1e3, 1e3])?,
            sine_frequency_hz: within(tensors, "sines.frequency_hz", shape.sines, [1e-3, 1e6])?,
            frave: freed.then(|| frave::Weights::read(tensors)).transpose()?,
        })
    }
}

/// The sizes, each read from the tensor that defines it.
fn read_shape(tensors: &Tensors<'_>) -> Result<Shape, BankError> {
    let [heads, width] = tensors.matrix_shape("heads.weight", MAX_BANDS + MAX_HARMONICS + MAX_SINES + 1)?;
    let bands = tensors.vector_length("noise.log2_low", MAX_BANDS)?;
    let sines = tensors.vector_length("sines.phase", MAX_SINES)?;
    let harmonics = heads.saturating_sub(bands + sines + 1);
    let shape = Shape { width, bands, harmonics, sines };
    if shape.is_playable() {
        return Ok(shape);
    }
    Err(BankError::Shape {
        name: "heads.weight".into(),
        found: vec![heads, width],
        expected: format!(
            "[{bands} bands + 1 to {MAX_HARMONICS} harmonics + {sines} sines + 1, width of 1 to {MAX_WIDTH}]"
        ),
    })
}

/// A vector whose values all lie in the range.
fn within(tensors: &Tensors<'_>, name: &str, length: usize, [least, most]: [f32; 2]) -> Result<Vec<f32>, BankError> {
    let values = tensors.values(name, &[length])?;
    match values.iter().find(|value| !(least..=most).contains(*value)) {
        None => Ok(values),
        Some(value) => {
            Err(BankError::Value { name: name.into(), reason: format!("{value} is not within {least} to {most}") })
        }
    }
}

fn array(values: &[f32]) -> [f32; INPUTS] {
    std::array::from_fn(|index| values[index])
}
