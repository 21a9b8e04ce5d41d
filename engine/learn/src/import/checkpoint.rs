//! A checkpoint of PyTorch: a whole module or a state dict, read and never run.
//!
//! A pickle is a program. The crate `pytorch-reader` gives a meaning only to what rebuilds tensors and plain containers; a
//! call of anything else becomes the name of its class, and a module is the tensors of its three tables. It bounds depth,
//! copies and sizes, and reads a tensor's numbers only when they are asked for: here after its shape was found right, so
//! that no claim of a file is ever allocated.

use std::path::Path;

use half::{bf16, f16};
use neurorack_engine::models::hn_sinc_nsf::TensorShape;
use pytorch_reader::{DType, PytorchReader, Tensor};

use super::CheckpointError;

/// Largest file that is read: the network has 2.8 MB.
pub const MAX_CHECKPOINT_BYTES: u64 = 64 << 20;

/// A tensor that the network has and hardly anything else: where it lies, the network lies.
const LANDMARK: &str = "input_mean";

/// Names in front of the tensors of the network's layers.
const LAYERS: [&str; 3] = ["m_cond.", "m_source.", "m_filter."];

/// Tensors of a checkpoint by their published names.
#[derive(Debug)]
pub struct Checkpoint {
    reader: PytorchReader,
    /// What stands before the published names: the attribute under which the network lies, with its dot.
    prefix: String,
}

impl Checkpoint {
    /// Reads the structure of a checkpoint, not yet its numbers: the file is to stay until they are asked for.
    ///
    /// # Errors
    /// When it is too large or no checkpoint, or the network is not in it exactly once.
    pub fn open(file: &Path) -> Result<Self, CheckpointError> {
        let bytes = std::fs::metadata(file)?.len();
        if bytes > MAX_CHECKPOINT_BYTES {
            return Err(CheckpointError::TooLarge { bytes });
        }
        let reader = PytorchReader::new(file)?;
        let mut landmarks: Vec<&str> = reader
            .tensors()
            .keys()
            .map(String::as_str)
            .filter(|name| name.strip_suffix(LANDMARK).is_some_and(|before| before.is_empty() || before.ends_with('.')))
            .collect();
        landmarks.sort_unstable();
        match landmarks[..] {
            [] => Err(CheckpointError::Missing { name: LANDMARK.into() }),
            [landmark] => {
                let prefix = landmark[..landmark.len() - LANDMARK.len()].to_owned();
                Ok(Self { reader, prefix })
            }
            [first, second, ..] => Err(CheckpointError::Several { first: first.into(), second: second.into() }),
        }
    }

    /// Values of a tensor of exactly this shape, row-major; all finite. A single number may have any axes of length 1.
    ///
    /// # Errors
    /// When there is no such tensor, or its numbers cannot be used.
    pub fn values(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, CheckpointError> {
        let tensor = self.tensor(name).ok_or_else(|| CheckpointError::Missing { name: name.into() })?;
        let is_number = shape.is_empty() && tensor.shape().iter().all(|&axis| axis == 1);
        if tensor.shape() != shape && !is_number {
            let (expected, found) = (shape.to_vec(), tensor.shape().to_vec());
            return Err(CheckpointError::Shape { name: name.into(), expected, found });
        }
        let dtype = tensor.dtype();
        if !matches!(dtype, DType::F32 | DType::F64 | DType::F16 | DType::BF16) {
            return Err(CheckpointError::NumberType { name: name.into(), found: format!("{dtype:?}") });
        }
        let bytes =
            tensor.read().map_err(|why| CheckpointError::Data { name: name.into(), reason: why.to_string() })?;
        let values = decode(&bytes, dtype);
        if values.iter().all(|value| value.is_finite()) {
            Ok(values)
        } else {
            Err(CheckpointError::NotFinite { name: name.into() })
        }
    }

    /// Whether a tensor is stored in single precision, as the network computes.
    pub(super) fn is_single(&self, name: &str) -> bool {
        self.tensor(name).is_some_and(|tensor| tensor.dtype() == DType::F32)
    }

    /// Names of the tensors that are none of these, sorted.
    ///
    /// # Errors
    /// When one of them is a layer of the network: then it is another network.
    pub(super) fn left_over(&self, known: &[TensorShape]) -> Result<Vec<String>, CheckpointError> {
        let mut left = Vec::new();
        for name in self.reader.tensors().keys() {
            let published = name.strip_prefix(&self.prefix);
            if published.is_some_and(|published| known.iter().any(|tensor| tensor.name == published)) {
                continue;
            }
            if published.is_some_and(|published| LAYERS.iter().any(|layers| published.starts_with(layers))) {
                return Err(CheckpointError::Foreign { name: name.clone() });
            }
            left.push(name.clone());
        }
        left.sort_unstable();
        Ok(left)
    }

    fn tensor(&self, name: &str) -> Option<&Tensor> {
        self.reader.get(&format!("{}{name}", self.prefix))
    }
}

/// Numbers in the byte order of this machine, as the reader gives them.
fn decode(bytes: &[u8], dtype: DType) -> Vec<f32> {
    match dtype {
        DType::F64 => bytes.as_chunks().0.iter().map(|&value| f64::from_ne_bytes(value) as f32).collect(),
        DType::F16 => bytes.as_chunks().0.iter().map(|&value| f16::from_ne_bytes(value).to_f32()).collect(),
        DType::BF16 => bytes.as_chunks().0.iter().map(|&value| bf16::from_ne_bytes(value).to_f32()).collect(),
        _ => bytes.as_chunks().0.iter().map(|&value| f32::from_ne_bytes(value)).collect(),
    }
}
