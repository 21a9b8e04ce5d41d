//! The sampler: four inputs 8,000 times a second, averaged to a thousand frames.
//!
//! No instruction runs for a sample. A timer of the DMA starts a conversion every 31.25 µs, so that sampling times do not know
//! what else the module does; the processor sees a frame once a millisecond:
//!
//! ```text
//! timer ─► PACE ─► (address of the next request) ─► SEND ─► SPI ─► TAKE ─► one of two buffers ─► interrupt
//! ```
//!
//! PACE and TAKE are two channels each that start one another, so that neither ever ends.

use core::cell::UnsafeCell;

use embassy_rp::interrupt::{self, InterruptExt, Priority};
use embassy_rp::pac;
use embassy_rp::pac::dma::vals::{DataSize, TreqSel};
use embassy_rp::spi::{self, Phase, Polarity, Spi};
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::signal::Signal;
use neurorack_module::converter::{CONVERSION_BYTES, FRAME_BYTES, REQUESTS, SAMPLES_HZ, sixteenths};
use neurorack_protocol::CV_INPUTS;

use crate::pins::{Converter, SELECT};
use crate::shared::{Shared, now_us};

/// What the converter takes at 3.3 V: between 1 MHz at 2.7 V and 2 MHz at 5 V. A conversion takes 25.6 µs of 31.25.
const CLOCK_HZ: u32 = 1_250_000;

/// What a pin of SPI is in the pin table (RP2040 data sheet, 2.19.2).
const SPI_FUNCTION: u8 = 1;

/// Conversions in a second, as a share of the system clock of 125 MHz: 4 / 15,625.
const PACE_X: u16 = 4;
const PACE_Y: u16 = 15_625;
const _: () = assert!(125_000_000 / PACE_Y as u32 * PACE_X as u32 == SAMPLES_HZ * CV_INPUTS as u32);

/// A frame that comes so late was preceded by one that nobody saw.
const LATE_US: u64 = 1_500;

/// The channels.
const PACE: [usize; 2] = [0, 1];
const SEND: usize = 2;
const TAKE: [usize; 2] = [3, 4];

/// Conversions until one PACE hands over to the other: whole rounds of the inputs.
const ROUNDS: u32 = 0x1000_0000;

/// Answers of a frame, aligned as a ring of its size must be.
#[repr(C, align(128))]
struct Buffer(UnsafeCell<[u8; FRAME_BYTES]>);

// SAFETY: only DMA writes it, and the sampler reads it while DMA writes the other.
unsafe impl Sync for Buffer {}

static BUFFERS: [Buffer; 2] = [const { Buffer(UnsafeCell::new([0; FRAME_BYTES])) }; 2];

/// Requests in memory: flash may be busy.
#[repr(C, align(16))]
struct Requests([[u8; CONVERSION_BYTES]; CV_INPUTS]);

/// Addresses of the requests, aligned as a ring of its size must be.
#[repr(C, align(16))]
struct Addresses([u32; CV_INPUTS]);

/// Which buffer is full, and since when.
static FULL: Signal<CriticalSectionRawMutex, (usize, u64)> = Signal::new();

#[embassy_rp::interrupt]
fn DMA_IRQ_1() {
    let dma = pac::DMA;
    let done = dma.ints(1).read();
    dma.ints(1).write_value(done);
    // While the first channel takes, the second one's buffer is full.
    let full = usize::from(dma.ch(TAKE[0]).ctrl_trig().read().busy());
    FULL.signal((full, now_us()));
}

