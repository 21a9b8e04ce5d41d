//! The emulator at the wall clock's pace, as `cargo xtask module emulate` runs it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use neurorack_protocol::host::{Heard, Session};
use serde_json::{Value, json};

/// The emulator as a child with its commands.
struct Paced {
    child: Child,
    /// Nothing once it was closed.
    commands: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    port: u16,
}

impl Paced {
    fn start() -> Self {
        let elf = std::env::var_os("NEURORACK_FIRMWARE").expect("run `cargo xtask firmware test`");
        let mut child = Command::new("node")
            .arg(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/main.mjs"))
            .arg(elf)
            .args(["--port", "0", "--with-input"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node runs");
        let commands = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut paced = Self { child, commands, answers, port: 0 };
        paced.port = paced.answer()["port"].as_u64().and_then(|port| port.try_into().ok()).expect("it names its port");
        paced
    }

    fn answer(&mut self) -> Value {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("it answers");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line}: {error}"))
    }

    fn ask(&mut self, command: &Value) -> Value {
        writeln!(self.commands.as_mut().expect("it is piped"), "{command}").expect("it runs");
        self.answer()
    }

    /// Asks until the answer is as wanted, however slow this machine is.
    fn until(&mut self, command: &Value, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let answer = self.ask(command);
            if wanted(&answer) {
                return answer;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Opens the serial port and listens until `wanted` was heard.
    fn hear(&mut self, wanted: impl Fn(&Heard) -> bool) {
        let mut socket = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).expect("it listens");
        socket.set_read_timeout(Some(Duration::from_millis(50))).expect("a socket has a timeout");
        let mut session = Session::new(0.0);
        let (begun, mut bytes, mut is_heard) = (std::time::Instant::now(), [0; 1_024], false);
        while !is_heard {
            let now_s = begun.elapsed().as_secs_f64();
            while let Some(message) = session.due(now_s, |_| {}) {
                socket.write_all(&session.to_bytes(message, 0)).expect("it is open");
            }
            if let Ok(count) = socket.read(&mut bytes) {
                session.receive(&bytes[..count], now_s, |heard| is_heard |= wanted(&heard));
            }
        }
    }
}

impl Drop for Paced {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[ignore = "needs the firmware: cargo xtask firmware test"]
fn commands_travel_pixels_come_back_and_one_program_after_another_opens_the_port() {
    let mut paced = Paced::start();
    let screen = json!({ "screen": true, "state": true });
    let dark = paced.until(&screen, |answer| answer["isLit"] == true && answer["device"].is_object());
    paced.ask(&json!({ "volts": [0.0, 0.0, 5.0, 0.0] }));
    paced.until(&screen, |answer| answer["screen"] != dark["screen"] && answer["screen"] != Value::Null);
    for _ in 0..3 {
        // Each has to say hello anew: the port was closed in between.
        paced.hear(|heard| matches!(heard, Heard::Volts { steps, .. } if steps[2] > 24_000));
    }
    // What is not a whole number of microseconds must not stand still.
    let before = paced.ask(&json!({}))["us"].as_u64().expect("its time");
    paced.until(&json!({}), |answer| answer["us"].as_u64().is_some_and(|us| us > before + 500_000));
}

#[test]
#[ignore = "needs the firmware: cargo xtask firmware test"]
fn it_ends_with_the_program_that_started_it() {
    let mut paced = Paced::start();
    // Its input is closed, as by a program that is gone.
    paced.commands = None;
    assert!(paced.child.wait().expect("it ends").success());
}
