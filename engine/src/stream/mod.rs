//! Streaming building blocks, one a file: fed piece by piece, they give what the whole would give. No allocation.

pub mod harmonics;
pub mod hop_clock;
pub mod limiter;
pub mod linear;
pub mod math;
pub mod noise_bands;
pub mod sine_bank;
pub(crate) mod widest;
