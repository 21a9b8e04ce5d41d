//! What a bank says of itself and which sounds it brings: all of a bank but the network.

use super::{BankCard, BankError, Kind, ModelBank, Opened, open, read_factory};
use crate::descriptors::DescriptorCurve;

/// A bank's card, its factory sets and the hash that names it.
#[derive(Debug, Clone)]
pub struct Catalogue {
    pub(super) card: BankCard,
    pub(super) kind: Kind,
    pub(super) hash: [u8; 32],
    pub(super) factory: Vec<DescriptorCurve>,
}

impl Catalogue {
    /// Reads the catalogue of a bank's file, of either kind, and leaves out the network: for a host whose worker has read the
    /// whole file with [`ModelBank::parse`] or [`RenderedBank::parse`](super::RenderedBank::parse) and says its `hash`.
    ///
    /// # Errors
    /// When card or factory sets are not those of a bank that this version plays.
    pub fn read(bytes: &[u8], hash: [u8; 32]) -> Result<Self, BankError> {
        let Opened { card, kind, file } = open(bytes)?;
        let factory = read_factory(&super::Tensors::new(file), &card)?;
        Ok(Self { card, kind, hash, factory })
    }

    /// What the bank says about itself.
    #[must_use]
    pub fn card(&self) -> &BankCard {
        &self.card
    }

    /// How its network is played.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// SHA-256 of the file.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// The factory descriptor sets, in the order of the card's list.
    #[must_use]
    pub fn factory(&self) -> &[DescriptorCurve] {
        &self.factory
    }
}

impl AsRef<Self> for Catalogue {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl AsRef<Catalogue> for ModelBank {
    fn as_ref(&self) -> &Catalogue {
        &self.catalogue
    }
}
