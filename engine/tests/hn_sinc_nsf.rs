//! The original's network in plain Rust computes what its published description says.
//!
//! `nets/tests/data/hn_sinc_nsf` holds random weights under the published tensor names and a case of six frames at the edges
//! (silent, unvoiced, f0 of 4 kHz, full scale) with its random draws and the expected signals, computed by an independent
//! implementation. The context is stored every 64 samples.

use neurorack_engine::models::hn_sinc_nsf::{Draws, FRAME_SAMPLES, Frame, Trace, Weights, trace};
use safetensors::SafeTensors;
use std::path::{Path, PathBuf};

const CONTEXT_STRIDE: usize = 64;
const WIDTH: usize = 64;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("nets/tests/data/hn_sinc_nsf")
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A signal of a case: the reference folder has other names for some than the repository's case.
fn stored_signal(file: &SafeTensors<'_>, name: &str) -> Vec<f32> {
    let reference = match name {
        "condition" => "cond_conv2",
        "harmonic_source" => "har_source",
        "noise_source" => "noi_source",
        "context_every_64" if file.tensor(name).is_err() => {
            return stored(file, "context").chunks_exact(WIDTH).step_by(CONTEXT_STRIDE).flatten().copied().collect();
        }
        name => name,
    };
    stored(file, if file.tensor(name).is_ok() { name } else { reference })
}

fn stored(file: &SafeTensors<'_>, name: &str) -> Vec<f32> {
    let tensor = file.tensor(name).unwrap_or_else(|error| panic!("{name}: {error}"));
    tensor.data().as_chunks::<4>().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect()
}

fn weights(folder: &Path) -> Weights {
    let bytes = read(&folder.join("weights.safetensors"));
    let file = SafeTensors::deserialize(&bytes).expect("safetensors");
    let mut values = |name: &str, shape: &[usize]| {
        let tensor = file.tensor(name).map_err(|error| error.to_string())?;
        if tensor.shape() == shape { Ok(stored(&file, name)) } else { Err(format!("{name}: {:?}", tensor.shape())) }
    };
    Weights::build(&mut values).expect("the published tensors")
}

fn check(folder: &Path, case: &str) {
    let bytes = read(&folder.join(case));
    let file = SafeTensors::deserialize(&bytes).expect("safetensors");
    let frames: Vec<Frame> = stored(&file, "descriptors").as_chunks().0.to_vec();
    let samples = frames.len() * FRAME_SAMPLES;
    let noise = stored(&file, "noise_sines");
    let phases = stored(&file, "initial_phase_cycles");
    let draws = Draws {
        initial_phase_cycles: phases.try_into().expect("17 phases"),
        sines: (0..17).flat_map(|sine| noise.iter().skip(sine).step_by(17).copied()).collect(),
        source: stored_signal(&file, "noise_source"),
    };
    let Trace { condition, context, cutoff, harmonic_source, audio } = trace(&weights(folder), &frames, &draws);
    let context = (0..samples)
        .step_by(CONTEXT_STRIDE)
        .flat_map(|sample| {
            let frame = &context[sample / FRAME_SAMPLES * WIDTH * FRAME_SAMPLES..];
            (0..WIDTH).map(move |channel| frame[channel * FRAME_SAMPLES + sample % FRAME_SAMPLES])
        })
        .collect();
    // Sums run in another order than in the reference; a cumulative phase and 15 blocks of tanh carry that to the
    // tolerances stated with the reference.
    for (signal, name, actual, tolerance) in [
        ("condition", "condition", condition, 2e-5),
        ("context", "context_every_64", context, 2e-5),
        ("cut-off", "cutoff", cutoff, 5e-5),
        ("harmonic source", "harmonic_source", harmonic_source, 1e-5),
        ("audio", "audio", audio, 2e-4),
    ] {
        let expected = stored_signal(&file, name);
        assert_eq!(actual.len(), expected.len(), "{signal}");
        let largest = actual.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        println!("{case}: {signal} differs by at most {largest:.2e}");
        assert!(largest <= tolerance, "{signal} differs by {largest:.2e}");
    }
}

#[test]
fn every_stage_matches_the_published_network() {
    check(&folder(), "case_edge_6_frames.safetensors");
}

/// `NEURORACK_REFERENCE=FOLDER cargo test -p neurorack-engine --test hn_sinc_nsf -- --ignored --nocapture`
#[test]
#[ignore = "reads the folder with all three cases, which NEURORACK_REFERENCE names"]
fn every_case_of_a_reference_folder_matches() {
    let folder = PathBuf::from(std::env::var_os("NEURORACK_REFERENCE").expect("NEURORACK_REFERENCE names a folder"));
    for case in ["case_3_frames", "case_12_frames", "case_edge_6_frames"] {
        check(&folder, &format!("{case}.safetensors"));
    }
}
