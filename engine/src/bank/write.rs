//! Writing a bank: the counterpart of [`ModelBank::parse`](super::ModelBank::parse), used by training and tests.

use super::{BankCard, METADATA_KEY};
use safetensors::{Dtype, tensor::TensorView};

/// A tensor on its way into a bank.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedTensor {
    /// Its name in the file.
    pub name: String,
    /// Its axes, outermost first.
    pub shape: Vec<usize>,
    /// Its values, row-major.
    pub values: Vec<f32>,
    /// Whether it is stored as f16, at half the size.
    pub half: bool,
}

/// A bank file of this card and these tensors. Nothing is checked here: parse what comes out.
///
/// # Panics
/// When a tensor's shape does not fit its number of values.
#[must_use]
pub fn write(card: &BankCard, tensors: &[NamedTensor]) -> Vec<u8> {
    write_with_json(serde_json::to_string(card).expect("a card is plain data"), tensors)
}

/// A safetensors file of these tensors with a card, already as JSON, in its metadata.
///
/// # Panics
/// When a tensor's shape does not fit its number of values.
pub(crate) fn write_with_json(json: String, tensors: &[NamedTensor]) -> Vec<u8> {
    let encoded: Vec<Vec<u8>> = tensors
        .iter()
        .map(|tensor| {
            if tensor.half {
                tensor.values.iter().flat_map(|&value| half::f16::from_f32(value).to_le_bytes()).collect()
            } else {
                tensor.values.iter().flat_map(|value| value.to_le_bytes()).collect()
            }
        })
        .collect();
    let views: Vec<(&str, TensorView<'_>)> = tensors
        .iter()
        .zip(&encoded)
        .map(|(tensor, bytes)| {
            let dtype = if tensor.half { Dtype::F16 } else { Dtype::F32 };
            let view = TensorView::new(dtype, tensor.shape.clone(), bytes)
                .unwrap_or_else(|why| panic!("tensor {} does not fit its shape: {why}", tensor.name));
            (tensor.name.as_str(), view)
        })
        .collect();
    let metadata = std::collections::HashMap::from([(METADATA_KEY.to_owned(), json)]);
    safetensors::serialize(views, Some(metadata)).expect("the views were checked when they were made")
}
