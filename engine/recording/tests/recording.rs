//! Decoding, resampling and trimming, on sounds known by formula.
//!
//! The files in `data` were written from [`knock`] by libsndfile, FFmpeg (six channels), oggenc (`-q 6`) and LAME (`-V2`):
//! two channels, the right one half as loud, unless said otherwise.

use neurorack_engine::descriptors::CurveError;
use neurorack_recording::{LARGEST_FILE_BYTES, Recording, RecordingError};
use proptest::prelude::*;

fn read(file: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/data/{file}", env!("CARGO_MANIFEST_DIR"))).expect("a sound of the test data")
}

/// 50 ms of silence, then 200 ms of two decaying tones; peak near 0.7.
fn knock(sample_rate_hz: u32) -> Vec<f32> {
    let tone = |t: f64, hz: f64, decay: f64| (-t / decay).exp() * (std::f64::consts::TAU * hz * t).sin();
    (0..sample_rate_hz / 4)
        .map(|n| f64::from(n) / f64::from(sample_rate_hz) - 0.05)
        .map(|t| if t < 0.0 { 0.0 } else { (0.6 * tone(t, 440.0, 0.06) + 0.2 * tone(t, 3_000.0, 0.01)) as f32 })
        .collect()
}

fn largest_difference(a: &[f32], b: &[f32], scale: f32) -> f32 {
    a.iter().zip(b).fold(0.0, |largest, (a, b)| largest.max((a - b * scale).abs()))
}

#[test]
fn lossless_files_decode_to_their_samples() {
    // One step of the coding, halved by rounding and again by libsndfile's scale of full scale.
    for (file, rate, scale, tolerance) in [
        ("knock_16.wav", 44_100, 0.75, 4e-5),
        ("knock_24.wav", 44_100, 0.75, 2e-7),
        ("knock_float.wav", 44_100, 0.75, 1e-7),
        ("knock_8.wav", 44_100, 1.0, 9e-3),
        ("knock_8k.wav", 8_000, 0.75, 4e-5),
        ("knock_16.flac", 44_100, 0.75, 4e-5),
        ("knock_24_96k.flac", 96_000, 0.75, 2e-7),
    ] {
        let recording = Recording::decode(&read(file), file).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(recording.sample_rate_hz(), rate, "{file}");
        let expected = knock(rate);
        assert_eq!(recording.samples().len(), expected.len(), "{file}");
        let difference = largest_difference(recording.samples(), &expected, scale);
        assert!(difference <= tolerance, "{file} differs by {difference}");
    }
}

#[test]
fn channels_are_averaged() {
    // FFmpeg put the two channels of knock_24.wav into the first two of six.
    let recording = Recording::decode(&read("knock_24_extensible_6ch.wav"), "six.wav").expect("an extensible WAV file");
    let difference = largest_difference(recording.samples(), &knock(44_100), 1.5 / 6.0);
    assert!(difference < 1e-6, "{difference}");
}

#[test]
fn lossy_files_decode_close_and_in_place() {
    for file in ["knock.ogg", "knock.mp3"] {
        let recording = Recording::decode(&read(file), file).unwrap_or_else(|error| panic!("{file}: {error}"));
        let expected = knock(44_100);
        assert_eq!(recording.samples().len(), expected.len(), "{file}: encoder padding is removed");
        let energy = |samples: &mut dyn Iterator<Item = f32>| samples.map(|sample| sample * sample).sum::<f32>();
        let error = energy(&mut recording.samples().iter().zip(&expected).map(|(a, b)| a - 0.75 * b));
        let share = error / energy(&mut expected.iter().map(|sample| 0.75 * sample));
        assert!(share < 0.01, "{file} differs by {share} of the energy");
    }
}

#[test]
fn an_mp3_file_without_an_encoders_header_keeps_its_padding() {
    let recording = Recording::decode(&read("knock_headerless.mp3"), "a.mp3").expect("an MP3 stream");
    assert!((11_025..=14_000).contains(&recording.samples().len()), "{} samples", recording.samples().len());
}

