//! What the program tells the service manager that started it.
//!
//! Does nothing where systemd did not start the program, and on other systems. Not for the audio thread: each call writes to a
//! socket.

/// Says that the instrument plays from now on.
pub(crate) fn ready() {
    #[cfg(target_os = "linux")]
    notify(&[sd_notify::NotifyState::Ready]);
}

/// Says that the instrument is alive: several times within the watchdog's 10 s, by the thread that would notice if it were not.
pub(crate) fn alive() {
    #[cfg(target_os = "linux")]
    notify(&[sd_notify::NotifyState::Watchdog]);
}

/// Says that the end was asked for, so that it does not count as a crash.
pub(crate) fn stopping() {
    #[cfg(target_os = "linux")]
    notify(&[sd_notify::NotifyState::Stopping]);
}

/// A service manager that does not listen is no reason to stop playing.
#[cfg(target_os = "linux")]
fn notify(states: &[sd_notify::NotifyState<'_>]) {
    let _ = sd_notify::notify(states);
}
