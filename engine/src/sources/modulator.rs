//! A modulator: low-frequency oscillator, random source or envelope, in volts.

use super::envelope::Envelope;
use super::{Clock, FULL_VOLTS, Modulation, Shape, dice};
use crate::stream::math;

/// One turn in the units of a phase.
const TURN: f32 = 4_294_967_296.0;

/// Where a modulator stands. Its phase counts in exact integers, so that it is the same however time is cut.
#[derive(Debug, Clone, PartialEq)]
pub struct Modulator {
    sample_rate_hz: u32,
    /// Which modulator it is: the stream of its chance.
    stream: u32,
    /// Phase of the free-running oscillator in 2⁻⁶⁴ turns.
    free_phase: u64,
    /// Position of the clock at which the synchronised turn began.
    origin: u64,
    /// Phase at the last look in 2⁻³² turns.
    phase: u32,
    /// Random levels drawn so far.
    draws: u64,
    /// The last two random levels, -1 to 1.
    levels: [f32; 2],
    envelope: Envelope,
    volts: f32,
}

impl Modulator {
    /// A modulator at its start; `stream` keeps its chance apart from that of others.
    #[must_use]
    pub fn new(sample_rate_hz: u32, stream: u32) -> Self {
        Self {
            sample_rate_hz: sample_rate_hz.max(1),
            stream,
            free_phase: 0,
            origin: 0,
            phase: 0,
            draws: 0,
            levels: [0.0; 2],
            envelope: Envelope::default(),
            volts: 0.0,
        }
    }

    /// Lets samples pass. Real-time safe.
    pub fn advance(&mut self, modulation: &Modulation, samples: u32) {
        let step = math::turns_to_phase(f64::from(modulation.rate_hz) / f64::from(self.sample_rate_hz));
        self.free_phase = self.free_phase.wrapping_add(step.wrapping_mul(u64::from(samples)));
        self.envelope.advance(samples);
    }

    /// Looks where the modulator stands at the coming sample; [`volts`](Self::volts) says it afterwards. Real-time safe.
    ///
    /// It must be looked at at least once a turn, or random levels are left out.
    pub fn look(&mut self, modulation: &Modulation, clock: &Clock, seed: u32) {
        if self.draws == 0 {
            self.draw(seed);
            self.draw(seed);
        }
        let turned = match modulation.span {
            None => (self.free_phase >> 32) as u32,
            Some(span) => {
                let (position, turn) = (clock.heard_position(), span.grains(clock));
                if position < self.origin {
                    self.origin = 0;
                }
                // Both are below 2^53, so that the quotient is that of the exact numbers; it is below 1.
                (((position - self.origin) % turn) as f64 / turn as f64 * f64::from(TURN)) as u32
            }
        };
        let phase = turned.wrapping_add((math::turns_to_phase(f64::from(modulation.phase)) >> 32) as u32);
        if phase < self.phase {
            self.draw(seed);
        }
        self.phase = phase;
        self.volts = self.level(modulation) * modulation.depth * FULL_VOLTS;
    }

    /// The gate of this modulator strikes at the coming sample: the envelope starts, and the turn if it is set to.
    /// [`look`](Self::look) before and after. Real-time safe.
    pub fn strike(&mut self, modulation: &Modulation, clock: &Clock, seed: u32) {
        let [attack, decay] = self.times(modulation);
        self.envelope.strike(attack, decay);
        if modulation.retrigger {
            // Smooth noise goes on from where it is.
            self.levels[1] = self.smooth_level();
            self.draw(seed);
            self.free_phase = 0;
            self.origin = clock.heard_position();
            self.phase = 0;
        }
    }

    /// Volts at the last look, -5 to 5.
    #[must_use]
    pub fn volts(&self) -> f32 {
        self.volts
    }

    /// Where in its turn it stood at the last look, 0 to 1. Real-time safe.
    #[must_use]
    pub fn turn(&self) -> f32 {
        self.phase as f32 / TURN
    }

    /// The level at the phase of the last look: -1 to 1, or 0 to 1 for a unipolar one.
    fn level(&self, modulation: &Modulation) -> f32 {
        let turns = self.phase as f32 / TURN;
        let both_ways = match modulation.shape {
            Shape::Sine => math::sine(self.phase),
            Shape::Triangle => {
                let from_bottom = self.phase.wrapping_add(1 << 30) as f32 / TURN;
                1.0 - (4.0 * from_bottom - 2.0).abs()
            }
            Shape::Square => {
                if self.phase < 1 << 31 {
                    1.0
                } else {
                    -1.0
                }
            }
            Shape::Saw => 2.0 * turns - 1.0,
            Shape::SampleAndHold => self.levels[1],
            Shape::SmoothNoise => self.smooth_level(),
            Shape::Envelope => {
                let [attack, decay] = self.times(modulation);
                2.0 * self.envelope.level(attack, decay) - 1.0
            }
        };
        if modulation.bipolar { both_ways } else { 0.5 + 0.5 * both_ways }
    }

    /// From one random level to the next, flat at both ends.
    fn smooth_level(&self) -> f32 {
        let [from, to] = self.levels;
        let turns = self.phase as f32 / TURN;
        from + (to - from) * turns * turns * (3.0 - 2.0 * turns)
    }

    fn draw(&mut self, seed: u32) {
        self.levels = [self.levels[1], 2.0 * dice::draw(seed, self.stream, self.draws) - 1.0];
        self.draws = self.draws.wrapping_add(1);
    }

    /// Attack and decay in samples.
    fn times(&self, modulation: &Modulation) -> [f32; 2] {
        [modulation.attack_ms, modulation.decay_ms].map(|ms| ms * 1e-3 * self.sample_rate_hz as f32)
    }
}
