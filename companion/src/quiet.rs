//! Libraries of the system write to standard error by themselves: not while a device is looked for.

/// Does this while nothing reaches standard error: ALSA and JACK write there that something is not there, and whoever asked says
/// it better.
pub(crate) fn quietly<T>(work: impl FnOnce() -> T) -> T {
    #[cfg(unix)]
    let _quiet = Quiet::begin();
    work()
}

/// Keeps what ALSA says on this thread from standard error, from now on. What failed is said by who asked for it.
#[cfg(feature = "device")]
pub(crate) fn hush_alsa() {
    // The former buffer is freed, so that nothing piles up where this is called again. Fails for want of memory alone.
    #[cfg(target_os = "linux")]
    let _ = alsa::Output::local_error_handler();
}

/// Standard error leads nowhere as long as this lives.
#[cfg(unix)]
struct Quiet {
    before: std::os::fd::OwnedFd,
}

#[cfg(unix)]
impl Quiet {
    /// `None` where the system does not let it be led elsewhere: then it is loud.
    fn begin() -> Option<Self> {
        use std::os::fd::AsFd;

        let before = std::io::stderr().as_fd().try_clone_to_owned().ok()?;
        let nowhere = std::fs::OpenOptions::new().write(true).open("/dev/null").ok()?;
        rustix::stdio::dup2_stderr(nowhere).ok()?;
        Some(Self { before })
    }
}

#[cfg(unix)]
impl Drop for Quiet {
    fn drop(&mut self) {
        // It led there before.
        let _ = rustix::stdio::dup2_stderr(&self.before);
    }
}
