//! When the stops of a path sound: on the steps of the clock while it runs, else on steps of the same length from the first on.

use neurorack_engine::sources::Division;

/// What the clock says: where it stood when.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pulse {
    /// A time of the audio clock, in seconds.
    pub(crate) time_s: f64,
    /// Quarter notes since the clock's start, at that time.
    pub(crate) beats: f64,
    /// Quarter notes a minute, above zero.
    pub(crate) bpm: f64,
}

/// How steps follow each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Steps {
    pub(super) division: Division,
    /// Where in each pair of sixteenths the second lies, 0.5 to 0.75.
    pub(super) swing: f64,
}

/// A step of the clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    /// Counted from the clock's start.
    pub(super) number: i64,
    /// When it comes, in seconds of the audio clock.
    pub(super) time_s: f64,
    /// How long a step is, in seconds.
    pub(super) length_s: f64,
}

impl Pulse {
    /// The clock at another time, at another tempo from then on.
    pub(super) fn at(self, time_s: f64, bpm: f64) -> Self {
        Self { time_s, beats: self.beats + (time_s - self.time_s) * self.bpm / 60.0, bpm }
    }

    /// The first step after a time.
    pub(super) fn step_after(self, steps: Steps, time_s: f64) -> Step {
        let per_quarter = steps.division.per_quarter() as f64;
        let length_s = 60.0 / self.bpm / per_quarter;
        let passed = self.at(time_s, self.bpm).beats * per_quarter;
        // A step that swings comes later than its number says.
        let first = passed.floor() as i64 - 1;
        let time_of = |number: i64| {
            let late = match steps.division {
                Division::Sixteenth if number.rem_euclid(2) == 1 => 2.0 * steps.swing - 1.0,
                _ => 0.0,
            };
            self.time_s + ((number as f64 + late) / per_quarter - self.beats) * 60.0 / self.bpm
        };
        let number = (first..first + 3).find(|&number| time_of(number) > time_s).unwrap_or(first + 3);
        Step { number, time_s: time_of(number), length_s }
    }
}

/// A path on its way through its stops.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Walk {
    /// The step that was planned last, and when it comes.
    last: Option<(i64, f64)>,
    /// Steps since the first stop.
    walked: i64,
}

/// How long before its time a stop is told to the engine, in seconds: a page that is held up for less does not miss it.
const LEAD_S: f64 = 0.09;

/// The same as a share of a step, for short ones: the sound before must have been struck, since a curve is told at once.
const LEAD_SHARE: f64 = 0.6;

/// What the engine is to be told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Planned {
    /// Steps since the first stop: a page that was held up leaves some out and stays in step.
    pub(super) walked: i64,
    pub(super) time_s: f64,
}

impl Walk {
    /// What is to be told now, if anything: at most one stop, the next, however long nobody asked.
    pub(super) fn next(&mut self, pulse: Pulse, steps: Steps, now_s: f64) -> Option<Planned> {
        let sane = now_s.is_finite() && pulse.bpm > 0.0 && pulse.bpm.is_finite() && pulse.beats.is_finite();
        let last_s = self.last.map_or(f64::NEG_INFINITY, |(_, time_s)| time_s);
        if !sane || now_s <= last_s {
            return None;
        }
        let mut step = pulse.step_after(steps, now_s);
        // The clock's time is told in parts: the step that was planned may seem to be still to come.
        if step.time_s - last_s < 0.3 * step.length_s {
            step = pulse.step_after(steps, step.time_s);
        }
        if step.time_s - now_s > LEAD_S.min(LEAD_SHARE * step.length_s) {
            return None;
        }
        if let Some((number, time_s)) = self.last {
            let passed = step.number - number;
            // Another clock, or one that began anew, counts other numbers: then the time tells how many steps passed.
            let by_time = ((step.time_s - time_s) / step.length_s).round() as i64;
            self.walked += if (passed - by_time).abs() <= 1 { passed } else { by_time }.max(1);
        }
        self.last = Some((step.number, step.time_s));
        Some(Planned { walked: self.walked, time_s: step.time_s })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STEPS: Steps = Steps { division: Division::Sixteenth, swing: 0.5 };
    const PULSE: Pulse = Pulse { time_s: 10.0, beats: 0.0, bpm: 120.0 };

    /// What is planned when the page looks at these times.
    fn walk(pulse: Pulse, steps: Steps, times_s: impl IntoIterator<Item = f64>) -> Vec<Planned> {
        let mut walk = Walk::default();
        times_s.into_iter().filter_map(|now_s| walk.next(pulse, steps, now_s)).collect()
    }

    fn every_10_ms(from_s: f64, count: u32) -> impl Iterator<Item = f64> {
        (0..count).map(move |tick| from_s + 0.01 * f64::from(tick))
    }

    #[test]
    fn stops_fall_on_the_steps_of_the_clock() {
        let planned = walk(PULSE, STEPS, every_10_ms(10.2, 100));
        assert!(planned.len() >= 7, "{planned:?}");
        for (index, stop) in planned.iter().enumerate() {
            let expected = 10.25 + 0.125 * index as f64;
            assert!((stop.time_s - expected).abs() < 1e-9, "{} for {expected}", stop.time_s);
            assert_eq!(stop.walked, index as i64);
        }
    }

    #[test]
    fn sixteenths_swing_with_the_clock() {
        let planned = walk(PULSE, Steps { swing: 0.6, ..STEPS }, every_10_ms(9.95, 40));
        let times: Vec<_> = planned.iter().map(|stop| (stop.time_s * 1e3).round()).collect();
        assert_eq!(times[..3], [10_000.0, 10_150.0, 10_250.0]);
    }

    #[test]
    fn a_page_that_slept_plays_one_stop_and_is_in_step() {
        let planned = walk(PULSE, STEPS, every_10_ms(10.0, 20).chain(every_10_ms(20.0, 20)));
        let late: Vec<_> = planned.iter().filter(|stop| stop.time_s > 15.0).collect();
        assert!(late.len() <= 2, "{late:?}");
        assert_eq!(late[0].walked, ((late[0].time_s - planned[0].time_s) / 0.125).round() as i64);
    }

    #[test]
    fn a_clock_that_says_nothing_sensible_plays_nothing() {
        for bpm in [0.0, -3.0, f64::NAN, f64::INFINITY] {
            assert!(walk(Pulse { bpm, ..PULSE }, STEPS, every_10_ms(10.0, 50)).is_empty(), "{bpm}");
        }
        assert!(walk(PULSE, STEPS, [f64::NAN]).is_empty());
    }

    proptest! {
        #[test]
        fn a_curve_is_told_after_the_stop_before_was_struck_and_before_its_own(
            bpm in 20.0..300.0f64, ticks_ms in proptest::collection::vec(1.0..40.0f64, 50..300), swing in 0.5..0.75f64,
        ) {
            let (mut now_s, mut walk, mut before) = (10.0, Walk::default(), f64::NEG_INFINITY);
            for tick_ms in ticks_ms {
                now_s += tick_ms / 1e3;
                if let Some(stop) = walk.next(Pulse { bpm, ..PULSE }, Steps { swing, ..STEPS }, now_s) {
                    prop_assert!(before < now_s && now_s < stop.time_s, "{before} {now_s} {stop:?}");
                    before = stop.time_s;
                }
            }
        }
    }
}
