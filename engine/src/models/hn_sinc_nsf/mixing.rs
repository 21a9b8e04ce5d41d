//! The mix of both branches by a low-pass and a high-pass whose common cut-off changes with every sample.

use crate::stream::math::sine;
use std::f32::consts::PI;

/// Taps on each side of the middle one.
const REACH: usize = 15;

/// Adds the harmonic branch below and the noise branch above the cut-off (a fraction of the Nyquist frequency) of each sample.
///
/// With `w[n] = 0.54 + 0.46 cos(2πn / 31)` the low-pass `fc sinc(fc n) w[n]` has unit gain at 0 Hz and the high-pass
/// `(δ[n] - fc sinc(fc n)) w[n]` at the Nyquist frequency; both look at the newest 31 samples.
pub(super) fn mix(harmonic: &[f32], noise: &[f32], cutoff: &[f32]) -> Vec<f32> {
    let window: [f32; REACH + 1] =
        std::array::from_fn(|n| 0.54 + 0.46 * libm::cosf(2.0 * PI * n as f32 / (2 * REACH + 1) as f32));
    let past = |signal: &[f32]| [&[0.0; 2 * REACH], signal].concat();
    let (harmonic, noise) = (past(harmonic), past(noise));
    let taps = harmonic.windows(2 * REACH + 1).zip(noise.windows(2 * REACH + 1));
    taps.zip(cutoff)
        .map(|((harmonic, noise), &cutoff)| {
            let middle = cutoff * window[0];
            let mut low = middle * harmonic[REACH];
            let mut low_sum = middle;
            let middle = (1.0 - cutoff) * window[0];
            let mut high = middle * noise[REACH];
            let mut high_sum = middle;
            for n in 1..=REACH {
                // Half turns of a sine, whole turns fall away; both filters are symmetric.
                let sinc = sine((f64::from(cutoff * n as f32) * 2_147_483_648.0) as u64 as u32) / (PI * n as f32);
                let tap = sinc * window[n];
                low += tap * (harmonic[REACH - n] + harmonic[REACH + n]);
                low_sum += 2.0 * tap;
                high -= tap * (noise[REACH - n] + noise[REACH + n]);
                high_sum -= if n % 2 == 0 { 2.0 * tap } else { -2.0 * tap };
            }
            low / low_sum + high / high_sum
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_branch_passes_unchanged_where_its_filter_has_unit_gain() {
        let (steady, silence) = ([1.0; 200], [0.0; 200]);
        let alternating: [f32; 200] = std::array::from_fn(|t| if t % 2 == 0 { 1.0 } else { -1.0 });
        let low = mix(&steady, &silence, &[0.4; 200]);
        assert!(low[60..].iter().all(|y| (y - 1.0).abs() < 1e-5), "harmonic branch at 0 Hz: {low:?}");
        let high = mix(&silence, &alternating, &[0.4; 200]);
        // The filters delay by 15 samples, an odd number.
        let passed = high[60..].iter().zip(&alternating[60..]).all(|(y, x)| (y + x).abs() < 1e-5);
        assert!(passed, "noise branch at the Nyquist frequency: {high:?}");
    }
}
