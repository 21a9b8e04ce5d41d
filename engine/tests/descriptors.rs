//! The descriptors against values recorded from librosa 0.11, and the streaming analyser against the whole-file one.
//!
//! `data/descriptors` holds the sounds (synthetic, and CC0 samples of Sonic Pi) and `descriptors.json` the values.

use std::path::{Path, PathBuf};

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use neurorack_engine::descriptors::{
    Analyser, AnalysisConfig, CurveError, DescriptorCurve, Descriptors, MAX_FRAMES, TROUGH_THRESHOLD, analyse, describe,
};
use proptest::prelude::*;

#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

#[derive(serde::Deserialize)]
struct Reference {
    sample_rate: f32,
    cases: Vec<Case>,
}

#[derive(serde::Deserialize)]
struct Case {
    file: String,
    n_fft: usize,
    hop: usize,
    yin_frame_length: usize,
    descriptors: Columns,
}

#[derive(serde::Deserialize)]
struct Columns {
    rms: Vec<f32>,
    zcr: Vec<f32>,
    rolloff_hz: Vec<f32>,
    flatness: Vec<f32>,
    bandwidth_hz: Vec<f32>,
    centroid_hz: Vec<f32>,
    f0_hz: Vec<f32>,
}

impl Columns {
    fn frame(&self, k: usize) -> Descriptors {
        Descriptors {
            rms: self.rms[k],
            zcr: self.zcr[k],
            rolloff_hz: self.rolloff_hz[k],
            flatness: self.flatness[k],
            bandwidth_hz: self.bandwidth_hz[k],
            centroid_hz: self.centroid_hz[k],
            f0_hz: self.f0_hz[k],
        }
    }
}

fn data_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/descriptors")
}

fn reference() -> Reference {
    let text = std::fs::read_to_string(data_folder().join("descriptors.json")).expect("the reference file");
    serde_json::from_str(&text).expect("the reference file has the known shape")
}

/// The samples of a mono 32-bit float WAV file.
fn read_wav(file: &str) -> Vec<f32> {
    let bytes = std::fs::read(data_folder().join(file)).expect("a sound of the reference");
    let mut at = 12;
    loop {
        let length = u32::from_le_bytes(bytes[at + 4..at + 8].try_into().expect("four bytes")) as usize;
        if &bytes[at..at + 4] == b"data" {
            let samples = &bytes[at + 8..at + 8 + length];
            return samples
                .chunks_exact(4)
                .map(|sample| f32::from_le_bytes(sample.try_into().expect("four bytes")))
                .collect();
        }
        at += 8 + length + length % 2;
    }
}

fn config(case: &Case, sample_rate_hz: f32) -> AnalysisConfig {
    AnalysisConfig { sample_rate_hz, window: case.n_fft, pitch_window: case.yin_frame_length, hop: case.hop }
}

/// Runs `check` on every frame of every case: measured, reference, and where it is.
fn for_every_frame(mut check: impl FnMut(Descriptors, Descriptors, &Case, String)) {
    let reference = reference();
    assert_eq!(reference.cases.len(), 34);
    for case in &reference.cases {
        let measured = describe(&read_wav(&case.file), config(case, reference.sample_rate));
        assert_eq!(measured.len(), case.descriptors.rms.len(), "frames of {} at hop {}", case.file, case.hop);
        for (k, &frame) in measured.iter().enumerate() {
            check(frame, case.descriptors.frame(k), case, format!("{} at hop {}, frame {k}", case.file, case.hop));
        }
    }
}

/// Sums in another order than numpy's, which adds in 32 bits.
fn close(measured: f32, expected: f32) -> bool {
    (measured - expected).abs() <= 1e-3 * expected.abs() + 1e-6
}

#[test]
fn level_and_spectral_shape_equal_librosa() {
    for_every_frame(|frame, expected, _, place| {
        assert!(close(frame.rms, expected.rms), "rms {} for {} in {place}", frame.rms, expected.rms);
        assert!(
            close(frame.flatness, expected.flatness),
            "flatness {} for {} in {place}",
            frame.flatness,
            expected.flatness
        );
        let (bandwidth, centroid) = (frame.bandwidth_hz, frame.centroid_hz);
        assert!(
            close(bandwidth, expected.bandwidth_hz),
            "bandwidth {bandwidth} for {} in {place}",
            expected.bandwidth_hz
        );
        assert!(close(centroid, expected.centroid_hz), "centroid {centroid} for {} in {place}", expected.centroid_hz);
    });
}

