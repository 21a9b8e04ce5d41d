//! The trained parameters, as they lie in a bank file, and how they are run.

use super::{DECODED, DECODER_INPUTS, EXPECTED_WIDTH, LATENT, Latent, WIDTH};
use crate::bank::{BankError, Tensors};
use crate::descriptors::{Descriptors, Timbre};
use crate::models::sinc_nsf::Dense;
use crate::stream::linear::{Linear, padded};
use crate::stream::math::leaky_relu;

/// All parameters of encoder and decoder.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Weights {
    pub(crate) encoder: [Dense; 3],
    pub(crate) expected: [Dense; 3],
    pub(crate) decoder: [Dense; 3],
}

impl Weights {
    /// Inputs and outputs of each layer: the encoder's, those of what is expected, the decoder's.
    pub(crate) const SHAPES: [[usize; 2]; 9] = [
        [DECODED, WIDTH],
        [WIDTH, WIDTH],
        [WIDTH, LATENT],
        [Descriptors::COUNT, EXPECTED_WIDTH],
        [EXPECTED_WIDTH, EXPECTED_WIDTH],
        [EXPECTED_WIDTH, DECODED],
        [DECODER_INPUTS, WIDTH],
        [WIDTH, WIDTH],
        [WIDTH, DECODED],
    ];

    pub(crate) fn read(tensors: &Tensors<'_>) -> Result<Self, BankError> {
        let layers = |part: &str, first: usize| {
            let layer = |index: usize| {
                let [inputs, outputs] = Self::SHAPES[first + index];
                Dense::read(tensors, &format!("frave.{part}.{index}"), inputs, outputs)
            };
            Ok([layer(0)?, layer(1)?, layer(2)?])
        };
        Ok(Self { encoder: layers("encoder", 0)?, expected: layers("expected", 3)?, decoder: layers("decoder", 6)? })
    }
}

/// Encoder and decoder, ready to run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layers<'a> {
    pub(crate) encoder: [Linear<'a>; 3],
    pub(crate) expected: [Linear<'a>; 3],
    pub(crate) decoder: [Linear<'a>; 3],
}

impl Layers<'_> {
    /// Where a timbre lies. Real-time safe.
    pub(crate) fn encode(&self, timbre: &Timbre) -> Latent {
        let (said, centre) = timbre.values().split_at(DECODED);
        let mut beyond: [f32; padded(DECODED)] = run::<EXPECTED_WIDTH, _>(&self.expected, centre);
        for (beyond, said) in beyond.iter_mut().zip(said) {
            *beyond = said - *beyond;
        }
        run::<WIDTH, LATENT>(&self.encoder, &beyond[..DECODED])
    }

    /// The timbre of a place under a course ([`Course::inputs`](super::Course::inputs)), but for the centre of its
    /// descriptors, which is zero. Real-time safe.
    pub(crate) fn decode(&self, latent: &Latent, course: &[f32; super::COURSE]) -> Timbre {
        let mut inputs = [0.0; DECODER_INPUTS];
        inputs[..LATENT].copy_from_slice(latent);
        inputs[LATENT..].copy_from_slice(course);
        let decoded: [f32; padded(DECODED)] = run::<WIDTH, _>(&self.decoder, &inputs);
        Timbre::limited(std::array::from_fn(|index| if index < DECODED { decoded[index] } else { 0.0 }))
    }
}

/// Three layers, rectified between; `HIDDEN` and `OUTPUTS` are multiples of the lanes of a layer.
fn run<const HIDDEN: usize, const OUTPUTS: usize>(layers: &[Linear<'_>; 3], inputs: &[f32]) -> [f32; OUTPUTS] {
    let mut first = [0.0; HIDDEN];
    let mut second = [0.0; HIDDEN];
    let mut outputs = [0.0; OUTPUTS];
    layers[0].forward(inputs, &mut first);
    first.iter_mut().for_each(|value| *value = leaky_relu(*value));
    layers[1].forward(&first, &mut second);
    second.iter_mut().for_each(|value| *value = leaky_relu(*value));
    layers[2].forward(&second, &mut outputs);
    outputs
}
