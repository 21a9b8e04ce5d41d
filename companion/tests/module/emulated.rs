//! A module by `cargo xtask module emulate`: the firmware behind a pseudo-terminal.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The module, with its bench.
pub(crate) struct Emulated {
    child: Child,
    bench: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// Its serial port.
    pub(crate) port: String,
}

impl Emulated {
    /// Plugs it in.
    pub(crate) fn start() -> Self {
        let xtask = std::env::var_os("NEURORACK_XTASK").expect("cargo xtask test says where it is");
        let mut child = Command::new(xtask)
            .args(["module", "emulate"])
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the emulator starts");
        let bench = child.stdin.take().expect("its input");
        let mut answers = BufReader::new(child.stdout.take().expect("its output"));
        let port = loop {
            let mut line = String::new();
            assert!(answers.read_line(&mut line).expect("its output") > 0, "the emulated module did not start");
            if let Some((_, path)) = line.split_once("serial port is ") {
                break path.trim().to_owned();
            }
        };
        Self { child, bench, answers, port }
    }

    /// Does something at the bench and returns the answer.
    pub(crate) fn tell(&mut self, command: &str) -> String {
        writeln!(self.bench, "{command}").expect("the emulator listens");
        loop {
            let mut line = String::new();
            assert!(self.answers.read_line(&mut line).expect("its output") > 0, "the emulated module has ended");
            if line.starts_with('{') {
                return line;
            }
        }
    }

    /// The pixels of its screen, as hexadecimal digits.
    pub(crate) fn screen(&mut self) -> String {
        let answer: serde_json::Value = serde_json::from_str(&self.tell(r#"{"screen": true}"#)).expect("JSON");
        answer["screen"].as_str().expect("a screen").to_owned()
    }
}

impl Drop for Emulated {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
