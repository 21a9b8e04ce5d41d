//! What is sent when, and what commands do.

use neurorack_protocol::{
    CV_INPUTS, Calibration, Checklist, Cv, Gates, Health, Info, Message, MessageKind, Mismatch, Rate, Reception,
    Rectangle, Refusal, ResetCause, Version, WireError,
};

use crate::alone::Standing;
use crate::outbox::{News, Note, Outbox};
use crate::rises::Rises;
use crate::self_test::SelfTest;

/// Notes that wait for the serial port: 64 ms of voltages.
const SERIAL_FRAMES: usize = 64;

/// Notes that wait for MIDI, which carries only answers and codes.
const MIDI_FRAMES: usize = 16;

/// A host that said nothing for so long draws no more.
const SILENCE_US: u64 = 5_000_000;

/// The way to a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Port {
    /// USB CDC-ACM.
    Serial,
    /// System Exclusive over USB MIDI.
    Midi,
}

/// What only the firmware can do.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Put these pixels on the screen.
    Show(Rectangle),
    /// Light the lamp, or not.
    Light(bool),
    /// Keep this calibration, or none, and tell [`Module::kept`].
    Keep(Option<Calibration>),
    /// Write again what is kept, and tell [`Module::flash_tested`].
    TestFlash(Option<Calibration>),
    /// Restart into the boot loader.
    Bootsel,
}

/// What does not change while the module runs.
#[derive(Debug, Clone, Copy)]
pub struct Identity {
    /// Version of the firmware.
    pub firmware: [u8; 3],
    /// First bytes of its commit, 0 where it is not known.
    pub commit: [u8; 4],
    /// Revision of the board.
    pub hardware: u8,
    /// Number of this very module.
    pub uid: u64,
    /// Why it started.
    pub reset: ResetCause,
    /// How often the watchdog restarted it since it was switched on.
    pub watchdog_resets: u16,
}

/// The module's state, between pins and ports. All times are microseconds since it started.
#[derive(Debug, Clone)]
pub struct Module {
    identity: Identity,
    has_screen: bool,
    calibration: Calibration,
    /// What lies in flash.
    kept: Option<Calibration>,
    cv: Cv,
    rises: Rises,
    rate: Rate,
    /// Frames of CV since the start, for slower rates.
    tick: u32,
    /// Whether codes are wanted, by port.
    raw: [bool; 2],
    /// Whether a host that we understand said hello, by port.
    paired: [bool; 2],
    heard_us: u64,
    mismatch: Option<Mismatch>,
    serial: Outbox<SERIAL_FRAMES>,
    midi: Outbox<MIDI_FRAMES>,
    /// Damaged and unknown frames of both ports.
    reception: [Reception; 2],
    health: Health,
    /// The factory test that runs, how it was told to stand, and whose host began it: nobody's where a hand did.
    test: Option<SelfTest>,
    told: Checklist,
    tester: Option<Port>,
}

impl Module {
    /// One that was just switched on with this calibration in its flash.
    #[must_use]
    pub const fn new(identity: Identity, kept: Option<Calibration>) -> Self {
        let calibration = match kept {
            Some(kept) => kept,
            None => Calibration::NOMINAL,
        };
        let nothing = Reception { frames: 0, damaged: 0, unknown: 0, malformed: 0, last_malformed: None };
        Self {
            identity,
            has_screen: false,
            calibration,
            kept,
            cv: Cv {
                steps: [0; CV_INPUTS],
                gates: Gates { high: [false; 2], rises: [0; 2] },
                encoder: 0,
                pushed: false,
                patched: [false; CV_INPUTS],
            },
            rises: Rises { gates: Gates { high: [false; 2], rises: [0; 2] } },
            rate: Rate::Hz1000,
            tick: 0,
            raw: [false; 2],
            paired: [false; 2],
            heard_us: 0,
            mismatch: None,
            serial: Outbox::new(),
            midi: Outbox::new(),
            reception: [nothing; 2],
            health: Health {
                damaged: 0,
                dropped: 0,
                up_ms: 0,
                screen_errors: 0,
                late_samples: 0,
                watchdog_resets: identity.watchdog_resets,
                unknown: 0,
            },
            test: None,
            told: Checklist::BEGUN,
            tester: None,
        }
    }

    /// Codes of all inputs in sixteenths, a thousand times a second; `now_us` is when the last of them was sampled.
    pub fn sample(&mut self, codes: [u16; CV_INPUTS], now_us: u64) {
        self.cv.steps = self.calibration.steps(codes);
        self.cv.gates = self.rises.gates;
        let divider = u32::from(Rate::Hz1000.hz() / self.rate.hz());
        let (is_due, is_fourth) = (self.tick.is_multiple_of(divider), self.tick.is_multiple_of(4));
        self.tick = self.tick.wrapping_add(1);
        let [serial_raw, midi_raw] = self.raw;
        if self.paired[Port::Serial as usize] && is_due {
            self.serial.push(News::Cv(self.cv), now_us as u32);
            if serial_raw {
                self.serial.push(News::Raw(codes), now_us as u32);
            }
        }
        if midi_raw && is_fourth {
            self.midi.push(News::Raw(codes), now_us as u32);
        }
        if let Some(test) = &mut self.test {
            test.sample(codes, self.cv.patched);
            self.tell_test(false, now_us);
        }
    }

