//! The hn-sinc-NSF in burn computes what its published description says.
//!
//! `data/hn_sinc_nsf` holds random weights under the published tensor names and a case of six frames
//! at the edges (silent, unvoiced, f0 of 4 kHz, full scale) with its random draws and the expected
//! signals, computed by an independent implementation. The context is stored every 64 samples.

use burn::tensor::{Device, Tensor, TensorData};
use neurorack_engine::models::hn_sinc_nsf::{Draws, Frame, Weights, render};
use neurorack_nets::hn_sinc_nsf::{HOP_SAMPLES, HnSincNsf, Noise, WeightsError, benchmark};
use safetensors::SafeTensors;
use std::convert::Infallible;
use std::path::PathBuf;

const CONTEXT_STRIDE: usize = 64;

fn read(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/hn_sinc_nsf").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Values of a stored tensor and its shape.
fn stored(file: &SafeTensors<'_>, name: &str) -> (Vec<f32>, Vec<usize>) {
    let tensor = file.tensor(name).unwrap();
    let values = tensor.data().as_chunks::<4>().0.iter().map(|&b| f32::from_le_bytes(b)).collect();
    (values, tensor.shape().to_vec())
}

fn largest_difference(actual: Tensor<3>, expected: &[f32]) -> f32 {
    let actual: Vec<f32> = actual.into_data().try_to_vec().unwrap();
    assert_eq!(actual.len(), expected.len());
    actual.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn every_stage_matches_the_published_network() {
    every_stage_matches(&Device::flex());
}

#[cfg(feature = "wgpu")]
#[test]
#[ignore = "needs a graphics card: cargo test --release -p neurorack-nets --features wgpu -- --ignored"]
fn every_stage_matches_on_a_graphics_card() {
    let device = futures::executor::block_on(Device::wgpu_options().init_async()).expect("a graphics card");
    every_stage_matches(&device);
}

fn every_stage_matches(device: &Device) {
    let network = HnSincNsf::load(&read("weights.safetensors"), device).unwrap();
    let bytes = read("case_edge_6_frames.safetensors");
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let (descriptors, shape) = stored(&file, "descriptors");
    let frames = shape[0];
    let length = frames * HOP_SAMPLES;
    let tensor = |name: &str, shape: [usize; 3]| -> Tensor<3> {
        Tensor::from_data(TensorData::new(stored(&file, name).0, shape), device)
    };
    let noise = Noise {
        initial_phase_cycles: stored(&file, "initial_phase_cycles").0.try_into().unwrap(),
        sines: tensor("noise_sines", [1, length, 17]).swap_dims(1, 2),
        source: tensor("noise_source", [1, 1, length]),
    };
    let trace = network.trace(descriptors.as_chunks().0, noise);

    let kept = (0..length).step_by(CONTEXT_STRIDE);
    let context = Tensor::cat(kept.map(|sample| trace.context.clone().narrow(2, sample, 1)).collect(), 2);
    let mut wrong = Vec::new();
    // Sums run in another order than in the reference; a cumulative phase and 15 blocks of tanh
    // carry that to the tolerances stated with the reference.
    for (signal, expected, actual, tolerance) in [
        ("condition", "condition", trace.condition.swap_dims(1, 2), 2e-5),
        ("context", "context_every_64", context.swap_dims(1, 2), 2e-5),
        ("cut-off", "cutoff", trace.cutoff, 5e-5),
        ("harmonic source", "harmonic_source", trace.harmonic_source, 1e-5),
        ("audio", "audio", trace.audio, 2e-4),
    ] {
        let difference = largest_difference(actual, &stored(&file, expected).0);
        println!("{signal} differs by at most {difference:.2e}");
        if difference > tolerance {
            wrong.push(format!("{signal} by {difference:.2e}"));
        }
    }
    assert!(wrong.is_empty(), "these differ: {wrong:?}");
}

#[test]
fn the_engine_renders_the_same_sound_from_the_same_draws() {
    let device = Device::flex();
    let bytes = read("weights.safetensors");
    let network = HnSincNsf::load(&bytes, &device).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let Ok(weights) = Weights::build(&mut |name: &str, _: &[usize]| Ok::<_, Infallible>(stored(&file, name).0));
    let frames: Vec<Frame> =
        (0..5).map(|k| [0.3 / (1 + k) as f32, 0.1, 4_000.0, 0.02, 1_200.0, 2_000.0, 55.0 * k as f32]).collect();
    let draws = Draws::new(7, frames.len());
    let burn: Vec<f32> = network.forward(&frames, Noise::from_draws(&draws, &device)).into_data().try_to_vec().unwrap();
    let engine = render(&weights, &frames, &draws);
    assert_eq!(burn.len(), engine.len());
    let difference = burn.iter().zip(&engine).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    println!("burn and engine differ by at most {difference:.2e}");
    assert!(difference <= 2e-4, "{difference:.2e}");
}

#[test]
fn a_foreign_file_is_refused_with_the_name_of_the_first_missing_tensor() {
    let bytes = read("case_edge_6_frames.safetensors");
    let error = HnSincNsf::load(&bytes, &Device::flex()).unwrap_err();
    assert!(matches!(&error, WeightsError::Missing { name } if name == "input_mean"), "{error}");
}

#[test]
fn a_truncated_file_is_refused() {
    let bytes = read("weights.safetensors");
    let error = HnSincNsf::load(&bytes[..bytes.len() - 4], &Device::flex()).unwrap_err();
    assert!(matches!(error, WeightsError::Container(_)), "{error}");
}

#[test]
fn the_benchmark_renders_whole_frames_and_takes_time() {
    let result = benchmark(0.1).unwrap();
    assert!((result.audio_seconds - 4.0 * 512.0 / 22_050.0).abs() < 1e-6, "{result:?}");
    for load in [result.load(), result.engine_load()] {
        assert!(load > 0.0 && load.is_finite(), "{result:?}");
    }
}
