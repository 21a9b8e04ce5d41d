//! Maps are believed only where they are right, and every point of one is a curve.

use neurorack_engine::bank::{NamedTensor, test_bank};
use neurorack_engine::descriptors::MAX_FRAMES;
use neurorack_engine::models::curve_vae::{
    CurveVae, CurveVaeCard, CurveVaeError, LATENT, MAX_FILE_BYTES, test_map, write,
};
use proptest::prelude::*;
use std::path::Path;

/// A map with golden vectors that are wrong, but there; changed by `change`.
fn changed(change: impl FnOnce(&mut CurveVaeCard, &mut Vec<NamedTensor>)) -> Result<CurveVae, CurveVaeError> {
    let mut card = test_map::card();
    let mut tensors = test_map::tensors(1);
    change(&mut card, &mut tensors);
    CurveVae::parse(&write(&card, &tensors))
}

fn tensor<'a>(tensors: &'a mut [NamedTensor], name: &str) -> &'a mut NamedTensor {
    tensors.iter_mut().find(|tensor| tensor.name == name).expect("the tensor is there")
}

#[test]
fn a_good_map_is_read_and_verified() {
    let map = test_map::small(1);
    assert_eq!(map.card().name, "Random map");
    assert_eq!(map.verify(), Ok(0.0));
}

#[test]
fn a_map_that_computes_something_else_is_not_verified() {
    let map = changed(|_, _| {}).expect("it can be read");
    assert!(matches!(map.verify(), Err(CurveVaeError::Golden { error, .. }) if error > 1e-2));
    let huge = changed(|_, tensors| tensor(tensors, "decoder.1.weight").values.fill(1e30)).expect("it can be read");
    assert!(matches!(huge.verify(), Err(CurveVaeError::Golden { error, .. }) if error > 1e-2));
}

#[test]
fn wrong_maps_are_refused_with_a_sentence() {
    type Change = fn(&mut CurveVaeCard, &mut Vec<NamedTensor>);
    let cases: [(&str, Change); 10] = [
        ("format 7", |card, _| card.format = 7),
        ("kind \"sinc-nsf\"", |card, _| card.kind = "sinc-nsf".into()),
        ("levels", |card, _| card.peak_db = [3.0, -3.0]),
        ("lacks the tensor \"decoder.basis\"", |_, tensors| tensors.retain(|tensor| tensor.name != "decoder.basis")),
        ("\"encoder.1.bias\" has shape", |_, tensors| tensor(tensors, "encoder.1.bias").shape = vec![1, 12]),
        ("\"encoder.0.weight\" has shape", |_, tensors| tensor(tensors, "encoder.0.weight").shape = vec![42, 20]),
        ("not finite", |_, tensors| tensor(tensors, "map.nodes").values[3] = f32::NAN),
        ("\"normalisation.std\" holds", |_, tensors| tensor(tensors, "normalisation.std").values[0] = 0.0),
        ("a square number of nodes", |_, tensors| {
            let nodes = tensor(tensors, "map.nodes");
            (nodes.shape, nodes.values) = (vec![30, 8], vec![0.0; 240]);
        }),
        ("\"golden.input\" has shape", |_, tensors| tensor(tensors, "golden.input").shape = vec![1026]),
    ];
    for (expected, change) in cases {
        let error = changed(change).expect_err(expected).to_string();
        assert!(
            error.contains(expected) && error.contains(": "),
            "{error:?} says what {expected:?} is about and what to do"
        );
    }
}

#[test]
fn other_files_are_no_maps() {
    let good = test_map::bytes(1);
    let bank = test_bank::bytes(test_bank::SMALL, 1);
    let huge = vec![0; MAX_FILE_BYTES + 1];
    for (expected, bytes) in [
        ("complete safetensors", &[][..]),
        ("complete safetensors", b"hello, I am no file"),
        ("complete safetensors", &good[..good.len() / 2]),
        ("header claims", &u64::MAX.to_le_bytes()),
        ("kind \"sinc-nsf\"", &bank),
        ("more than the 4194304", &huge),
    ] {
        let error = CurveVae::parse(bytes).expect_err(expected).to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_seed_is_one_sound() {
    let map = test_map::small(1);
    assert_eq!(map.sample(7), map.sample(7));
    assert_ne!(map.sample(7), map.sample(8));
}

/// The published map.
fn published() -> CurveVae {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../static/banks/impacts-map.safetensors");
    let bytes = std::fs::read(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    assert!(bytes.len() <= 600_000, "the map has {} bytes", bytes.len());
    CurveVae::parse(&bytes).expect("the published map")
}

#[test]
fn the_published_map_computes_what_training_recorded() {
    published().verify().expect("the same numbers as burn's");
}

#[test]
fn invented_sounds_are_decaying_impacts() {
    let map = published();
    let mut early = 0;
    for seed in 0..100 {
        let curve = map.decode(&map.sample(seed));
        let rms: Vec<f32> = curve.frames().iter().map(|frame| frame.rms).collect();
        let peak = (0..rms.len()).max_by(|&a, &b| rms[a].total_cmp(&rms[b])).expect("a frame");
        early += usize::from(peak <= 9);
        assert!(rms[peak] > 0.01, "seed {seed} is silent");
        assert!(rms[rms.len() - 2] < 0.1 * rms[peak], "seed {seed} does not decay");
    }
    assert!(early >= 80, "only {early} of 100 peak within 50 ms");
}

#[test]
fn a_curve_keeps_its_loudness_through_the_published_map() {
    let map = published();
    let mut sum = 0.0;
    for seed in 0..50 {
        let curve = map.decode(&map.sample(seed));
        let again = map.decode(&map.encode(&curve));
        let pairs: Vec<[f32; 2]> = curve
            .frames()
            .iter()
            .zip(again.frames())
            .map(|(a, b)| [a.rms, b.rms].map(|rms| (rms + 1e-4).log10()))
            .collect();
        let mean = |side: usize| pairs.iter().map(|pair| pair[side]).sum::<f32>() / pairs.len() as f32;
        let means = [mean(0), mean(1)];
        let product = |a: usize, b: usize| pairs.iter().map(|p| (p[a] - means[a]) * (p[b] - means[b])).sum::<f32>();
        let r = product(0, 1) / (product(0, 0) * product(1, 1)).sqrt();
        assert!(r > 0.85, "seed {seed}: loudness r is {r}");
        sum += r / 50.0;
    }
    assert!(sum > 0.97, "mean loudness r is {sum}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_latent_point_is_a_curve_that_ends_in_silence(point in prop::array::uniform8(prop::num::f32::ANY)) {
        let map = test_map::small(3);
        let curve = map.decode(&point);
        prop_assert!(curve.frames().len() <= MAX_FRAMES);
        prop_assert_eq!(curve.frames().last().expect("a frame").rms, 0.0);
        let [x, y] = map.place(&point);
        prop_assert!((-1.0..=1.0).contains(&x) && (-1.0..=1.0).contains(&y));
        let again: [f32; LATENT] = map.encode(&curve);
        prop_assert!(again.iter().all(|x| x.is_finite()));
    }

    #[test]
    fn damaged_maps_never_panic(at in 0usize..20_000, to in any::<u8>()) {
        let mut bytes = test_map::bytes(1);
        let at = at % bytes.len();
        bytes[at] = to;
        if let Ok(map) = CurveVae::parse(&bytes) {
            let _ = map.verify();
            let _ = map.decode(&map.at([0.1, 0.9]));
        }
    }
}
