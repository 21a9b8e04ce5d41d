//! The widest vectors that the machine has, for the loops in which the engine's time goes.
//!
//! Builds for x86-64 run on processors of any age and so may not count on more than vectors of 128 bits; nearly all of them have twice
//! that. A kernel is compiled for both, and products are fused with sums in neither: both give the same bits. Other targets have one
//! width.

/// Runs `kernel` as it was compiled for the widest vectors of this machine. Real-time safe.
///
/// Only what is inlined into `kernel` is compiled so: it is a closure marked `#[inline(always)]`, and so is every function that it calls.
#[inline(always)]
pub(crate) fn widest<R>(kernel: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2.
        return unsafe { with_avx2(kernel) };
    }
    kernel()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn with_avx2<R>(kernel: impl FnOnce() -> R) -> R {
    kernel()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_and_narrow_vectors_round_alike() {
        #[inline(always)]
        fn kernel(values: &[f32]) -> [f32; 24] {
            let mut sums = [1.0; 24];
            for (place, &value) in values.iter().enumerate() {
                for (sum, other) in sums.iter_mut().zip(&values[place..]) {
                    *sum += value * other;
                }
            }
            sums
        }
        let values: Vec<f32> = (0..1_000).map(|k| (k as f32 * 0.73).sin()).collect();
        let wide = widest(
            #[inline(always)]
            || kernel(&values),
        );
        assert_eq!(wide.map(f32::to_bits), kernel(&values).map(f32::to_bits));
    }
}
