//! The MCP3204's bytes, and eight conversions that become one code.

use neurorack_protocol::CV_INPUTS;

/// Samples of all inputs in a second.
pub const SAMPLES_HZ: u32 = 8_000;

/// Samples that are averaged.
pub const OVERSAMPLING: u8 = 8;

/// What is sent for a conversion of one input against ground, answered by three bytes (data sheet, figure 6-1).
#[must_use]
pub fn request(input: usize) -> [u8; 3] {
    // Start bit, single-ended, input: 0000_01SD DDxx_xxxx, D2 is not used by a converter of four inputs.
    [0b0000_0110, (input as u8 & 3) << 6, 0]
}

/// The twelve bits of an answer.
#[must_use]
pub fn code(answer: [u8; 3]) -> u16 {
    u16::from(answer[1] & 0x0F) << 8 | u16::from(answer[2])
}

/// Sums conversions until there are enough for a frame.
#[derive(Debug, Clone, Copy, Default)]
pub struct Oversampler {
    sums: [u16; CV_INPUTS],
    count: u8,
}

impl Oversampler {
    /// Takes one conversion of each input; every eighth time returns their means in sixteenths of a code.
    pub fn add(&mut self, codes: [u16; CV_INPUTS]) -> Option<[u16; CV_INPUTS]> {
        for (sum, code) in self.sums.iter_mut().zip(codes) {
            // Eight codes of 12 bits are 15 bits.
            *sum = sum.wrapping_add(code & 0xFFF);
        }
        self.count += 1;
        if self.count < OVERSAMPLING {
            return None;
        }
        let sixteenths = self.sums.map(|sum| sum << 1);
        *self = Self::default();
        Some(sixteenths)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_names_its_input_and_the_answer_is_its_last_twelve_bits() {
        assert_eq!([0, 1, 2, 3].map(request), [[6, 0, 0], [6, 0x40, 0], [6, 0x80, 0], [6, 0xC0, 0]]);
        assert_eq!(code([0xFF, 0xEA, 0xBC]), 0xABC);
    }

    #[test]
    fn eight_samples_are_one_mean_in_sixteenths() {
        let mut sampler = Oversampler::default();
        for round in 0..2 {
            for k in 0..7 {
                assert_eq!(sampler.add([k, 100, 4_095, 0]), None, "round {round}");
            }
            // The mean of 0 to 7 is 3.5; full scale does not overflow.
            assert_eq!(sampler.add([7, 100, 4_095, 0]), Some([56, 1_600, 65_520, 0]), "round {round}");
        }
    }
}
