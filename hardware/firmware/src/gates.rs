//! The gates: an interrupt each time a level changes, stamped at once.

use embassy_rp::gpio::Input;

use crate::shared::{Shared, now_us};

/// Watches a gate for ever.
#[embassy_executor::task(pool_size = 2)]
pub(crate) async fn watch(gate: usize, mut pin: Input<'static>, shared: &'static Shared) {
    let mut high = pin.is_high();
    shared.module(|module| module.gate_was_high(gate, high));
    loop {
        // By level, not by edge: what changes while the last change is told is seen as well.
        if high {
            pin.wait_for_low().await;
        } else {
            pin.wait_for_high().await;
        }
        let now = now_us();
        high = !high;
        shared.module(|module| module.gate(gate, high, now));
    }
}
