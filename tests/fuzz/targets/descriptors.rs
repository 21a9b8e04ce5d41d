//! Any samples, in blocks of any size, have finite descriptors.
//!
//! The first two bytes are the size of a block, the others samples.

#![no_main]

use libfuzzer_sys::fuzz_target;
use neurorack_engine::descriptors::{Analyser, AnalysisConfig, analyse};

fuzz_target!(|bytes: &[u8]| {
    let Some((block, bytes)) = bytes.split_first_chunk::<2>() else { return };
    let samples: Vec<f32> = bytes.as_chunks().0.iter().copied().map(f32::from_le_bytes).collect();
    let mut frames = 0;
    let mut analyser = Analyser::new(AnalysisConfig::default());
    for part in samples.chunks(usize::from(u16::from_le_bytes(*block)).max(1)) {
        analyser.push(part, |frame| {
            assert!(frame.is_finite());
            frames += 1;
        });
    }
    analyser.finish(|frame| {
        assert!(frame.is_finite());
        frames += 1;
    });
    assert_eq!(frames, 1 + samples.len() / analyser.config().hop);
    if let Ok(curve) = analyse(&samples) {
        assert_eq!(curve.frames().len(), frames);
    }
});
