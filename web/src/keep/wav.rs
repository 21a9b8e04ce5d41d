//! The head of a sound file: mono WAV of 32-bit floats, the very samples.

/// Bytes before the samples.
const HEADER_BYTES: usize = 58;

/// Bytes of a sample.
const SAMPLE_BYTES: u32 = 4;

/// What stands before so many samples of this rate in hertz; they follow as little-endian floats.
pub(super) fn header(samples: u32, rate_hz: u32) -> [u8; HEADER_BYTES] {
    let data = samples.saturating_mul(SAMPLE_BYTES);
    let fields: [&[u8]; 16] = [
        b"RIFF",
        &data.saturating_add(HEADER_BYTES as u32 - 8).to_le_bytes(),
        b"WAVEfmt ",
        &18u32.to_le_bytes(),
        // IEEE float, one channel.
        &3u16.to_le_bytes(),
        &1u16.to_le_bytes(),
        &rate_hz.to_le_bytes(),
        &(rate_hz * SAMPLE_BYTES).to_le_bytes(),
        &(SAMPLE_BYTES as u16).to_le_bytes(),
        &32u16.to_le_bytes(),
        &0u16.to_le_bytes(),
        b"fact",
        &4u32.to_le_bytes(),
        &samples.to_le_bytes(),
        b"data",
        &data.to_le_bytes(),
    ];
    let mut bytes = [0; HEADER_BYTES];
    let mut at = 0;
    for field in fields {
        bytes[at..at + field.len()].copy_from_slice(field);
        at += field.len();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_is_as_long_as_it_says_and_counts_the_samples() {
        let bytes = header(480, 48_000);
        let number = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        assert_eq!(number(4) as usize + 8, HEADER_BYTES + 4 * 480);
        assert_eq!([number(24), number(28)], [48_000, 192_000]);
        assert_eq!((number(46), &bytes[50..54], number(54)), (480, b"data".as_slice(), 4 * 480));
    }
}
