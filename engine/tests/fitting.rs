//! Analysis by synthesis with the shipped bank, on a sound whose timbre it does not hit by itself.

use std::path::Path;

use neurorack_engine::ModelBank;
use neurorack_engine::descriptors::{ANALYSIS_RATE_HZ, DescriptorCurve, Timbre, analyse};
use neurorack_engine::fitting::Fitter;
use neurorack_engine::models::noise::Random;
use neurorack_engine::offline::plain_hit;

fn bank(name: &str) -> ModelBank {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../static/banks/{name}.safetensors"));
    ModelBank::parse(&std::fs::read(path).expect("the bank is shipped")).expect("it is sound")
}

/// Three partials of a struck bar and a burst of noise, 0.6 s.
fn bar() -> DescriptorCurve {
    let mut random = Random::new(9);
    let samples: Vec<f32> = (0..26_460)
        .map(|n| {
            let t = n as f32 / ANALYSIS_RATE_HZ as f32;
            let partial = |hz: f32, decay_s: f32| (-t / decay_s).exp() * (std::f32::consts::TAU * hz * t).sin();
            let noise = random.below(1 << 24) as f32 / (1 << 23) as f32 - 1.0;
            0.3 * (partial(440.0, 0.3) + partial(1_213.0, 0.15) + partial(2_377.0, 0.08))
                + 0.2 * (-t / 0.01).exp() * noise
        })
        .collect();
    analyse(&samples).expect("a short sound")
}

/// How far what the bank plays of a curve is from the measured timbre, in decibels.
fn distance_db(bank: &ModelBank, curve: &DescriptorCurve, measured: &Timbre) -> f32 {
    let answer = plain_hit(&bank.prepare(ANALYSIS_RATE_HZ), curve);
    measured.distance_db(&Timbre::measure(&answer, curve.frames()))
}

#[test]
fn the_answer_to_a_fitted_timbre_is_nearer_to_the_measured_one() {
    let (bank, curve) = (bank("impacts"), bar());
    let measured = curve.timbre().expect("it was measured");
    let fitted = Fitter::new(&bank).expect("a bank of kind sinc-nsf").fit(&curve);
    // With noise that the fitting did not hear.
    let [before, after] = [&curve, &fitted].map(|curve| distance_db(&bank, curve, measured));
    assert!(after < 0.9 * before, "{before} dB before, {after} dB after");
    assert_eq!(fitted.frames(), curve.frames(), "only the timbre is fitted");
    assert_eq!(fitted.timbre().map(Timbre::noise), Some(measured.noise()), "and of it the levels");
}

#[test]
fn fitting_is_repeatable_and_keeps_what_has_no_timbre() {
    let fitter = Fitter::new(&bank("impacts")).expect("a bank of kind sinc-nsf");
    let curve = bar();
    assert_eq!(fitter.fit(&curve), fitter.fit(&curve));
    let drawn = curve.with_timbre(None);
    assert_eq!(fitter.fit(&drawn), drawn);
}

#[test]
fn a_bank_with_a_latent_of_timbres_is_asked_as_measured() {
    assert!(Fitter::new(&bank("frave-impacts")).is_none());
}

#[test]
fn silence_and_single_frames_are_fitted_without_harm() {
    let fitter = Fitter::new(&bank("impacts")).expect("a bank of kind sinc-nsf");
    for samples in [vec![0.0; 9_000], vec![1.0; 1], vec![0.5; 300]] {
        let curve = analyse(&samples).expect("it has samples");
        let fitted = fitter.fit(&curve);
        let numbers = fitted.timbre().expect("it has one").values();
        assert!(numbers.iter().all(|number| number.abs() <= Timbre::LIMIT), "{} samples", samples.len());
    }
}
