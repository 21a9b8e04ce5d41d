//! A small bank with random weights, for tests that need a bank and not its sound.

use super::{BankCard, FORMAT, FactoryCard, Golden, ModelBank, NamedTensor, Provenance, RenderedBank, write};
use crate::descriptors::Timbre;
use crate::models::frave;
use crate::models::hn_sinc_nsf::{self, Draws, FRAME_SAMPLES, test_weights};
use crate::models::noise::Random;
use crate::models::sinc_nsf::{self, Shape};
use std::collections::BTreeMap;

/// Sizes of the small bank.
pub const SMALL: Shape = Shape { width: 24, bands: 12, harmonics: 5, sines: 18 };

/// Sizes of the published bank.
pub const FULL: Shape = Shape { width: 256, bands: 64, harmonics: 32, sines: 192 };

/// Bytes of a valid bank of these sizes. Its golden hit is rendered by this engine.
#[must_use]
pub fn bytes(shape: Shape, seed: u64) -> Vec<u8> {
    with_golden(&card(seed), tensors(shape, seed))
}

/// A streamed bank of these tensors with a golden hit that this engine renders.
fn with_golden(card: &BankCard, mut tensors: Vec<NamedTensor>) -> Vec<u8> {
    // The first parse needs some golden hit; the second file holds the rendered one.
    tensors.push(vector("golden.audio", vec![0.0]));
    let bank = ModelBank::parse(&write(card, &tensors)).expect("a valid bank without its golden hit");
    let prepared = bank.prepare(card.sample_rate_hz);
    let golden = sinc_nsf::render_golden(&prepared, &bank.factory()[0], &bank.factory()[0], 0.0);
    tensors.pop();
    tensors.push(vector("golden.audio", golden));
    write(card, &tensors)
}

/// Bytes of a valid bank of kind `frave` of the small sizes. Its golden hit is rendered by this engine.
#[must_use]
pub fn freed_bytes(seed: u64) -> Vec<u8> {
    let card = BankCard { kind: frave::KIND.into(), name: "Random timbres".into(), ..card(seed) };
    let mut tensors = tensors(SMALL, seed);
    let mut random = Random::new(seed ^ 0x5eed);
    for (part, shapes) in ["encoder", "expected", "decoder"].into_iter().zip(frave::Weights::SHAPES.chunks(3)) {
        for (index, &[inputs, outputs]) in shapes.iter().enumerate() {
            let mut uniform = |scale: f32| (random.below(1 << 24) as f32 / (1 << 23) as f32 - 1.0) * scale;
            let values = (0..outputs * inputs).map(|_| uniform(2.0 / (inputs as f32).sqrt())).collect();
            let name = format!("frave.{part}.{index}.weight");
            tensors.push(NamedTensor { name, shape: vec![outputs, inputs], values, half: true });
            tensors.push(vector(&format!("frave.{part}.{index}.bias"), (0..outputs).map(|_| uniform(0.5)).collect()));
        }
    }
    with_golden(&card, tensors)
}

/// The parsed bank of [`freed_bytes`].
#[must_use]
pub fn freed(seed: u64) -> ModelBank {
    ModelBank::parse(&freed_bytes(seed)).expect("a valid bank")
}

/// Bytes of a valid bank of kind `hn-sinc-nsf` with random weights. Its golden hit is rendered by this engine.
#[must_use]
pub fn rendered_bytes(seed: u64) -> Vec<u8> {
    let card = rendered_card(seed);
    let mut tensors = rendered_tensors(seed);
    tensors.push(vector("golden.audio", vec![0.0; 2 * FRAME_SAMPLES]));
    let bank = RenderedBank::parse(&write(&card, &tensors)).expect("a valid bank without its golden hit");
    let frames = RenderedBank::golden_frames(&bank.factory()[0], 2);
    let golden = hn_sinc_nsf::render(bank.weights(), &frames, &Draws::new(card.noise_seed, frames.len()));
    tensors.pop();
    tensors.push(vector("golden.audio", golden));
    write(&card, &tensors)
}

/// The card of [`rendered_bytes`].
#[must_use]
pub fn rendered_card(seed: u64) -> BankCard {
    let [sample_rate_hz, control_hop, descriptor_hop] = hn_sinc_nsf::TIMING;
    let kind = hn_sinc_nsf::KIND.into();
    let name = "Random original".into();
    BankCard { kind, name, sample_rate_hz, control_hop, descriptor_hop, ..card(seed) }
}

/// All tensors of [`rendered_bytes`] but the golden hit.
#[must_use]
pub fn rendered_tensors(seed: u64) -> Vec<NamedTensor> {
    let factory = tensors(SMALL, seed).into_iter().filter(|tensor| tensor.name.starts_with("factory."));
    test_weights::tensors(seed).into_iter().chain(factory).collect()
}

/// The parsed small bank.
#[must_use]
pub fn small(seed: u64) -> ModelBank {
    ModelBank::parse(&bytes(SMALL, seed)).expect("a valid bank")
}

