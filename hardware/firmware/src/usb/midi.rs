//! The panel as MIDI, and all else as System Exclusive.

use embassy_time::{Duration, Ticker};
use embassy_usb::class::midi::{Receiver as PortReceiver, Sender};
use embassy_usb::driver::EndpointError;
use heapless::Vec;
use neurorack_module::{MidiPanel, Port, usb_midi};
use neurorack_protocol::Reception;
use neurorack_protocol::midi::{MidiMessage, malformed};

use super::{Bus, PACKET};
use crate::shared::{Shared, now_us};

/// Gates and turns are looked at so often.
const LOOK: Duration = Duration::from_millis(1);

/// Voltages are told at every fourth look: 250 times a second.
const VOLTAGES: u32 = 4;

/// What System Exclusive of ours begins with: notes and clocks of other programs are not for us.
const OURS: [u8; 2] = [0xF0, 0x7D];

/// Sends for ever what a MIDI host does not know yet.
#[embassy_executor::task]
pub(super) async fn send(mut port: Sender<'static, Bus>, shared: &'static Shared) {
    loop {
        port.wait_connection().await;
        let Err(EndpointError::Disabled | EndpointError::BufferOverflow) = stream(&mut port, shared).await;
        shared.module(|module| module.line(Port::Midi));
    }
}

async fn stream(port: &mut Sender<'static, Bus>, shared: &Shared) -> Result<core::convert::Infallible, EndpointError> {
    let mut panel = MidiPanel::default();
    let mut packet = Packet { bytes: Vec::new() };
    let mut ticker = Ticker::every(LOOK);
    let mut look = 0u32;
    loop {
        ticker.next().await;
        look = look.wrapping_add(1);
        let cv = shared.module(|module| module.cv());
        while let Some(event) = panel.next_event(&cv) {
            packet.put(port, &event).await?;
        }
        if look.is_multiple_of(VOLTAGES) {
            while let Some(voltage) = panel.next_voltage(&cv) {
                packet.put(port, &voltage).await?;
            }
        }
        while let Some(note) = shared.module(|module| module.take(Port::Midi)) {
            packet.put(port, &MidiMessage::Frame(note.frame())).await?;
        }
        packet.flush(port).await?;
    }
}

/// Events that travel together.
struct Packet {
    bytes: Vec<u8, PACKET>,
}

impl Packet {
    async fn put(&mut self, port: &mut Sender<'static, Bus>, message: &MidiMessage) -> Result<(), EndpointError> {
        for event in usb_midi::events(&message.to_bytes()) {
            if self.bytes.is_full() {
                self.flush(port).await?;
            }
            // There is room for sixteen events, and this is not the seventeenth.
            let _ = self.bytes.extend_from_slice(&event);
        }
        Ok(())
    }

    async fn flush(&mut self, port: &mut Sender<'static, Bus>) -> Result<(), EndpointError> {
        if !self.bytes.is_empty() {
            port.write_packet(&self.bytes).await?;
            self.bytes.clear();
        }
        Ok(())
    }
}

/// Hears for ever what the host says in System Exclusive.
#[embassy_executor::task]
pub(super) async fn receive(mut port: PortReceiver<'static, Bus>, shared: &'static Shared) {
    let mut collector = usb_midi::Collector::default();
    let mut reception = Reception::default();
    let mut packet = [0; PACKET];
    loop {
        port.wait_connection().await;
        while let Ok(length) = port.read_packet(&mut packet).await {
            collector.receive(packet.get(..length).unwrap_or_default(), |message| {
                if let Some(MidiMessage::Frame(frame)) = MidiMessage::read(message) {
                    reception.frames = reception.frames.saturating_add(1);
                    shared.handle(Port::Midi, frame.message);
                } else if let Some(code) = malformed(message) {
                    reception.malformed = reception.malformed.saturating_add(1);
                    reception.last_malformed = Some(code);
                } else if message.starts_with(&OURS) {
                    reception.damaged = reception.damaged.saturating_add(1);
                }
            });
            shared.module(|module| module.received(Port::Midi, reception, now_us()));
        }
    }
}
