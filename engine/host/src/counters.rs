//! The counters of the menu's statistics, since they were last set to zero.

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    /// Hits.
    pub hits: u32,
    /// Events that were lost.
    pub dropped: u32,
    /// Time since the beginning in seconds.
    pub uptime_s: u32,
}

impl Counters {
    /// What was added since then. An engine that was opened anew counts from zero by itself.
    #[must_use]
    pub fn since(self, zero: Self) -> Self {
        let since = |now: u32, zero: u32| now.checked_sub(zero).unwrap_or(now);
        Self {
            hits: since(self.hits, zero.hits),
            dropped: since(self.dropped, zero.dropped),
            uptime_s: since(self.uptime_s, zero.uptime_s),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_count_from_where_they_were_set_to_zero() {
        let zero = Counters { hits: 40, dropped: 2, uptime_s: 100 };
        let later = Counters { hits: 43, dropped: 2, uptime_s: 160 };
        assert_eq!(later.since(zero), Counters { hits: 3, dropped: 0, uptime_s: 60 });
        let anew = Counters { hits: 5, dropped: 0, uptime_s: 161 };
        assert_eq!(anew.since(zero), Counters { hits: 5, dropped: 0, uptime_s: 61 }, "the engine was opened anew");
    }
}
