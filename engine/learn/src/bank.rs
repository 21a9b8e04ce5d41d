//! From a trained network to a bank file: weights in half precision, factory sets, model card, golden hit.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Device, Tensor, TensorData};
use half::f16;
use neurorack_engine::ScaledCurve;
use neurorack_engine::bank::{
    BankCard, FORMAT, FactoryCard, Golden, GoldenMorph, Kind, ModelBank, NamedTensor, Provenance, write,
};
use neurorack_engine::descriptors::{DescriptorCurve, Descriptors, MovedTimbre, Timbre};
use neurorack_engine::fitting::Fitter;
use neurorack_engine::models::conditioning::Normalisation;
use neurorack_engine::models::frave;

use crate::carriers::{Carriers, NOISE_SEED, harmonics};
use crate::checkpoint::State;
use crate::data::Entry;
use neurorack_nets::drive::{Asking, drive, morph};
use neurorack_nets::frave::{Frave, Placed, moved};
use neurorack_nets::sinc_nsf::{
    CONTROL_HOP, Drive, FRAMES_PER_DESCRIPTOR, SAMPLE_RATE_HZ, SincNsf, sine_frequencies, synthesise, values,
};

/// Control hops of a golden hit: 81 ms, three times the strike. It cannot be compressed and is on the way to the first sound.
const GOLDEN_HOPS: usize = 28;
/// The second golden hit: part of the way from the first factory set to the second.
const GOLDEN_MORPH: GoldenMorph = GoldenMorph { factory: 1, alpha: 0.375 };
/// Largest difference of a sample between burn and the engine: i16 noise loops, sums in another order.
const GOLDEN_TOLERANCE: f32 = 1e-4;

/// What the card says besides what the training knows.
#[derive(Debug, Clone)]
pub struct Label {
    /// Name in the instrument's lists.
    pub name: String,
    /// Version of the bank.
    pub version: String,
    /// SPDX expression.
    pub licence: String,
    /// Commit of the code.
    pub commit: String,
    /// Command that trains the bank again.
    pub command: String,
    /// How many training recordings are under each licence.
    pub licences: BTreeMap<String, u32>,
    /// Measured scores.
    pub scores: BTreeMap<String, f64>,
    /// The same on other recordings, by a name of theirs.
    pub held_out: BTreeMap<String, BTreeMap<String, f64>>,
}

/// The bytes of a bank, of kind `frave` where one is given. The golden hit is the first factory set, played by burn with the weights as they are stored.
pub fn export(
    network: &SincNsf,
    frave: Option<&Frave>,
    state: &State,
    factory: &[(String, DescriptorCurve, Entry)],
    label: &Label,
) -> Vec<u8> {
    let device = Device::flex();
    let network = network.clone().to_device(&device).map(&mut ToHalf);
    let frave = frave.map(|frave| frave.clone().to_device(&device).map(&mut ToHalf));
    let normalisation = state.normalisation();
    let carriers = Carriers::new(&network, &device);

    let mut tensors = weights(&network);
    tensors.extend(frave.iter().flat_map(freeing));
    let mut plain = |name: &str, shape: &[usize], values: Vec<f32>| {
        tensors.push(NamedTensor { name: name.to_owned(), shape: shape.to_vec(), values, half: false });
    };
    let size = network.size();
    let (low, width) = network.noise_edges();
    plain("noise.log2_low", &[size.noise], values(low));
    plain("noise.log2_width", &[size.noise], values(width));
    plain("sines.phase", &[size.sines], carriers.sine_phases.clone());
    plain("sines.frequency_hz", &[size.sines], sine_frequencies(size.sines));
    plain("normalisation.mean", &[7], normalisation.mean.to_vec());
    plain("normalisation.std", &[7], normalisation.std.to_vec());
    let curves: Vec<DescriptorCurve> = factory.iter().map(|(_, curve, _)| in_half(curve)).collect();
    for (index, curve) in curves.iter().enumerate() {
        let frames = curve.frames();
        let values = frames.iter().flat_map(|frame| frame.to_array()).collect();
        let shape = vec![frames.len(), Descriptors::COUNT];
        tensors.push(NamedTensor { name: format!("factory.{index}"), shape, values, half: true });
        if let Some(timbre) = curve.timbre() {
            let (name, values) = (format!("factory.{index}.timbre"), timbre.values().to_vec());
            tensors.push(NamedTensor { name, shape: vec![Timbre::COUNT], values, half: true });
        }
    }
    let mut plain = |name: &str, shape: &[usize], values: Vec<f32>| {
        tensors.push(NamedTensor { name: name.to_owned(), shape: shape.to_vec(), values, half: false });
    };

    let play = |driven: &Drive, f0_hz: &[Vec<f32>], hops: usize| {
        let noise = carriers.noise(hops, &vec![0; size.noise], &device);
        let own = harmonics(f0_hz, size.harmonics, &device);
        values(synthesise(&network.gains(driven), noise, carriers.sines(hops), carriers.strike(), own))
    };
    let ends = [0, GOLDEN_MORPH.factory.min(factory.len() - 1)].map(|index| ScaledCurve::from(&curves[index]));
    let (timbres, between) = timbres(frave.as_ref(), &ends, &normalisation);
    let [scaled, other] = ends.each_ref().map(ScaledCurve::frames);
    let first = Asking { curve: scaled, timbre: timbres[0].as_ref() };
    let hops = GOLDEN_HOPS.min(FRAMES_PER_DESCRIPTOR * (scaled.len() - 1)).max(1);
    let (driven, f0_hz) = drive(&[first], &[1.0], hops + 1, &normalisation, &device);
    plain("golden.audio", &[hops * CONTROL_HOP], play(&driven, &f0_hz, hops));

    let shortest = scaled.len().min(other.len()) - 1;
    let hops = GOLDEN_HOPS.min(FRAMES_PER_DESCRIPTOR * shortest).max(1);
    let second = Asking { curve: other, timbre: timbres[1].as_ref() };
    let (driven, f0_hz) =
        morph([first, second], between.as_ref(), GOLDEN_MORPH.alpha, hops + 1, &normalisation, &device);
    plain("golden.morph", &[hops * CONTROL_HOP], play(&driven, &f0_hz, hops));

    let kind = if frave.is_some() { Kind::Frave } else { Kind::SincNsf };
    write(&BankCard { kind: kind.name().to_owned(), ..card(state, factory, label) }, &tensors)
}

