//! The module's time on the host's clock.

/// Time over which the quickest message is looked for, in seconds: parts of [`PART_S`].
const PARTS: usize = 8;
const PART_S: f64 = 1.0;

/// Bins of what messages were late by, each [`BIN_S`] wide.
const BINS: usize = 64;
const BIN_S: f64 = 0.000_25;

/// Places what the module tells at constant latency on the host's clock, though messages arrive unevenly.
///
/// A message can be late and never early: the least difference between arrival and module time in the last seconds is the
/// offset between the clocks, and an event sounds at its own time plus this offset plus the latency. Clocks that drift apart by
/// 100 millionths move it by 0.8 ms at most within the seconds that count.
#[derive(Debug, Clone)]
pub struct ClockMap {
    /// By how much an event sounds later than its quickest message would have come, in seconds.
    latency_s: f64,
    /// The last time told, and the same without wrapping, in microseconds.
    last: Option<(u32, i64)>,
    /// Least differences of each part, the newest at `newest`.
    least: [f64; PARTS],
    newest: usize,
    /// When the newest part began, on the host's clock.
    since_s: f64,
    /// How late messages were, in the newest and the last round of parts.
    late: [[u32; BINS]; 2],
}

/// By how much messages are late beside the quickest, in milliseconds; what is later than 16 ms counts as 16.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Jitter {
    /// Half of them are not later.
    pub median_ms: f32,
    /// 99 of 100 are not later.
    pub p99_ms: f32,
}

impl ClockMap {
    /// A map that has heard nothing. `latency_s` should be above what messages are late by.
    #[must_use]
    pub fn new(latency_s: f64) -> Self {
        Self { latency_s, last: None, least: [f64::INFINITY; PARTS], newest: 0, since_s: 0.0, late: [[0; BINS]; 2] }
    }

    /// Lets events sound so much later than their quickest message would come, in seconds.
    pub fn set_latency(&mut self, latency_s: f64) {
        self.latency_s = latency_s;
    }

    /// By how much events sound later than their quickest message would come, in seconds.
    #[must_use]
    pub fn latency_s(&self) -> f64 {
        self.latency_s
    }

    /// The module began anew: its time has nothing to do with that before.
    pub fn forget(&mut self) {
        *self = Self::new(self.latency_s);
    }

    /// When what happened at the module's `time_us` sounds, in seconds of the host's clock, heard at `now_s`. Lies in the past
    /// where the message was later than the latency allows.
    pub fn place(&mut self, time_us: u32, now_s: f64) -> f64 {
        let (before, unwrapped) = self.last.unwrap_or((time_us, i64::from(time_us)));
        // An edge may be a little older than the state before it: the difference is signed.
        let passed = time_us.wrapping_sub(before) as i32;
        let unwrapped = unwrapped + i64::from(passed);
        if self.last.is_none() || passed > 0 {
            self.last = Some((time_us, unwrapped));
        }
        let module_s = unwrapped as f64 * 1e-6;
        self.turn_over(now_s);
        let difference = now_s - module_s;
        if let Some(least) = self.least.get_mut(self.newest) {
            *least = least.min(difference);
        }
        let offset = self.least.iter().copied().fold(f64::INFINITY, f64::min);
        // Casts from float to integer hold at the ends.
        let bin = ((difference - offset) / BIN_S) as usize;
        let [newest, _] = &mut self.late;
        if let Some(count) = newest.get_mut(bin.min(BINS - 1)) {
            *count = count.saturating_add(1);
        }
        module_s + offset + self.latency_s
    }

    fn turn_over(&mut self, now_s: f64) {
        if !(0.0..2.0 * PART_S * PARTS as f64).contains(&(now_s - self.since_s)) {
            // The first message, or the host slept: what was measured before says nothing of now.
            self.least = [f64::INFINITY; PARTS];
            self.since_s = now_s;
        }
        while now_s - self.since_s >= PART_S {
            self.since_s += PART_S;
            self.newest = (self.newest + 1) % PARTS;
            if let Some(least) = self.least.get_mut(self.newest) {
                *least = f64::INFINITY;
            }
            if self.newest == 0 {
                self.late = [[0; BINS], self.late[0]];
            }
        }
    }

    /// By how much messages were late in the last seconds; nothing before the first.
    #[must_use]
    pub fn jitter(&self) -> Jitter {
        let [newest, last] = &self.late;
        let counts = || newest.iter().zip(last).map(|(newest, last)| u64::from(*newest) + u64::from(*last));
        let all: u64 = counts().sum();
        let below = |percent: u64| {
            let mut sum = 0;
            let bin = counts().position(|count| {
                sum += count;
                sum * 100 >= all * percent
            });
            if all == 0 { 0.0 } else { (bin.unwrap_or(BINS) as f32 + 1.0) * BIN_S as f32 * 1e3 }
        };
        Jitter { median_ms: below(50), p99_ms: below(99) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uneven_messages_of_a_drifting_clock_that_wraps_land_evenly() {
        let mut map = ClockMap::new(0.008);
        let mut before: Option<f64> = None;
        let mut worst = 0.0f64;
        for k in 0..60_000u64 {
            // 50 millionths fast, wrapping after 10 s, late by 0.2 to 5.2 ms.
            let module_us = (u32::MAX - 10_000_000).wrapping_add((k as f64 * 1_000.05) as u32);
            let late_s = 0.000_2 + 0.005 * ((k * 7_919) % 1_000) as f64 / 1_000.0;
            let at = map.place(module_us, 100.0 + k as f64 * 0.001 + late_s);
            if let Some(before) = before.filter(|_| k > 2_000) {
                worst = worst.max((at - before - 0.001).abs());
            }
            before = Some(at);
        }
        assert!(worst < 1e-4, "off by {worst} s from one to the next");
        let Jitter { median_ms, p99_ms } = map.jitter();
        assert!((2.0..3.5).contains(&median_ms) && (4.5..6.0).contains(&p99_ms), "{median_ms} and {p99_ms} ms");
    }

    #[test]
    fn an_older_edge_behind_a_state_lies_before_it() {
        let mut map = ClockMap::new(0.0);
        let state = map.place(5_000, 1.0);
        let edge = map.place(4_700, 1.0);
        assert!((state - edge - 0.000_3).abs() < 1e-9);
        let next = map.place(6_000, 1.001);
        assert!((next - state - 0.001).abs() < 1e-9);
    }

    #[test]
    fn a_host_that_slept_begins_anew() {
        let mut map = ClockMap::new(0.0);
        map.place(0, 1.0);
        // The module's clock stood still as well.
        let at = map.place(1_000_000, 4_000.0);
        assert!((at - 4_000.0).abs() < 1e-9, "{at}");
    }
}
