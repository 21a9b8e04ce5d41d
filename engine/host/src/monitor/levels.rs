//! The output's level as the eye wants it: up at once, down steadily, with the recent peak held.

/// How fast a level falls, in decibels a second.
const FALL_DB_PER_S: f64 = 90.0;

/// How long the recent peak stands before it falls, in milliseconds.
const HOLD_MS: f64 = 1_200.0;

/// How fast the glow of a strike fades where no sound keeps it up: time constant in milliseconds.
const FLASH_MS: f64 = 90.0;

/// Linear levels, full scale is 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Levels {
    /// The output now.
    pub now: f32,
    /// The recent peak.
    pub recent: f32,
    /// How bright what is struck glows, 0 to 1.
    pub glow: f32,
    held_since_ms: f64,
    flashed_ms: Option<f64>,
    drawn_ms: f64,
}

impl Levels {
    /// What is struck glows.
    pub fn flash(&mut self, now_ms: f64) {
        self.flashed_ms = Some(now_ms);
    }

    /// Takes the peak of a block.
    pub fn take(&mut self, peak: f32, now_ms: f64) {
        self.now = self.now.max(peak);
        if peak >= self.recent {
            self.recent = peak;
            self.held_since_ms = now_ms;
        }
    }

    /// Lets time pass.
    pub fn advance(&mut self, now_ms: f64) {
        // After a pause without drawing, one step is enough to fall.
        let elapsed_ms = (now_ms - self.drawn_ms).clamp(0.0, 100.0);
        self.drawn_ms = now_ms;
        let fall = |per_s: f64| 10f64.powf(-per_s * elapsed_ms / 1_000.0 / 20.0) as f32;
        self.now *= fall(FALL_DB_PER_S);
        if now_ms - self.held_since_ms > HOLD_MS {
            self.recent *= fall(FALL_DB_PER_S / 2.0);
        }
        let flash = self.flashed_ms.map_or(0.0, |since| (-(now_ms - since).max(0.0) / FLASH_MS).exp() as f32);
        let sound = (self.now * 1.6).min(1.0).sqrt();
        self.glow = sound.max(flash);
        if self.glow < 0.03 {
            self.glow = 0.0;
        }
    }

    /// Whether there is still something to see falling.
    #[must_use]
    pub fn moving(&self) -> bool {
        self.now > 1e-3 || self.recent > 1e-3 || self.glow > 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strike_glows_at_once_and_everything_comes_to_rest() {
        let mut levels = Levels::default();
        levels.flash(0.0);
        levels.take(0.8, 0.0);
        levels.advance(1.0);
        assert!(levels.glow > 0.9);
        for frame in 1..400 {
            levels.advance(f64::from(frame) * 16.7);
        }
        assert!(!levels.moving(), "{levels:?}");
    }
}