/// Factory sets as they were measured, with their timbres fitted to the bank that they are for, where its kind allows.
pub fn fitted(
    bank: &ModelBank,
    mut factory: Vec<(String, DescriptorCurve, Entry)>,
) -> Vec<(String, DescriptorCurve, Entry)> {
    if let Some(fitter) = Fitter::new(bank) {
        factory.iter_mut().for_each(|(_, curve, _)| *curve = fitter.fit(curve));
    }
    factory
}

/// The timbres that two curves are played with, and under [`GOLDEN_MORPH`] the one that is made between them.
fn timbres(
    frave: Option<&Frave>,
    ends: &[ScaledCurve; 2],
    normalisation: &Normalisation,
) -> ([Option<MovedTimbre>; 2], Option<MovedTimbre>) {
    let Some(frave) = frave else { return (ends.each_ref().map(|curve| curve.timbre().copied()), None) };
    let places = frave.places(&ends.each_ref().map(|curve| curve.timbre().map(|moved| &moved.timbre)));
    let place = frave::place(&[places[0], places[1]], GOLDEN_MORPH.alpha, &[0.0; frave::PLAYED]);
    let course = ends[0].course().towards(ends[1].course(), GOLDEN_MORPH.alpha);
    let moved = ends.each_ref().map(|curve| moved(curve.timbre()));
    let asked = [
        Placed { place: places[0], course: *ends[0].course(), moved: moved[0] },
        Placed { place: places[1], course: *ends[1].course(), moved: moved[1] },
        Placed { place, course, moved: frave::between(&moved, GOLDEN_MORPH.alpha) },
    ];
    let made = frave.made(&asked, normalisation);
    ([made.first().copied(), made.get(1).copied()], made.get(2).copied())
}

fn card(state: &State, factory: &[(String, DescriptorCurve, Entry)], label: &Label) -> BankCard {
    let mut ranges = [[f32::INFINITY, f32::NEG_INFINITY]; 7];
    for frame in factory.iter().flat_map(|(_, curve, _)| curve.frames()) {
        for (range, value) in ranges.iter_mut().zip(frame.to_array()) {
            *range = [range[0].min(value), range[1].max(value)];
        }
    }
    BankCard {
        format: FORMAT,
        kind: Kind::SincNsf.name().to_owned(),
        version: label.version.clone(),
        name: label.name.clone(),
        sample_rate_hz: SAMPLE_RATE_HZ as u32,
        control_hop: CONTROL_HOP as u32,
        descriptor_hop: (CONTROL_HOP * FRAMES_PER_DESCRIPTOR) as u32,
        noise_seed: NOISE_SEED,
        descriptor_ranges: ranges,
        factory: factory
            .iter()
            .map(|(name, _, entry)| FactoryCard {
                name: name.clone(),
                category: entry.category.clone(),
                licence: entry.licence.clone(),
                author: entry.author.clone(),
                source: entry.source.clone(),
            })
            .collect(),
        licence: label.licence.clone(),
        provenance: Provenance {
            data_set_hash: state.data_set_hash.clone(),
            recordings: state.recordings as u32,
            licences: label.licences.clone(),
            commit: label.commit.clone(),
            command: label.command.clone(),
            steps: state.step as u64,
        },
        scores: label.scores.clone(),
        held_out: label.held_out.clone(),
        golden: Golden {
            factory: 0,
            tolerance: GOLDEN_TOLERANCE,
            morph: Some(GoldenMorph { factory: GOLDEN_MORPH.factory.min(factory.len() - 1), ..GOLDEN_MORPH }),
        },
    }
}

