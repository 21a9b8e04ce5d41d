//! The weights of the hn-sinc-NSF under their published tensor names.

use super::{ConditionLayer, FilterBlock, HARMONICS, HnSincNsf, WIDTH};
use burn::tensor::{Device, Distribution, Tensor, TensorData};
use half::f16;
use safetensors::{Dtype, SafeTensors};
use std::convert::Infallible;

/// Filter blocks of the harmonic branch, in series, and the dilated convolutions of each.
const HARMONIC_BLOCKS: (usize, usize) = (5, 10);
/// Dilated convolutions of the noise branch's only block.
const NOISE_CONVOLUTIONS: usize = 5;

/// Why a file does not hold the weights of an [`HnSincNsf`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WeightsError {
    /// The container itself cannot be read.
    #[error("this is no safetensors file: {0}")]
    Container(#[from] safetensors::SafeTensorError),
    /// A tensor of the network is not in the file.
    #[error("tensor {name} is missing: was the file exported from another network?")]
    Missing {
        /// The tensor's published name.
        name: String,
    },
    /// A tensor has another shape or number type.
    #[error("tensor {name} is {found:?} of {dtype:?} where {expected:?} of F32 or F16 is needed")]
    Shape {
        /// The tensor's published name.
        name: String,
        /// The shape the network needs.
        expected: Vec<usize>,
        /// The shape in the file.
        found: Vec<usize>,
        /// The number type in the file.
        dtype: Dtype,
    },
    /// A tensor holds an infinity or a NaN.
    #[error("tensor {name} holds a value that is not finite: was the training run healthy?")]
    NotFinite {
        /// The tensor's published name.
        name: String,
    },
}

impl HnSincNsf {
    /// Reads the network from the bytes of a safetensors file.
    pub fn load(bytes: &[u8], device: &Device) -> Result<Self, WeightsError> {
        let file = SafeTensors::deserialize(bytes)?;
        Self::build(device, &mut |name, shape| {
            let tensor = file.tensor(name).map_err(|_| WeightsError::Missing { name: name.to_owned() })?;
            let values: Option<Vec<f32>> = match tensor.dtype() {
                _ if tensor.shape() != shape => None,
                Dtype::F32 => {
                    Some(tensor.data().as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect())
                }
                Dtype::F16 => {
                    Some(tensor.data().as_chunks().0.iter().map(|&bytes| f16::from_le_bytes(bytes).to_f32()).collect())
                }
                _ => None,
            };
            let Some(values) = values else {
                return Err(WeightsError::Shape {
                    name: name.to_owned(),
                    expected: shape.to_vec(),
                    found: tensor.shape().to_vec(),
                    dtype: tensor.dtype(),
                });
            };
            if values.iter().any(|value| !value.is_finite()) {
                return Err(WeightsError::NotFinite { name: name.to_owned() });
            }
            Ok(values)
        })
    }

    /// A network with random weights in the usual range: it costs as much as a trained one.
    pub fn random(device: &Device) -> Self {
        let built: Result<_, Infallible> = Self::build(device, &mut |name, shape| {
            let count: usize = shape.iter().product();
            Ok(match name {
                "input_std" => vec![1.0; count],
                _ => {
                    let fan_in = shape.iter().skip(1).product::<usize>().max(1) as f64;
                    let bound = 1.0 / fan_in.sqrt();
                    Tensor::<1>::random([count], Distribution::Uniform(-bound, bound), device)
                        .into_data()
                        .try_to_vec()
                        .expect("burn's random floats are f32")
                }
            })
        });
        match built {
            Ok(network) => network,
        }
    }

    /// Asks `values` for every tensor by published name and shape.
    fn build<E>(device: &Device, values: &mut Values<'_, E>) -> Result<Self, E> {
        let mut source = Source { device, values };
        Ok(Self {
            mean: source.tensor("input_mean", &[7], [1, 7, 1])?,
            std: source.tensor("input_std", &[7], [1, 7, 1])?,
            condition: [
                source.condition_layer(0, 7)?,
                source.condition_layer(1, WIDTH)?,
                source.condition_layer(2, WIDTH)?,
            ],
            source_weight: source.tensor("m_source.l_linear.weight", &[1, HARMONICS], [1, 1, HARMONICS])?,
            source_bias: source.tensor("m_source.l_linear.bias", &[1], [1, 1, 1])?,
            harmonic: (0..HARMONIC_BLOCKS.0)
                .map(|i| source.filter_block(&format!("l_har_blocks.{i}"), HARMONIC_BLOCKS.1))
                .collect::<Result<_, E>>()?,
            noise: source.filter_block("l_noi_blocks.0", NOISE_CONVOLUTIONS)?,
        })
    }
}

/// Gives a tensor's values, asked by published name and shape.
type Values<'a, E> = dyn FnMut(&str, &[usize]) -> Result<Vec<f32>, E> + 'a;

/// Where tensors come from while a network is built.
struct Source<'a, E> {
    device: &'a Device,
    values: &'a mut Values<'a, E>,
}

impl<E> Source<'_, E> {
    /// The tensor stored in shape `stored`, used in shape `used`.
    fn tensor<const D: usize>(&mut self, name: &str, stored: &[usize], used: [usize; D]) -> Result<Tensor<D>, E> {
        let values = (self.values)(name, stored)?;
        Ok(Tensor::from_data(TensorData::new(values, used), self.device))
    }

    fn condition_layer(&mut self, index: usize, inputs: usize) -> Result<ConditionLayer, E> {
        let name = format!("m_cond.l_conv1ds.{index}");
        let shape = [WIDTH, inputs, 3];
        Ok(ConditionLayer {
            weight: self.tensor(&format!("{name}.weight"), &shape, shape)?,
            bias: self.tensor(&format!("{name}.bias"), &[WIDTH], [WIDTH])?,
        })
    }

    fn filter_block(&mut self, name: &str, convolutions: usize) -> Result<FilterBlock, E> {
        let name = format!("m_filter.{name}");
        let shape = [WIDTH, WIDTH, 3];
        Ok(FilterBlock {
            widen: self.tensor(&format!("{name}.l_ff_1.weight"), &[WIDTH, 1], [1, WIDTH, 1])?,
            dilated: (0..convolutions)
                .map(|i| self.tensor(&format!("{name}.l_convs.{i}.weight"), &shape, shape))
                .collect::<Result<_, E>>()?,
            scale: (self.values)(&format!("{name}.scale"), &[])?[0],
            narrow: [
                self.tensor(&format!("{name}.l_ff_2.weight"), &[16, WIDTH], [1, 16, WIDTH])?,
                self.tensor(&format!("{name}.l_ff_3.weight"), &[1, 16], [1, 1, 16])?,
            ],
        })
    }
}
