//! Any bytes are a map whose every place has a curve, or are refused.

#![no_main]

use libfuzzer_sys::fuzz_target;
use neurorack_engine::models::curve_vae::CurveVae;

#[path = "../whole.rs"]
mod whole;

fuzz_target!(|bytes: &[u8]| {
    for file in whole::files(bytes) {
        let Ok(map) = CurveVae::parse(&file) else { continue };
        // What it returns is the map's quality; that it returns is the point.
        let _ = map.verify();
        let curve = map.decode(&map.at([0.25, -0.5]));
        let [x, y] = map.place(&map.encode(&curve));
        assert!((-1.0..=1.0).contains(&x) && (-1.0..=1.0).contains(&y));
        assert_eq!(map.decode(&map.sample(1)).frames().last().expect("a frame").rms, 0.0);
    }
});
