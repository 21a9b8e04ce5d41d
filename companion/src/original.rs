//! Who renders the original's network: the engine on this processor, or a graphics card in programs that were built with `wgpu`.

use anyhow::Result;
use neurorack_engine::RenderedBank;
use neurorack_engine::control::Parameters;
use neurorack_engine::models::hn_sinc_nsf::{self, Ask};

/// A bank of the original's kind, and what renders its hits.
pub(crate) struct Original<'a> {
    bank: &'a RenderedBank,
    #[cfg(feature = "wgpu")]
    card: Option<neurorack_nets::player::Player>,
}

impl<'a> Original<'a> {
    /// Rendered by the engine.
    pub(crate) fn on_processor(bank: &'a RenderedBank) -> Self {
        Self {
            bank,
            #[cfg(feature = "wgpu")]
            card: None,
        }
    }

    /// Rendered by a graphics card, whose golden hit has to be the bank's. `file` is what `bank` was read from.
    ///
    /// # Errors
    /// When there is no card, or it computes other sounds.
    #[cfg(feature = "wgpu")]
    pub(crate) fn on_card(bank: &'a RenderedBank, file: &[u8]) -> Result<Self> {
        use futures::executor::block_on;
        use neurorack_nets::player::{Player, Processor};
        let mut player = block_on(Player::open(Processor::Gpu))?;
        player.use_bank(file)?;
        block_on(player.verify())?;
        Ok(Self { bank, card: Some(player) })
    }

    /// The bank.
    pub(crate) fn bank(&self) -> &RenderedBank {
        self.bank
    }

    /// One hit at the network's rate. `parameters` says how the panel stands so many seconds after the trigger.
    ///
    /// # Errors
    /// When the graphics card stops.
    pub(crate) fn hit(&self, ask: &Ask<'_>, parameters: impl FnMut(f32) -> Parameters) -> Result<Vec<f32>> {
        #[cfg(feature = "wgpu")]
        if let Some(card) = &self.card {
            return Ok(futures::executor::block_on(card.ahead(ask, parameters))?);
        }
        Ok(hn_sinc_nsf::hit(self.bank.weights(), ask, parameters))
    }
}