#[test]
fn rolloff_equals_librosa_to_a_bin() {
    for_every_frame(|frame, expected, case, place| {
        let bins = (frame.rolloff_hz - expected.rolloff_hz).abs() * case.n_fft as f32 / 44_100.0;
        assert!(bins < 1.01, "roll-off {} for {} in {place}", frame.rolloff_hz, expected.rolloff_hz);
    });
}

#[test]
fn zero_crossings_equal_librosa_to_a_crossing() {
    for_every_frame(|frame, expected, case, place| {
        let crossings = (frame.zcr - expected.zcr).abs() * case.n_fft as f32;
        assert!(crossings < 1.01, "zcr {} for {} in {place}", frame.zcr, expected.zcr);
    });
}

#[test]
fn pitch_equals_librosa_where_there_is_one() {
    let (mut pitched, mut right) = (0, 0);
    let mut wrong = Vec::new();
    let reference = reference();
    for case in &reference.cases {
        let samples = read_wav(&case.file);
        let measured = describe(&samples, config(case, reference.sample_rate));
        for (k, (frame, &expected)) in measured.iter().zip(&case.descriptors.f0_hz).enumerate() {
            if !has_pitch(&samples, k * case.hop, case.yin_frame_length, expected) {
                continue;
            }
            pitched += 1;
            if (frame.f0_hz / expected - 1.0).abs() <= 5e-3 {
                right += 1;
            } else {
                wrong.push(format!("{} for {expected} in {} at hop {}, frame {k}", frame.f0_hz, case.file, case.hop));
            }
        }
    }
    assert!(pitched >= 400, "only {pitched} frames have a pitch");
    assert!(right * 100 >= pitched * 98, "{right} of {pitched} pitches are right: {wrong:#?}");
}

/// Whether YIN's normalised difference is below the threshold next to the reference's period, from its definition.
fn has_pitch(samples: &[f32], centre: usize, window: usize, f0_hz: f32) -> bool {
    let half = window / 2;
    let at = |j: usize| match (centre + j).checked_sub(half) {
        Some(index) => samples.get(index).copied().map_or(0.0, f64::from),
        None => 0.0,
    };
    let frame: Vec<f64> = (0..window).map(at).collect();
    // The frame is followed by silence, which takes part in the difference.
    let difference = |lag: usize| -> f64 {
        (0..window).map(|j| (frame[j] - frame.get(j + lag).copied().unwrap_or(0.0)).powi(2)).sum()
    };
    let period = (44_100.0 / f0_hz).round() as usize;
    let differences: Vec<f64> = (1..=period + 1).map(difference).collect();
    let normalised = |lag: usize| {
        let sum: f64 = differences[..lag].iter().sum();
        if sum == 0.0 { 1.0 } else { differences[lag - 1] * lag as f64 / sum }
    };
    (period - 1..=period + 1).any(|lag| normalised(lag) < f64::from(TROUGH_THRESHOLD))
}

#[test]
fn block_size_does_not_change_the_descriptors() {
    let samples = read_wav("sonicpi_drum_cowbell.wav");
    for (window, pitch_window, hop) in [(2_048, 2_048, 256), (1_024, 2_048, 256), (2_048, 1_024, 512), (512, 512, 512)]
    {
        let config = AnalysisConfig { window, pitch_window, hop, ..Default::default() };
        let at_once = describe(&samples, config);
        assert_eq!(at_once.len(), 1 + samples.len() / hop);
        for block in [1, 7, 64, 128, 480, 5_000] {
            let mut frames = Vec::new();
            let mut analyser = Analyser::new(config);
            for part in samples.chunks(block) {
                analyser.push(part, |frame| frames.push(frame));
            }
            analyser.finish(|frame| frames.push(frame));
            assert_eq!(frames, at_once, "blocks of {block} samples, windows {window} and {pitch_window}, hop {hop}");
        }
    }
}

#[test]
fn measuring_allocates_nothing() {
    let samples = read_wav("sonicpi_perc_snap.wav");
    let mut analyser = Analyser::new(AnalysisConfig::default());
    let mut frames = 0;
    assert_no_alloc(|| {
        for block in samples.chunks(128) {
            analyser.push(block, |_| frames += 1);
        }
        analyser.finish(|_| frames += 1);
    });
    assert_eq!(frames, 1 + samples.len() / 256);
}

