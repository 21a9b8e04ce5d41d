//! Any bytes are a recording whose first impact has a curve, or are refused.
//!
//! `cargo +nightly fuzz run recording fuzz/corpus/recording recording/tests/data` in `engine`, the last as seeds.

#![no_main]

use libfuzzer_sys::fuzz_target;
use neurorack_recording::Recording;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(recording) = Recording::decode(bytes, "sound")
        && let Ok(impact) = recording.first_impact()
    {
        let curve = impact.curve().expect("an impact has a curve");
        assert!(!curve.frames().is_empty());
    }
});
