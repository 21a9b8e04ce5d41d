//! A module over Web MIDI, where the browser has no serial ports.

use js_sys::{Reflect, Uint8Array};
use leptos::prelude::window;
use neurorack_protocol::usb;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MidiAccess, MidiInput, MidiMessageEvent, MidiOptions, MidiOutput, MidiPort};

/// Whether this browser has Web MIDI.
pub(super) fn is_here() -> bool {
    Reflect::has(&window().navigator(), &"requestMIDIAccess".into()).unwrap_or(false)
}

/// Whether a MIDI device is a module.
pub(crate) fn is_a_module(name: &str) -> bool {
    name.contains(usb::NAME)
}

/// Asks the person for MIDI with System Exclusive, by which the module is asked who it is.
///
/// # Errors
/// With the browser's error.
pub(super) async fn ask() -> Result<MidiAccess, JsValue> {
    let options = MidiOptions::new();
    options.set_sysex(true);
    let asked = window().navigator().request_midi_access_with_options(&options)?;
    Ok(JsFuture::from(asked).await?.unchecked_into())
}

/// Inputs and outputs of the modules that are there, in pairs of the same name and place.
pub(super) fn modules(access: &MidiAccess) -> Vec<(MidiInput, MidiOutput)> {
    let inputs = access.inputs().values().into_iter().filter_map(Result::ok).map(JsCast::unchecked_into::<MidiInput>);
    let outputs =
        access.outputs().values().into_iter().filter_map(Result::ok).map(JsCast::unchecked_into::<MidiOutput>);
    fn ours(port: &MidiPort) -> bool {
        port.name().is_some_and(|name| is_a_module(&name))
    }
    inputs.filter(|port| ours(port)).zip(outputs.filter(|port| ours(port))).collect()
}

/// An open pair of ports.
pub(super) struct Port {
    access: MidiAccess,
    input: MidiInput,
    output: MidiOutput,
    // They are called as long as the port is open.
    _take: Closure<dyn FnMut(MidiMessageEvent)>,
    _changed: Closure<dyn FnMut()>,
}

impl Port {
    /// Listens: `take` gets each message with its time on the page's clock in milliseconds; `ended` is called once the module
    /// is gone.
    pub(super) fn open(
        access: MidiAccess,
        (input, output): (MidiInput, MidiOutput),
        mut take: impl FnMut(&[u8], f64) + 'static,
        ended: impl FnOnce() + 'static,
    ) -> Self {
        let take = Closure::<dyn FnMut(MidiMessageEvent)>::new(move |event: MidiMessageEvent| {
            if let Ok(bytes) = event.data() {
                take(&bytes, event.time_stamp());
            }
        });
        input.set_onmidimessage(Some(take.as_ref().unchecked_ref()));
        let mut ended = Some(ended);
        let watched = input.clone();
        let changed = Closure::<dyn FnMut()>::new(move || {
            if watched.state() == web_sys::MidiPortDeviceState::Disconnected
                && let Some(ended) = ended.take()
            {
                ended();
            }
        });
        access.set_onstatechange(Some(changed.as_ref().unchecked_ref()));
        Self { access, input, output, _take: take, _changed: changed }
    }

    /// Sends a message; what cannot be sent is lost, as on any wire.
    pub(super) fn write(&self, bytes: &[u8]) {
        let _ = self.output.send(&Uint8Array::from(bytes));
    }

    /// Closes both ports.
    pub(super) fn close(self) {
        self.input.set_onmidimessage(None);
        self.access.set_onstatechange(None);
        // The promises resolve once the system has closed them, for which nobody waits.
        let _ = self.input.close();
        let _ = self.output.close();
    }
}
