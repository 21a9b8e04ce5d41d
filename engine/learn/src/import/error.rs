//! Why no bank is made of a file.

use neurorack_nets::hn_sinc_nsf::WeightsError;

use super::CheckpointError;

/// Why a file cannot be imported, in words for the person who chose it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// Not the original project's checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The network cannot be had in burn.
    #[error(transparent)]
    Network(#[from] WeightsError),
}
