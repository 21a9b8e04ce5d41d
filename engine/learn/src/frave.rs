//! Training FRAVE's latent of timbre: an autoencoder of timbres that is told the course of the descriptors beside, and
//! whose latent is freed of them.
//!
//! Kingma and Welling, "Auto-encoding variational Bayes" (ICLR 2014); Lample et al., "Fader networks" (NeurIPS 2017); Devis
//! et al., "Continuous descriptor-based control for deep audio synthesis" (ICASSP 2023). First it is learned what a timbre is on
//! average under its descriptors; the encoder sees only what is beyond. A discriminator then guesses the descriptors from the
//! latent, and the encoder learns to leave it nothing that it could guess right.

pub mod command;
mod examples;
mod probe;
pub mod swap;
mod train;
mod turn;

pub use examples::{Example, Examples};
pub use probe::{Predictability, predictability};
pub use train::{Options, Trained, Variant, train};
