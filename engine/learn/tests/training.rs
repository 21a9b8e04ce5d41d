//! A tiny network learns, goes on after an interruption, and becomes a bank that the engine plays alike.

use std::path::PathBuf;

use burn::tensor::Device;
use neurorack_engine::ModelBank;
use neurorack_engine::descriptors::analyse;
use neurorack_engine::models::conditioning;
use neurorack_learn::bank::{Label, export};
use neurorack_learn::data::{DataSet, Entry, Hit, Split};
use neurorack_learn::from_bank;
use neurorack_learn::sampling::Balance;
use neurorack_learn::train::{self, Options, train};
use neurorack_learn::watch::Event;
use neurorack_nets::sinc_nsf::Size;

const TINY: Size = Size { width: 20, noise: 6, harmonics: 4, sines: 16 };

/// A decaying tone in noise, pitched by its index.
fn hit(index: usize) -> Hit {
    let mut state = index as u32 + 1;
    let step = std::f32::consts::TAU * (120.0 + 90.0 * index as f32) / 44_100.0;
    let samples: Vec<f32> = (0..9_000)
        .map(|i| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = state as f32 / u32::MAX as f32 - 0.5;
            (0.6 * (step * i as f32).sin() + 0.2 * noise) * (-(i as f32) / 2_500.0).exp()
        })
        .collect();
    let curve = analyse(&samples).unwrap();
    let entry = Entry {
        file: format!("made/{index}.wav"),
        source: "this test".into(),
        licence: "CC0-1.0".into(),
        author: "this test".into(),
        category: "kick".into(),
        sha256: String::new(),
        split: Split::Train,
    };
    Hit { entry, scaled: conditioning::scale(&curve), curve, samples }
}

fn options(folder: &str, steps: usize) -> Options {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(folder);
    Options {
        folder,
        steps,
        batch: 3,
        learning_rate: 2e-2,
        seconds: None,
        size: TINY,
        seed: 7,
        tiers: vec!["made".into()],
        save_every: 1_000,
        device: Device::flex(),
        balance: Balance::default(),
        start: None,
        stop: Default::default(),
    }
}

fn label() -> Label {
    Label {
        name: "Tiny".into(),
        version: "1".into(),
        licence: "CC0-1.0".into(),
        commit: String::new(),
        command: String::new(),
        licences: Default::default(),
        scores: Default::default(),
        held_out: Default::default(),
    }
}

#[test]
fn a_network_learns_resumes_and_becomes_a_bank() {
    let hits: Vec<Hit> = (0..3).map(hit).collect();
    let set = DataSet::from(hits.clone());
    let first = options("learns", 4);
    let _ = std::fs::remove_dir_all(&first.folder);
    let (_, early) = train(&first, &set, &set, |_| ()).unwrap();

    let mut steps = Vec::new();
    let note = |event: Event<'_>| match event {
        Event::Begin { step, .. } => steps.push(step),
        Event::Step(step) => steps.push(step.step),
        Event::Checkpoint { .. } => (),
    };
    let (network, late) = train(&options("learns", 90), &set, &set, note).unwrap();
    assert_eq!(steps, (4..=90).collect::<Vec<_>>(), "it goes on after step 4");
    assert_eq!(late.step, 90);
    let (before, after) = (early.validation_loss, late.validation_loss);
    assert!(after < 0.85 * before, "validation loss went from {before} to {after}");

    let (loaded, _) = train::load(&first.folder).unwrap().expect("the run left a checkpoint");
    let factory: Vec<_> = hits.iter().map(|hit| ("Made".to_owned(), hit.curve.clone(), hit.entry.clone())).collect();
    let bytes = export(&network, None, &late, &factory, &label());
    assert_eq!(
        bytes,
        export(&loaded, None, &late, &factory, &label()),
        "the checkpoint holds the network that was trained"
    );
    let bank = ModelBank::parse(&bytes).unwrap();
    let error = bank.verify().unwrap();
    assert!(error < 1e-4, "the engine differs from burn by {error}");
    assert_eq!(bank.card().factory.len(), 3);

    let again = from_bank::network(&bytes).unwrap();
    assert_eq!((again.normalisation.mean, again.normalisation.std), (late.mean, late.std));
    assert_eq!(
        bytes,
        export(&again.network, None, &late, &factory, &label()),
        "a network read from a bank makes the same bank"
    );
}

#[test]
fn a_run_that_diverges_stops_and_keeps_its_checkpoint() {
    let set = DataSet::from((0..2).map(hit).collect::<Vec<Hit>>());
    let run = options("diverges", 2);
    let _ = std::fs::remove_dir_all(&run.folder);
    train(&run, &set, &set, |_| ()).unwrap();
    let wild = Options { learning_rate: 1e30, ..options("diverges", 10) };
    let why = train(&wild, &set, &set, |_| ()).unwrap_err().to_string();
    assert!(why.contains("not a number") && why.contains("--learning-rate"), "{why}");
    let (_, state) = train::load(&run.folder).unwrap().expect("the first run's checkpoint");
    assert_eq!(state.step, 2);
}

#[test]
fn a_damaged_bank_is_found_out() {
    let hits: Vec<Hit> = (0..1).map(hit).collect();
    let run = options("damaged", 1);
    let _ = std::fs::remove_dir_all(&run.folder);
    let (network, state) = train(&run, &DataSet::from(hits.clone()), &DataSet::from(hits.clone()), |_| ()).unwrap();
    let factory = vec![("Made".to_owned(), hits[0].curve.clone(), hits[0].entry.clone())];
    let mut other = state.clone();
    // A normalisation that the golden hit was not made with.
    other.mean[0] += 0.5;
    let good = export(&network, None, &state, &factory, &label());
    let shifted = export(&network, None, &other, &factory, &label());
    let tensors = safetensors::SafeTensors::deserialize(&good).unwrap();
    let wrong = safetensors::SafeTensors::deserialize(&shifted).unwrap();
    let find = |bytes: &[u8], view: &safetensors::tensor::TensorView<'_>| {
        bytes.windows(view.data().len()).position(|part| part == view.data()).unwrap()
    };
    let mean = tensors.tensor("normalisation.mean").unwrap();
    let at = find(&good, &mean);
    let mut damaged = good.clone();
    damaged[at..at + 28].copy_from_slice(wrong.tensor("normalisation.mean").unwrap().data());
    let why = ModelBank::parse(&damaged).unwrap().verify().unwrap_err().to_string();
    assert!(why.contains("test hit differs"), "{why}");
}
