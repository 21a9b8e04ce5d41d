//! Training FRAVE's latent of timbre: an autoencoder of timbres that is told the course of the descriptors beside, and
//! whose latent is freed of them.
//!
//! Kingma and Welling, "Auto-encoding variational Bayes" (ICLR 2014); Lample et al., "Fader networks" (NeurIPS 2017); Devis
//! et al., "Continuous descriptor-based control for deep audio synthesis" (ICASSP 2023). What the encoder says on average of
//! sounds with these descriptors, and how far it varies among them, is learned beside and taken off. Two more ways are there
//! to be weighed, off by default since they did worse: a discriminator that guesses the descriptors from the latent, whom the
//! encoder learns to leave nothing but their mean as an answer; and the kernel alignment of latent and descriptors.

pub mod command;
mod examples;
mod probe;
pub mod swap;
mod train;
mod turn;

pub use examples::{Example, Examples};
pub use probe::{Predictability, predictability};
pub use train::{Options, Trained, Variant, train};
