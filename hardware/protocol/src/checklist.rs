//! What a person checks at the bench before a module is sold or after it was repaired.

/// One check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// The display answers.
    Screen,
    /// The flash took a record and gave it back.
    Flash,
    /// CV 1 reads 0 V within what parts can be off while nothing is plugged in.
    Zero1,
    /// CV 2 likewise.
    Zero2,
    /// CV 3 likewise.
    Zero3,
    /// CV 4 likewise.
    Zero4,
    /// CV 1 was seen with a plug and without.
    Plug1,
    /// CV 2 likewise.
    Plug2,
    /// CV 3 likewise.
    Plug3,
    /// CV 4 likewise.
    Plug4,
    /// Gate 1 rose and fell.
    Gate1,
    /// Gate 2 likewise.
    Gate2,
    /// The encoder was turned anticlockwise.
    Left,
    /// And clockwise.
    Right,
    /// It was pushed and let go.
    Push,
}

/// How a check stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// What it waits for was not seen yet.
    Open,
    /// It was.
    Passed,
    /// What was seen instead is wrong; this may still change.
    Failed,
}

impl Check {
    /// All of them, by their bits.
    pub const ALL: [Self; 15] = [
        Self::Screen,
        Self::Flash,
        Self::Zero1,
        Self::Zero2,
        Self::Zero3,
        Self::Zero4,
        Self::Plug1,
        Self::Plug2,
        Self::Plug3,
        Self::Plug4,
        Self::Gate1,
        Self::Gate2,
        Self::Left,
        Self::Right,
        Self::Push,
    ];

    /// That CV 1 to CV 4 read 0 V; that a plug was seen in each; that each gate toggled.
    pub const ZEROS: [Self; 4] = [Self::Zero1, Self::Zero2, Self::Zero3, Self::Zero4];
    /// See [`Check::ZEROS`].
    pub const PLUGS: [Self; 4] = [Self::Plug1, Self::Plug2, Self::Plug3, Self::Plug4];
    /// See [`Check::ZEROS`].
    pub const GATES: [Self; 2] = [Self::Gate1, Self::Gate2];

    /// Its name for people and programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Screen => "screen",
            Self::Flash => "flash",
            Self::Zero1 => "CV 1 at 0 V",
            Self::Zero2 => "CV 2 at 0 V",
            Self::Zero3 => "CV 3 at 0 V",
            Self::Zero4 => "CV 4 at 0 V",
            Self::Plug1 => "plug in CV 1",
            Self::Plug2 => "plug in CV 2",
            Self::Plug3 => "plug in CV 3",
            Self::Plug4 => "plug in CV 4",
            Self::Gate1 => "Gate 1",
            Self::Gate2 => "Gate 2",
            Self::Left => "encoder left",
            Self::Right => "encoder right",
            Self::Push => "encoder push",
        }
    }

    /// What a person does for it, and looks at where it fails.
    #[must_use]
    pub fn instruction(self) -> &'static str {
        match self {
            Self::Screen => "the display does not answer: check its four wires",
            Self::Flash => "the flash does not keep a record: replace the micro-controller board",
            Self::Zero1 | Self::Zero2 | Self::Zero3 | Self::Zero4 => {
                "leave the jack empty; if it still fails, check the input's resistors and the 3.0 V reference"
            }
            Self::Plug1 | Self::Plug2 | Self::Plug3 | Self::Plug4 => "put a plug in and pull it out again",
            Self::Gate1 | Self::Gate2 => "send a pulse of 5 V",
            Self::Left => "turn the encoder to the left",
            Self::Right => "turn the encoder to the right",
            Self::Push => "push the encoder and let it go",
        }
    }

    fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// How all checks stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Checklist {
    /// Whether the test runs.
    pub runs: bool,
    // Invariant: no bit is in both. Bits that this version does not know are kept.
    passed: u16,
    failed: u16,
}

impl Checklist {
    /// A test that begins: all checks are open.
    pub const BEGUN: Self = Self { runs: true, passed: 0, failed: 0 };

    /// How a check stands.
    #[must_use]
    pub fn outcome(&self, check: Check) -> Outcome {
        match (self.passed & check.bit(), self.failed & check.bit()) {
            (0, 0) => Outcome::Open,
            (0, _) => Outcome::Failed,
            _ => Outcome::Passed,
        }
    }

    /// The same with one check's outcome.
    #[must_use]
    pub fn with(self, check: Check, outcome: Outcome) -> Self {
        let (passed, failed) = (self.passed & !check.bit(), self.failed & !check.bit());
        match outcome {
            Outcome::Open => Self { passed, failed, ..self },
            Outcome::Passed => Self { passed: passed | check.bit(), failed, ..self },
            Outcome::Failed => Self { passed, failed: failed | check.bit(), ..self },
        }
    }

    /// The same after the test.
    #[must_use]
    pub fn ended(self) -> Self {
        Self { runs: false, ..self }
    }

    /// How many checks passed.
    #[must_use]
    pub fn passed(&self) -> usize {
        Check::ALL.into_iter().filter(|&check| self.outcome(check) == Outcome::Passed).count()
    }

    /// Whether all did.
    #[must_use]
    pub fn is_passed(&self) -> bool {
        self.passed() == Check::ALL.len()
    }

    /// `runs u8 | passed u16 | failed u16`, little-endian.
    pub(crate) fn to_bytes(self) -> [u8; 5] {
        let ([a, b], [c, d]) = (self.passed.to_le_bytes(), self.failed.to_le_bytes());
        [u8::from(self.runs), a, b, c, d]
    }

    /// Reads what follows `runs`; nothing where a check both passed and failed.
    pub(crate) fn new(runs: bool, passed: u16, failed: u16) -> Option<Self> {
        (passed & failed == 0).then_some(Self { runs, passed, failed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_check_has_its_own_bit_and_all_of_them_pass_together() {
        let mut list = Checklist::BEGUN;
        for (at, check) in Check::ALL.into_iter().enumerate() {
            assert_eq!((check as usize, list.passed()), (at, at), "{check:?}");
            assert!(!list.is_passed());
            list = list.with(check, Outcome::Failed);
            assert_eq!(list.outcome(check), Outcome::Failed);
            list = list.with(check, Outcome::Passed);
            assert_eq!(list.outcome(check), Outcome::Passed);
        }
        assert!(list.is_passed());
        assert!(!list.with(Check::Flash, Outcome::Open).is_passed());
        assert_eq!(Checklist::new(true, 3, 2), None);
    }
}
