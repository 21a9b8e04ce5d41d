//! Soft limiter without memory, and so without latency.

use super::math::tanh;

/// Up to here (-3 dB full scale) the limiter changes nothing.
pub const KNEE: f32 = 0.707;

/// Limits one sample: itself up to [`KNEE`], above it `knee + (1 - knee)·tanh((|x| - knee) / (1 - knee))` with `x`'s sign.
///
/// Continuous with its first derivative, never beyond ±1; what is not a number becomes silence. Real-time safe.
#[inline]
#[must_use]
pub fn limit(sample: f32) -> f32 {
    let magnitude = sample.abs();
    if magnitude <= KNEE {
        return sample;
    }
    if magnitude.is_nan() {
        return 0.0;
    }
    const ROOM: f32 = 1.0 - KNEE;
    (KNEE + ROOM * tanh((magnitude - KNEE) / ROOM)).min(1.0).copysign(sample)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_samples_pass_and_loud_ones_never_leave_full_scale() {
        assert_eq!(limit(0.5), 0.5);
        assert_eq!(limit(-KNEE), -KNEE);
        for x in [0.8, 1.0, 3.0, 1e9, f32::INFINITY] {
            assert!(limit(x) <= 1.0 && limit(x) > KNEE && limit(-x) == -limit(x), "{x}");
        }
        assert_eq!(limit(f32::NAN), 0.0);
        let steps: Vec<f32> = (0..4000).map(|k| limit(k as f32 * 1e-3)).collect();
        assert!(
            steps.windows(2).all(|pair| pair[1] >= pair[0] && pair[1] - pair[0] <= 1.001e-3),
            "monotonic, slope <= 1"
        );
    }
}