/// The card of every test bank: two factory sets, a bright short one with a timbre and a dark long one without.
#[must_use]
pub fn card(seed: u64) -> BankCard {
    let [sample_rate_hz, control_hop, descriptor_hop] = sinc_nsf::TIMING;
    let factory = ["Test click", "Test boom"].map(|name| FactoryCard {
        name: name.into(),
        category: "synthetic".into(),
        licence: "CC0-1.0".into(),
        author: String::new(),
        source: String::new(),
    });
    BankCard {
        format: FORMAT,
        kind: sinc_nsf::KIND.into(),
        version: "0".into(),
        name: "Random weights".into(),
        sample_rate_hz,
        control_hop,
        descriptor_hop,
        noise_seed: seed,
        descriptor_ranges: [[0.0, 1.0]; 7],
        factory: factory.to_vec(),
        licence: "CC0-1.0".into(),
        provenance: Provenance::default(),
        scores: BTreeMap::new(),
        held_out: BTreeMap::new(),
        golden: Golden { factory: 0, tolerance: 1e-6, morph: None },
    }
}

/// All tensors but the golden hit.
#[must_use]
pub fn tensors(shape: Shape, seed: u64) -> Vec<NamedTensor> {
    let mut random = Random::new(seed);
    let mut uniform = |scale: f32| (random.below(1 << 24) as f32 / (1 << 23) as f32 - 1.0) * scale;
    let mut layer = |weight: &str, bias: Option<&str>, outputs: usize, inputs: usize| {
        let scale = 1.0 / (inputs as f32).sqrt();
        let values = (0..outputs * inputs).map(|_| uniform(scale)).collect();
        let mut tensors = vec![NamedTensor { name: weight.into(), shape: vec![outputs, inputs], values, half: true }];
        tensors.extend(bias.map(|bias| vector(bias, (0..outputs).map(|_| uniform(scale) - 0.5).collect())));
        tensors
    };
    let width = shape.width;
    let mut tensors = Vec::new();
    tensors.extend(layer("hit.0.weight", Some("hit.0.bias"), 128, 170));
    tensors.extend(layer("hit.1.weight", Some("hit.1.bias"), 128, 128));
    tensors.extend(layer("hit.2.weight", Some("hit.2.bias"), 64, 128));
    tensors.extend(layer("input.weight", Some("input.bias"), width, 196));
    tensors.extend(layer("hidden.0.weight", Some("hidden.0.bias"), width, width));
    tensors.extend(layer("hidden.1.weight", Some("hidden.1.bias"), width, width));
    tensors.extend(layer("heads.weight", Some("heads.bias"), shape.heads(), width));
    tensors.extend(layer("heads.hit.weight", None, shape.heads(), 64));
    let levels = sinc_nsf::STRIKE_LEVELS;
    tensors.extend(layer("heads.timbre.weight", None, shape.heads(), 64));
    tensors.extend(layer("strike.timbre.weight", None, levels, 64));
    tensors.extend(layer("strike.weight", Some("strike.bias"), sinc_nsf::STRIKE_LINES, 64));
    tensors.extend(layer("strike.levels.weight", Some("strike.levels.bias"), levels, 64));
    let even = |count: usize, low: f32, high: f32| {
        (0..count).map(move |k| low * (high / low).powf(k as f32 / (count - 1).max(1) as f32)).collect::<Vec<f32>>()
    };
    let edges = even(shape.bands + 1, 40.0, 18_000.0);
    tensors.push(vector("noise.log2_low", edges[..shape.bands].iter().map(|edge| edge.log2()).collect()));
    tensors.push(vector("noise.log2_width", edges.windows(2).map(|pair| (pair[1] - pair[0]).log2()).collect()));
    tensors.push(vector("sines.frequency_hz", even(shape.sines, 30.0, 12_000.0)));
    tensors.push(vector("sines.phase", (0..shape.sines).map(|k| (k * k) as f32 % std::f32::consts::TAU).collect()));
    tensors.push(vector("normalisation.mean", vec![-1.5, -4.0, 11.5, -2.5, 10.5, 10.5, 7.5]));
    tensors.push(vector("normalisation.std", vec![0.8, 1.5, 1.3, 1.0, 1.0, 1.2, 1.2]));
    tensors.push(factory(0, 60, 4_000.0, 12.0));
    tensors.push(vector("factory.0.timbre", (0..Timbre::COUNT).map(|k| (k * k % 17) as f32 / 8.0 - 1.0).collect()));
    tensors.push(factory(1, 170, 500.0, 50.0));
    tensors
}

/// A decaying impact: rms falls by 1/e every `decay` frames around a fixed brightness.
fn factory(set: usize, frames: usize, centroid_hz: f32, decay: f32) -> NamedTensor {
    let values = (0..frames)
        .flat_map(|frame| {
            let rms = 0.3 * (-(frame as f32) / decay).exp();
            [rms, centroid_hz / 22_050.0, 2.0 * centroid_hz, 0.02, 0.7 * centroid_hz, centroid_hz, 0.1 * centroid_hz]
        })
        .collect();
    NamedTensor { name: format!("factory.{set}"), shape: vec![frames, 7], values, half: false }
}

fn vector(name: &str, values: Vec<f32>) -> NamedTensor {
    NamedTensor { name: name.into(), shape: vec![values.len()], values, half: false }
}
