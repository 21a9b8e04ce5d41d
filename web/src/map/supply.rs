//! Where the map's sounds come from: one narrow door, behind which a worker renders them.

use super::renderer::Renderer;
use crate::desk::Desk;
use js_sys::Float32Array;
use leptos::prelude::*;
use neurorack_engine::ScaledCurve;
use std::sync::Arc;

/// Hits that the processor's worker is asked for at a time: one is rendered while the one before is on its way to the page.
const ONE_WORKER: usize = 2;

/// A hit to render.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// The curve that both F1 and F2 are.
    pub(super) curve: Arc<ScaledCurve>,
    /// How long it is, in seconds.
    pub(super) seconds: f32,
}

/// What renders hits with the bank that plays; dropping it ends it.
pub(super) struct Supply {
    renderer: Renderer,
}

impl Supply {
    /// Starts what renders with the bank that is chosen now. `None` while there is no engine or no bank.
    ///
    /// # Errors
    /// With a sentence, where it does not start.
    pub(super) async fn start(desk: Desk) -> Option<Result<Self, String>> {
        let (engine, bank) = (desk.audio.engine()?, desk.bank.get_untracked()?);
        let (rate_hz, prepared) = match desk.audio.prepared(&bank, None).await {
            Ok(prepared) => prepared,
            Err(why) => return Some(Err(format!("The map cannot be rendered: {why}."))),
        };
        Some(Renderer::start(&engine, &prepared, rate_hz).await.map(|renderer| Self { renderer }))
    }

    /// How many hits are best asked for at a time.
    pub(super) fn batch(&self) -> usize {
        ONE_WORKER
    }

    /// The rate of what is rendered, in hertz.
    pub(super) fn rate_hz(&self) -> u32 {
        self.renderer.rate_hz()
    }

    /// Renders hits, each from its first sample to its end and at full strength, in the order they are wanted in. They are
    /// asked for at once, not when the answer is first waited for. `None` where nothing more will come.
    pub(super) fn hits(&self, wanted: &[Wanted]) -> impl Future<Output = Option<Vec<Float32Array>>> + use<> {
        let hits: Vec<_> = wanted.iter().map(|one| self.renderer.hit(&one.curve, one.seconds)).collect();
        async move {
            let mut samples = Vec::with_capacity(hits.len());
            for hit in hits {
                samples.push(hit.await?);
            }
            Some(samples)
        }
    }
}