/// Samples for ever.
#[embassy_executor::task]
pub(crate) async fn sample(pins: Converter, shared: &'static Shared) {
    let mut config = spi::Config::default();
    config.frequency = CLOCK_HZ;
    // In this mode the controller selects the converter by itself, for as long as bytes follow one another.
    config.polarity = Polarity::IdleHigh;
    config.phase = Phase::CaptureOnSecondTransition;
    let _spi = Spi::new_blocking(pins.spi, pins.clock, pins.to, pins.from, config);
    pac::IO_BANK0.gpio(SELECT).ctrl().write(|control| control.set_funcsel(SPI_FUNCTION));
    static REQUESTED: static_cell::StaticCell<Requests> = static_cell::StaticCell::new();
    static ADDRESSED: static_cell::StaticCell<Addresses> = static_cell::StaticCell::new();
    let requests = REQUESTED.init(Requests(REQUESTS));
    let addresses = ADDRESSED.init(Addresses(requests.0.each_ref().map(|request| request.as_ptr() as u32)));
    begin(addresses);
    let mut last_us = None;
    loop {
        let (full, at_us) = FULL.wait().await;
        if pac::SPI0.ris().read().rorris() {
            // From then on every input would read another's voltage: rather begin anew.
            panic!("an answer of the converter was lost");
        }
        // SAFETY: this buffer is full, and DMA fills the other for a millisecond.
        let answers = unsafe { BUFFERS[full].0.get().read_volatile() };
        let is_late = last_us.replace(at_us).is_some_and(|last| at_us - last > LATE_US);
        let codes = sixteenths(&answers);
        shared.module(|module| {
            if is_late {
                module.late_sample();
            }
            module.sample(codes, at_us);
        });
        shared.count_sample();
    }
}

/// Starts the channels, the takers first.
fn begin(addresses: &'static Addresses) {
    let dma = pac::DMA;
    dma.timer(0).write(|timer| {
        timer.set_x(PACE_X);
        timer.set_y(PACE_Y);
    });
    let data = pac::SPI0.dr().as_ptr() as u32;

    for (channel, (other, buffer)) in TAKE.into_iter().zip([TAKE[1], TAKE[0]].into_iter().zip(&BUFFERS)) {
        let channel = dma.ch(channel);
        channel.read_addr().write_value(data);
        channel.write_addr().write_value(buffer.0.get() as u32);
        channel.trans_count().write_value(FRAME_BYTES as u32);
        let mut control = pac::dma::regs::CtrlTrig(0);
        control.set_en(true);
        control.set_high_priority(true);
        control.set_data_size(DataSize::SIZE_BYTE);
        control.set_incr_write(true);
        control.set_ring_sel(true);
        control.set_ring_size(FRAME_BYTES.trailing_zeros() as u8);
        control.set_treq_sel(TreqSel::SPI0_RX);
        control.set_chain_to(other as u8);
        channel.al1_ctrl().write_value(control.0);
    }
    dma.inte(1).write_value(TAKE.iter().map(|channel| 1 << channel).sum());
    interrupt::DMA_IRQ_1.set_priority(Priority::P0);
    // SAFETY: the handler above is all that waits for it.
    unsafe { interrupt::DMA_IRQ_1.enable() };

    let send = dma.ch(SEND);
    send.write_addr().write_value(data);
    send.trans_count().write_value(CONVERSION_BYTES as u32);
    let mut control = pac::dma::regs::CtrlTrig(0);
    control.set_en(true);
    control.set_data_size(DataSize::SIZE_BYTE);
    control.set_incr_read(true);
    control.set_treq_sel(TreqSel::SPI0_TX);
    control.set_chain_to(SEND as u8);
    control.set_irq_quiet(true);
    send.al1_ctrl().write_value(control.0);

    for (channel, other) in [(PACE[0], PACE[1]), (PACE[1], PACE[0])] {
        let channel = dma.ch(channel);
        channel.read_addr().write_value(addresses.0.as_ptr() as u32);
        channel.write_addr().write_value(send.al3_read_addr_trig().as_ptr() as u32);
        channel.trans_count().write_value(ROUNDS);
        let mut control = pac::dma::regs::CtrlTrig(0);
        control.set_en(true);
        control.set_data_size(DataSize::SIZE_WORD);
        control.set_incr_read(true);
        control.set_ring_size(size_of::<Addresses>().trailing_zeros() as u8);
        control.set_treq_sel(TreqSel::TIMER0);
        control.set_chain_to(other as u8);
        control.set_irq_quiet(true);
        channel.al1_ctrl().write_value(control.0);
    }
    dma.multi_chan_trigger().write(|trigger| trigger.set_multi_chan_trigger(1 << TAKE[0] | 1 << PACE[0]));
}
