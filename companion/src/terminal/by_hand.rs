//! The real terminal: this program runs itself at a pseudo-terminal, presses keys, and looks at what comes out.
#![cfg(unix)]

use super::*;
use rustix::fs::OFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Termios, Winsize, tcgetattr, tcsetwinsize};
use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Child, Command, Stdio};

/// Says to the test that plays the person's part here that it does.
const PLAYS: &str = "NEURORACK_TEST_TERMINAL";

/// What the panel does for the person: draws as keys come, says what they did, ends at Ctrl C, panics at a recording.
#[test]
fn inner_player() {
    if std::env::var_os(PLAYS).is_none() {
        return;
    }
    let mut terminal = Terminal::open().expect("the terminal opens").expect("it is a terminal");
    let mut notes = Vec::new();
    let pixels = Pixels::new();
    // Two minutes at rest: a person who does not come holds up no test for ever.
    for _ in 0..2_400 {
        let face = Face {
            pixels: &pixels,
            cv_volts: [0.0; 4],
            patched: [false; 4],
            gates: [false; 2],
            levels: Levels::default(),
            inputs: ["morph", "scrub", "transient", "variation"],
            bank: "bank",
            sounds: ["one", "two"],
            volume_db: 0.0,
            audio: "none",
            module: "none",
            midi: "none",
            recording_s: None,
            notes: &notes,
        };
        terminal.draw(&face).expect("it is drawn");
        for touch in terminal.touches(Duration::from_millis(50)) {
            match touch {
                Touch::Quit => return,
                Touch::Record => panic!("as a program does that has an error"),
                touch => notes.push(format!("<{touch:?}>")),
            }
        }
        notes.drain(..notes.len().saturating_sub(3));
    }
}

/// A terminal with the program at it.
struct Pty {
    ours: File,
    before: Termios,
    child: Child,
    /// All that was written, and what is seen of it.
    seen: String,
    screen: vt100::Parser,
}

impl Pty {
    /// Starts the program; `answer` is what the terminal says to the question for the keyboard's protocol.
    fn start(answer: &str) -> Self {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("this system gives a pseudo-terminal");
        grantpt(&ours).expect("it is ours");
        unlockpt(&ours).expect("it is ours");
        let name = ptsname(&ours, Vec::new()).expect("it has a name").into_string().expect("of letters");
        let mut options = OpenOptions::new();
        let theirs = options.read(true).write(true).custom_flags(OFlags::NOCTTY.bits() as i32);
        let theirs = theirs.open(name).expect("the other end opens");
        let size = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&theirs, size).expect("it has a size");
        let before = tcgetattr(&ours).expect("it has modes");
        let end = || Stdio::from(theirs.try_clone().expect("one more handle"));
        let program = std::env::current_exe().expect("this program");
        let child = Command::new(program)
            .args(["terminal::by_hand::inner_player", "--exact", "--nocapture", "--test-threads=1"])
            .env(PLAYS, "1")
            .env("TERM", "xterm-256color")
            .env_remove("NO_COLOR")
            .stdin(end())
            .stdout(end())
            .stderr(end())
            .spawn()
            .expect("this program runs once more");
        // Only the program has that end now: when it is over, reading ends.
        drop(theirs);
        let mut pty =
            Self { ours: File::from(ours), before, child, seen: String::new(), screen: vt100::Parser::new(24, 80, 0) };
        pty.until("\x1b[c");
        pty.types(answer);
        pty
    }

    /// Reads what the program writes until this comes, as text that is seen or as a command to the terminal.
    fn until(&mut self, wanted: &str) {
        while !self.seen.contains(wanted) && !self.screen.screen().contents().contains(wanted) {
            let mut bytes = [0; 4_096];
            match self.ours.read(&mut bytes) {
                Ok(read @ 1..) => self.takes(&bytes[..read]),
                end => panic!("{end:?} before {wanted:?} came: {}", self.screen.screen().contents()),
            }
        }
    }

    fn takes(&mut self, bytes: &[u8]) {
        self.seen.push_str(&String::from_utf8_lossy(bytes));
        self.screen.process(bytes);
    }

    fn types(&mut self, keys: &str) {
        self.ours.write_all(keys.as_bytes()).expect("the terminal takes keys");
    }

    /// Waits for the end; everything that was changed is as before.
    fn ends(mut self, success: bool) -> String {
        // Linux says that the other end is closed as an error.
        let mut rest = Vec::new();
        let _ = self.ours.read_to_end(&mut rest);
        self.takes(&rest);
        let status = self.child.wait().expect("it ends");
        assert_eq!(status.success(), success, "{:?}", self.seen);
        let after = tcgetattr(&self.ours).expect("it has modes");
        assert_eq!(after.local_modes, self.before.local_modes);
        assert_eq!(after.input_modes, self.before.input_modes);
        for mode in ["1049", "1000", "1002", "1003", "1006", "2004", "1004"] {
            let last = |end| self.seen.rfind(&format!("\x1b[?{mode}{end}"));
            assert!(last("h").is_some() && last("l") > last("h"), "mode {mode} stays on: {:?}", self.seen);
        }
        self.seen
    }
}

/// A terminal without the kitty protocol answers what it is, and nothing else.
const PLAIN: &str = "\x1b[?62;c";
const KITTY: &str = "\x1b[?0u\x1b[?62;c";

#[test]
fn keys_of_a_plain_terminal_play_and_ctrl_c_leaves_it_as_it_was() {
    let mut pty = Pty::start(PLAIN);
    pty.until("Space strikes");
    pty.types(" ");
    pty.until("gate: Gate1, high: true");
    // It falls by itself, and is said without another key.
    pty.until("high: false");
    pty.types("\x1b[B");
    pty.until("<Roll(1)>");
    pty.types("\x1b");
    pty.until("<Hold>");
    pty.types("?");
    pty.until("falls by itself after 120 ms");
    pty.types("\x03");
    let seen = pty.ends(true);
    assert!(!seen.contains("\x1b[>15u"), "what it does not know it is not told");
}

#[test]
fn keys_of_a_kitty_terminal_hold_gates_and_their_protocol_is_ended() {
    let mut pty = Pty::start(KITTY);
    pty.until("\x1b[>15u");
    pty.until("Space strikes");
    pty.types("\x1b[98;1:1u");
    pty.until("gate: Gate2, high: true");
    pty.types("\x1b[98;1:2u\x1b[98;1:3u");
    pty.until("high: false");
    pty.types("\x1b[99;5u");
    let seen = pty.ends(true);
    assert!(seen.rfind("\x1b[<1u") > seen.rfind("\x1b[>15u"), "{seen:?}");
}

#[test]
fn a_panic_is_read_on_the_terminal_as_it_was() {
    let mut pty = Pty::start(PLAIN);
    pty.until("Space strikes");
    pty.types("r");
    pty.until("as a program does that has an error");
    let seen = pty.ends(false);
    let (left, said) = (seen.rfind("\x1b[?1049l"), seen.find("as a program does"));
    assert!(left.is_some() && left < said, "{seen:?}");
}
