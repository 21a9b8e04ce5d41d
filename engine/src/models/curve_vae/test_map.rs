//! A small map with random weights, for tests that need a map and not its sounds.

use super::{CHANNELS, CurveVae, CurveVaeCard, FORMAT, KIND, LATENT, POINTS, SCALARS, VALUES, write};
use crate::bank::{NamedTensor, Provenance};
use crate::models::noise::Random;
use std::collections::BTreeMap;

/// Basis curves, outer and inner width of the small network.
const SIZE: [usize; 3] = [5, 20, 12];

/// Nodes along a side of the map.
const SIDE: usize = 6;

/// Bytes of a valid map. Its golden vectors are computed by this engine.
#[must_use]
pub fn bytes(seed: u64) -> Vec<u8> {
    let card = card();
    let mut tensors = tensors(seed);
    let map = CurveVae::parse(&write(&card, &tensors)).expect("a valid map with golden vectors that are wrong");
    let latent = map.encoder.forward(&[0.5; VALUES]);
    let output = map.decoder.forward(&latent);
    for (name, values) in [("golden.latent", latent.to_vec()), ("golden.output", output)] {
        let tensor = tensors.iter_mut().find(|tensor| tensor.name == name).expect("the tensor is there");
        tensor.values = values;
    }
    write(&card, &tensors)
}

/// The parsed small map.
#[must_use]
pub fn small(seed: u64) -> CurveVae {
    CurveVae::parse(&bytes(seed)).expect("a valid map")
}

/// The card of every test map.
#[must_use]
pub fn card() -> CurveVaeCard {
    CurveVaeCard {
        format: FORMAT,
        kind: KIND.into(),
        version: "0".into(),
        name: "Random map".into(),
        licence: "CC0-1.0".into(),
        licences: BTreeMap::new(),
        provenance: Provenance::default(),
        peak_db: [-40.0, 0.0],
        scores: BTreeMap::new(),
    }
}

/// Tensors of a valid map, whose golden vectors are wrong.
#[must_use]
pub fn tensors(seed: u64) -> Vec<NamedTensor> {
    let mut random = Random::new(seed);
    let mut uniform = |scale: f32| (random.below(1 << 24) as f32 / (1 << 23) as f32 - 1.0) * scale;
    let mut tensors = Vec::new();
    let mut push = |name: &str, shape: &[usize], values: Vec<f32>| {
        tensors.push(NamedTensor { name: name.into(), shape: shape.to_vec(), values, half: false });
    };
    let [basis, outer, inner] = SIZE;
    let features = CHANNELS * basis + SCALARS;
    for (name, inputs, outputs) in [
        ("encoder.0", features, outer),
        ("encoder.1", outer, inner),
        ("encoder.2", inner, LATENT),
        ("decoder.0", LATENT, inner),
        ("decoder.1", inner, outer),
        ("decoder.2", outer, features),
    ] {
        let scale = 2.0 / (inputs as f32).sqrt();
        push(&format!("{name}.weight"), &[outputs, inputs], (0..inputs * outputs).map(|_| uniform(scale)).collect());
        push(&format!("{name}.bias"), &[outputs], (0..outputs).map(|_| uniform(0.1)).collect());
    }
    let smooth = |point: usize, order: usize| {
        let angle = std::f32::consts::PI * order as f32 * (point as f32 + 0.5) / POINTS as f32;
        libm::cosf(angle) / (order + 1) as f32
    };
    let columns = (0..CHANNELS * POINTS).flat_map(|row| (0..basis).map(move |order| smooth(row % POINTS, order)));
    push("decoder.basis", &[CHANNELS * POINTS, basis], columns.collect());
    let rows = (0..CHANNELS * basis).flat_map(|row| (0..POINTS).map(move |point| smooth(point, row % basis) / 64.0));
    push("encoder.basis", &[CHANNELS * basis, POINTS], rows.collect());
    push("decoder.offset", &[CHANNELS, POINTS], vec![0.0; CHANNELS * POINTS]);
    push("normalisation.mean", &[CHANNELS + SCALARS], vec![-2.0, -4.0, 11.0, -2.0, 10.5, 10.5, 0.0, 0.5, -1.0, 8.0]);
    push("normalisation.std", &[CHANNELS + SCALARS], vec![0.8, 1.5, 1.3, 1.2, 1.0, 1.2, 0.2, 0.3, 1.0, 1.0]);
    push("gaussian.mean", &[LATENT], vec![0.0; LATENT]);
    let identity: Vec<f32> = (0..LATENT * LATENT).map(|k| f32::from(k % (LATENT + 1) == 0)).collect();
    push("gaussian.factor", &[LATENT, LATENT], identity.clone());
    push("map.metric", &[LATENT, LATENT], identity);
    let at = |step: usize| 2.0 * step as f32 / (SIDE - 1) as f32 - 1.0;
    let node = |k: usize| [at(k % SIDE), at(k / SIDE), at(k % SIDE) * at(k / SIDE), 0.0, 0.0, 0.0, 0.0, 0.0];
    push("map.nodes", &[SIDE * SIDE, LATENT], (0..SIDE * SIDE).flat_map(node).collect());
    push("golden.input", &[1, VALUES], vec![0.5; VALUES]);
    push("golden.latent", &[1, LATENT], vec![9.0; LATENT]);
    push("golden.output", &[1, VALUES], vec![9.0; VALUES]);
    tensors
}