#[test]
fn the_name_only_hints_at_the_format() {
    for name in ["", "sound", "sound.mp3", "Sound.WAV", "sound.xyz"] {
        assert!(Recording::decode(&read("knock_16.flac"), name).is_ok(), "named {name:?}");
    }
}

#[test]
fn resampling_keeps_time_level_and_pitch() {
    for from in [8_000, 22_050, 44_100, 48_000, 96_000, 192_000] {
        for to in [8_000, 22_050, 44_100, 48_000, 88_200, 96_000] {
            let band = from.min(to) as f32 / 2.0;
            // A wave packet well inside both bands.
            let packet = |n: u32, rate: u32| {
                let t = n as f32 / rate as f32 - 0.1;
                (-(t / 0.004).powi(2)).exp() * (std::f32::consts::TAU * 0.25 * band * t).cos()
            };
            let samples: Vec<f32> = (0..from / 5).map(|n| packet(n, from)).collect();
            let converted = Recording::new(samples, from).expect("a recording").at_rate(to);
            assert!(converted.samples().len().abs_diff(to as usize / 5) <= 1, "{from} to {to} Hz");
            let expected: Vec<f32> = (0..to / 5).map(|n| packet(n, to)).collect();
            let error = largest_difference(converted.samples(), &expected, 1.0);
            // A hundredth of a sample of delay would already be 4e-3.
            assert!(error < 1e-3, "{from} to {to} Hz: {error}");
        }
    }
}

#[test]
fn the_same_rate_is_the_same_recording() {
    let recording = Recording::new(knock(48_000), 48_000).expect("a recording");
    assert_eq!(recording.at_rate(48_000), recording);
}

#[test]
fn the_first_impact_starts_at_its_onset() {
    for rate in [8_000, 44_100, 96_000] {
        let mut samples = vec![0.0; rate as usize];
        samples.extend(knock(rate));
        let impact = Recording::new(samples, rate).expect("a recording").first_impact().expect("an impact");
        let expected = &knock(rate)[rate as usize / 20..];
        let lead = expected.len() as isize - impact.samples().len() as isize;
        assert!(
            (0..=(rate / 1_000) as isize).contains(&-lead) || lead.unsigned_abs() <= 1,
            "{rate} Hz: {lead} samples"
        );
    }
}

#[test]
fn hiss_before_the_onset_is_cut() {
    let mut seed = 1u32;
    let hiss = |level: f32, seed: &mut u32| {
        *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        level * (*seed as f32 / u32::MAX as f32 - 0.5)
    };
    let mut samples: Vec<f32> = (0..22_050).map(|_| hiss(0.004, &mut seed)).collect();
    samples.extend(knock(44_100)[2_205..].iter().map(|sample| sample + hiss(0.004, &mut seed)));
    let impact = Recording::new(samples, 44_100).expect("a recording").first_impact().expect("an impact");
    assert!((0.2..=0.2021).contains(&impact.seconds()), "{} s", impact.seconds());
}

#[test]
fn a_second_impact_is_left_out_but_a_roll_within_150_ms_is_not() {
    for (gap_ms, kept_ms) in [(60, 250..=330), (240, 200..=240), (800, 200..=460)] {
        let knock = &knock(44_100)[2_205..];
        let gap = 44_100 * gap_ms / 1_000;
        let mut samples = vec![0.0; 4_410 + gap + knock.len()];
        for (index, sample) in knock.iter().enumerate() {
            samples[4_410 + index] += sample;
            samples[4_410 + gap + index] += sample;
        }
        let impact = Recording::new(samples, 44_100).expect("a recording").first_impact().expect("an impact");
        let ms = (impact.seconds() * 1_000.0) as u32;
        assert!(kept_ms.contains(&ms), "{ms} ms of impacts {gap_ms} ms apart");
    }
}

