//! The watchdog: why the module started, what restarts it, and how it is.

use embassy_rp::pac;
use embassy_rp::watchdog::{ResetReason, Watchdog};
use embassy_time::{Duration, Ticker};
use neurorack_protocol::ResetCause;
use portable_atomic::Ordering;

use crate::shared::{Shared, now_us};

/// Longer than the slowest sector takes to erase (0.4 s), shorter than a pause in a concert.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Looks in a second.
const LOOKS: u32 = 4;

/// Scratch registers, which keep their values while power is there: a mark, restarts, and whether the last was a panic.
const MARK: usize = 0;
const RESTARTS: usize = 1;
const PANICKED: usize = 2;

/// "NRCK".
const VALID: u32 = 0x4E52_434B;

/// Why the module started, and how often the watchdog restarted it since it was switched on.
pub(crate) fn cause(watchdog: &mut Watchdog) -> (ResetCause, u16) {
    let panicked = watchdog.get_scratch(PANICKED) == VALID;
    watchdog.set_scratch(PANICKED, 0);
    let cause = match watchdog.reset_reason() {
        Some(ResetReason::TimedOut) => ResetCause::Watchdog,
        Some(ResetReason::Forced) if panicked => ResetCause::Watchdog,
        Some(ResetReason::Forced) => ResetCause::Software,
        None => ResetCause::Power,
    };
    let before = if watchdog.get_scratch(MARK) == VALID { watchdog.get_scratch(RESTARTS) } else { 0 };
    let restarts = before.saturating_add(u32::from(cause == ResetCause::Watchdog));
    watchdog.set_scratch(MARK, VALID);
    watchdog.set_scratch(RESTARTS, restarts);
    (cause, u16::try_from(restarts).unwrap_or(u16::MAX))
}

/// Feeds the watchdog while samples come, and tells once a second how the module is. It runs below everything else: whatever
/// hangs keeps it from feeding.
#[embassy_executor::task]
pub(crate) async fn watch(mut watchdog: Watchdog, shared: &'static Shared) {
    watchdog.pause_on_debug(true);
    watchdog.start(TIMEOUT);
    let mut ticker = Ticker::every(Duration::from_millis(1_000 / u64::from(LOOKS)));
    let mut sampled = 0;
    for look in 1u32.. {
        ticker.next().await;
        let now = shared.sampled.load(Ordering::Relaxed);
        if core::mem::replace(&mut sampled, now) != now {
            watchdog.feed(TIMEOUT);
        }
        if look.is_multiple_of(LOOKS) {
            shared.module(|module| module.health(now_us()));
        }
    }
}

/// Whatever went wrong, the module is back within a second.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    cortex_m::interrupt::disable();
    let watchdog = pac::WATCHDOG;
    watchdog.scratch2().write_value(VALID);
    // All but the oscillators, as the driver has it.
    pac::PSM.wdsel().write_value(pac::psm::regs::Wdsel(0x0001_FFFC));
    watchdog.ctrl().write(|control| control.set_trigger(true));
    loop {
        cortex_m::asm::nop();
    }
}