#[test]
fn an_analyser_starts_afresh_after_the_end_of_a_stream() {
    let samples = read_wav("kick_like.wav");
    let mut analyser = Analyser::new(AnalysisConfig::default());
    let mut runs = [Vec::new(), Vec::new()];
    for run in &mut runs {
        analyser.push(&samples, |frame| run.push(frame));
        analyser.finish(|frame| run.push(frame));
    }
    assert_eq!(runs[0], runs[1]);
}

#[test]
fn silence_has_finite_descriptors() {
    let curve = analyse(&[0.0; 3_000]).expect("silence is a curve");
    for frame in curve.frames() {
        assert_eq!((frame.rms, frame.zcr, frame.centroid_hz, frame.flatness), (0.0, 0.0, 0.0, 1.0));
    }
}

#[test]
fn a_tone_has_its_pitch_at_every_sample_rate() {
    for sample_rate_hz in [8_000.0, 22_050.0, 44_100.0, 48_000.0, 96_000.0, 192_000.0] {
        let step = std::f32::consts::TAU * 330.0 / sample_rate_hz;
        let tone: Vec<f32> = (0..sample_rate_hz as usize).map(|n| 0.5 * (n as f32 * step).sin()).collect();
        let frames = describe(&tone, AnalysisConfig::at_rate(sample_rate_hz));
        let middle = frames[frames.len() / 2];
        assert!((middle.f0_hz - 330.0).abs() < 1.0, "pitch {} at {sample_rate_hz} Hz", middle.f0_hz);
        assert!((middle.rms - 0.353_55).abs() < 0.01, "rms {} at {sample_rate_hz} Hz", middle.rms);
        assert!((middle.centroid_hz - 330.0).abs() < 40.0, "centroid {} at {sample_rate_hz} Hz", middle.centroid_hz);
    }
}

#[test]
fn what_is_no_curve_is_refused_with_the_place() {
    assert_eq!(analyse(&[]), Err(CurveError::Empty));
    assert_eq!(analyse(&vec![0.0; 200_000]), Err(CurveError::TooLong { frames: 782 }));
    assert_eq!(
        DescriptorCurve::new(vec![Descriptors::default(); MAX_FRAMES + 1]),
        Err(CurveError::TooLong { frames: 691 })
    );
    let mut samples = vec![0.0; 4_000];
    samples[2_570] = f32::NAN;
    assert_eq!(analyse(&samples), Err(CurveError::NotFinite { frame: 10 }));
    let broken = Descriptors { f0_hz: f32::INFINITY, ..Default::default() };
    assert_eq!(DescriptorCurve::new(vec![Descriptors::default(), broken]), Err(CurveError::NotFinite { frame: 1 }));
}

#[test]
fn a_curve_survives_json_without_its_timbre() {
    let curve = analyse(&read_wav("short_700_samples.wav")).expect("a short sound is a curve");
    assert!(curve.timbre().is_some());
    let text = serde_json::to_string(&curve).expect("a curve has only finite numbers");
    assert_eq!(serde_json::from_str::<DescriptorCurve>(&text).expect("the text is a curve"), curve.with_timbre(None));
    assert!(serde_json::from_str::<DescriptorCurve>("[]").is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_stream_has_finite_descriptors_in_range(
        samples in prop::collection::vec(prop_oneof![-1.0f32..1.0, prop::num::f32::ANY], 0..6_000),
        block in 1usize..3_000,
    ) {
        let mut frames = 0;
        let mut analyser = Analyser::new(AnalysisConfig::default());
        let mut check = |frame: Descriptors| {
            frames += 1;
            assert!(frame.is_finite(), "{frame:?}");
            assert!(frame.rms >= 0.0 && (0.0..=1.0).contains(&frame.zcr), "{frame:?}");
            assert!((0.0..=1.0 + 1e-6).contains(&frame.flatness), "{frame:?}");
            for frequency in [frame.rolloff_hz, frame.bandwidth_hz, frame.centroid_hz, frame.f0_hz] {
                assert!((0.0..=22_050.0).contains(&frequency), "{frame:?}");
            }
        };
        for part in samples.chunks(block) {
            analyser.push(part, &mut check);
        }
        analyser.finish(&mut check);
        prop_assert_eq!(frames, 1 + samples.len() / 256);
    }
}
