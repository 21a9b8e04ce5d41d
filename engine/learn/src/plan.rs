//! Sensible lengths of training for 20 to 20,000 recordings.

/// How long to train, and with how many hits a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// Steps in all.
    pub steps: usize,
    /// Hits a step.
    pub batch: usize,
    /// Peak learning rate.
    pub learning_rate: f64,
    /// Steps between checkpoints.
    pub save_every: usize,
    /// Minutes after which training ends anyway.
    pub minutes: Option<f64>,
}

/// Fewer recordings than this adapt the factory bank better than they fill a network of their own.
pub const ENOUGH_FOR_SCRATCH: usize = 200;

impl Plan {
    /// For a new network: 170 steps for each square root of a recording, 2,000 to 24,000 (8,000 for 2,200 recordings).
    pub fn from_scratch(recordings: usize) -> Self {
        let steps = (170.0 * (recordings as f64).sqrt()) as usize;
        let steps = steps.clamp(2_000, 24_000);
        Self { steps, batch: batch(recordings), learning_rate: 2e-3, save_every: 250, minutes: None }
    }

    /// For a bank that adapts: 25 steps a recording, 300 to 1,500, at most 8 minutes, at a seventh of the rate so that it
    /// keeps what it knows.
    pub fn fine_tune(recordings: usize) -> Self {
        let steps = (25 * recordings).clamp(300, 1_500);
        Self { steps, batch: batch(recordings), learning_rate: 3e-4, save_every: 100, minutes: Some(8.0) }
    }
}

/// Ten hits a step, less where there are hardly more recordings.
fn batch(recordings: usize) -> usize {
    (recordings / 2).clamp(4, 10)
}

#[cfg(test)]
mod tests {
    use super::Plan;

    #[test]
    fn more_recordings_train_longer_within_limits() {
        let steps = [1, 20, 2_200, 100_000].map(|recordings| Plan::from_scratch(recordings).steps);
        assert_eq!(steps, [2_000, 2_000, 7_973, 24_000]);
        assert_eq!([1, 20, 500].map(|recordings| Plan::fine_tune(recordings).steps), [300, 500, 1_500]);
    }
}
