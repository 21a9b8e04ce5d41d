//! Libraries of the system write to standard error by themselves: not while a person looks at a list or a panel.

/// Keeps what ALSA says on this thread from standard error, from now on. What failed is said by who asked for it.
pub(super) fn hush_alsa() {
    // The former buffer is freed, so that nothing piles up where this is called again. Fails for want of memory alone.
    #[cfg(target_os = "linux")]
    let _ = alsa::Output::local_error_handler();
}
