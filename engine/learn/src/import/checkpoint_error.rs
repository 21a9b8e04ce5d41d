//! Why a file is not the original project's checkpoint.

use super::MAX_CHECKPOINT_BYTES;

/// Why a checkpoint cannot be read, in words for the person who chose it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// Larger than any checkpoint of this network.
    #[error(
        "the file has {bytes} bytes, more than {MAX_CHECKPOINT_BYTES}: the original's checkpoint has about 3 MB; choose that file"
    )]
    TooLarge {
        /// Size of the file.
        bytes: u64,
    },
    /// Not readable at all.
    #[error("the file cannot be read: {0}")]
    File(#[from] std::io::Error),
    /// Not readable as what `torch.save` writes.
    #[error(
        "this is no checkpoint of PyTorch that can be read, nothing in it was run ({0}): download it again, or choose another file"
    )]
    Checkpoint(#[from] pytorch_reader::PytorchError),
    /// A tensor of the network is not in the file.
    #[error("the checkpoint lacks the tensor \"{name}\": it is of another network than the original's hn-sinc-NSF")]
    Missing {
        /// The tensor's published name.
        name: String,
    },
    /// The network is in the file more than once.
    #[error("the checkpoint holds more than one network ({first} and {second}): save one alone")]
    Several {
        /// Where one lies.
        first: String,
        /// Where another lies.
        second: String,
    },
    /// The network has more than the published one.
    #[error(
        "the checkpoint has the tensor \"{name}\", which the original's network does not have: it is of another network"
    )]
    Foreign {
        /// Its name in the file.
        name: String,
    },
    /// A tensor has another shape.
    #[error(
        "the checkpoint's tensor \"{name}\" has shape {found:?} where {expected:?} is needed: it is of another network"
    )]
    Shape {
        /// The tensor's published name.
        name: String,
        /// The shape the network needs.
        expected: Vec<usize>,
        /// The shape in the file.
        found: Vec<usize>,
    },
    /// A tensor holds no floating point numbers.
    #[error("the checkpoint's tensor \"{name}\" holds {found}, where floating point numbers are needed")]
    NumberType {
        /// The tensor's published name.
        name: String,
        /// What the file holds.
        found: String,
    },
    /// A tensor's numbers cannot be read.
    #[error("the numbers of the checkpoint's tensor \"{name}\" cannot be read ({reason}): download the file again")]
    Data {
        /// The tensor's published name.
        name: String,
        /// What the reader said.
        reason: String,
    },
    /// A tensor holds an infinity or a NaN.
    #[error("the checkpoint's tensor \"{name}\" holds a value that is not finite")]
    NotFinite {
        /// The tensor's published name.
        name: String,
    },
}
