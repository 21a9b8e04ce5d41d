//! From a bank file back to the network in burn, to play it in batches or to train on from it. The inverse of
//! `neurorack_learn::bank::export`.

use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::tensor::{Device, Tensor, TensorData};
use half::f16;
use neurorack_engine::bank::{BankError, Kind, ModelBank};
use safetensors::{Dtype, SafeTensors};

use crate::frave::Frave;
use crate::sinc_nsf::{SincNsf, Size};

/// Why a bank's network cannot be had in burn.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BankNetworkError {
    /// The engine does not read it.
    #[error(transparent)]
    Bank(#[from] BankError),
    /// A tensor is missing or has a shape that no training gives it.
    #[error("the bank's tensor {name} is not what its network needs: take a bank that this version has written")]
    Tensor {
        /// Its name.
        name: String,
    },
}

/// A bank as the engine reads it, and its network in burn.
#[derive(Debug)]
pub struct BankNetwork {
    /// The network, with the weights as they are stored (half precision).
    pub network: SincNsf,
    /// What makes the timbres that it plays, in banks of kind `frave`. It stays on the processor: a few small products a hit.
    pub frave: Option<Frave>,
    /// The bank: normalisation, factory sets, hash.
    pub bank: ModelBank,
}

impl BankNetwork {
    /// Reads a bank's network onto a device.
    ///
    /// # Errors
    /// When the engine refuses the bank, or a tensor has another shape than training gives it.
    pub fn read(bytes: &[u8], device: &Device) -> Result<Self, BankNetworkError> {
        let bank = ModelBank::parse(bytes)?;
        let shape = bank.weights().shape();
        let size = Size { width: shape.width, noise: shape.bands, harmonics: shape.harmonics, sines: shape.sines };
        let file =
            SafeTensors::deserialize(bytes).map_err(|why| BankError::NotSafetensors { reason: why.to_string() })?;
        // On the processor first: from a browser's graphics card nothing can be read back at once.
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
        let [low, width] = ["noise.log2_low", "noise.log2_width"].map(|name| file.values(name, &[size.noise]));
        network.move_edges(&low?, &width?);
        let frave = match bank.kind() {
            Kind::Frave => Some(file.frave()?),
            Kind::SincNsf | Kind::HnSincNsf => None,
        };
        Ok(Self { network: network.to_device(device), frave, bank })
    }
}

struct File<'a> {
    file: SafeTensors<'a>,
    device: Device,
}

impl File<'_> {
    fn frave(&self) -> Result<Frave, BankNetworkError> {
        let mut frave = Frave::new(&self.device);
        for (part, layers) in
            [("encoder", &mut frave.encoder), ("expected", &mut frave.expected), ("decoder", &mut frave.decoder)]
        {
            for (index, layer) in layers.iter_mut().enumerate() {
                self.linear(&format!("frave.{part}.{index}"), layer)?;
            }
        }
        Ok(frave)
    }

    /// A dense layer; the bank keeps `[outputs, inputs]`, burn `[inputs, outputs]`.
    fn linear(&self, name: &str, layer: &mut Linear) -> Result<(), BankNetworkError> {
        self.turned(&format!("{name}.weight"), &mut layer.weight)?;
        match &mut layer.bias {
            Some(bias) => self.vector(&format!("{name}.bias"), bias),
            None => Ok(()),
        }
    }

    fn turned(&self, name: &str, param: &mut Param<Tensor<2>>) -> Result<(), BankNetworkError> {
        let [inputs, outputs] = param.val().dims();
        let stored = self.values(name, &[outputs, inputs])?;
        let turned = (0..inputs).flat_map(|i| stored.iter().skip(i).step_by(inputs).copied()).collect::<Vec<f32>>();
        *param = Param::from_data(TensorData::new(turned, [inputs, outputs]), &self.device);
        Ok(())
    }

    fn vector(&self, name: &str, param: &mut Param<Tensor<1>>) -> Result<(), BankNetworkError> {
        let values = self.values(name, &param.val().dims())?;
        *param = Param::from_data(values.as_slice(), &self.device);
        Ok(())
    }

    fn values(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, BankNetworkError> {
        let wrong = || BankNetworkError::Tensor { name: name.to_owned() };
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
