//! A latent of timbre is learned, becomes part of a bank that the engine plays alike, and a network learns on with it.

use std::path::PathBuf;

use burn::tensor::Device;
use neurorack_engine::ModelBank;
use neurorack_engine::bank::Kind;
use neurorack_engine::descriptors::{Timbre, analyse};
use neurorack_engine::models::conditioning;
use neurorack_engine::models::frave::{COURSE, DECODED, LATENT};
use neurorack_learn::bank::{Label, export};
use neurorack_learn::data::{DataSet, Entry, Hit, Split};
use neurorack_learn::frave::{Example, Examples, Options as FraveOptions, Variant, swap, train as train_latent};
use neurorack_learn::from_bank;
use neurorack_learn::sampling::Balance;
use neurorack_learn::train::{Options, Start, train};
use neurorack_nets::frave::Frave;
use neurorack_nets::sinc_nsf::{SincNsf, Size, matrix, values};

const TINY: Size = Size { width: 20, noise: 6, harmonics: 4, sines: 16 };

/// A decaying tone in noise, pitched and coloured by its index.
fn hit(index: usize) -> Hit {
    let mut state = index as u32 + 1;
    let step = std::f32::consts::TAU * (120.0 + 140.0 * index as f32) / 44_100.0;
    let noisy = 0.1 + 0.1 * (index % 4) as f32;
    let samples: Vec<f32> = (0..9_000)
        .map(|i| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = state as f32 / u32::MAX as f32 - 0.5;
            (0.6 * (step * i as f32).sin() + noisy * noise) * (-(i as f32) / 2_500.0).exp()
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

fn options(folder: &str, steps: usize, start: Option<Start>) -> Options {
    Options {
        folder: PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(folder),
        steps,
        batch: 6,
        learning_rate: 1e-3,
        seconds: None,
        size: TINY,
        seed: 7,
        tiers: vec!["made".into()],
        save_every: 1_000,
        device: Device::flex(),
        balance: Balance::default(),
        start,
        stop: Default::default(),
    }
}

/// Mean squared error of the decoded numbers, as they count.
fn error(frave: &Frave, examples: &[Example]) -> f32 {
    let device = Device::flex();
    let rows = examples.len();
    let timbres = examples.iter().flat_map(|example| example.timbre).collect();
    let courses = examples.iter().flat_map(|example| example.course).collect();
    let places = frave.encode(matrix(timbres, rows, Timbre::COUNT, &device));
    let decoded = values(frave.decode(places, matrix(courses, rows, COURSE, &device)));
    let one = |(decoded, example): (&[f32], &Example)| {
        let numbers = decoded.iter().zip(&example.timbre).zip(example.weights());
        numbers.map(|((decoded, wanted), weight)| weight * (decoded - wanted).powi(2)).sum::<f32>()
    };
    decoded.chunks_exact(DECODED).zip(examples).map(one).sum::<f32>() / rows as f32
}

#[test]
fn a_latent_is_learned_and_becomes_part_of_a_bank() {
    let hits: Vec<Hit> = (0..8).map(hit).collect();
    let set = DataSet::from(hits.clone());
    let first = options("frave-first", 1, None);
    let _ = std::fs::remove_dir_all(&first.folder);
    let (network, state) = train(&first, &set, &set, |_| ()).unwrap();
    let normalisation = state.normalisation();
    let examples = Examples::of(&set, &[1.0; 8], 3, &normalisation, 1).unwrap();
    assert!((9..=32).contains(&examples.hits.len()) && examples.weights.len() == examples.hits.len());

    let with = |variant, steps| FraveOptions { steps, variant, ..FraveOptions::default() };
    let mut said = Vec::new();
    let trained =
        train_latent(&with(Variant::Freed, 120), &examples, &examples.hits, |line| said.push(line.to_owned())).frave;
    assert!(said.iter().any(|line| line.starts_with("step     0")), "{said:?}");
    let early = train_latent(&with(Variant::Conditioned, 1), &examples, &examples.hits, |_| ()).frave;
    let (before, after) = (error(&early, &examples.hits), error(&trained, &examples.hits));
    assert!(after < 0.4 * before, "the error went from {before} to {after}");
    let known: Vec<Timbre> = examples.hits.iter().map(|example| Timbre::new(example.timbre).unwrap()).collect();
    let places = trained.places(&known.iter().map(Some).collect::<Vec<_>>());
    let spread = |index: usize| places.iter().map(|place| place[index].powi(2)).sum::<f32>() / places.len() as f32;
    assert!((spread(0) - 1.0).abs() < 0.05, "the first dimension has deviation {}", spread(0).sqrt());
    assert_eq!(trained.places(&[None]), [[0.0; LATENT]], "without a timbre it is the average sound's");

    let factory: Vec<_> = hits.iter().map(|hit| ("Made".to_owned(), hit.curve.clone(), hit.entry.clone())).collect();
    let bytes = export(&network, Some(&trained), &state, &factory, &label());
    let bank = ModelBank::parse(&bytes).unwrap();
    assert_eq!(bank.kind(), Kind::Frave);
    let error = bank.verify().unwrap();
    assert!(error < 1e-4, "the engine differs from burn by {error}");
    let start = from_bank::network(&bytes).unwrap();
    let again = export(&start.network, start.frave.as_ref(), &state, &factory, &label());
    assert_eq!(bytes, again, "what is read from a bank makes the same bank");

    // The network learns on with the timbres that the latent makes, and with descriptors of other sounds.
    let frave = start.frave.clone();
    let on = options("frave-on", 4, Some(start));
    let _ = std::fs::remove_dir_all(&on.folder);
    let (adapted, state) = train(&on, &set, &set, |_| ()).unwrap();
    assert!(state.validation_loss.is_finite() && state.base.is_some());
    let changed = |network: &SincNsf| values(network.heads.weight.val());
    assert_ne!(changed(&adapted), changed(&network));
    let adapted = ModelBank::parse(&export(&adapted, frave.as_ref(), &state, &factory, &label())).unwrap();
    assert!(adapted.verify().unwrap() < 1e-4);

    let followed = swap::measure(&adapted, &hits[..3], 1);
    let again = swap::measure(&adapted, &hits[..3], 1);
    assert_eq!(followed.map(|one| one.r), again.map(|one| one.r), "the same seed swaps the same");
    assert!(followed[0].r[0] > 0.8, "even so small a network follows loudness: {:?}", followed[0].r);
    assert!(followed[0].swapped.iter().all(|r| r.is_nan()) && followed[swap::MOST].mean_swapped().is_finite());
}
