//! From a bank file back to the network in burn, to train on from it. The inverse of [`export`](crate::bank::export).

use burn::module::Param;
use burn::nn::Linear;
use burn::tensor::{Device, Tensor};
use half::f16;
use neurorack_engine::bank::{BankError, ModelBank};
use safetensors::{Dtype, SafeTensors};

use crate::data::hexadecimal;
use crate::sinc_nsf::{SincNsf, Size, matrix, values};
use crate::train::Start;

/// Why a bank is no starting point for training.
#[derive(Debug, thiserror::Error)]
pub enum FromBankError {
    /// The engine does not read it.
    #[error(transparent)]
    Bank(#[from] BankError),
    /// A tensor is missing or has a shape that training does not know.
    #[error("the bank's tensor {name} is not what training needs: start from a bank that this version has written")]
    Tensor {
        /// Its name.
        name: String,
    },
}

/// The network of a bank with its weights as they are stored (half precision), on the CPU.
///
/// # Errors
/// When the engine refuses the bank, or a tensor has another shape than training gives it.
pub fn network(bytes: &[u8]) -> Result<Start, FromBankError> {
    let bank = ModelBank::parse(bytes)?;
    let weights = bank.weights();
    let shape = weights.shape();
    let size = Size { width: shape.width, noise: shape.bands, harmonics: shape.harmonics, sines: shape.sines };
    let file = SafeTensors::deserialize(bytes).map_err(|why| BankError::NotSafetensors { reason: why.to_string() })?;
    let file = File { file, device: Device::flex() };
    let mut network = SincNsf::new(size, &file.device);
    for (name, layer) in [
        ("hit.0", &mut network.hit_0),
        ("hit.1", &mut network.hit_1),
        ("hit.2", &mut network.hit_2),
        ("input", &mut network.input),
        ("hidden.0", &mut network.hidden_0),
        ("hidden.1", &mut network.hidden_1),
        ("heads", &mut network.heads),
        ("heads.hit", &mut network.heads_hit),
        ("heads.timbre", &mut network.heads_timbre),
        ("strike", &mut network.strike),
        ("strike.levels", &mut network.strike_levels),
        ("strike.timbre", &mut network.strike_timbre),
    ] {
        file.linear(name, layer)?;
    }
    let (low, width) = (file.values("noise.log2_low", &[size.noise])?, file.values("noise.log2_width", &[size.noise])?);
    network.move_edges(&low, &width);
    Ok(Start { network, normalisation: *weights.normalisation(), hash: hexadecimal(&bank.hash()) })
}

struct File<'a> {
    file: SafeTensors<'a>,
    device: Device,
}

impl File<'_> {
    /// A dense layer; the bank keeps `[outputs, inputs]`, burn `[inputs, outputs]`.
    fn linear(&self, name: &str, layer: &mut Linear) -> Result<(), FromBankError> {
        self.turned(&format!("{name}.weight"), &mut layer.weight)?;
        match &mut layer.bias {
            Some(bias) => self.vector(&format!("{name}.bias"), bias),
            None => Ok(()),
        }
    }

    fn turned(&self, name: &str, param: &mut Param<Tensor<2>>) -> Result<(), FromBankError> {
        let [inputs, outputs] = param.val().dims();
        let stored = matrix(self.values(name, &[outputs, inputs])?, outputs, inputs, &self.device);
        let turned = values(stored.transpose());
        *param = Param::from_data(matrix(turned, inputs, outputs, &self.device).into_data(), &self.device);
        Ok(())
    }

    fn vector(&self, name: &str, param: &mut Param<Tensor<1>>) -> Result<(), FromBankError> {
        let values = self.values(name, &param.val().dims())?;
        *param = Param::from_data(values.as_slice(), &self.device);
        Ok(())
    }

    fn values(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, FromBankError> {
        let wrong = || FromBankError::Tensor { name: name.to_owned() };
        let view = self.file.tensor(name).map_err(|_| wrong())?;
        if view.shape() != shape {
            return Err(wrong());
        }
        match view.dtype() {
            Dtype::F32 => Ok(view.data().as_chunks::<4>().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect()),
            Dtype::F16 => {
                Ok(view.data().as_chunks::<2>().0.iter().map(|&bytes| f16::from_le_bytes(bytes).to_f32()).collect())
            }
            _ => Err(wrong()),
        }
    }
}
