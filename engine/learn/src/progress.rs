//! What a person who waits is shown: how far the work is, how fast it goes, how long it still takes.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Shortest time between two progress lines of a terminal, which replace each other.
const TERMINAL_PAUSE: Duration = Duration::from_millis(200);
/// Shortest time between two progress lines of a log.
const LOG_PAUSE: Duration = Duration::from_secs(15);
/// Back to the line's start, and everything on it away.
const CLEAR_LINE: &str = "\r\x1b[2K";

/// Where progress goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sink {
    /// One line that is written again and again.
    Terminal,
    /// A line now and then.
    Log,
    Nowhere,
}

/// Progress on standard error: one moving line on a terminal, a line every 15 s in a log.
#[derive(Debug)]
pub struct Progress {
    sink: Sink,
    what: String,
    total: usize,
    started: Instant,
    shown: Option<Instant>,
    line_is_open: bool,
}

impl Default for Progress {
    fn default() -> Self {
        let sink = if std::io::stderr().is_terminal() { Sink::Terminal } else { Sink::Log };
        Self::to(sink)
    }
}

impl Progress {
    /// Shows nothing.
    pub fn silent() -> Self {
        Self::to(Sink::Nowhere)
    }

    fn to(sink: Sink) -> Self {
        Self { sink, what: String::new(), total: 0, started: Instant::now(), shown: None, line_is_open: false }
    }

    /// Begins a piece of work of `total` parts; `what` is what is being done ("reading").
    pub fn begin(&mut self, what: &str, total: usize) {
        self.end();
        *self = Self { what: what.to_owned(), total, ..Self::to(self.sink) };
    }

    /// `done` of the parts are done; the time left follows from the speed so far. `unit` names the parts.
    pub fn at(&mut self, done: usize, unit: &str) {
        let elapsed = self.started.elapsed().as_secs_f64();
        let left = elapsed / done.max(1) as f64 * self.total.saturating_sub(done) as f64;
        self.status(&format!("{} {done} of {} {unit}, {} left", self.what, self.total, duration(left)));
    }

    /// Shows a progress line, unless one was shown a moment ago.
    pub fn status(&mut self, text: &str) {
        let pause = if self.sink == Sink::Terminal { TERMINAL_PAUSE } else { LOG_PAUSE };
        if self.shown.is_some_and(|shown| shown.elapsed() < pause) {
            return;
        }
        self.shown = Some(Instant::now());
        let mut error = std::io::stderr();
        // Progress that cannot be shown is no reason to stop.
        let _ = match self.sink {
            Sink::Terminal => write!(error, "{CLEAR_LINE}{text}").and_then(|()| error.flush()),
            Sink::Log => writeln!(error, "{text}"),
            Sink::Nowhere => Ok(()),
        };
        self.line_is_open = self.sink == Sink::Terminal;
    }

    /// Shows a line that stays.
    pub fn line(&mut self, text: &str) {
        self.end();
        if self.sink != Sink::Nowhere {
            let _ = writeln!(std::io::stderr(), "{text}");
        }
    }

    /// Takes the moving line away.
    pub fn end(&mut self) {
        if self.line_is_open {
            let _ = write!(std::io::stderr(), "{CLEAR_LINE}");
            self.line_is_open = false;
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}

/// A time span in words, in seconds, minutes or hours, whichever is readable.
pub fn duration(seconds: f64) -> String {
    let seconds = seconds.max(0.0).round() as u64;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        600..3_600 => format!("{} min", seconds / 60),
        _ => format!("{} h {:02} min", seconds / 3_600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn time_spans_are_readable() {
        let spans = [-1.0, 12.4, 61.0, 1_234.0, 3_725.0].map(duration);
        assert_eq!(spans, ["0 s", "12 s", "1 min 01 s", "20 min", "1 h 02 min"]);
    }
}
