//! What the tasks share: the module's state, its screen, and who wakes whom.

use core::cell::RefCell;

use embassy_rp::gpio::Output;
use embassy_sync::blocking_mutex::Mutex;
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::channel::Channel;
use embassy_sync::signal::Signal;
use embassy_time::Instant;
use neurorack_module::{Module, Port, Request, Screen};
use neurorack_protocol::{Calibration, Message};
use portable_atomic::{AtomicU32, Ordering};

type Locked<T> = Mutex<CriticalSectionRawMutex, RefCell<T>>;

/// A calibration to keep, or none, and who is to hear of it.
#[derive(Clone, Copy)]
pub(crate) struct Keep {
    pub(crate) calibration: Option<Calibration>,
    /// A host, or the factory test.
    pub(crate) asked: Asked,
}

/// Who asked flash for something.
#[derive(Clone, Copy)]
pub(crate) enum Asked {
    /// The host at this port.
    Host(Port),
    /// The factory test.
    Test,
}

/// Lives as long as the module runs. Locks are held for the copy of a frame, a few microseconds.
pub(crate) struct Shared {
    module: Locked<Module>,
    screen: Locked<Screen>,
    lamp: Locked<Output<'static>>,
    /// Something waits for the serial port.
    pub(crate) to_say: Signal<CriticalSectionRawMutex, ()>,
    /// Something waits for the display.
    pub(crate) to_show: Signal<CriticalSectionRawMutex, ()>,
    /// Calibrations wait for flash.
    pub(crate) to_keep: Channel<CriticalSectionRawMutex, Keep, 2>,
    /// Frames sampled so far: the sampler's sign of life.
    pub(crate) sampled: AtomicU32,
}

impl Shared {
    pub(crate) fn new(module: Module, lamp: Output<'static>) -> Self {
        Self {
            module: Mutex::new(RefCell::new(module)),
            screen: Mutex::new(RefCell::new(Screen::new())),
            lamp: Mutex::new(RefCell::new(lamp)),
            to_say: Signal::new(),
            to_show: Signal::new(),
            to_keep: Channel::new(),
            sampled: AtomicU32::new(0),
        }
    }

    /// Works on the module's state and wakes the serial port, if something waits for it now.
    pub(crate) fn module<R>(&self, work: impl FnOnce(&mut Module) -> R) -> R {
        let (result, waits) = self.module.lock(|module| {
            let mut module = module.borrow_mut();
            let result = work(&mut module);
            (result, module.waits(Port::Serial))
        });
        if waits {
            self.to_say.signal(());
        }
        result
    }

    /// Works on the screen.
    pub(crate) fn screen<R>(&self, work: impl FnOnce(&mut Screen) -> R) -> R {
        self.screen.lock(|screen| work(&mut screen.borrow_mut()))
    }

    /// Does what a host says.
    pub(crate) fn handle(&self, port: Port, message: Message) {
        let request = self.module(|module| module.handle(port, message, now_us()));
        if let Some(request) = request {
            self.perform(port, request);
        }
    }

    /// Begins the factory test, for the hand that asked for it.
    pub(crate) fn begin_test(&self) {
        let request = self.module(|module| module.begin_test(None, now_us()));
        self.perform(Port::Serial, request);
    }

    fn perform(&self, port: Port, request: Request) {
        match request {
            Request::Show(rectangle) => {
                self.screen(|screen| screen.put(&rectangle));
                self.to_show.signal(());
            }
            Request::Light(lit) => self.lamp.lock(|lamp| lamp.borrow_mut().set_level(lit.into())),
            Request::Keep(calibration) => self.keep(Keep { calibration, asked: Asked::Host(port) }),
            Request::TestFlash(calibration) => self.keep(Keep { calibration, asked: Asked::Test }),
            Request::Bootsel => embassy_rp::rom_data::reset_to_usb_boot(0, 0),
        }
    }

    fn keep(&self, keep: Keep) {
        if self.to_keep.try_send(keep).is_err() {
            // Two wait to be written: the host is told to try again.
            self.kept(keep, false);
        }
    }

    /// What was asked of flash was done, or not.
    pub(crate) fn kept(&self, Keep { calibration, asked }: Keep, done: bool) {
        self.module(|module| match asked {
            Asked::Host(port) => module.kept(port, calibration, done, now_us()),
            Asked::Test => module.flash_tested(done),
        });
    }

    /// The sampler is alive.
    pub(crate) fn count_sample(&self) {
        self.sampled.fetch_add(1, Ordering::Relaxed);
    }
}

/// Microseconds since the start.
pub(crate) fn now_us() -> u64 {
    Instant::now().as_micros()
}
