//! Many hits at once are the hits that the engine streams.

use burn::tensor::Device;
use neurorack_engine::descriptors::DescriptorCurve;
use neurorack_engine::models::conditioning::{Conditioned, scale};
use neurorack_engine::offline::plain_hit;
use neurorack_nets::bank_network::BankNetwork;
use neurorack_nets::batch::{BatchRenderer, MOST_HITS, samples};
use neurorack_nets::drive::Asking;

/// Largest difference relative to a sound's peak: sums in another order, and 16-bit noise on both sides.
const TOLERANCE: f32 = 1e-3;

fn bank() -> Vec<u8> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../static/banks/impacts.safetensors");
    std::fs::read(path).expect("the shipped bank")
}

/// The sounds of these curves, all in batches of so many.
fn render(renderer: &BatchRenderer, curves: &[DescriptorCurve], at_once: usize) -> Vec<Vec<f32>> {
    let scaled: Vec<Vec<Conditioned>> = curves.iter().map(scale).collect();
    let timbres: Vec<_> = curves.iter().map(DescriptorCurve::moved_timbre).collect();
    let hits: Vec<Asking<'_>> =
        scaled.iter().zip(&timbres).map(|(curve, timbre)| Asking { curve, timbre: timbre.as_ref() }).collect();
    let mut sounds = vec![Vec::new(); hits.len()];
    for (hits, sounds) in hits.chunks(at_once).zip(sounds.chunks_mut(at_once)) {
        for stretch in renderer.begin(hits) {
            let length = stretch.dims()[1];
            let values: Vec<f32> = stretch.into_data().try_to_vec().expect("sounds are f32");
            sounds.iter_mut().zip(values.chunks(length)).for_each(|(sound, values)| sound.extend(values));
        }
        hits.iter().zip(sounds).for_each(|(hit, sound)| sound.truncate(samples(hit)));
    }
    sounds
}

fn assert_close(name: &str, rendered: &[f32], streamed: &[f32]) {
    assert!(rendered.len().abs_diff(streamed.len()) <= 1, "{name}: {} and {} samples", rendered.len(), streamed.len());
    let peak = streamed.iter().fold(0.0f32, |peak, x| peak.max(x.abs()));
    let difference = rendered.iter().zip(streamed).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    println!("{name}: {:.1e} of the peak", difference / peak);
    assert!(difference <= TOLERANCE * peak, "{name} differs by {difference:.2e} of a peak of {peak:.2}");
}

#[test]
fn every_factory_sound_is_the_one_that_the_engine_streams() {
    let device = Device::flex();
    let network = BankNetwork::read(&bank(), &device).expect("the shipped bank has a network");
    let renderer = BatchRenderer::new(&network, &device);
    let prepared = network.bank.prepare(44_100);
    let curves = network.bank.factory();
    let sounds = render(&renderer, curves, MOST_HITS);
    for ((card, curve), sound) in network.bank.card().factory.iter().zip(curves).zip(&sounds) {
        assert_close(&card.name, sound, &plain_hit(&prepared, curve));
    }
}

#[test]
fn a_sound_does_not_depend_on_those_it_is_rendered_with() {
    let device = Device::flex();
    let network = BankNetwork::read(&bank(), &device).expect("the shipped bank has a network");
    let renderer = BatchRenderer::new(&network, &device);
    let curves = &network.bank.factory()[..3];
    let together = render(&renderer, curves, 3);
    for (index, (alone, together)) in render(&renderer, curves, 1).iter().zip(&together).enumerate() {
        assert_close(&format!("set {index}"), together, alone);
    }
}
