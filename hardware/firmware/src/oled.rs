//! The display: whatever of the screen changed travels to it; while no host is there, the module draws.

use embassy_futures::select::select;
use embassy_rp::i2c::{self, Async, I2c};
use embassy_rp::peripherals::I2C1;
use embassy_time::{Duration, Timer, with_timeout};
use neurorack_module::{Alone, sh1106};

use crate::pins::{Display, Interrupts};
use crate::shared::{Shared, now_us};

/// From a picture of the module's own to the next.
const FRAME: Duration = Duration::from_millis(50);

/// A page takes 3 ms: a bus that is busy for longer is stuck.
const STUCK: Duration = Duration::from_millis(50);

/// A display that does not answer is asked again after this time.
const AGAIN: Duration = Duration::from_secs(2);

const BUS_HZ: u32 = 400_000;

/// The display did not take what it was sent.
struct Failed;

/// Shows for ever.
#[embassy_executor::task]
pub(crate) async fn show(pins: Display, alone: &'static mut Alone, shared: &'static Shared) {
    let mut config = i2c::Config::default();
    config.frequency = BUS_HZ;
    let mut bus = I2c::new_async(pins.i2c, pins.clock, pins.data, Interrupts, config);
    loop {
        let Err(Failed) = follow(&mut bus, alone, shared).await;
        shared.module(|module| module.screen(false));
        Timer::after(AGAIN).await;
    }
}

/// Wakes the display and follows the screen until the display fails.
async fn follow(
    bus: &mut I2c<'static, I2C1, Async>,
    alone: &mut Alone,
    shared: &Shared,
) -> Result<core::convert::Infallible, Failed> {
    write(bus, sh1106::WAKE).await?;
    shared.screen(|screen| screen.forget());
    let mut is_lit = false;
    loop {
        let now = now_us();
        let (has_host, standing) = shared.module(|module| (module.has_host(now), module.standing(now)));
        if has_host {
            alone.forget();
        } else {
            alone.draw(&standing);
            while let Some(rectangle) = alone.take() {
                shared.screen(|screen| screen.put(&rectangle));
            }
        }
        while let Some(pixels) = shared.screen(|screen| screen.take()) {
            write(bus, sh1106::place(&pixels)).await?;
            write(bus, sh1106::data(&pixels)).await?;
        }
        if !is_lit {
            write(bus, sh1106::ON).await?;
            shared.module(|module| module.screen(true));
            is_lit = true;
        }
        select(shared.to_show.wait(), Timer::after(FRAME)).await;
    }
}

async fn write(bus: &mut I2c<'static, I2C1, Async>, bytes: impl IntoIterator<Item = u8>) -> Result<(), Failed> {
    match with_timeout(STUCK, bus.write_async(sh1106::ADDRESS, bytes)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Failed),
    }
}
