//! Streaming inference of the networks, one model a file, and what they share with training.

pub mod conditioning;
pub mod curve_vae;
pub mod noise;
pub mod sinc_nsf;
pub(crate) mod touch;
