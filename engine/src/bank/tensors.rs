//! Reading tensors from bytes that nobody vouches for.

use super::BankError;
use safetensors::{Dtype, SafeTensors};

/// Tensors of a file, read one by one with their shapes checked.
pub(crate) struct Tensors<'a> {
    file: SafeTensors<'a>,
}

impl<'a> Tensors<'a> {
    pub(crate) fn new(file: SafeTensors<'a>) -> Self {
        Self { file }
    }

    /// Whether there is a tensor of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.file.tensor(name).is_ok()
    }

    /// Shape of a tensor with two axes, each `1..=limit`.
    pub(crate) fn matrix_shape(&self, name: &str, limit: usize) -> Result<[usize; 2], BankError> {
        let shape = self.view(name)?.shape().to_vec();
        match shape[..] {
            [rows, columns] if (1..=limit).contains(&rows) && (1..=limit).contains(&columns) => Ok([rows, columns]),
            _ => {
                Err(BankError::Shape { name: name.into(), found: shape, expected: format!("two axes of 1 to {limit}") })
            }
        }
    }

    /// Length of a tensor with one axis, `1..=limit`.
    pub(crate) fn vector_length(&self, name: &str, limit: usize) -> Result<usize, BankError> {
        let shape = self.view(name)?.shape().to_vec();
        match shape[..] {
            [length] if (1..=limit).contains(&length) => Ok(length),
            _ => {
                Err(BankError::Shape { name: name.into(), found: shape, expected: format!("one axis of 1 to {limit}") })
            }
        }
    }

    /// Values of a tensor of exactly this shape, row-major; all finite.
    pub(crate) fn values(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, BankError> {
        let view = self.view(name)?;
        if view.shape() != shape {
            return Err(BankError::Shape {
                name: name.into(),
                found: view.shape().to_vec(),
                expected: format!("{shape:?}"),
            });
        }
        let values: Vec<f32> = match view.dtype() {
            Dtype::F32 => {
                let (words, _) = view.data().as_chunks::<4>();
                words.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect()
            }
            Dtype::F16 => {
                let (words, _) = view.data().as_chunks::<2>();
                words.iter().map(|&bytes| half::f16::from_le_bytes(bytes).to_f32()).collect()
            }
            other => return Err(BankError::NumberType { name: name.into(), found: format!("{other:?}") }),
        };
        if values.iter().any(|value| !value.is_finite()) {
            return Err(BankError::Value { name: name.into(), reason: "it is not finite".into() });
        }
        Ok(values)
    }

    fn view(&self, name: &str) -> Result<safetensors::tensor::TensorView<'a>, BankError> {
        self.file.tensor(name).map_err(|_| BankError::Missing { name: name.into() })
    }
}
