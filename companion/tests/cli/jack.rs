//! A JACK server without a sound card, of one test alone.

use super::running::PATIENCE;
use std::fs;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Where JACK 2 keeps the names of at most eight servers. One that was killed stays in it for ever.
const NAMES: &str = "/dev/shm/jack-shm-registry";

/// The server.
pub(crate) struct Jack {
    server: Child,
    name: String,
}

impl Jack {
    /// Starts it at 48 kHz with buffers of so many frames, and waits until clients find it; `None`, with the reason printed, where it
    /// cannot run. `test` tells it from those of other tests.
    pub(crate) fn start(test: &str, frames: u32) -> Option<Self> {
        // The same name every time: what a killed one left under it is taken over.
        let name = format!("neurorack-{test}");
        match Self::run(&name, frames) {
            Err(_) if forgot_the_dead() => Self::run(&name, frames),
            started => started,
        }
        .inspect_err(|reason| println!("no JACK server: {reason}"))
        .ok()
    }

    fn run(name: &str, frames: u32) -> Result<Self, String> {
        // Clients are not thrown out for being slow: the machine may be busy.
        let server = Command::new("jackd")
            .args(["--no-realtime", "--timeout", "10000", "--name", name])
            .args(["-d", "dummy", "-r", "48000", "-p", &frames.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|_| "jackd is not installed".to_owned())?;
        let mut jack = Self { server, name: name.to_owned() };
        let latest = Instant::now() + PATIENCE;
        while !jack.answers() {
            if let Some(status) = jack.server.try_wait().expect("a server that was started") {
                return Err(format!("jackd does not start ({status}): `jackd --name {name} -d dummy` says why"));
            }
            assert!(Instant::now() < latest, "jackd runs, and no client finds it");
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(jack)
    }

    /// Whether clients find it.
    fn answers(&self) -> bool {
        sockets().any(|path| {
            let named = path
                .file_name()
                .is_some_and(|file| file.to_string_lossy().starts_with(&format!("jack_{}_", self.name)));
            named && UnixStream::connect(&path).is_ok()
        })
    }

    /// Leads a program to it.
    pub(crate) fn lead(&self, command: &mut Command) {
        command.env("JACK_DEFAULT_SERVER", &self.name);
    }

    /// Ends it by a signal that it can answer: it tells its clients, and leaves no name behind.
    pub(crate) fn end(mut self) {
        self.terminate();
    }

    fn terminate(&mut self) {
        let _ = Command::new("kill").args(["-TERM", &self.server.id().to_string()]).status();
        let _ = self.server.wait();
    }
}

impl Drop for Jack {
    fn drop(&mut self) {
        if matches!(self.server.try_wait(), Ok(None)) {
            self.terminate();
        }
    }
}

/// What lies where servers keep their sockets.
fn sockets() -> impl Iterator<Item = std::path::PathBuf> {
    fs::read_dir("/dev/shm").into_iter().flatten().flatten().map(|entry| entry.path())
}

/// Takes the names of dead servers away, where no server lives. Returns whether it did.
fn forgot_the_dead() -> bool {
    let lives = fs::read_dir("/proc").into_iter().flatten().flatten().any(|process| {
        fs::read_to_string(process.path().join("comm")).is_ok_and(|name| name.trim_end().starts_with("jackd"))
    });
    !lives && fs::remove_file(NAMES).is_ok()
}
