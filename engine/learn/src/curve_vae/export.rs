//! From a trained autoencoder to a map file: weights in half precision, Gaussian, map, golden vectors, card.

use std::collections::BTreeMap;

use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::tensor::{Device, Tensor};
use neurorack_engine::bank::{NamedTensor, Provenance};
use neurorack_engine::models::curve_vae::{
    CHANNELS, CurveVaeCard, FORMAT, KIND, LATENT, Outline, OutlineNormalisation, POINTS, SCALARS, VALUES, write,
};

use super::batch::Batch;
use super::map::{self, Layout, Point};
use super::{CurveVae, outlines};
use crate::bank::ToHalf;
use crate::data::{self, Hit};
use neurorack_nets::sinc_nsf::values;

/// Golden vectors of a file.
const GOLDEN: usize = 4;

/// What the card says besides what the training knows.
#[derive(Debug, Clone)]
pub struct Label {
    /// Name shown in lists.
    pub name: String,
    /// Version of the map.
    pub version: String,
    /// SPDX expression.
    pub licence: String,
    /// Commit of the code.
    pub commit: String,
    /// Command that makes the map again.
    pub command: String,
}

/// Everything that goes into a map file except its scores.
#[derive(Debug, Clone)]
pub struct Export {
    card: CurveVaeCard,
    tensors: Vec<NamedTensor>,
    /// Latent points of the training curves, by the weights as they are stored.
    pub points: Vec<Point>,
}

impl Export {
    /// Rounds the network as it is stored, fits Gaussian and map to the training curves, records the golden vectors.
    pub fn new(
        network: &CurveVae,
        steps: usize,
        normalisation: &OutlineNormalisation,
        (hits, curves, weights): (&[Hit], &[Outline], &[f64]),
        layout: Layout,
        label: &Label,
    ) -> Self {
        let device = Device::flex();
        let network = network.clone().to_device(&device).map(&mut ToHalf);
        let batch = Batch::of(curves, normalisation);
        let (mean, _) = network.encode(outlines(batch.values.clone(), &device));
        let points = values(mean).as_chunks::<LATENT>().0.to_vec();

        let (mean, factor) = map::gaussian(&points, weights);
        let metric = map::metric(&network, &points, curves, weights);
        let wished = map::wished_places(curves, weights);
        let nodes = map::sheet(&points, weights, &wished, &metric, layout);

        let mut tensors = weights_of(&network);
        let mut plain = |name: &str, shape: &[usize], values: Vec<f32>| {
            tensors.push(NamedTensor { name: name.to_owned(), shape: shape.to_vec(), values, half: false });
        };
        plain("normalisation.mean", &[CHANNELS + SCALARS], normalisation.mean.to_vec());
        plain("normalisation.std", &[CHANNELS + SCALARS], normalisation.std.to_vec());
        plain("gaussian.mean", &[LATENT], mean.to_vec());
        plain("gaussian.factor", &[LATENT, LATENT], factor.as_flattened().to_vec());
        plain("map.metric", &[LATENT, LATENT], metric.as_flattened().to_vec());
        plain("map.nodes", &[nodes.len(), LATENT], nodes.as_flattened().to_vec());

        let stride = (curves.len() / GOLDEN).max(1);
        let input: Vec<f32> =
            batch.values.chunks_exact(VALUES).step_by(stride).take(GOLDEN).flatten().copied().collect();
        let count = input.len() / VALUES;
        let (latent, _) = network.encode(outlines(input.clone(), &device));
        plain("golden.output", &[count, VALUES], values(network.decode(latent.clone())));
        plain("golden.latent", &[count, LATENT], values(latent));
        plain("golden.input", &[count, VALUES], input);
        Self { card: card(hits, steps, label), tensors, points }
    }

    /// The bytes of the file, with these scores in its card.
    pub fn bytes(&self, scores: BTreeMap<String, f64>) -> Vec<u8> {
        write(&CurveVaeCard { scores, ..self.card.clone() }, &self.tensors)
    }
}

fn card(hits: &[Hit], steps: usize, label: &Label) -> CurveVaeCard {
    let mut licences = BTreeMap::new();
    let mut peak_db = [f32::INFINITY, f32::NEG_INFINITY];
    for hit in hits {
        *licences.entry(hit.entry.licence.clone()).or_default() += 1;
        let peak = hit.curve.frames().iter().fold(1e-4f32, |peak, frame| peak.max(frame.rms));
        let db = 20.0 * peak.log10();
        peak_db = [peak_db[0].min(db), peak_db[1].max(db)];
    }
    CurveVaeCard {
        format: FORMAT,
        kind: KIND.to_owned(),
        version: label.version.clone(),
        name: label.name.clone(),
        licence: label.licence.clone(),
        licences,
        provenance: Provenance {
            data_set_hash: data::fingerprint(hits),
            recordings: hits.len() as u32,
            licences: BTreeMap::new(),
            commit: label.commit.clone(),
            command: label.command.clone(),
            steps: steps as u64,
        },
        peak_db: [peak_db[0], peak_db[1].max(peak_db[0])],
        scores: BTreeMap::new(),
    }
}

/// The matrices and biases in half precision, `[outputs, inputs]`; burn keeps them `[inputs, outputs]`.
fn weights_of(network: &CurveVae) -> Vec<NamedTensor> {
    let mut tensors = Vec::new();
    let mut push = |name: &str, shape: Vec<usize>, values: Vec<f32>| {
        tensors.push(NamedTensor { name: name.to_owned(), shape, values, half: true });
    };
    let layers: [(&str, &Linear, Option<usize>); 6] = [
        ("encoder.0", &network.encoder_0, None),
        ("encoder.1", &network.encoder_1, None),
        // The variances are needed in training alone.
        ("encoder.2", &network.encoder_2, Some(LATENT)),
        ("decoder.0", &network.decoder_0, None),
        ("decoder.1", &network.decoder_1, None),
        ("decoder.2", &network.decoder_2, None),
    ];
    for (name, layer, first) in layers {
        let [inputs, outputs] = layer.weight.val().dims();
        let outputs = first.unwrap_or(outputs);
        let matrix = layer.weight.val().narrow(1, 0, outputs).transpose();
        push(&format!("{name}.weight"), vec![outputs, inputs], values(matrix));
        let bias = layer.bias.as_ref().expect("every layer has a bias").val();
        push(&format!("{name}.bias"), vec![outputs], values(bias.narrow(0, 0, outputs)));
    }
    let turned = |basis: &Param<Tensor<3>>| values(basis.val().swap_dims(1, 2));
    let basis = network.decoder_basis.val().dims()[1];
    push("encoder.basis", vec![CHANNELS * basis, POINTS], turned(&network.encoder_basis));
    push("decoder.basis", vec![CHANNELS * POINTS, basis], turned(&network.decoder_basis));
    push("decoder.offset", vec![CHANNELS, POINTS], values(network.decoder_offset.val()));
    tensors
}
