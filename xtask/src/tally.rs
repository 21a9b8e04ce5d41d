//! Counting tests from what the test runners print.

/// How many tests passed and failed, and how many steps could not run here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
}

impl Tally {
    /// Adds what a line of a runner's output reports: cargo's `test result:`
    /// or Node's closing `pass` and `fail`.
    pub(crate) fn read(&mut self, line: &str) {
        let plain = without_colour(line);
        let words: Vec<&str> = plain.split_whitespace().collect();
        match words.as_slice() {
            ["test", "result:", ..] => {
                self.passed += number_before("passed;", &words);
                self.failed += number_before("failed;", &words);
            }
            ["ℹ" | "#", "pass", count] => self.passed += count.parse().unwrap_or(0),
            ["ℹ" | "#", "fail", count] => self.failed += count.parse().unwrap_or(0),
            _ => {}
        }
    }

    /// The tally with at least one failure when the step as a whole failed:
    /// a test that does not compile is never counted by its runner.
    pub(crate) fn settled(mut self, succeeded: bool) -> Self {
        if !succeeded && self.failed == 0 {
            self.failed = 1;
        }
        self
    }
}

/// What the tests that failed at first do when they run again by themselves: a busy machine may fail one, and that it was not
/// steady is said.
pub(crate) fn again(first: Tally, again: Tally) -> Tally {
    let unsteady = first.failed.saturating_sub(again.failed);
    if unsteady > 0 {
        println!("UNSTEADY: {unsteady} failed at first and passed when they ran again, see above");
    }
    Tally { passed: first.passed + unsteady, failed: again.failed, ..first }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// The test that a line of cargo's names as failed.
pub(crate) fn failing_test(line: &str) -> Option<String> {
    let plain = without_colour(line);
    let test = plain.strip_prefix("test ")?.strip_suffix(" ... FAILED")?;
    Some(test.to_owned())
}

/// The test file that a line of Node's closing list of failures names (`test at FILE:LINE:COLUMN`).
pub(crate) fn failing_file(line: &str) -> Option<String> {
    let plain = without_colour(line);
    let place = plain.strip_prefix("test at ")?;
    place.split_once(':').map(|(file, _)| file.to_owned())
}

fn number_before(word: &str, words: &[&str]) -> usize {
    words.windows(2).find(|pair| pair[1] == word).and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

/// The line without terminal colour sequences (`ESC [ … m`).
fn without_colour(line: &str) -> String {
    let mut parts = line.split('\x1b');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| plain + part.split_once('m').map_or("", |(_, rest)| rest))
}

#[cfg(test)]
mod tests {
    use super::{Tally, failing_file, failing_test};

    fn tally(lines: &[&str]) -> (usize, usize) {
        let mut tally = Tally::default();
        for line in lines {
            tally.read(line);
        }
        (tally.passed, tally.failed)
    }

    #[test]
    fn cargo_results_add_up() {
        let lines = [
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s",
            "test a::b ... ok",
            "test result: \x1b[31mFAILED\x1b[0m. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
        ];
        assert_eq!(tally(&lines), (15, 2));
    }

    #[test]
    fn node_results_add_up() {
        assert_eq!(tally(&["\x1b[34mℹ pass 7\x1b[39m", "# fail 1", "ℹ tests 8"]), (7, 1));
    }

    #[test]
    fn a_step_that_fails_without_a_count_counts_once() {
        assert_eq!(Tally::default().settled(false).failed, 1);
        assert_eq!(Tally::default().settled(true).failed, 0);
    }

    #[test]
    fn a_failure_of_cargo_names_its_test() {
        assert_eq!(failing_test("test freeze::tests::a ... ok"), None);
        assert_eq!(failing_test("test freeze::tests::a ... \x1b[31mFAILED\x1b[m").as_deref(), Some("freeze::tests::a"));
        assert_eq!(failing_test("test result: FAILED. 3 passed; 2 failed"), None);
    }

    #[test]
    fn a_failure_of_node_names_its_file() {
        assert_eq!(failing_file("\x1b[31mtest at keep.test.mjs:290:3\x1b[39m").as_deref(), Some("keep.test.mjs"));
        assert_eq!(failing_file("✖ keep and share (12 ms)"), None);
    }
}
