//! Frames over the serial port.

use embassy_usb::class::cdc_acm::{ControlChanged, Receiver as PortReceiver, Sender};
use embassy_usb::driver::EndpointError;
use heapless::Vec;
use neurorack_module::Port;
use neurorack_protocol::{MAX_FRAME_BYTES, Receiver};

use super::{Bus, PACKET};
use crate::shared::{Shared, now_us};

/// Bytes that are cut into packets: less than one packet and one frame.
type Bytes = Vec<u8, { PACKET + MAX_FRAME_BYTES }>;

/// Sends for ever what waits in the outbox. Where the host does not read, it waits here and the outbox drops its oldest.
#[embassy_executor::task]
pub(super) async fn send(mut port: Sender<'static, Bus>, shared: &'static Shared) {
    loop {
        port.wait_connection().await;
        // The port is gone: what was cut in half is of no use to the next host.
        let Err(EndpointError::Disabled | EndpointError::BufferOverflow) = stream(&mut port, shared).await;
    }
}

async fn stream(port: &mut Sender<'static, Bus>, shared: &Shared) -> Result<core::convert::Infallible, EndpointError> {
    // A zero ends whatever the host heard before.
    let mut bytes: Bytes = Vec::from_array([0]);
    loop {
        while bytes.len() < PACKET
            && let Some(note) = shared.module(|module| module.take(Port::Serial))
        {
            // A packet and a frame have room.
            let _ = bytes.extend_from_slice(&note.frame().to_bytes());
        }
        if bytes.is_empty() {
            shared.to_say.wait().await;
            continue;
        }
        let length = bytes.len().min(PACKET);
        let (packet, rest) = bytes.split_at(length);
        port.write_packet(packet).await?;
        bytes = Vec::from_slice(rest).unwrap_or_default();
        if length == PACKET && bytes.is_empty() && !shared.module(|module| module.waits(Port::Serial)) {
            // A host waits for more after a full packet until it hears that there is none.
            port.write_packet(&[]).await?;
        }
    }
}

/// Hears for ever what the host says.
#[embassy_executor::task]
pub(super) async fn receive(mut port: PortReceiver<'static, Bus>, shared: &'static Shared) {
    let mut receiver = Receiver::new();
    let mut packet = [0; PACKET];
    loop {
        port.wait_connection().await;
        while let Ok(length) = port.read_packet(&mut packet).await {
            receiver.receive(packet.get(..length).unwrap_or_default(), |frame| {
                shared.handle(Port::Serial, frame.message);
            });
            shared.module(|module| module.received(Port::Serial, receiver.reception(), now_us()));
        }
        shared.module(|module| module.line(Port::Serial));
    }
}

/// Follows whether a program has the port open.
#[embassy_executor::task]
pub(super) async fn line(control: ControlChanged<'static>, shared: &'static Shared) {
    let mut open = false;
    loop {
        control.control_changed().await;
        if core::mem::replace(&mut open, control.dtr()) != control.dtr() {
            shared.module(|module| module.line(Port::Serial));
        }
    }
}
