//! Sample-rate conversion with rubato's FFT resampler.

use rubato::audioadapter_buffers::owned::InterleavedOwned;
use rubato::{Fft, FixedSync, Resampler, WindowFunction};

/// Least number of input samples that are transformed at once.
///
/// Longer blocks make the low-pass steeper and its ringing longer; this one keeps 98 % of the band.
const LEAST_BLOCK_SAMPLES: usize = 1_024;

/// `samples` converted from one rate to another, without delay; both rates in hertz and not 0.
pub(crate) fn resample(samples: &[f32], from_hz: u32, to_hz: u32) -> Vec<f32> {
    // The delay is half a block, which must be a whole number of samples at both rates to be taken out.
    let ratio_block = (from_hz / greatest_common_divisor(from_hz, to_hz)) as usize;
    let block = LEAST_BLOCK_SAMPLES.next_multiple_of(2 * ratio_block);
    let mut resampler = Fft::<f32>::new_custom(
        from_hz as usize,
        to_hz as usize,
        block,
        1,
        1,
        WindowFunction::BlackmanHarris2,
        FixedSync::Both,
    )
    .expect("the rates and the block are not 0");
    let input = InterleavedOwned::new_from(samples.to_vec(), 1, samples.len()).expect("one channel");
    let output = resampler.process_all(&input, samples.len(), None).expect("the buffers fit the resampler");
    output.take_data()
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}
