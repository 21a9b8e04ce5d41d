//! A module at a pseudo-terminal, for tests that need one and not its chip: what it does is decided by `neurorack-module`.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use neurorack_module::{Identity, Module, Port, Request};
use neurorack_protocol::{CV_INPUTS, Message, Receiver, Rectangle, ResetCause, Version};
use rustix::fs::{OFlags, fcntl_setfl};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// Volts at the converter for 0 V at the jack, for each volt there, and at full scale; codes are sixteenths.
const ZERO_V: f32 = 1.5;
const GAIN: f32 = 0.2674;
const REFERENCE_V: f32 = 3.0;
const CODES: f32 = 65_536.0;

/// What these very parts are off: zero in volts at the jack, gain as a share.
const PARTS: [(f32, f32); CV_INPUTS] = [(0.012, 0.0018), (-0.017, -0.0022), (0.004, 0.0005), (-0.009, 0.0021)];

/// From a frame of volts to the next.
const FRAME: Duration = Duration::from_millis(1);

/// What is at the other end of the cable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// A module.
    Module,
    /// A module that speaks this protocol.
    Speaks(Version),
    /// A device that answers everything with a text.
    Stranger,
}

/// A module that runs by the clock on the wall. Dropping it pulls its cable.
#[derive(Debug)]
pub struct TestModule {
    path: PathBuf,
    uid: u64,
    nature: Nature,
    bench: Arc<Mutex<Bench>>,
    thread: Option<JoinHandle<()>>,
}

/// What a test sets and sees.
#[derive(Debug)]
struct Bench {
    module: Module,
    begun: Instant,
    volts: [f32; CV_INPUTS],
    patched: [bool; CV_INPUTS],
    pushed: bool,
    /// Bytes that come before the next frame.
    garbage: Vec<u8>,
    /// Half of a frame is the last that comes.
    is_cut: bool,
    is_pulled: bool,
    keeps: bool,
    lamp: bool,
    /// Pages of 128 columns.
    screen: Box<[[u8; 128]; 8]>,
}

impl Bench {
    fn now_us(&self) -> u64 {
        self.begun.elapsed().as_micros() as u64
    }
}

impl TestModule {
    /// Plugs in a module with this number.
    ///
    /// # Panics
    ///
    /// Where this system gives no pseudo-terminals.
    #[must_use]
    pub fn plug_in(uid: u64, nature: Nature) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("neurorack-module-{}-{number}", std::process::id()));
        let mut module = Self { path, uid, nature, bench: Arc::new(Mutex::new(bench(uid))), thread: None };
        module.plug_in_again();
        module
    }

    /// The path of its port; the same after it was plugged in again.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The same as text.
    #[must_use]
    pub fn port(&self) -> String {
        self.path.to_string_lossy().into_owned()
    }

    /// Pulls the cable, in the middle of a frame.
    pub fn pull(&mut self) {
        {
            let mut bench = self.bench();
            (bench.is_cut, bench.is_pulled) = (true, true);
        }
        if let Some(thread) = self.thread.take() {
            // A panic of it was reported when it happened.
            let _ = thread.join();
        }
        // It may be gone already.
        let _ = std::fs::remove_file(&self.path);
    }

    /// Plugs the cable in again: the module starts anew.
    ///
    /// # Panics
    ///
    /// Where this system gives no pseudo-terminals.
    pub fn plug_in_again(&mut self) {
        self.pull();
        let (ours, name) = terminal().expect("this system gives a pseudo-terminal");
        std::os::unix::fs::symlink(name, &self.path).expect("the folder for temporary files takes a link");
        *self.bench() = bench(self.uid);
        let (bench, nature) = (Arc::clone(&self.bench), self.nature);
        self.thread = Some(std::thread::spawn(move || match nature {
            Nature::Stranger => babble(ours, &bench),
            Nature::Module => run(ours, &bench, Version::OURS),
            Nature::Speaks(version) => run(ours, &bench, version),
        }));
    }

    /// Volts at the jacks from now on.
    pub fn set_volts(&self, volts: [f32; CV_INPUTS]) {
        self.bench().volts = volts;
    }

    /// Where plugs are from now on.
    pub fn set_patched(&self, patched: [bool; CV_INPUTS]) {
        self.bench().patched = patched;
    }

    /// A gate rises or falls.
    pub fn gate(&self, gate: usize, high: bool) {
        let mut bench = self.bench();
        let now_us = bench.now_us();
        bench.module.gate(gate, high, now_us);
    }

    /// The encoder is turned by so many detents, and pushed or not.
    pub fn encoder(&self, turned: i8, pushed: bool) {
        let mut bench = self.bench();
        bench.pushed = pushed;
        let patched = bench.patched;
        bench.module.panel(turned, pushed, patched);
    }

    /// Bytes that no module says come before its next frame.
    pub fn babble(&self, garbage: &[u8]) {
        self.bench().garbage.extend_from_slice(garbage);
    }

    /// Whether its flash takes what it is to keep, from now on.
    pub fn set_keeps(&self, keeps: bool) {
        self.bench().keeps = keeps;
    }

    /// Whether its lamp is lit.
    #[must_use]
    pub fn lamp(&self) -> bool {
        self.bench().lamp
    }

    /// What hosts drew: pages of 128 columns, the uppermost pixel in bit 0.
    #[must_use]
    pub fn screen(&self) -> [[u8; 128]; 8] {
        *self.bench().screen
    }

    fn bench(&self) -> MutexGuard<'_, Bench> {
        lock(&self.bench)
    }
}

