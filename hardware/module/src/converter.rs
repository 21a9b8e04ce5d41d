//! The MCP3204's bytes, and eight samples that become one code.

use neurorack_protocol::CV_INPUTS;

/// Samples of all inputs in a second.
pub const SAMPLES_HZ: u32 = 8_000;

/// Samples that are averaged for a frame.
pub const OVERSAMPLING: usize = 8;

/// Bytes of a conversion: three, and one that fills a word.
pub const CONVERSION_BYTES: usize = 4;

/// Bytes of a frame's answers, a power of two, as rings of DMA are.
pub const FRAME_BYTES: usize = OVERSAMPLING * CV_INPUTS * CONVERSION_BYTES;

/// What is sent for a conversion of each input against ground (data sheet, figure 6-1): start bit, single-ended, input.
pub const REQUESTS: [[u8; CONVERSION_BYTES]; CV_INPUTS] =
    [[0b0000_0110, 0x00, 0, 0], [0b0000_0110, 0x40, 0, 0], [0b0000_0110, 0x80, 0, 0], [0b0000_0110, 0xC0, 0, 0]];

/// Means of a frame's samples in sixteenths of a code. `answers`: for each sample the four inputs, four bytes each.
#[must_use]
pub fn sixteenths(answers: &[u8; FRAME_BYTES]) -> [u16; CV_INPUTS] {
    let mut sums = [0u16; CV_INPUTS];
    for sample in answers.chunks_exact(CV_INPUTS * CONVERSION_BYTES) {
        for (sum, answer) in sums.iter_mut().zip(sample.chunks_exact(CONVERSION_BYTES)) {
            // Twelve bits behind a null bit; eight of them are fifteen bits.
            *sum += u16::from(answer[1] & 0x0F) << 8 | u16::from(answer[2]);
        }
    }
    sums.map(|sum| sum << 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_samples_are_one_mean_in_sixteenths() {
        let mut answers = [0xFF; FRAME_BYTES];
        for (k, sample) in answers.chunks_exact_mut(16).enumerate() {
            for (answer, code) in sample.chunks_exact_mut(4).zip([k as u16, 100, 4_095, 0]) {
                // What the line shows before the null bit, and behind the last bit.
                answer.copy_from_slice(&[0xFF, 0xE0 | (code >> 8) as u8, code as u8, 0xA5]);
            }
        }
        // The mean of 0 to 7 is 3.5; full scale does not overflow.
        assert_eq!(sixteenths(&answers), [56, 1_600, 65_520, 0]);
    }
}