    /// The pin of a gate changed and reads `high` now.
    pub fn gate(&mut self, gate: usize, high: bool, now_us: u64) {
        for edge in self.rises.changed(gate, high) {
            if let Some(test) = &mut self.test {
                test.gate(edge.gate.into(), edge.high);
            }
            if self.paired[Port::Serial as usize] {
                self.serial.push(News::Edge(edge), now_us as u32);
            }
        }
        self.cv.gates = self.rises.gates;
    }

    /// A gate that was high before anybody listened has not risen.
    pub fn gate_was_high(&mut self, gate: usize, high: bool) {
        if let Some(level) = self.rises.gates.high.get_mut(gate) {
            *level = high;
        }
    }

    /// The encoder was turned by so many detents, is pushed or not, and these inputs have a plug.
    pub fn panel(&mut self, turned: i8, pushed: bool, patched: [bool; CV_INPUTS]) {
        self.cv.encoder = self.cv.encoder.wrapping_add(turned.into());
        self.cv.pushed = pushed;
        self.cv.patched = patched;
        if let Some(test) = &mut self.test {
            test.panel(turned, pushed, patched);
        }
    }

    /// All inputs as they are.
    #[must_use]
    pub fn cv(&self) -> Cv {
        self.cv
    }

    /// A port was opened or closed: what waits for its host is for nobody.
    pub fn line(&mut self, port: Port) {
        self.paired[port as usize] = false;
        self.raw[port as usize] = false;
        self.mismatch = None;
        if self.tester == Some(port) {
            (self.test, self.tester) = (None, None);
        }
        match port {
            Port::Serial => {
                self.rate = Rate::default();
                self.serial.clear();
            }
            Port::Midi => self.midi.clear(),
        }
    }

    /// Does what a host says; what only the firmware can do is returned.
    pub fn handle(&mut self, port: Port, message: Message, now_us: u64) -> Option<Request> {
        self.heard_us = now_us;
        match message {
            Message::Hello(version) => self.meet(port, version, now_us),
            Message::Ping(number) => self.answer(port, News::Pong(number), now_us),
            Message::SetRate(rate) => self.rate = rate,
            Message::SendRaw(wanted) => self.raw[port as usize] = wanted,
            Message::CalibrationRead => self.tell_calibration(port, now_us),
            Message::CalibrationStage(calibration) if calibration.is_plausible() => {
                self.calibration = calibration;
                self.tell_calibration(port, now_us);
            }
            Message::CalibrationStage(_) => self.refuse(port, message.code(), WireError::Calibration, now_us),
            Message::CalibrationCommit => return Some(Request::Keep(Some(self.calibration))),
            Message::CalibrationClear => return Some(Request::Keep(None)),
            // The test has the screen.
            Message::Oled(_) if self.test.is_some() => {}
            Message::Oled(rectangle) => return Some(Request::Show(rectangle)),
            Message::Led(lit) => return Some(Request::Light(lit)),
            Message::SelfTest(true) => return Some(self.begin_test(Some(port), now_us)),
            Message::SelfTest(false) => {
                (self.test, self.tester) = (None, None);
                self.answer(port, News::Checklist(self.told.ended()), now_us);
            }
            Message::Bootsel => return Some(Request::Bootsel),
            // What only modules say is not for us.
            _ => {}
        }
        None
    }

    /// Begins the factory test anew: for a host, or for a hand that held the encoder while the module was switched on. Until it
    /// ends, with the host or with the power, the module draws its own screen.
    pub fn begin_test(&mut self, tester: Option<Port>, now_us: u64) -> Request {
        let mut test = SelfTest::BEGUN;
        test.screen(self.has_screen);
        (self.test, self.tester) = (Some(test), tester);
        self.tell_test(true, now_us);
        Request::TestFlash(self.kept)
    }

    /// The flash took what it was given, or did not.
    pub fn flash_tested(&mut self, kept: bool) {
        if let Some(test) = &mut self.test {
            test.flash(kept);
        }
    }

    /// Tells how the test stands where that changed, or where it is to be told anyway.
    fn tell_test(&mut self, anyway: bool, now_us: u64) {
        let Some(list) = self.test.map(|test| test.list()) else { return };
        if core::mem::replace(&mut self.told, list) == list && !anyway {
            return;
        }
        for port in [Port::Serial, Port::Midi] {
            if self.paired[port as usize] {
                self.answer(port, News::Checklist(list), now_us);
            }
        }
    }

