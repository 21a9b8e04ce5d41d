//! Random weights under the published names, for tests that need the network and not its sound.

use super::tensor_shapes;
use crate::bank::NamedTensor;
use crate::models::noise::Random;

/// Every tensor of the network with random values in the usual range of untrained layers, means 0 and deviations 1.
#[must_use]
pub fn tensors(seed: u64) -> Vec<NamedTensor> {
    let mut random = Random::new(seed);
    tensor_shapes()
        .into_iter()
        .map(|tensor| {
            let count: usize = tensor.shape.iter().product();
            let bound = 1.0 / (tensor.shape.iter().skip(1).product::<usize>().max(1) as f32).sqrt();
            let mut uniform = || bound * (random.below(1 << 24) as f32 / (1 << 23) as f32 - 1.0);
            let values = match tensor.name.as_str() {
                "input_mean" => vec![0.0; count],
                "input_std" => vec![1.0; count],
                name if name.ends_with(".scale") => vec![0.1; count],
                _ => (0..count).map(|_| uniform()).collect(),
            };
            NamedTensor { name: tensor.name, shape: tensor.shape, values, half: false }
        })
        .collect()
}
