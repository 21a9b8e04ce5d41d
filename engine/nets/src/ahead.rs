//! Hits of the original's network, rendered ahead on a processor of choice.

use burn::tensor::Device;
use neurorack_engine::RenderedBank;
use neurorack_engine::bank::BankError;
use neurorack_engine::models::hn_sinc_nsf::{self, Draws, FRAME_SAMPLES, Frame};

use crate::hn_sinc_nsf::{HnSincNsf, Noise};
use crate::player::{PlayerError, read};

/// A bank of kind `hn-sinc-nsf` and what renders it.
pub(crate) struct AheadRenderer {
    bank: RenderedBank,
    /// On the graphics card; on the processor the engine's own renderer is more than twice as quick as burn.
    card: Option<(HnSincNsf, Device)>,
}

impl AheadRenderer {
    /// Reads a bank for the processor, or for a graphics card.
    ///
    /// # Errors
    /// When the engine refuses the bank.
    pub(crate) fn read(bytes: &[u8], card: Option<&Device>) -> Result<Self, PlayerError> {
        let bank = RenderedBank::parse(bytes)?;
        let damaged = |why: crate::hn_sinc_nsf::WeightsError| BankError::NotSafetensors { reason: why.to_string() };
        let card =
            card.map(|device| Ok::<_, BankError>((HnSincNsf::load(bytes, device).map_err(damaged)?, device.clone())));
        Ok(Self { bank, card: card.transpose()? })
    }

    pub(crate) fn bank(&self) -> &RenderedBank {
        &self.bank
    }

    /// The sound of these frames, 512 samples each at 22,050 Hz; every sample is finite.
    ///
    /// # Errors
    /// When the graphics card stops.
    pub(crate) async fn render(&self, frames: &[Frame], draws: &Draws) -> Result<Vec<f32>, PlayerError> {
        let Some((network, device)) = &self.card else {
            return Ok(hn_sinc_nsf::render(self.bank.weights(), frames, draws));
        };
        let mut sound = read(network.forward(frames, Noise::from_draws(draws, device))).await?;
        sound.iter_mut().filter(|sample| !sample.is_finite()).for_each(|sample| *sample = 0.0);
        Ok(sound)
    }

    /// Renders the golden hit; returns the largest difference from what was recorded, as a share of its peak.
    ///
    /// # Errors
    /// When the graphics card stops.
    pub(crate) async fn difference(&self) -> Result<f32, PlayerError> {
        let golden = self.bank.golden();
        let factory = &self.bank.factory()[self.bank.card().golden.factory];
        let frames = RenderedBank::golden_frames(factory, golden.len() / FRAME_SAMPLES);
        let rendered = self.render(&frames, &Draws::new(self.bank.card().noise_seed, frames.len())).await?;
        Ok(crate::player::difference(golden, &rendered))
    }
}
