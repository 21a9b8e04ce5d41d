//! Smoothing of parameters, so that steps do not click.

/// A one-pole low-pass that starts at its first target and arrives exactly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Smoother {
    /// Part of the way that one step covers.
    rate: f32,
    value: Option<f32>,
}

impl Smoother {
    /// Differences below this are taken at once: they are inaudible, and denormals never arise.
    const CLOSE: f32 = 1e-5;

    /// Covers 63 % of a step in `time_constant_s` seconds when it is called `steps_hz` times a second.
    #[must_use]
    pub fn new(time_constant_s: f32, steps_hz: f32) -> Self {
        Self { rate: part_per_step(time_constant_s, steps_hz), value: None }
    }

    /// Moves one step towards `target`. Real-time safe.
    #[inline]
    pub fn step(&mut self, target: f32) -> f32 {
        let value = match self.value {
            Some(value) if (target - value).abs() > Self::CLOSE => value + self.rate * (target - value),
            _ => target,
        };
        self.value = Some(value);
        value
    }

    /// Forgets the past: the next target is taken at once. Real-time safe.
    pub fn reset(&mut self) {
        self.value = None;
    }
}

/// Part of the way to its goal that a one-pole low-pass covers in a step.
pub(crate) fn part_per_step(time_constant_s: f32, steps_hz: f32) -> f32 {
    1.0 - libm::expf(-1.0 / (time_constant_s * steps_hz))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_target_is_taken_at_once_and_later_ones_smoothly() {
        let mut smoother = Smoother::new(0.01, 1000.0);
        assert_eq!(smoother.step(0.25), 0.25);
        let steps: Vec<f32> = (0..200).map(|_| smoother.step(1.0)).collect();
        assert!((steps[9] - (1.0 - 0.75 * (-1.0f32).exp())).abs() < 1e-3, "63 % after the time constant");
        assert_eq!(steps[199], 1.0, "it arrives");
        smoother.reset();
        assert_eq!(smoother.step(0.0), 0.0);
    }
}
