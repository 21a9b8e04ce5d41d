use super::{Place, ping};
use serde_json::Value;

#[test]
fn a_sine_is_described_by_its_level_and_frequency() {
    let place = Place::new();
    let sine = (0..44_100).map(|n| 0.5 * (std::f32::consts::TAU * 1_000.0 * n as f32 / 44_100.0).sin());
    place.write_wav("sine.wav", 44_100, sine);
    let json: Value = serde_json::from_str(&place.output(&["describe", "sine.wav", "--json"])).unwrap();
    assert_eq!((json["sample_rate_hz"].as_f64(), json["hop"].as_f64()), (Some(44_100.0), Some(256.0)));
    let frames = json["frames"].as_array().unwrap();
    assert_eq!(frames.len(), 1 + 44_100 / 256);
    let middle = &frames[86];
    // Frame 86 is centred on sample 22,016, far from the ends.
    for (name, expected, tolerance) in [
        ("time_s", 0.499_229, 1e-6),
        ("rms", 0.5f64.sqrt() * 0.5, 1e-3),
        ("zcr", 2_000.0 / 44_100.0, 1e-3),
        // The window leaks a little towards the far end of the spectrum.
        ("centroid_hz", 1_000.0, 15.0),
        ("rolloff_hz", 1_000.0, 45.0),
        ("f0_hz", 1_000.0, 2.0),
    ] {
        let value = middle[name].as_f64().unwrap();
        assert!((value - expected).abs() <= tolerance, "{name} is {value} instead of {expected}");
    }
}

#[test]
fn csv_and_json_hold_the_same_numbers() {
    let place = Place::new();
    place.write_wav("ping.wav", 48_000, ping(48_000, 0.3));
    let csv = place.output(&["describe", "ping.wav", "--csv"]);
    let json: Value = serde_json::from_str(&place.output(&["describe", "ping.wav"])).unwrap();
    let mut lines = csv.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    assert_eq!(names, ["time_s", "rms", "zcr", "rolloff_hz", "flatness", "bandwidth_hz", "centroid_hz", "f0_hz"]);
    let frames = json["frames"].as_array().unwrap();
    assert_eq!(lines.clone().count(), frames.len());
    for (line, frame) in lines.zip(frames) {
        for (name, field) in names.iter().zip(line.split(',')) {
            let (csv, json) = (field.parse::<f64>().unwrap(), frame[name].as_f64().unwrap());
            assert!((csv - json).abs() <= 1e-6 * json.abs(), "{name}: {csv} and {json}");
        }
    }
}

#[test]
fn the_plot_is_a_picture_with_seven_lanes() {
    let place = Place::new();
    place.write_wav("ping.wav", 44_100, ping(44_100, 1.5));
    assert_eq!(place.output(&["describe", "ping.wav", "--plot", "ping.svg"]), "");
    let svg = std::fs::read_to_string(place.path("ping.svg")).unwrap();
    for name in ["Loudness", "Percussivity", "Brightness", "Tone", "Richness", "Noise", "Pitch", "1.4 s"] {
        assert!(svg.contains(&format!(">{name}</text>")), "{name} is missing");
    }
    assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
}

#[test]
fn a_recording_longer_than_a_curve_is_described_whole() {
    let place = Place::new();
    place.write_wav("long.wav", 44_100, ping(44_100, 6.0));
    let csv = place.output(&["describe", "long.wav", "--csv"]);
    assert_eq!(csv.lines().count(), 1 + 1 + 6 * 44_100 / 256);
}
