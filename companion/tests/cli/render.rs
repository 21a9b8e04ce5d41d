use super::{Place, ping, read_wav};
use neurorack_engine::descriptors::analyse;

#[test]
fn a_hit_is_written_as_it_was_asked_for() {
    let place = Place::new();
    let said = place.output(&[
        "render",
        "--f1",
        "1",
        "--f2",
        "2",
        "--cv1",
        "-2.5",
        "--rate",
        "48000",
        "--seconds",
        "0.5",
        "-o",
        "a.wav",
    ]);
    assert!(said.contains("0.500 s at 48000 Hz"), "{said}");
    let (spec, samples) = read_wav(&place.path("a.wav"));
    assert_eq!((spec.channels, spec.sample_rate, spec.bits_per_sample), (1, 48_000, 32));
    assert_eq!(samples.len(), 24_000);
    assert!(samples.iter().any(|sample| *sample != 0.0) && samples.iter().all(|sample| sample.abs() <= 1.0));
}

#[test]
fn the_seed_decides_every_sample() {
    let place = Place::new();
    let render = |seed: &str| {
        place.output(&["render", "--seed", seed, "-o", "seed.wav"]);
        std::fs::read(place.path("seed.wav")).unwrap()
    };
    let first = render("7");
    assert_eq!(first, render("7"), "same seed");
    assert_ne!(first, render("8"), "another seed");
}

#[test]
fn integers_hold_the_same_sound() {
    let place = Place::new();
    place.output(&["render", "-o", "float.wav"]);
    place.output(&["render", "--format", "pcm24", "-o", "integer.wav"]);
    let (_, float) = read_wav(&place.path("float.wav"));
    let (spec, integer) = read_wav(&place.path("integer.wav"));
    assert_eq!(spec.bits_per_sample, 24);
    assert_eq!(float.len(), integer.len());
    let difference = float.iter().zip(&integer).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    // Half a step of 2^-23, and the scale of 2^23 - 1.
    assert!(difference < 2.5e-7, "{difference:e}");
}

#[test]
fn a_sound_is_rendered_in_its_own_length() {
    let place = Place::new();
    for (name, seconds) in [("short.wav", 0.31), ("long.wav", 9.3)] {
        place.write_wav(name, 32_000, ping(32_000, seconds));
        place.output(&["render", "--like", name, "-o", "out.wav"]);
        let (_, samples) = read_wav(&place.path("out.wav"));
        let expected = (seconds * 44_100.0) as usize;
        assert!(samples.len().abs_diff(expected) <= 3, "{name}: {} samples", samples.len());
    }
}

#[test]
fn described_curves_render_the_sound_before_its_timbre_is_fitted() {
    let place = Place::new();
    place.write_wav("ping.wav", 44_100, ping(44_100, 0.5));
    place.write("ping.json", place.output(&["describe", "ping.wav", "--json"]).as_bytes());
    place.output(&["render", "--like", "ping.wav", "-o", "like.wav"]);
    place.output(&["render", "--curves", "ping.json", "--seconds", "0.5", "-o", "curves.wav"]);
    let timbre = |name: &str| {
        let (_, samples) = read_wav(&place.path(name));
        *analyse(&samples).expect("half a second").timbre().expect("it was measured")
    };
    let [recording, fitted, measured] = ["ping.wav", "like.wav", "curves.wav"].map(timbre);
    let [fitted, measured] = [fitted, measured].map(|ours| recording.distance_db(&ours));
    assert!(fitted < 0.98 * measured, "{fitted} dB after fitting, {measured} dB before");
}

