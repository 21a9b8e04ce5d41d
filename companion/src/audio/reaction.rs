//! How long things take from a jack to their sample: a count of each quarter of a millisecond.

/// Bins, and the width of each in milliseconds; what takes longer counts in the last.
const BINS: usize = 96;
const BIN_MS: f32 = 0.25;

/// How a number of times is spread. `Copy`, so that the audio side can hand it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spread {
    counts: [u32; BINS],
}

impl Default for Spread {
    fn default() -> Self {
        Self { counts: [0; BINS] }
    }
}

impl Spread {
    /// Counts one time, in seconds. Real-time safe.
    pub(super) fn count(&mut self, seconds: f64) {
        // A cast from float to integer holds at the ends, and gives 0 for what is not a number.
        let bin = (seconds * 1e3 / f64::from(BIN_MS)) as usize;
        let count = &mut self.counts[bin.min(BINS - 1)];
        *count = count.saturating_add(1);
    }

    /// How many were counted.
    pub(crate) fn total(&self) -> u64 {
        self.counts.iter().map(|&count| u64::from(count)).sum()
    }

    /// The time in milliseconds that this share of all, 0 to 1, does not exceed, to the upper end of its bin; `None` before the
    /// first.
    pub(crate) fn quantile_ms(&self, share: f64) -> Option<f32> {
        let total = self.total();
        let wanted = ((share * total as f64).ceil() as u64).max(1);
        let mut seen = 0;
        let bin = self.counts.iter().position(|&count| {
            seen += u64::from(count);
            seen >= wanted
        })?;
        Some((bin + 1) as f32 * BIN_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_the_upper_ends_of_their_bins() {
        let mut spread = Spread::default();
        assert_eq!(spread.quantile_ms(0.5), None);
        for _ in 0..99 {
            spread.count(0.003_1);
        }
        spread.count(9.0);
        spread.count(f64::NAN);
        assert_eq!(spread.total(), 101);
        assert_eq!((spread.quantile_ms(0.5), spread.quantile_ms(1.0)), (Some(3.25), Some(24.0)));
        assert_eq!(spread.quantile_ms(0.0), Some(0.25));
    }
}
