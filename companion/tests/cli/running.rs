//! The program while it plays.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

/// The bank of this repository.
pub(crate) const SHIPPED_BANK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../static/banks/impacts.safetensors");

/// Longest time that anything is waited for: machines may be slow.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Where a program runs.
pub(crate) trait Home {
    /// A file there.
    fn path(&self, name: &str) -> PathBuf;
}

/// `neurorack play`, at whose keyboard a test sits.
pub(crate) struct Running {
    child: Child,
    keyboard: Option<ChildStdin>,
    said: Receiver<String>,
    /// All that was said so far, on both ways.
    pub(crate) heard: String,
}

impl Running {
    /// Starts it in a place, with nowhere to sound and these arguments; the shipped bank plays where `shipped`.
    pub(crate) fn start(place: &impl Home, shipped: bool, arguments: &[&str]) -> Self {
        Self::run(Self::command(place, shipped).args(["--sink", "none"]).args(arguments))
    }

    /// The command that plays in a place; where it sounds is still to be said.
    pub(crate) fn command(place: &impl Home, shipped: bool) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("neurorack"));
        command.current_dir(place.path("")).env("NEURORACK_STATE", "state").env("NEURORACK_MAP", "map.safetensors");
        command.env("NEURORACK_BANK", if shipped { SHIPPED_BANK } else { "bank.safetensors" }).arg("play");
        command
    }

    /// Runs a command that plays, up to its help.
    pub(crate) fn run(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let (sender, said) = mpsc::channel();
        let output = child.stdout.take().expect("its output");
        let errors = child.stderr.take().expect("its complaints");
        let ways: [Box<dyn std::io::Read + Send>; 2] = [Box::new(output), Box::new(errors)];
        for way in ways {
            let sender = sender.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(way).lines().map_while(Result::ok) {
                    if sender.send(line).is_err() {
                        return;
                    }
                }
            });
        }
        let keyboard = child.stdin.take();
        let mut running = Self { child, keyboard, said, heard: String::new() };
        running.wait_for("q  quit");
        running
    }

    /// Types a line.
    pub(crate) fn type_line(&mut self, line: &str) {
        writeln!(self.keyboard.as_mut().expect("it has a keyboard"), "{line}").expect("it listens");
    }

    /// Waits until it says this.
    pub(crate) fn wait_for(&mut self, words: &str) {
        self.wait_for_times(words, 1);
    }

    /// Waits until it has said this so many times.
    pub(crate) fn wait_for_times(&mut self, words: &str, times: usize) {
        let latest = Instant::now() + PATIENCE;
        while self.heard.matches(words).count() < times {
            match self.said.recv_timeout(latest.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    self.heard += &line;
                    self.heard.push('\n');
                }
                Err(_) => panic!("it never says {words:?} {times} times, but: {}", self.heard),
            }
        }
    }

    /// Its number, for signals.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Takes the keyboard away, without another word.
    pub(crate) fn unplug_keyboard(&mut self) {
        self.keyboard = None;
    }

    /// Ends it by q and returns all that it said.
    pub(crate) fn quit(mut self) -> String {
        self.type_line("q");
        self.ended()
    }

    /// Waits for its end and returns all that it said.
    pub(crate) fn ended(&mut self) -> String {
        let status = self.child.wait().expect("it ends");
        while let Ok(line) = self.said.recv_timeout(Duration::from_secs(1)) {
            self.heard += &line;
            self.heard.push('\n');
        }
        assert!(status.success(), "{status}: {}", self.heard);
        std::mem::take(&mut self.heard)
    }

    /// Kills it, as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it dies");
        self.child.wait().expect("it is gone");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A test that fails leaves nothing running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until something is so.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let latest = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < latest, "it never happens that {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
