//! Samples on the clock on the wall.

/// Parts of the time over which the earliest block is looked for.
const PARTS: usize = 4;

/// Bursts of blocks that are remembered, and how many of the longest of them that time lasts.
const BURSTS: usize = 8;
const WINDOW_BURSTS: f64 = 8.0;

/// The least of that time, in seconds: ten times what a scheduler is late by on a good day.
const LEAST_WINDOW_S: f64 = 0.03;

/// Tells when a block could be rendered at the earliest, though callbacks come unevenly and in bursts.
///
/// A block can be late and never early: the least distance between wall clock and sample clock in the last bursts is the offset
/// between them. What happens at a moment then lands at the same distance to it, whatever its block is late by. The time that is
/// looked back is short: after an xrun all blocks are later, and what was measured before is soon forgotten.
#[derive(Debug, Clone)]
pub(super) struct BlockClock {
    /// How long a block lasts, in seconds.
    block_s: f64,
    /// Least distances of each part, in seconds.
    least_s: [f64; PARTS],
    newest: usize,
    /// When the newest part and the last block began.
    since_s: f64,
    last_s: f64,
    /// Blocks of the last bursts, and of the one under way.
    bursts: [u16; BURSTS],
    burst: usize,
    blocks: u16,
}

impl BlockClock {
    /// A clock for blocks that last `block_s` seconds.
    pub(super) fn new(block_s: f64) -> Self {
        Self {
            block_s,
            least_s: [f64::INFINITY; PARTS],
            newest: 0,
            since_s: f64::NEG_INFINITY,
            last_s: f64::NEG_INFINITY,
            bursts: [1; BURSTS],
            burst: 0,
            blocks: 0,
        }
    }

    /// A block that begins at `sample_s` of the sample clock is rendered at `now_s` on the wall. Returns the moment at which it
    /// could have been at the earliest. Real-time safe.
    pub(super) fn begin(&mut self, sample_s: f64, now_s: f64) -> f64 {
        self.count(now_s);
        let part_s = self.window_s() / PARTS as f64;
        let passed_s = now_s - self.since_s;
        if passed_s >= part_s {
            // Parts in which nothing sounded are empty.
            let parts = (passed_s / part_s).min(PARTS as f64) as usize;
            for _ in 0..parts {
                self.newest = (self.newest + 1) % PARTS;
                self.least_s[self.newest] = f64::INFINITY;
            }
            self.since_s = now_s;
        }
        let least_s = &mut self.least_s[self.newest];
        *least_s = least_s.min(now_s - sample_s);
        sample_s + self.least_s.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// Counts how many blocks come at a time.
    fn count(&mut self, now_s: f64) {
        if now_s - self.last_s < 0.5 * self.block_s {
            self.blocks = self.blocks.saturating_add(1);
        } else {
            self.bursts[self.burst] = self.blocks;
            self.burst = (self.burst + 1) % BURSTS;
            self.blocks = 1;
        }
        self.last_s = now_s;
    }

    /// The time that is looked back.
    fn window_s(&self) -> f64 {
        let longest = self.bursts.iter().copied().fold(self.blocks, u16::max);
        (WINDOW_BURSTS * f64::from(longest) * self.block_s).max(LEAST_WINDOW_S)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK_S: f64 = 128.0 / 48_000.0;

    /// Offsets that blocks are given when each is late by what `late_s` says of its number.
    fn offsets(blocks: u32, late_s: impl Fn(u32) -> f64) -> Vec<f64> {
        let mut clock = BlockClock::new(BLOCK_S);
        (0..blocks)
            .map(|block| {
                let sample_s = f64::from(block) * BLOCK_S;
                clock.begin(sample_s, sample_s + 5.0 + late_s(block)) - sample_s
            })
            .collect()
    }

    #[test]
    fn uneven_callbacks_and_bursts_move_no_moment() {
        for burst in [1, 8, 64] {
            // The blocks of a burst come 0.1 ms apart, and the burst is late by up to 0.75 ms beside.
            let late_s = |block: u32| {
                f64::from(burst - 1 - block % burst) * (BLOCK_S - 0.0001) + f64::from(block / burst * 7 % 4) * 0.00025
            };
            let offsets = offsets(6_400, late_s);
            let settled = &offsets[burst as usize * 24..];
            let [least, most] = [f64::min, f64::max].map(|of| settled.iter().copied().reduce(of).expect("offsets"));
            assert!(most - least < 1e-9, "bursts of {burst}: {least} to {most}");
        }
    }

    #[test]
    fn after_an_xrun_moments_soon_are_where_they_belong() {
        for (burst, within_s) in [(1, 0.04), (8, 0.22)] {
            let late_s = |block: u32| {
                f64::from(burst - 1 - block % burst) * (BLOCK_S - 0.0001) + if block < 800 { 0.0 } else { 0.050 }
            };
            let offsets = offsets(4_000, late_s);
            let before = offsets[799];
            let settled =
                offsets.iter().rposition(|offset| (offset - before - 0.050).abs() > 1e-9).expect("it was not");
            assert!(f64::from(settled as u32 - 799) * BLOCK_S <= within_s, "bursts of {burst}: {settled}");
        }
    }
}
