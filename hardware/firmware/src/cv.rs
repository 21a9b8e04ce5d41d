//! The sampler: four inputs 8,000 times a second by DMA, averaged to a thousand frames.

use embassy_rp::gpio::{Level, Output};
use embassy_rp::peripherals::SPI0;
use embassy_rp::spi::{self, Async, Spi};
use embassy_time::{Duration, Instant, Timer};
use neurorack_module::converter::{Oversampler, SAMPLES_HZ, code, request};
use neurorack_protocol::CV_INPUTS;

use crate::pins::{Converter, Interrupts};
use crate::shared::Shared;

/// From a sample to the next.
const PERIOD: Duration = Duration::from_hz(SAMPLES_HZ as u64);

/// A sample that begins half a period late is counted.
const LATE: Duration = Duration::from_micros(PERIOD.as_micros() / 2);

/// After a longer pause (flash was written) nothing is made up for.
const PAUSE: Duration = Duration::from_millis(2);

/// What the converter takes at 3.3 V: between 1 MHz at 2.7 V and 2 MHz at 5 V.
const CLOCK_HZ: u32 = 1_250_000;

/// Samples for ever.
#[embassy_executor::task]
pub(crate) async fn sample(pins: Converter, shared: &'static Shared) {
    let mut config = spi::Config::default();
    config.frequency = CLOCK_HZ;
    let mut spi =
        Spi::new(pins.spi, pins.clock, pins.to, pins.from, pins.dma.0, pins.dma.1, Interrupts, config);
    let mut select = Output::new(pins.select, Level::High);
    let mut sampler = Oversampler::default();
    let mut next = Instant::now();
    loop {
        next += PERIOD;
        Timer::at(next).await;
        let begun = Instant::now();
        if begun > next + LATE {
            shared.module(|module| module.late_sample());
            if begun > next + PAUSE {
                next = begun;
            }
        }
        let codes = convert(&mut spi, &mut select).await;
        if let Some(sixteenths) = sampler.add(codes) {
            shared.module(|module| module.sample(sixteenths, begun.as_micros()));
            shared.count_sample();
        }
    }
}

async fn convert(spi: &mut Spi<'static, SPI0, Async>, select: &mut Output<'static>) -> [u16; CV_INPUTS] {
    let mut codes = [0; CV_INPUTS];
    for (input, place) in codes.iter_mut().enumerate() {
        let mut answer = [0; 3];
        select.set_low();
        // The driver's errors are those of other buses: it has none to give.
        let _ = spi.transfer(&mut answer, &request(input)).await;
        select.set_high();
        *place = code(answer);
    }
    codes
}
