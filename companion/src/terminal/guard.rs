//! Takes the terminal, and gives it back as it was: at the end, and before a panic says what it has to say.

use ratatui::crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste, EnableFocusChange,
    EnableMouseCapture, KeyboardEnhancementFlags, PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags,
};
use ratatui::crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
    supports_keyboard_enhancement,
};
use ratatui::crossterm::{cursor, execute};
use std::io::{self, stdout};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Once, OnceLock};
use std::thread::ThreadId;

/// What has to be given back.
static TAKEN: AtomicU8 = AtomicU8::new(0);

const NOTHING: u8 = 0;
const TERMINAL: u8 = 1;
/// The terminal, and its keyboard's own protocol.
const KEYBOARD: u8 = 2;

/// The thread that draws: other threads' panics do not end the picture.
static OWNER: OnceLock<ThreadId> = OnceLock::new();

/// Every press and release as a message of its own, with the letter that is meant.
const KEYS: KeyboardEnhancementFlags = KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES
    .union(KeyboardEnhancementFlags::REPORT_EVENT_TYPES)
    .union(KeyboardEnhancementFlags::REPORT_ALTERNATE_KEYS)
    .union(KeyboardEnhancementFlags::REPORT_ALL_KEYS_AS_ESCAPE_CODES);

/// The terminal is taken as long as this lives.
#[derive(Debug)]
pub(super) struct Guard {
    tells_releases: bool,
}

impl Guard {
    /// Takes the terminal.
    ///
    /// # Errors
    /// Where it does not do what it is told; then it is as it was.
    pub(super) fn take() -> io::Result<Self> {
        hook();
        enable_raw_mode()?;
        TAKEN.store(TERMINAL, Ordering::Release);
        // From here on dropping it gives everything back.
        let mut guard = Self { tells_releases: cfg!(windows) };
        execute!(
            stdout(),
            EnterAlternateScreen,
            cursor::Hide,
            EnableMouseCapture,
            EnableBracketedPaste,
            EnableFocusChange
        )?;
        if !guard.tells_releases && supports_keyboard_enhancement().unwrap_or(false) {
            TAKEN.store(KEYBOARD, Ordering::Release);
            execute!(stdout(), PushKeyboardEnhancementFlags(KEYS))?;
            guard.tells_releases = true;
        }
        Ok(guard)
    }

    /// Whether the terminal tells that a key was let go.
    pub(super) fn tells_releases(&self) -> bool {
        self.tells_releases
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        give_back();
    }
}

/// Gives back what was taken, once. A terminal that is gone takes nothing back.
fn give_back() {
    let taken = TAKEN.swap(NOTHING, Ordering::AcqRel);
    if taken == NOTHING {
        return;
    }
    if taken == KEYBOARD {
        let _ = execute!(stdout(), PopKeyboardEnhancementFlags);
    }
    let _ = execute!(
        stdout(),
        EndSynchronizedUpdate,
        DisableFocusChange,
        DisableBracketedPaste,
        DisableMouseCapture,
        LeaveAlternateScreen,
        cursor::Show
    );
    let _ = disable_raw_mode();
}

/// A panic of the thread that draws is to be read on the terminal as it was.
fn hook() {
    static HOOKED: Once = Once::new();
    // The first thread that takes the terminal is the only one: `play` runs once.
    let _ = OWNER.set(std::thread::current().id());
    HOOKED.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if OWNER.get() == Some(&std::thread::current().id()) {
                give_back();
            }
            before(panic);
        }));
    });
}
