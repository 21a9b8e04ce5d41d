//! Which sound lies where on the map, and which factory sound it is like.

use crate::sounds::SoundSet;
use neurorack_engine::descriptors::DescriptorCurve;
use neurorack_engine::models::curve_vae::{CurveVae, LATENT};
use std::sync::Arc;

/// The autoencoder's sheet, and where the factory sounds lie in it.
pub(super) struct Atlas {
    vae: CurveVae,
    /// Name and latent point of the sounds that were looked up so far.
    known: Vec<(String, [f32; LATENT])>,
}

impl Atlas {
    pub(super) fn new(vae: CurveVae) -> Self {
        Self { vae, known: Vec::new() }
    }

    /// Forgets which sounds are known: another bank has others.
    pub(super) fn forget(&mut self) {
        self.known.clear();
    }

    /// Learns where a sound lies, so that tiles can be called after it.
    pub(super) fn learn(&mut self, set: &Arc<SoundSet>) {
        let point = self.vae.encode(&set.curve);
        self.known.push((set.name.clone(), point));
    }

    /// The sound of a place.
    pub(super) fn curve(&self, place: [f32; 2]) -> DescriptorCurve {
        self.vae.decode(&self.vae.at(place))
    }

    /// A sound drawn from all that the map can make, another for each seed.
    pub(super) fn draw(&self, seed: u64) -> DescriptorCurve {
        self.vae.decode(&self.vae.sample(seed))
    }

    /// The place that sounds most like a curve.
    pub(super) fn place(&self, curve: &DescriptorCurve) -> [f32; 2] {
        self.vae.place(&self.vae.encode(curve))
    }

    /// The known sound that a place sounds most like.
    pub(super) fn like(&self, place: [f32; 2]) -> Option<&str> {
        let point = self.vae.at(place);
        let distance = |(_, other): &&(String, _)| self.vae.distance(&point, other);
        self.known.iter().min_by(|a, b| distance(a).total_cmp(&distance(b))).map(|(name, _)| name.as_str())
    }
}
