//! The kinds of networks that banks hold, and a bank of either kind.

use super::{BankCard, BankError, Catalogue, ModelBank, RenderedBank};
use crate::models::{frave, hn_sinc_nsf, sinc_nsf};
use sha2::{Digest, Sha256};

/// How a bank's network is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Streamed by voices on the audio thread: a [`ModelBank`].
    SincNsf,
    /// Streamed likewise, with a latent of timbre before the network: a [`ModelBank`] too.
    Frave,
    /// The original Neurorack's network, rendered ahead and whole: a [`RenderedBank`].
    HnSincNsf,
}

impl Kind {
    /// The name in cards.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SincNsf => sinc_nsf::KIND,
            Self::Frave => frave::KIND,
            Self::HnSincNsf => hn_sinc_nsf::KIND,
        }
    }

    /// Whether voices stream it; otherwise its hits are rendered before they are played.
    #[must_use]
    pub fn streams(self) -> bool {
        matches!(self, Self::SincNsf | Self::Frave)
    }

    /// The kind of a bank's file, from its outside: size, header and card.
    ///
    /// # Errors
    /// When the outside is not a bank's that this version plays.
    pub fn of(bytes: &[u8]) -> Result<Self, BankError> {
        Ok(super::open(bytes)?.kind)
    }

    /// The kind of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::SincNsf, Self::Frave, Self::HnSincNsf].into_iter().find(|kind| kind.name() == name)
    }

    /// Sample rate in hertz, control hop and descriptor hop in samples that cards of this kind have.
    pub(super) fn timing(self) -> [u32; 3] {
        match self {
            Self::SincNsf | Self::Frave => sinc_nsf::TIMING,
            Self::HnSincNsf => hn_sinc_nsf::TIMING,
        }
    }
}

/// A bank of either kind, for hosts that play both.
#[derive(Debug, Clone)]
pub enum Bank {
    /// Voices stream it.
    Streamed(Box<ModelBank>),
    /// Its hits are rendered ahead.
    Rendered(Box<RenderedBank>),
}

impl Bank {
    /// Reads a bank file.
    ///
    /// # Errors
    /// When the bytes are not a bank that this version plays; the error says what to do.
    pub fn parse(bytes: &[u8]) -> Result<Self, BankError> {
        let opened = super::open(bytes)?;
        Ok(match opened.kind {
            Kind::SincNsf | Kind::Frave => {
                Self::Streamed(Box::new(ModelBank::from_opened(Sha256::digest(bytes).into(), opened)?))
            }
            Kind::HnSincNsf => Self::Rendered(Box::new(RenderedBank::from_opened(bytes, opened)?)),
        })
    }

    /// Card, factory sets and hash.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        self.as_ref()
    }

    /// What the bank says about itself.
    #[must_use]
    pub fn card(&self) -> &BankCard {
        self.catalogue().card()
    }

    /// Plays the golden hits and returns the largest difference from what was recorded.
    ///
    /// # Errors
    /// When it is larger than the card's tolerance.
    pub fn verify(&self) -> Result<f32, BankError> {
        match self {
            Self::Streamed(bank) => bank.verify(),
            Self::Rendered(bank) => bank.verify(),
        }
    }
}

impl AsRef<Catalogue> for Bank {
    fn as_ref(&self) -> &Catalogue {
        match self {
            Self::Streamed(bank) => (**bank).as_ref(),
            Self::Rendered(bank) => (**bank).as_ref(),
        }
    }
}
