//! What this browser keeps about modules from visit to visit.

use crate::storage;
use serde::{Deserialize, Serialize};

/// The name under which it is kept.
const PLACE: &str = "neurorack.module";

/// How much later than its quickest message an event sounds, in milliseconds: as it is at first, and the most.
pub(super) const LATENCY_MS: f64 = 5.0;
pub(super) const MOST_LATENCY_MS: f64 = 20.0;

/// What is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Kept {
    /// Whether a module was in use.
    pub(super) used: bool,
    /// Number of the module that was in use last, as text: JSON's numbers do not hold it.
    pub(super) uid: Option<String>,
    pub(super) latency_ms: f64,
}

impl Default for Kept {
    fn default() -> Self {
        Self { used: false, uid: None, latency_ms: LATENCY_MS }
    }
}

impl Kept {
    /// What was kept last; the default where there is nothing, or nothing that can be read.
    pub(super) fn read() -> Self {
        storage::read::<Self>(PLACE).sanitised()
    }

    fn sanitised(self) -> Self {
        let latency_ms = if self.latency_ms.is_finite() { self.latency_ms } else { LATENCY_MS };
        Self { latency_ms: latency_ms.clamp(0.0, MOST_LATENCY_MS), ..self }
    }

    /// Changes what is kept; where the browser has no room or no storage, it lasts as long as the page.
    pub(super) fn change(change: impl FnOnce(&mut Self)) {
        let mut kept = Self::read();
        change(&mut kept);
        storage::write(PLACE, &kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_latency_out_of_range_is_brought_back() {
        for (latency_ms, wanted) in [(f64::NAN, 5.0), (-3.0, 0.0), (900.0, 20.0), (7.0, 7.0)] {
            assert_eq!(Kept { latency_ms, ..Kept::default() }.sanitised().latency_ms, wanted);
        }
    }
}