#[test]
fn a_long_impact_is_cut_at_four_seconds_and_faded() {
    let drone: Vec<f32> = (0..44_100 * 6).map(|n| (n as f32 * 0.05).sin() * 0.5).collect();
    let impact = Recording::new(drone, 44_100).expect("a recording").first_impact().expect("an impact");
    assert_eq!(impact.samples().len(), 4 * 44_100);
    assert_eq!(impact.samples().last(), Some(&0.0));
    assert_eq!(impact.curve().expect("4 s have a curve").frames().len(), 690);
    let faded = &impact.samples()[4 * 44_100 - 220..];
    let before = &impact.samples()[4 * 44_100 - 660..4 * 44_100 - 220];
    let peak = |samples: &[f32]| samples.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
    assert!(peak(&faded[110..]) < 0.55 * peak(before));
}

#[test]
fn the_tail_below_minus_60_db_is_left_out() {
    let mut samples = knock(44_100);
    samples.extend((0..88_200).map(|n| 1e-4 * (n as f32 * 0.3).sin()));
    let impact = Recording::new(samples, 44_100).expect("a recording").first_impact().expect("an impact");
    assert!(impact.seconds() < 0.25, "{} s", impact.seconds());
}

#[test]
fn a_curve_is_measured_at_44_100_hz() {
    for rate in [8_000, 48_000, 96_000] {
        let curve = Recording::new(knock(rate), rate).expect("a recording").curve().expect("a curve");
        assert!(curve.frames().len().abs_diff(44) <= 1, "{} frames from {rate} Hz", curve.frames().len());
        let pitch = curve.frames()[18].f0_hz;
        assert!((pitch / 440.0 - 1.0).abs() < 0.03, "{pitch} Hz from {rate} Hz");
    }
}

fn error_of(bytes: &[u8], name: &str) -> RecordingError {
    Recording::decode(bytes, name).expect_err("the file is bad")
}

#[test]
fn bad_files_are_refused_with_the_reason() {
    assert_eq!(error_of(&[], "a.wav"), RecordingError::Empty);
    assert_eq!(error_of(&vec![0; LARGEST_FILE_BYTES + 1], "a.wav"), RecordingError::TooLarge { bytes: (64 << 20) + 1 });
    assert_eq!(error_of(b"<html>not found</html>", "a.wav"), RecordingError::UnknownFormat);
    assert_eq!(error_of(&[0; 50_000], "a.wav"), RecordingError::UnknownFormat);
    let wav = read("knock_16.wav");
    assert_eq!(error_of(&wav[..wav.len() / 2], "a.wav"), RecordingError::Truncated { percent: 49 });
    assert!(matches!(error_of(&wav[..44], "a.wav"), RecordingError::Truncated { percent: 0 }));
    for (file, header) in [("knock.ogg", 3_000), ("knock_16.flac", 30), ("knock_16.wav", 30)] {
        let error = error_of(&read(file)[..header], file);
        assert!(matches!(error, RecordingError::Damaged { .. }), "{file} cut within its header: {error}");
    }
    let mut unknown = wav.clone();
    unknown[20] = 0x77;
    assert_eq!(error_of(&unknown, "a.wav"), RecordingError::UnknownCodec);
    let flac = read("knock_16.flac");
    assert!(matches!(error_of(&flac[..flac.len() / 2], "a.flac"), RecordingError::Truncated { .. }));
}

