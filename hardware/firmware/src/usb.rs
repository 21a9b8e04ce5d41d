//! The module on the bus: a serial port and a MIDI port in one device.

mod midi;
mod serial;

use core::fmt::Write;

use embassy_executor::Spawner;
use embassy_rp::Peri;
use embassy_rp::peripherals::USB;
use embassy_rp::usb::Driver;
use embassy_usb::class::cdc_acm::{CdcAcmClass, State};
use embassy_usb::class::midi::MidiClass;
use embassy_usb::{Builder, Config, UsbDevice};
use neurorack_protocol::usb::{NAME, PRODUCT, VENDOR};
use static_cell::StaticCell;

use crate::pins::Interrupts;
use crate::shared::Shared;
use crate::spawnable;

/// What the RP2040's controller is to the USB stack.
type Bus = Driver<'static, USB>;

/// Most bytes of a packet at full speed.
const PACKET: usize = 64;

/// What display and micro-controller take from the bus, in milliamperes.
const CURRENT_MA: u16 = 100;

/// Memory that lives as long as the device.
struct Memory {
    configuration: [u8; 256],
    bos: [u8; 64],
    control: [u8; 64],
    serial_number: heapless::String<16>,
    serial: State<'static>,
}

static MEMORY: StaticCell<Memory> = StaticCell::new();

/// Builds the device and spawns its tasks beside this one: parts of it may not change executors.
#[embassy_executor::task]
pub(crate) async fn start(usb: Peri<'static, USB>, uid: u64, shared: &'static Shared) {
    let memory = MEMORY.init(Memory {
        configuration: [0; 256],
        bos: [0; 64],
        control: [0; 64],
        serial_number: heapless::String::new(),
        serial: State::new(),
    });
    // Sixteen digits have their room.
    let _ = write!(memory.serial_number, "{uid:016X}");
    let mut config = Config::new(VENDOR, PRODUCT);
    config.manufacturer = Some(NAME);
    config.product = Some(NAME);
    config.serial_number = Some(&memory.serial_number);
    config.max_power = CURRENT_MA;
    let driver = Driver::new(usb, Interrupts);
    let mut builder =
        Builder::new(driver, config, &mut memory.configuration, &mut memory.bos, &mut [], &mut memory.control);
    let serial = CdcAcmClass::new(&mut builder, &mut memory.serial, PACKET as u16);
    let midi = MidiClass::new(&mut builder, 1, 1, PACKET as u16);
    let device = builder.build();

    let (sender, receiver, control) = serial.split_with_control();
    let (midi_sender, midi_receiver) = midi.split();
    // SAFETY: this task was spawned by the interrupt executor and is polled by nothing else, which is what the call asks for.
    let spawner = unsafe { Spawner::for_current_executor().await };
    spawner.spawn(spawnable(run(device)));
    spawner.spawn(spawnable(serial::send(sender, shared)));
    spawner.spawn(spawnable(serial::receive(receiver, shared)));
    spawner.spawn(spawnable(serial::line(control, shared)));
    spawner.spawn(spawnable(midi::send(midi_sender, shared)));
    spawner.spawn(spawnable(midi::receive(midi_receiver, shared)));
}

#[embassy_executor::task]
async fn run(mut device: UsbDevice<'static, Bus>) {
    device.run().await;
}
