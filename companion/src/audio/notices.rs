//! What the audio libraries report: counted here, since they only log it.
//!
//! web-audio-api hands errors of a running stream to the `log` facade, from whatever thread they are on. The logger here takes no
//! memory and no lock: it looks at the words and counts.

use std::fmt::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};

/// Longest report that is looked at, in bytes; the first words tell the kind.
const LONGEST: usize = 256;

static XRUNS: AtomicU64 = AtomicU64::new(0);
static LOSSES: AtomicU64 = AtomicU64::new(0);
static OTHERS: AtomicU64 = AtomicU64::new(0);

static EAR: Ear = Ear;

/// How often the device reported what, since the program began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Notices {
    /// Buffers that ran empty.
    pub(crate) xruns: u64,
    /// Devices or servers that went away.
    pub(crate) losses: u64,
    /// Anything else.
    pub(crate) others: u64,
}

impl Notices {
    /// Begins to listen to the libraries.
    pub(crate) fn listen() {
        // Fails only where somebody listens already, as in tests.
        if log::set_logger(&EAR).is_ok() {
            log::set_max_level(log::LevelFilter::Error);
        }
    }

    /// What was counted so far.
    pub(crate) fn so_far() -> Self {
        Self {
            xruns: XRUNS.load(Ordering::Relaxed),
            losses: LOSSES.load(Ordering::Relaxed),
            others: OTHERS.load(Ordering::Relaxed),
        }
    }
}

struct Ear;

impl log::Log for Ear {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.level() == log::Level::Error && metadata.target().starts_with("web_audio_api")
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            let mut words = Words::default();
            // What does not fit is cut.
            let _ = words.write_fmt(*record.args());
            counter(words.as_str()).fetch_add(1, Ordering::Relaxed);
        }
    }

    fn flush(&self) {}
}

/// Which count a report belongs to, by cpal's sentences.
fn counter(report: &str) -> &'static AtomicU64 {
    let says = |words| report.contains(words);
    if says("underrun or overrun") {
        &XRUNS
    } else if says("not available") || says("no longer valid") || says("shut down") {
        &LOSSES
    } else {
        &OTHERS
    }
}

/// The beginning of a report, without memory of its own.
struct Words {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Default for Words {
    fn default() -> Self {
        Self { bytes: [0; LONGEST], length: 0 }
    }
}

impl Words {
    fn as_str(&self) -> &str {
        let bytes = &self.bytes[..self.length];
        std::str::from_utf8(bytes).unwrap_or_else(|cut| std::str::from_utf8(&bytes[..cut.valid_up_to()]).unwrap_or(""))
    }
}

impl Write for Words {
    fn write_str(&mut self, words: &str) -> fmt::Result {
        let taken = words.len().min(LONGEST - self.length);
        self.bytes[self.length..][..taken].copy_from_slice(&words.as_bytes()[..taken]);
        self.length += taken;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_counted_by_their_kind() {
        // As cpal 0.18 says it through web-audio-api 1.7.
        let cases = [
            ("an error occurred on the output audio stream: A buffer underrun or overrun occurred.", &XRUNS),
            ("The requested audio device is not available. It may have been disconnected.", &LOSSES),
            ("JACK server shut down: JACK server has been closed", &LOSSES),
            ("The stream configuration is no longer valid and must be rebuilt.", &LOSSES),
            ("An error occurred.", &OTHERS),
        ];
        for (report, expected) in cases {
            assert!(std::ptr::eq(counter(report), expected), "{report}");
        }
    }

    #[test]
    fn a_long_report_is_cut_and_harmless() {
        let mut words = Words::default();
        write!(words, "{}", "\u{e4}".repeat(LONGEST)).expect("cutting is no error");
        assert!(words.as_str().len() <= LONGEST && words.as_str().starts_with('\u{e4}'));
    }
}