/// A mono WAV file of 32-bit float samples.
fn wav(samples: &[f32], sample_rate_hz: u32) -> Vec<u8> {
    let data: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let mut bytes = Vec::from(*b"RIFF");
    bytes.extend((36 + data.len() as u32).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x03\0\x01\0");
    bytes.extend(sample_rate_hz.to_le_bytes());
    bytes.extend((sample_rate_hz * 4).to_le_bytes());
    bytes.extend(b"\x04\0\x20\0data");
    bytes.extend((data.len() as u32).to_le_bytes());
    bytes.extend(data);
    bytes
}

#[test]
fn unusable_recordings_are_refused_with_the_reason() {
    assert_eq!(error_of(&wav(&[], 44_100), "a.wav"), RecordingError::Empty);
    assert_eq!(error_of(&wav(&[0.1; 100], 4_000), "a.wav"), RecordingError::SampleRate { sample_rate_hz: 4_000 });
    assert_eq!(error_of(&wav(&[0.1; 100], 384_000), "a.wav"), RecordingError::SampleRate { sample_rate_hz: 384_000 });
    let mut samples = vec![0.1; 44_100];
    samples[22_050] = f32::NAN;
    assert_eq!(error_of(&wav(&samples, 44_100), "a.wav"), RecordingError::NotFinite { seconds: 0.5 });
    assert_eq!(error_of(&wav(&vec![0.1; 8_000 * 601], 8_000), "a.wav"), RecordingError::TooLong);
    let silent = Recording::decode(&wav(&[1e-5; 44_100], 44_100), "a.wav").expect("silence is a recording");
    assert_eq!(silent.first_impact(), Err(RecordingError::Silent));
    let long = Recording::new(vec![0.1; 44_100 * 5], 44_100).expect("a recording");
    assert_eq!(long.curve(), Err(RecordingError::Curve(CurveError::TooLong { frames: 862 })));
}

#[test]
fn a_length_of_all_ones_from_a_streaming_recorder_is_no_length() {
    let mut bytes = wav(&[0.25; 1_000], 44_100);
    bytes[4..8].fill(0xff);
    bytes[40..44].fill(0xff);
    assert_eq!(Recording::decode(&bytes, "a.wav").expect("a streamed WAV file").samples().len(), 1_000);
}

#[test]
fn every_message_says_what_to_do() {
    for error in [
        RecordingError::Empty,
        RecordingError::TooLarge { bytes: 80 << 20 },
        RecordingError::UnknownFormat,
        RecordingError::UnknownCodec,
        RecordingError::Damaged { cause: "a cause".to_owned() },
        RecordingError::Truncated { percent: 50 },
        RecordingError::TooLong,
        RecordingError::SampleRate { sample_rate_hz: 1 },
        RecordingError::NotFinite { seconds: 1.0 },
        RecordingError::Silent,
        RecordingError::Curve(CurveError::TooLong { frames: 1_000 }),
    ] {
        let message = error.to_string();
        assert!(["choose", "cut", "give", "export", "copy"].iter().any(|verb| message.contains(verb)), "{message}");
    }
}

/// Decodes; what can be decoded can be analysed.
fn survive(bytes: &[u8], name: &str) {
    if let Ok(recording) = Recording::decode(bytes, name)
        && let Ok(impact) = recording.first_impact()
    {
        impact.curve().unwrap_or_else(|error| panic!("an impact has a curve, but {error}"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn damaged_files_are_decoded_or_refused(
        file in prop::sample::select(vec!["knock_16.wav", "knock_24_96k.flac", "knock_16.flac", "knock.ogg", "knock.mp3"]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..24),
        near_the_start in any::<bool>(),
        keep in any::<prop::sample::Index>(),
    ) {
        let mut bytes = read(file);
        let reach = if near_the_start { 128 } else { bytes.len() };
        for (place, value) in changes {
            bytes[place.index(reach)] = value;
        }
        survive(&bytes, file);
        bytes.truncate(keep.index(bytes.len()));
        survive(&bytes, file);
    }

    #[test]
    fn any_samples_have_an_impact_with_a_curve_or_are_silent(
        samples in prop::collection::vec(prop_oneof![4 => -1.0f32..1.0, 1 => -1e30f32..1e30, 4 => Just(0.0)], 1..4_000),
        rate in 8_000u32..=192_000,
    ) {
        let recording = Recording::new(samples, rate).expect("finite samples at a supported rate");
        match recording.first_impact() {
            Ok(impact) => prop_assert!(impact.curve().is_ok()),
            Err(error) => prop_assert_eq!(error, RecordingError::Silent),
        }
    }
}
