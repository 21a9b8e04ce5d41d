//! Any bytes are a recording whose first impact has a curve, or are refused.

#![no_main]

use libfuzzer_sys::fuzz_target;
use neurorack_recording::Recording;

/// One input in so many has its descriptors measured, which takes far longer than to read it; the target `descriptors` does nothing else.
const MEASURED: usize = 16;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(recording) = Recording::decode(bytes, "sound")
        && let Ok(impact) = recording.first_impact()
    {
        assert!(impact.samples().iter().all(|sample| sample.is_finite()));
        if bytes.len().is_multiple_of(MEASURED) {
            assert!(!impact.curve().expect("an impact has a curve").frames().is_empty());
        }
    }
});
