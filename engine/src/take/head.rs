//! A reading head on a take, and the way from one take to the next while a hit sounds.

use super::{Kernel, TAKE_RATE_HZ, Take};
use crate::voice::raised;

/// Time in which a hit goes over from one take to the next, in seconds.
const EXCHANGE_S: f32 = 0.020;

/// What a hit reads.
#[derive(Clone, Copy)]
pub(crate) struct Taken<'a> {
    pub(crate) take: &'a Take,
    /// What it goes over from.
    pub(crate) leaving: Option<&'a Take>,
    pub(crate) kernel: &'a Kernel,
}

/// The reading heads of one hit.
#[derive(Debug, Clone)]
pub(crate) struct Heads {
    sample_rate_hz: u32,
    /// Where the next sample is read, in samples of the take.
    at: f64,
    /// The same in the take that is left.
    leaving_at: f64,
    /// How much of the take is heard before rounding, 0 to 1; the rest is the take that is left.
    heard: f32,
    heard_step: f32,
}

impl Heads {
    pub(crate) fn new(sample_rate_hz: u32) -> Self {
        let heard_step = 1.0 / (EXCHANGE_S * sample_rate_hz as f32);
        Self { sample_rate_hz, at: 0.0, leaving_at: 0.0, heard: 1.0, heard_step }
    }

    /// Begins at the first sample of a take. Real-time safe.
    pub(crate) fn strike(&mut self) {
        (self.at, self.leaving_at, self.heard) = (0.0, 0.0, 1.0);
    }

    /// From the next samples on it goes over to another take, at the same moment of the sound. Real-time safe.
    pub(crate) fn exchange(&mut self) {
        self.leaving_at = self.at;
        self.heard = 0.0;
    }

    /// Whether it has gone over.
    pub(crate) fn is_settled(&self) -> bool {
        self.heard >= 1.0
    }

    /// Renders the next samples of a hit that is transposed by `ratio` in all; returns how many there are, 0 when the hit is
    /// over. Real-time safe.
    pub(crate) fn render(&mut self, taken: Taken<'_>, ratio: f64, out: &mut [f32]) -> usize {
        let step = |take: &Take| {
            let own = libm::exp2(f64::from(take.label().semitones) / 12.0);
            ratio / own * f64::from(TAKE_RATE_HZ) / f64::from(self.sample_rate_hz)
        };
        let (samples, step_here) = (taken.take.samples(), step(taken.take));
        let over = self.at >= samples.len() as f64;
        let leaving = taken.leaving.filter(|_| !self.is_settled());
        let Some(left) = leaving else {
            if over {
                return 0;
            }
            for out in out.iter_mut() {
                *out = taken.kernel.read(samples, self.at);
                self.at += step_here;
            }
            return out.len();
        };
        let (left, step_left) = (left.samples(), step(left));
        for out in out.iter_mut() {
            let (old, new) = (taken.kernel.read(left, self.leaving_at), taken.kernel.read(samples, self.at));
            *out = old + raised(self.heard) * (new - old);
            self.at += step_here;
            self.leaving_at += step_left;
            self.heard = (self.heard + self.heard_step).min(1.0);
        }
        out.len()
    }
}