impl Drop for TestModule {
    fn drop(&mut self) {
        self.pull();
    }
}

fn lock(bench: &Mutex<Bench>) -> MutexGuard<'_, Bench> {
    bench.lock().unwrap_or_else(PoisonError::into_inner)
}

fn bench(uid: u64) -> Bench {
    let identity = Identity {
        firmware: [0, 1, 0],
        commit: [0xC0, 0xFF, 0xEE, 0x00],
        hardware: 1,
        uid,
        reset: ResetCause::Power,
        watchdog_resets: 0,
    };
    let mut module = Module::new(identity, None);
    module.screen(true);
    Bench {
        module,
        begun: Instant::now(),
        volts: [0.0; CV_INPUTS],
        patched: [false; CV_INPUTS],
        pushed: false,
        garbage: Vec::new(),
        is_cut: false,
        is_pulled: false,
        keeps: true,
        lamp: false,
        screen: Box::new([[0; 128]; 8]),
    }
}

/// A pseudo-terminal whose reading does not wait, and its path. Programs that a test starts do not keep it open.
fn terminal() -> std::io::Result<(File, String)> {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
    grantpt(&ours)?;
    unlockpt(&ours)?;
    fcntl_setfl(&ours, OFlags::RDWR | OFlags::NONBLOCK)?;
    let name = ptsname(&ours, Vec::new())?.to_string_lossy().into_owned();
    Ok((File::from(ours), name))
}

/// Answers until the cable is pulled.
fn babble(mut port: File, bench: &Mutex<Bench>) {
    let mut bytes = [0; 256];
    while !lock(bench).is_pulled {
        match port.read(&mut bytes) {
            // Where nobody reads, it is lost.
            Ok(1..) => drop(port.write_all(b"ok\r\n")),
            Ok(0) | Err(_) => std::thread::sleep(FRAME),
        }
    }
}

/// Is a module until the cable is pulled.
fn run(mut port: File, bench: &Mutex<Bench>, version: Version) {
    let (mut receiver, mut frames, mut is_open) = (Receiver::new(), 0, false);
    let mut bytes = [0; 1_024];
    loop {
        let count = match port.read(&mut bytes) {
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => 0,
            // Nobody has it open.
            Err(_) => {
                if std::mem::take(&mut is_open) {
                    lock(bench).module.line(Port::Serial);
                }
                if lock(bench).is_pulled {
                    return;
                }
                std::thread::sleep(FRAME);
                continue;
            }
        };
        is_open = true;
        let mut bench = lock(bench);
        receiver.receive(&bytes[..count], |frame| handle(&mut bench, frame.message));
        let reception = receiver.reception();
        let now_us = bench.now_us();
        bench.module.received(Port::Serial, reception, now_us);
        tick(&mut bench, &mut frames);
        let said = said(&mut bench, version);
        let is_pulled = bench.is_pulled;
        drop(bench);
        // Who does not read loses it.
        let _ = port.write_all(&said);
        if is_pulled {
            return;
        }
        std::thread::sleep(FRAME);
    }
}

fn handle(bench: &mut Bench, message: Message) {
    let now_us = bench.now_us();
    match bench.module.handle(Port::Serial, message, now_us) {
        Some(Request::Show(Rectangle { page, column, bytes })) => {
            let columns = bench.screen[usize::from(page)].iter_mut().skip(column.into());
            columns.zip(bytes).for_each(|(place, byte)| *place = byte);
        }
        Some(Request::Light(lit)) => bench.lamp = lit,
        Some(Request::Keep(calibration)) => {
            let keeps = bench.keeps;
            bench.module.kept(Port::Serial, calibration, keeps, now_us);
        }
        Some(Request::TestFlash(_)) => {
            let keeps = bench.keeps;
            bench.module.flash_tested(keeps);
        }
        Some(Request::Bootsel) | None => {}
    }
}

/// Samples as often as time has passed, at most a second's frames, and tells once a second how it is.
fn tick(bench: &mut Bench, frames: &mut u64) {
    let now_us = bench.now_us();
    let due = now_us / 1_000;
    *frames = (*frames).max(due.saturating_sub(1_000));
    while *frames < due {
        *frames += 1;
        let codes = codes(bench.volts);
        let (pushed, patched) = (bench.pushed, bench.patched);
        bench.module.panel(0, pushed, patched);
        bench.module.sample(codes, *frames * 1_000);
        if frames.is_multiple_of(1_000) {
            bench.module.health(now_us);
        }
    }
}

fn codes(volts: [f32; CV_INPUTS]) -> [u16; CV_INPUTS] {
    let mut parts = volts.into_iter().zip(PARTS).map(|(volts, (zero, gain))| {
        // Casts from float to integer hold at the ends.
        ((ZERO_V - GAIN * (1.0 + gain) * (volts + zero)) / REFERENCE_V * CODES) as u16
    });
    [(); CV_INPUTS].map(|()| parts.next().unwrap_or_default())
}

/// All that waits to be said, as bytes.
fn said(bench: &mut Bench, version: Version) -> Vec<u8> {
    let mut bytes = std::mem::take(&mut bench.garbage);
    while let Some(note) = bench.module.take(Port::Serial) {
        let mut frame = note.frame();
        if let Message::Info(info) = &mut frame.message {
            info.protocol = version;
        }
        bytes.extend_from_slice(&frame.to_bytes());
    }
    if bench.is_cut {
        bytes.truncate(bytes.len().saturating_sub(5));
    }
    bytes
}
