//! The metrics against numbers of a reference in numpy.
//!
//! Expected values were recorded from a separate Python implementation of the same definitions, fed with pairs of the
//! engine's descriptor test sounds as if they had a rate of 22,050 Hz.

use neurorack_learn::metrics::{Comparison, compare};
use neurorack_recording::Recording;

struct Expected {
    /// Reference and test.
    pair: [&'static str; 2],
    /// Both sounds are multiplied by this.
    gain: f32,
    /// Spectral convergence, log L1, log L1 floored at -80 dB.
    raw: [f64; 3],
    normalised: [f64; 3],
    envelope_db: f64,
    texture_db: f64,
    /// All, and active ones.
    frames: [usize; 2],
    /// In the order of the descriptors, as all that follow.
    correlation: [f64; 7],
    active_correlation: [f64; 7],
    active_error: [f64; 7],
    /// Active frames with a pitch, and those of them whose pitch is met.
    voiced: [usize; 2],
    /// Spectral convergence, log L1, log L1 floored at -80 dB over the first 50 ms.
    beginning: [f64; 3],
    /// Onset error in milliseconds, crest error in decibels.
    attack: [f64; 2],
}

const EXPECTED: [Expected; 4] = [
    Expected {
        pair: ["sonicpi_drum_cymbal_closed", "sonicpi_drum_cymbal_pedal"],
        gain: 1.0,
        raw: [1.08991, 1.06827, 8.22451],
        normalised: [1.08991, 1.06844, 8.3342],
        envelope_db: 6.45305,
        texture_db: 0.894855,
        frames: [17, 17],
        correlation: [0.915699, 0.812257, 0.791056, 0.730749, 0.357466, 0.819069, -0.209688],
        active_correlation: [0.915699, 0.812257, 0.791056, 0.730749, 0.357466, 0.819069, -0.209688],
        active_error: [0.313685, 2.04664, 0.828483, 2.6413, 9.82545, 2.04056, 0.398439],
        voiced: [0, 0],
        beginning: [1.08926, 1.51674, 13.1105],
        attack: [27.1655, -1.3083],
    },
    Expected {
        pair: ["sonicpi_bd_808", "sonicpi_bd_boom"],
        gain: 1.0,
        raw: [2.7456, 0.986599, 1.30342],
        normalised: [2.7456, 1.05187, 1.34904],
        envelope_db: 14.5543,
        texture_db: 2.99571,
        frames: [48, 48],
        correlation: [-0.0516311, -0.300101, -0.0666703, -0.0866162, -0.0885141, -0.278162, -0.147996],
        active_correlation: [-0.0516311, -0.300101, -0.0666703, -0.0866162, -0.0885141, -0.278162, -0.147996],
        active_error: [2.71746, 0.696059, 0.26535, 0.553238, 2.03422, 1.26881, 1.11111],
        voiced: [30, 1],
        beginning: [0.789175, 0.791547, 0.972594],
        attack: [4.89796, -9.63056],
    },
    Expected {
        pair: ["kick_like", "sonicpi_bd_boom"],
        gain: 0.02,
        raw: [1.74414, 0.100431, 0.351022],
        normalised: [1.7475, 0.438653, 1.09033],
        envelope_db: 13.9936,
        texture_db: 2.80422,
        frames: [43, 25],
        correlation: [0.223514, 0.876251, 0.987005, 0.877419, 0.890836, 0.982937, -0.141873],
        active_correlation: [-0.462331, 0.906344, 0.986906, 0.989494, 0.940713, 0.984291, -0.209383],
        active_error: [2.013, 0.411746, 0.385348, 0.256465, 0.741837, 0.289399, 1.23273],
        voiced: [19, 3],
        beginning: [0.782021, 0.328651, 0.670504],
        attack: [6.0771, -6.46611],
    },
    Expected {
        pair: ["sonicpi_perc_snap", "decaying_noise"],
        gain: 1.0,
        raw: [3.55491, 4.1733, 29.598],
        normalised: [1.33763, 3.2275, 21.7987],
        envelope_db: 28.7139,
        texture_db: 1.21676,
        frames: [25, 25],
        correlation: [0.956804, 0.846844, 0.0681706, -0.150604, -0.095128, -0.106726, 0.437613],
        active_correlation: [0.956804, 0.846844, 0.0681706, -0.150604, -0.095128, -0.106726, 0.437613],
        active_error: [2.68097, 9.00308, 4.20054, 18.9405, 3.44138, 7.10515, 2.10687],
        voiced: [0, 0],
        beginning: [2.53379, 2.52268, 21.6283],
        attack: [-8.02721, -2.85678],
    },
];

fn sound(name: &str, gain: f32) -> Vec<f32> {
    let file = format!("{}/../tests/data/descriptors/{name}.wav", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(&file).expect("a sound of the descriptor tests");
    let recording = Recording::decode(&bytes, &file).expect("a WAV file");
    recording.samples().iter().map(|sample| sample * gain).collect()
}

fn measured(expected: &Expected) -> Comparison {
    let [reference, test] = expected.pair.map(|name| sound(name, expected.gain));
    compare(&reference, &test).expect("the sounds are not empty")
}

/// Whether a number of this index is about pitch: only the seven descriptors are as many.
fn expected_is_pitch(index: usize) -> bool {
    index == 6
}

#[track_caller]
fn assert_close(measured: &[f64], expected: &[f64], what: &str, pair: [&str; 2]) {
    for (index, (measured, expected)) in measured.iter().zip(expected).enumerate() {
        // Six digits were recorded, from descriptors in 32 bits. Pitch, the last of seven, may jump where the reference's
        // rounding carries a trough across the threshold.
        let relative = if expected_is_pitch(index) { 1e-2 } else { 1e-3 };
        let close = (measured - expected).abs() <= relative * expected.abs() + 2e-4;
        assert!(close, "{what}[{index}] of {pair:?} is {measured}, not {expected}");
    }
}

#[test]
fn spectral_distances_equal_the_reference() {
    for expected in &EXPECTED {
        let comparison = measured(expected);
        for (distance, numbers) in [(comparison.raw, expected.raw), (comparison.normalised, expected.normalised)] {
            let measured = [distance.convergence, distance.log_l1, distance.log_l1_db80];
            assert_close(&measured, &numbers, "spectral distance", expected.pair);
        }
    }
}

#[test]
fn envelope_and_texture_equal_the_reference() {
    for expected in &EXPECTED {
        let comparison = measured(expected);
        let measured = [comparison.envelope_db, comparison.texture_db].map(|value| value.expect("the sounds are loud"));
        assert_close(&measured, &[expected.envelope_db, expected.texture_db], "distance", expected.pair);
    }
}

#[test]
fn descriptor_tracking_equals_the_reference() {
    for expected in &EXPECTED {
        let tracking = measured(expected).tracking;
        assert_eq!([tracking.frames, tracking.active_frames], expected.frames, "{:?}", expected.pair);
        for (what, values, numbers) in [
            ("correlation", tracking.correlation, expected.correlation),
            ("active correlation", tracking.active_correlation, expected.active_correlation),
            ("active error", tracking.active_error, expected.active_error),
        ] {
            let values: Vec<f64> = values.iter().map(|value| value.expect("the curves change")).collect();
            assert_close(&values, &numbers, what, expected.pair);
        }
    }
}

#[test]
fn pitch_equals_the_reference() {
    for expected in &EXPECTED {
        let tracking = measured(expected).tracking;
        let [voiced, same] = expected.voiced;
        assert_eq!(tracking.voiced_frames, voiced, "{:?}", expected.pair);
        // Two sounds that have nothing to do with each other may agree by chance, within the reference's rounding.
        assert!(tracking.same_pitch_frames.abs_diff(same) <= 1, "{:?}", expected.pair);
    }
}

#[test]
fn attacks_equal_the_reference() {
    for expected in &EXPECTED {
        let attack = measured(expected).attack;
        let distance = attack.beginning.expect("longer than 50 ms");
        let measured = [distance.convergence, distance.log_l1, distance.log_l1_db80];
        assert_close(&measured, &expected.beginning, "first 50 ms", expected.pair);
        let measured = [attack.onset_ms, attack.crest_db].map(|value| value.expect("the sounds are loud"));
        assert_close(&measured, &expected.attack, "attack", expected.pair);
    }
}

#[test]
fn a_sound_equals_itself() {
    let snap = sound("sonicpi_perc_snap", 1.0);
    let comparison = compare(&snap, &snap).expect("a sound");
    assert_eq!((comparison.raw.convergence, comparison.raw.log_l1), (0.0, 0.0));
    assert_eq!((comparison.envelope_db, comparison.texture_db), (Some(0.0), Some(0.0)));
    assert!(comparison.tracking.correlation.iter().all(|r| r.is_some_and(|r| r > 0.999_999)));
}

#[test]
fn silence_and_single_samples_give_no_nonsense() {
    let silence = compare(&[0.0; 4_000], &[0.0; 4_000]).expect("silence is a sound");
    assert_eq!((silence.raw.convergence, silence.envelope_db, silence.texture_db), (0.0, None, None));
    assert_eq!(silence.tracking.active_correlation, [None; 7]);
    let single = compare(&[0.5], &[0.25, 0.1]).expect("one sample is a sound");
    assert_eq!((single.samples, single.tracking.frames), (1, 0));
    assert_eq!(compare(&[], &[0.5]), None);
}
