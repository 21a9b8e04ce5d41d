//! The factory test: what is seen at the bench becomes a checklist.

use neurorack_protocol::{CV_INPUTS, Channel, Check, Checklist, GATES, Outcome};

/// How far an empty input may read from 0 V, in steps of 0.2 mV: what a calibration can put right.
const MOST_ZERO: u16 = 500;

/// Frames in a row that an input must read so.
const FRAMES: u8 = 64;

/// The encoder is held for so long from the start on, in readings of a millisecond, where a person asks for the test.
const HELD_MS: u16 = 500;

/// Looks for an encoder that is held while the module is switched on.
#[derive(Debug, Clone, Copy, Default)]
pub struct HeldAtStart {
    readings: u16,
    is_over: bool,
}

impl HeldAtStart {
    /// Takes a reading, once a millisecond from the start on; true once, where all of the first 500 were held but those that a
    /// debounced contact needs to close.
    pub fn read(&mut self, pushed: bool) -> bool {
        if self.is_over {
            return false;
        }
        self.readings += 1;
        self.is_over = (self.readings > HELD_MS / 10 && !pushed) || self.readings >= HELD_MS;
        self.is_over && pushed
    }
}

/// A test that runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SelfTest {
    list: Checklist,
    /// Frames in a row in which an empty input read right, and wrong.
    right: [u8; CV_INPUTS],
    wrong: [u8; CV_INPUTS],
    /// Whether an input was seen with a plug, and without.
    plugged: [bool; CV_INPUTS],
    empty: [bool; CV_INPUTS],
    rose: [bool; GATES],
    /// Whether the encoder was seen at rest, and pushed after that.
    rested: bool,
    pushed: bool,
}

impl SelfTest {
    pub(crate) const BEGUN: Self = Self {
        list: Checklist::BEGUN,
        right: [0; CV_INPUTS],
        wrong: [0; CV_INPUTS],
        plugged: [false; CV_INPUTS],
        empty: [false; CV_INPUTS],
        rose: [false; GATES],
        rested: false,
        pushed: false,
    };

    /// How the checks stand.
    pub(crate) fn list(&self) -> Checklist {
        self.list
    }

    fn mark(&mut self, check: Check, outcome: Outcome) {
        self.list = self.list.with(check, outcome);
    }

    /// The display answers, or does not.
    pub(crate) fn screen(&mut self, answers: bool) {
        self.mark(Check::Screen, if answers { Outcome::Passed } else { Outcome::Failed });
    }

    /// The flash kept a record, or did not.
    pub(crate) fn flash(&mut self, kept: bool) {
        self.mark(Check::Flash, if kept { Outcome::Passed } else { Outcome::Failed });
    }

    /// Codes of a frame, and where plugs are. Nominal values count: a calibration could hide a broken part.
    pub(crate) fn sample(&mut self, codes: [u16; CV_INPUTS], patched: [bool; CV_INPUTS]) {
        let inputs = codes.into_iter().zip(patched).zip(Check::ZEROS);
        for (((code, patched), check), (right, wrong)) in inputs.zip(self.right.iter_mut().zip(&mut self.wrong)) {
            let is_right = Channel::NOMINAL.steps(code).unsigned_abs() <= MOST_ZERO;
            *right = if is_right && !patched { right.saturating_add(1) } else { 0 };
            *wrong = if is_right || patched { 0 } else { wrong.saturating_add(1) };
            if *right == FRAMES {
                self.list = self.list.with(check, Outcome::Passed);
            } else if *wrong == FRAMES {
                self.list = self.list.with(check, Outcome::Failed);
            }
        }
    }

    /// A gate rose or fell.
    pub(crate) fn gate(&mut self, gate: usize, high: bool) {
        let (Some(rose), Some(&check)) = (self.rose.get_mut(gate), Check::GATES.get(gate)) else { return };
        if high {
            *rose = true;
        } else if *rose {
            self.mark(check, Outcome::Passed);
        }
    }

    /// The encoder was turned by so many detents, is pushed or not, and these inputs have a plug.
    pub(crate) fn panel(&mut self, turned: i8, pushed: bool, patched: [bool; CV_INPUTS]) {
        match turned {
            ..0 => self.mark(Check::Left, Outcome::Passed),
            0 => {}
            1.. => self.mark(Check::Right, Outcome::Passed),
        }
        if !pushed && self.pushed {
            self.mark(Check::Push, Outcome::Passed);
        }
        self.pushed |= pushed && self.rested;
        self.rested |= !pushed;
        let seen = self.plugged.iter_mut().zip(&mut self.empty);
        for (((plugged, empty), patched), check) in seen.zip(patched).zip(Check::PLUGS) {
            *plugged |= patched;
            *empty |= !patched;
            if *plugged && *empty {
                self.list = self.list.with(check, Outcome::Passed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A code of 0 V, and one of 1 V.
    const ZERO: u16 = 32_768;
    const ONE_VOLT: u16 = 32_768 - 5_841;

    const EMPTY: [bool; CV_INPUTS] = [false; CV_INPUTS];

    #[test]
    fn an_empty_input_must_read_zero_and_one_with_a_plug_is_waited_for() {
        let mut test = SelfTest::BEGUN;
        for _ in 0..FRAMES {
            test.sample([ZERO, ONE_VOLT, ONE_VOLT, ZERO], [false, false, true, false]);
        }
        let outcomes = Check::ZEROS.map(|check| test.list().outcome(check));
        assert_eq!(outcomes, [Outcome::Passed, Outcome::Failed, Outcome::Open, Outcome::Passed]);
        for _ in 0..FRAMES {
            test.sample([ZERO; 4], EMPTY);
        }
        assert!(Check::ZEROS.iter().all(|&check| test.list().outcome(check) == Outcome::Passed), "put right");
    }

    #[test]
    fn a_whole_bench_of_work_passes_and_half_a_push_or_pulse_does_not() {
        let mut test = SelfTest::BEGUN;
        // Held since the start, and a gate that was high before.
        test.panel(0, true, EMPTY);
        test.gate(0, false);
        test.panel(0, false, EMPTY);
        assert_eq!(test.list().passed(), 0, "{:?}", test.list());
        (0..FRAMES).for_each(|_| test.sample([ZERO; 4], EMPTY));
        test.screen(true);
        test.flash(true);
        for gate in 0..GATES {
            test.gate(gate, true);
            test.gate(gate, false);
        }
        test.panel(-1, true, [true; 4]);
        test.panel(1, false, EMPTY);
        assert!(test.list().is_passed(), "{:?}", test.list());
        test.screen(false);
        assert!(!test.list().is_passed(), "its cable was pulled");
    }

    #[test]
    fn only_an_encoder_that_is_held_from_the_start_asks_for_the_test() {
        let asked = |held: &dyn Fn(u16) -> bool| {
            let mut start = HeldAtStart::default();
            (1..2_000).filter(|&ms| start.read(held(ms))).collect::<std::vec::Vec<u16>>()
        };
        // The debounced contact closes after 5 ms.
        assert_eq!(asked(&|ms| ms > 5), [HELD_MS]);
        assert_eq!(asked(&|ms| ms > 300), []);
        assert_eq!(asked(&|ms| (5..400).contains(&ms)), []);
        assert_eq!(asked(&|ms| ms > 600), []);
    }
}
