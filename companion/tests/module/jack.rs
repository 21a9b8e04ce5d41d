//! A JACK server without a sound card, of this test alone.

use std::process::{Child, Command, Stdio};

/// The server; none where jackd is not installed.
pub(crate) struct Jack {
    server: Option<Child>,
    name: String,
}

impl Jack {
    /// Starts it at 48 kHz with buffers of 128 frames.
    pub(crate) fn start() -> Self {
        let name = format!("neurorack-{}", std::process::id());
        let server = Command::new("jackd")
            .args(["--no-realtime", "--name", &name, "-d", "dummy", "-r", "48000", "-p", "128"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|_| println!("jackd is not installed: the sound goes nowhere, at the same pace"))
            .ok();
        if server.is_some() {
            // It takes a moment until clients find it.
            std::thread::sleep(std::time::Duration::from_secs(2));
        }
        Self { server, name }
    }

    /// Leads a program to it.
    pub(crate) fn arguments(&self, command: &mut Command) {
        match self.server {
            Some(_) => command.env("JACK_DEFAULT_SERVER", &self.name).args(["--sink", "default"]),
            None => command.args(["--sink", "none"]),
        };
    }
}

impl Drop for Jack {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            // It may have ended by itself.
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}
