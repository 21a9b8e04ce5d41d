//! A tiny autoencoder learns, becomes a map, and the engine computes what burn computed.

use neurorack_engine::descriptors::analyse;
use neurorack_engine::models::conditioning;
use neurorack_engine::models::curve_vae::CurveVae;
use neurorack_learn::curve_vae::Size;
use neurorack_learn::curve_vae::batch::{balance, normalisation, outline, vary};
use neurorack_learn::curve_vae::export::{Export, Label};
use neurorack_learn::curve_vae::map::Layout;
use neurorack_learn::curve_vae::scores;
use neurorack_learn::curve_vae::train::{Options, Trained, train};
use neurorack_learn::data::{Entry, Hit, Split};

const TINY: Size = Size { basis: 6, outer: 32, inner: 24 };

/// A decaying tone in noise: higher and shorter by its index.
fn hit(index: usize) -> Hit {
    let mut state = index as u32 + 1;
    let step = std::f32::consts::TAU * (120.0 + 60.0 * index as f32) / 44_100.0;
    let decay = 3_000.0 / (1.0 + 0.2 * index as f32);
    let samples: Vec<f32> = (0..22_000)
        .map(|i| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = state as f32 / u32::MAX as f32 - 0.5;
            (0.6 * (step * i as f32).sin() + 0.02 * index as f32 * noise) * (-(i as f32) / decay).exp()
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

fn options(steps: usize) -> Options {
    Options { size: TINY, seconds: 600.0, steps, seed: 3, ..Options::default() }
}

fn learn(hits: &[Hit], steps: usize) -> Trained {
    let curves: Vec<_> = hits.iter().map(|hit| outline(&hit.curve)).collect();
    train(&options(steps), &curves, &balance(hits), &curves, &normalisation(&curves), |_| ())
}

#[test]
fn an_autoencoder_learns_and_becomes_a_map() {
    let hits: Vec<Hit> = (0..12).map(hit).collect();
    let (early, late) = (learn(&hits, 1), learn(&hits, 250));
    let (before, after) = (early.validation_loss, late.validation_loss);
    assert!(after < 0.4 * before, "the loss went from {before} to {after}");

    let curves: Vec<_> = hits.iter().map(|hit| outline(&hit.curve)).collect();
    let weights = balance(&hits);
    let label = Label {
        name: "Tiny".into(),
        version: "1".into(),
        licence: "CC0-1.0".into(),
        commit: String::new(),
        command: String::new(),
    };
    let layout = Layout { side: 8, ..Layout::default() };
    let scale = normalisation(&curves);
    let export = Export::new(&late.network, late.steps, &scale, (&hits, &curves, &weights), layout, &label);
    let map = CurveVae::parse(&export.bytes(Default::default())).unwrap();
    let error = map.verify().unwrap();
    assert!(error < 1e-4, "the engine differs from burn by {error}");
    assert_eq!(map.card().licences["CC0-1.0"], 12);

    for (hit, point) in hits.iter().zip(&export.points) {
        for (ours, burns) in map.encode(&hit.curve).iter().zip(point) {
            assert!((ours - burns).abs() < 1e-3, "{}: {ours} and {burns}", hit.entry.file);
        }
    }
    let known: Vec<_> = hits.iter().map(|hit| &hit.curve).collect();
    let scores = scores::reconstruction(&map, &known);
    assert!(scores["r_rms"] > 0.9, "loudness r of known curves is {}", scores["r_rms"]);
    assert!(scores["rms_db"] < 6.0, "loudness of known curves is off by {} dB", scores["rms_db"]);
}

#[test]
fn a_variation_is_the_same_hit_played_differently() {
    let outline = outline(&hit(2).curve);
    let mut random = neurorack_engine::models::noise::Random::new(5);
    for _ in 0..50 {
        let varied = vary(&outline, &mut random);
        let moved = |channel: usize| varied.channels[channel][3] - outline.channels[channel][3];
        let speed = varied.log2_f0 - outline.log2_f0;
        assert!(speed.abs() <= 0.6 && (moved(5) - speed).abs() <= 0.16, "the centroid follows the speed");
        assert!((varied.log2_seconds - outline.log2_seconds + speed).abs() <= 0.21, "faster is shorter");
        assert!((20.0 * moved(0)).abs() <= 3.01, "the level moves by at most 3 dB");
    }
}
