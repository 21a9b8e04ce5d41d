//! Inference of the networks, one model a file or folder, and what they share with training.

pub mod conditioning;
pub mod curve_vae;
pub mod frave;
pub mod hn_sinc_nsf;
pub mod noise;
pub(crate) mod reading;
pub mod sinc_nsf;
pub(crate) mod touch;