/// The layers that make timbres, stored as those of the network are.
fn freeing(frave: &Frave) -> Vec<NamedTensor> {
    let mut tensors = Vec::new();
    for (part, layers) in [("encoder", &frave.encoder), ("expected", &frave.expected), ("decoder", &frave.decoder)] {
        for (index, layer) in layers.iter().enumerate() {
            let [inputs, outputs] = layer.weight.val().dims();
            let name = |what: &str| format!("frave.{part}.{index}.{what}");
            let weight = values(layer.weight.val().transpose());
            tensors.push(NamedTensor {
                name: name("weight"),
                shape: vec![outputs, inputs],
                values: weight,
                half: true,
            });
            let bias = layer.bias.as_ref().expect("every layer has a bias");
            tensors.push(NamedTensor {
                name: name("bias"),
                shape: vec![outputs],
                values: values(bias.val()),
                half: true,
            });
        }
    }
    tensors
}

/// The matrices and biases in half precision, `[outputs, inputs]`; burn keeps them `[inputs, outputs]`.
fn weights(network: &SincNsf) -> Vec<NamedTensor> {
    let mut tensors = Vec::new();
    let mut push = |name: String, shape: Vec<usize>, values: Vec<f32>| {
        tensors.push(NamedTensor { name, shape, values, half: true });
    };
    let turned = |weight: Tensor<2>| {
        let [inputs, outputs] = weight.dims();
        (vec![outputs, inputs], values(weight.transpose()))
    };
    let linears = [
        ("hit.0", &network.hit_0),
        ("hit.1", &network.hit_1),
        ("hit.2", &network.hit_2),
        ("input", &network.input),
        ("hidden.0", &network.hidden_0),
        ("hidden.1", &network.hidden_1),
        ("heads", &network.heads),
        ("heads.hit", &network.heads_hit),
        ("heads.timbre", &network.heads_timbre),
        ("strike", &network.strike),
        ("strike.levels", &network.strike_levels),
        ("strike.timbre", &network.strike_timbre),
    ];
    for (name, layer) in linears {
        let (shape, matrix) = turned(layer.weight.val());
        if let Some(bias) = &layer.bias {
            push(format!("{name}.bias"), vec![shape[0]], values(bias.val()));
        }
        push(format!("{name}.weight"), shape, matrix);
    }
    tensors
}

/// A curve as the bank keeps it: eleven bits are finer than any descriptor is measured.
pub(crate) fn in_half(curve: &DescriptorCurve) -> DescriptorCurve {
    let round = |value: f32| f16::from_f32(value).to_f32();
    let frames = curve.frames().iter().map(|frame| Descriptors::from_array(frame.to_array().map(round))).collect();
    let timbre = curve.timbre().and_then(|timbre| Timbre::new(timbre.values().map(round)));
    DescriptorCurve::new(frames).expect("descriptors are far below the largest half").with_timbre(timbre)
}

/// Low bits of a half that parameters do without: seven of the ten behind the point are enough to play from, and zeros
/// compress on the way to the browser.
const SPARED_BITS: u32 = 3;

/// Rounds every parameter to half precision, and further to a multiple of eight units in the last place.
pub(crate) struct ToHalf;

impl ModuleMapper for ToHalf {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        param.map(|tensor| {
            let (shape, device) = (tensor.dims(), tensor.device());
            let rounded: Vec<f32> = values(tensor.detach()).into_iter().map(rounded).collect();
            Tensor::from_data(TensorData::new(rounded, shape), &device)
        })
    }
}

/// To the nearest half whose low bits are zero. Halves are sign and magnitude, so this rounds either sign alike.
fn rounded(value: f32) -> f32 {
    let spared = (1 << SPARED_BITS) - 1;
    f16::from_bits((f16::from_f32(value).to_bits() + (1 << (SPARED_BITS - 1))) & !spared).to_f32()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_keep_their_sign_and_seven_bits() {
        for value in [0.0f32, 1.0, -1.0, 0.1, -0.1, 3.3e-3, -7.7, 123.4] {
            let near = rounded(value);
            assert!((near - value).abs() <= value.abs() * 0.005, "{value} became {near}");
            assert_eq!(rounded(near), near, "{value} twice");
            assert_eq!(rounded(-value), -near, "{value} and its negative");
            assert_eq!(f16::from_f32(near).to_bits() % 8, 0, "{value}");
        }
    }
}
