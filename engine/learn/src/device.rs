//! Which processor trains.

use burn::tensor::Device;

/// A kind of processor that training can run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Processor {
    /// This computer's processor, in pure Rust.
    #[default]
    Cpu,
    /// A graphics card through Vulkan, Metal or DirectX; needs a build with the feature wgpu.
    Wgpu,
    /// An NVIDIA graphics card through CUDA; needs a build with the feature cuda.
    Cuda,
}

/// The program was built without support for a processor.
#[derive(Debug, thiserror::Error)]
#[error(
    "this neurorack-train was built without {feature}: build it with \
     `cargo build --release -p neurorack-learn --features {feature}`, or leave --device out to train on the CPU"
)]
pub struct NotBuiltIn {
    feature: &'static str,
}

impl Processor {
    /// The device in burn.
    ///
    /// # Errors
    /// When the program was built without it.
    pub fn device(self) -> Result<Device, NotBuiltIn> {
        match self {
            Self::Cpu => Ok(Device::flex()),
            #[cfg(feature = "wgpu")]
            Self::Wgpu => Ok(Device::wgpu(burn::tensor::DeviceKind::DefaultDevice)),
            #[cfg(not(feature = "wgpu"))]
            Self::Wgpu => Err(NotBuiltIn { feature: "wgpu" }),
            #[cfg(feature = "cuda")]
            Self::Cuda => Ok(Device::cuda(0)),
            #[cfg(not(feature = "cuda"))]
            Self::Cuda => Err(NotBuiltIn { feature: "cuda" }),
        }
    }
}