    fn meet(&mut self, port: Port, version: Version, now_us: u64) {
        let info = Info {
            protocol: Version::OURS,
            firmware: self.identity.firmware,
            commit: self.identity.commit,
            hardware: self.identity.hardware,
            uid: self.identity.uid,
            has_screen: self.has_screen,
            calibrated: self.kept.is_some(),
            reset: self.identity.reset,
        };
        self.answer(port, News::Info(info), now_us);
        self.mismatch = version.check().err();
        self.paired[port as usize] = self.mismatch.is_none();
        if self.mismatch.is_some() {
            self.refuse(port, Message::Hello(version).code(), WireError::Version, now_us);
        }
    }

    /// What was asked of flash was done, or not.
    pub fn kept(&mut self, port: Port, calibration: Option<Calibration>, done: bool, now_us: u64) {
        if !done {
            let asked = calibration.map_or(Message::CalibrationClear, |_| Message::CalibrationCommit);
            return self.refuse(port, asked.code(), WireError::Flash, now_us);
        }
        self.kept = calibration;
        if calibration.is_none() {
            self.calibration = Calibration::NOMINAL;
        }
        self.tell_calibration(port, now_us);
    }

    fn tell_calibration(&mut self, port: Port, now_us: u64) {
        let (calibration, kept) = (self.calibration, self.kept == Some(self.calibration));
        self.answer(port, News::Calibration(calibration, kept), now_us);
    }

    fn refuse(&mut self, port: Port, code: u8, error: WireError, now_us: u64) {
        self.answer(port, News::Refused(Refusal { code, error }), now_us);
    }

    fn answer(&mut self, port: Port, news: News, now_us: u64) {
        match port {
            Port::Serial => self.serial.push(news, now_us as u32),
            Port::Midi => self.midi.push(news, now_us as u32),
        }
    }

    /// The next note for a port.
    pub fn take(&mut self, port: Port) -> Option<Note> {
        match port {
            Port::Serial => self.serial.pop(),
            Port::Midi => self.midi.pop(),
        }
    }

    /// Whether a frame waits for a port.
    #[must_use]
    pub fn waits(&self, port: Port) -> bool {
        match port {
            Port::Serial => !self.serial.is_empty(),
            Port::Midi => !self.midi.is_empty(),
        }
    }

    /// What a port received so far. A host that said something out of range hears so.
    pub fn received(&mut self, port: Port, reception: Reception, now_us: u64) {
        let before = core::mem::replace(&mut self.reception[port as usize], reception);
        let code = reception.last_malformed.filter(|_| reception.malformed != before.malformed);
        let of_hosts = |code: &u8| MessageKind::ALL.iter().any(|kind| kind.code == *code && !kind.from_module);
        if let Some(code) = code.filter(of_hosts).filter(|_| self.paired[port as usize]) {
            self.refuse(port, code, WireError::Value, now_us);
        }
    }

    /// A sample came late.
    pub fn late_sample(&mut self) {
        self.health.late_samples = self.health.late_samples.saturating_add(1);
    }

    /// A transfer to the screen succeeded or failed.
    pub fn screen(&mut self, succeeded: bool) {
        self.has_screen = succeeded;
        if let Some(test) = &mut self.test {
            test.screen(succeeded);
        }
        self.health.screen_errors = self.health.screen_errors.saturating_add(u16::from(!succeeded));
    }

    /// Once a second: how it is.
    pub fn health(&mut self, now_us: u64) {
        let [serial, midi] = self.reception;
        let unknown = serial.unknown.saturating_add(midi.unknown);
        self.health.unknown = u16::try_from(unknown).unwrap_or(u16::MAX);
        // What makes no sense did not arrive as a host of ours sends it.
        self.health.damaged =
            [serial.damaged, serial.malformed, midi.damaged, midi.malformed].into_iter().fold(0, u32::saturating_add);
        self.health.dropped = self.serial.dropped().saturating_add(self.midi.dropped());
        self.health.up_ms = (now_us / 1_000) as u32;
        for port in [Port::Serial, Port::Midi] {
            if self.paired[port as usize] {
                self.answer(port, News::Health(self.health), now_us);
            }
        }
        self.tell_test(true, now_us);
    }

    /// Whether a host is there that draws the screen: none while the factory test runs.
    #[must_use]
    pub fn has_host(&self, now_us: u64) -> bool {
        self.test.is_none() && self.paired.contains(&true) && now_us.saturating_sub(self.heard_us) < SILENCE_US
    }

    /// How the module stands, for its own screen.
    #[must_use]
    pub fn standing(&self, now_us: u64) -> Standing {
        Standing {
            cv: self.cv,
            is_calibrated: self.kept.is_some(),
            mismatch: self.mismatch,
            up_ms: (now_us / 1_000) as u32,
            test: self.test.map(|test| test.list()),
        }
    }
}