#[test]
fn loud_models_are_followed_beyond_the_limiter() {
    let place = Place::new();
    let peak = |name: &str| read_wav(&place.path(name)).1.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
    let curve = |rms: f32| {
        let frame = format!(
            r#"{{"rms":{rms},"zcr":0.1,"rolloff_hz":4000,"flatness":0.01,"bandwidth_hz":2000,"centroid_hz":2000,"f0_hz":200}}"#
        );
        format!(r#"{{"sample_rate_hz":44100,"hop":256,"frames":[{}]}}"#, vec![frame; 40].join(","))
    };
    // The test bank has random weights; where its network sees its limit of ±4 the gains follow rms alone.
    place.write("loud.json", curve(1e5).as_bytes());
    place.write("louder.json", curve(2e5).as_bytes());
    place.output(&["render", "--curves", "loud.json", "-o", "loud.wav"]);
    place.output(&["render", "--curves", "louder.json", "-o", "louder.wav"]);
    let (loud, louder) = (peak("loud.wav"), peak("louder.wav"));
    assert!(loud > 0.0 && louder >= loud, "{loud} and {louder}");
}

#[test]
fn sounds_may_be_files() {
    let place = Place::new();
    place.write_wav("ping.wav", 44_100, ping(44_100, 0.4));
    place.write("ping.json", place.output(&["describe", "ping.wav"]).as_bytes());
    place.output(&["render", "--f1", "ping.wav", "--f2", "ping.json", "--cv1", "5", "-o", "out.wav"]);
    assert!(!read_wav(&place.path("out.wav")).1.is_empty());
}

const SEQUENCE: &str = "tempo,240\nbeat,track,f1,f2,velocity,cv1\n0,a,1,,1,\n0.5,a,1,2,0.5,-5>5/1\n1,b,2,,0.8,\n";

#[test]
fn a_sequence_is_rendered_to_either_kind_of_file() {
    let place = Place::new();
    place.write("piece.csv", SEQUENCE.as_bytes());
    let said = place.output(&["render", "--sequence", "piece.csv", "--format", "pcm16", "-o", "piece.wav"]);
    assert!(said.contains("piece.wav"), "{said}");
    let (spec, samples) = read_wav(&place.path("piece.wav"));
    assert_eq!((spec.channels, spec.bits_per_sample), (1, 16));
    assert!(samples.iter().any(|sample| *sample != 0.0));
    place.output(&["render", "--sequence", "piece.csv", "-o", "piece.ogg"]);
    let bytes = std::fs::read(place.path("piece.ogg")).unwrap();
    let decoded = neurorack_recording::Recording::decode(&bytes, "piece.ogg").unwrap();
    assert!(decoded.samples().len().abs_diff(samples.len()) <= 1, "as long as the WAV file");
    let power = |samples: &[f32]| samples.iter().map(|sample| sample * sample).sum::<f32>();
    let ratio = power(decoded.samples()) / power(&samples);
    assert!((0.7..1.4).contains(&ratio), "as loud as the WAV file: {ratio}");
    place.output(&["render", "--sequence", "piece.csv", "-o", "again.ogg"]);
    assert_eq!(bytes, std::fs::read(place.path("again.ogg")).unwrap(), "the same bytes again");
}

#[test]
fn a_broken_sequence_is_named_with_its_line() {
    let place = Place::new();
    place.write("piece.csv", b"seconds,f1\n0,1\nlater,1\n");
    let said = place.refusal(1, &["render", "--sequence", "piece.csv", "-o", "piece.wav"]);
    assert!(said.contains("piece.csv") && said.contains("line 3") && said.contains("later"), "{said}");
}

#[test]
fn every_input_is_heard() {
    let place = Place::new();
    let render = |flags: &[&str]| {
        let mut words = vec!["render", "--f1", "1", "--seconds", "0.4", "-o", "input.wav"];
        words.extend_from_slice(flags);
        place.output(&words);
        read_wav(&place.path("input.wav")).1
    };
    let plain = render(&[]);
    for flags in [
        &["--cv2", "-3"][..],
        &["--cv2", "4"],
        &["--cv3", "5"],
        &["--cv4", "5"],
        &["--velocity", "0.5"],
        &["--pitch", "-7"],
        &["--freeze", "0.1,0.3"],
    ] {
        let moved = render(flags);
        let difference = plain.iter().zip(&moved).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(difference > 1e-3, "{flags:?} changes {difference}");
    }
}

#[test]
fn a_frozen_hit_goes_on_until_it_is_let_go() {
    let place = Place::new();
    place.output(&["render", "--f1", "1", "--freeze", "0.1,2.0", "--freeze-ms", "60", "-o", "frozen.wav"]);
    let (spec, samples) = read_wav(&place.path("frozen.wav"));
    let seconds = samples.len() as f32 / spec.sample_rate as f32;
    assert!((1.99..2.1).contains(&seconds), "{seconds} s");
    let late = &samples[spec.sample_rate as usize * 3 / 2..spec.sample_rate as usize * 19 / 10];
    assert!(late.iter().any(|sample| sample.abs() > 0.001), "it still sounds after 1.5 s");
}
