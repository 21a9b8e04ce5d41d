//! Training FRAVE's latent of timbre: an autoencoder of timbres that is told the course of the descriptors beside, and
//! whose latent a fader discriminator frees of them.
//!
//! Kingma and Welling, "Auto-encoding variational Bayes" (ICLR 2014); Lample et al., "Fader networks" (NeurIPS 2017); Devis
//! et al., "Continuous descriptor-based control for deep audio synthesis" (ICASSP 2023). The discriminator guesses the
//! descriptors from the latent; the encoder learns to leave it nothing but their mean as an answer.

pub mod command;
mod examples;
mod probe;
pub mod swap;
mod train;
mod turn;

pub use examples::{Example, Examples};
pub use probe::{Predictability, predictability};
pub use train::{Options, Trained, Variant, train};
