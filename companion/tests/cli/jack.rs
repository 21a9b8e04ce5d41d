//! A JACK server without a sound card, of one test alone.

use std::process::{Child, Command, Stdio};

/// The server.
pub(crate) struct Jack {
    server: Child,
    name: String,
}

impl Jack {
    /// Starts it at 48 kHz with buffers of so many frames; `None` where jackd is not installed. `test` tells it from those of other
    /// tests.
    pub(crate) fn start(test: &str, frames: u32) -> Option<Self> {
        let name = format!("neurorack-{test}-{}", std::process::id());
        let server = Command::new("jackd")
            .args(["--no-realtime", "--name", &name, "-d", "dummy", "-r", "48000", "-p", &frames.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        // It takes a moment until clients find it.
        std::thread::sleep(std::time::Duration::from_secs(2));
        Some(Self { server, name })
    }

    /// Leads a program to it.
    pub(crate) fn lead(&self, command: &mut Command) {
        command.env("JACK_DEFAULT_SERVER", &self.name);
    }

    /// Ends it by a signal that it can answer: it tells its clients.
    pub(crate) fn end(mut self) {
        Command::new("kill").args(["-TERM", &self.server.id().to_string()]).status().expect("kill is there");
        self.server.wait().expect("the server ends");
    }
}

impl Drop for Jack {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
