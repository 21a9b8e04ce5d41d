//! From a bank file to where training goes on from it. The inverse of [`export`](crate::bank::export).

use burn::tensor::Device;
use neurorack_nets::bank_network::{BankNetwork, BankNetworkError};

use crate::data::hexadecimal;
use crate::train::Start;

/// The network of a bank with its weights as they are stored (half precision), on the CPU.
///
/// # Errors
/// When the engine refuses the bank, or a tensor has another shape than training gives it.
pub fn network(bytes: &[u8]) -> Result<Start, BankNetworkError> {
    let BankNetwork { network, frave, bank } = BankNetwork::read(bytes, &Device::flex())?;
    Ok(Start { network, frave, normalisation: *bank.weights().normalisation(), hash: hexadecimal(&bank.hash()) })
}
