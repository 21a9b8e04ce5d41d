//! The browser's MIDI inputs: asked for once, listened to as they come and go.

use crate::audio::reason;
use crate::module::is_a_module;
use js_sys::{Object, Reflect};
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MidiAccess, MidiInput, MidiMessageEvent, MidiOptions, PermissionState, PermissionStatus};

const NO_MIDI: &str = "This browser has no Web MIDI: Chrome, Edge and Firefox have it. Everything else plays on here.";

/// Open inputs.
pub(super) struct Ports {
    // They are called as long as the page listens.
    _access: MidiAccess,
    _on_change: Closure<dyn Fn()>,
}

impl Ports {
    /// Asks the person for their MIDI devices. `hear` gets each message with its time on the page's clock in milliseconds;
    /// `changed` gets the devices' names now and whenever one comes or goes.
    ///
    /// # Errors
    /// With a sentence that says why there are none and what to do.
    pub(super) async fn open(
        mut hear: impl FnMut(f64, &[u8]) + 'static,
        changed: impl Fn(Vec<String>) + 'static,
    ) -> Result<Self, String> {
        let navigator = window().navigator();
        if !Reflect::has(&navigator, &"requestMIDIAccess".into()).unwrap_or(false) {
            return Err(NO_MIDI.into());
        }
        let options = MidiOptions::new();
        options.set_sysex(false);
        let asked = navigator.request_midi_access_with_options(&options).map_err(|error| refused(&error))?;
        let access: MidiAccess = JsFuture::from(asked).await.map_err(|error| refused(&error))?.unchecked_into();
        let on_message = Closure::<dyn FnMut(MidiMessageEvent)>::new(move |event: MidiMessageEvent| {
            if let Ok(bytes) = event.data() {
                hear(event.time_stamp(), &bytes);
            }
        });
        let on_message = Rc::new(on_message);
        let listened = access.clone();
        let look = move || changed(listen(&listened, on_message.as_ref().as_ref().unchecked_ref()));
        look();
        let on_change = Closure::<dyn Fn()>::new(look);
        access.set_onstatechange(Some(on_change.as_ref().unchecked_ref()));
        Ok(Self { _access: access, _on_change: on_change })
    }
}

/// Listens to every input there is; gives their names.
fn listen(access: &MidiAccess, on_message: &js_sys::Function) -> Vec<String> {
    let inputs = access.inputs().values();
    let inputs = inputs.into_iter().filter_map(Result::ok).map(JsCast::unchecked_into::<MidiInput>);
    let mut names = Vec::new();
    // A module has a block of its own: its gates are no notes.
    for input in inputs.filter(|input| !input.name().is_some_and(|name| is_a_module(&name))) {
        input.set_onmidimessage(Some(on_message));
        names.push(input.name().filter(|name| !name.trim().is_empty()).unwrap_or_else(|| "a nameless device".into()));
    }
    names
}

/// Whether the person allowed MIDI before, so that asking again shows no question.
pub(super) async fn allowed_before() -> bool {
    let ask = || {
        let what = Object::new();
        Reflect::set(&what, &"name".into(), &"midi".into())?;
        window().navigator().permissions()?.query(&what)
    };
    let Ok(asked) = ask() else { return false };
    let status = JsFuture::from(asked).await.map(JsCast::unchecked_into::<PermissionStatus>);
    status.is_ok_and(|status| status.state() == PermissionState::Granted)
}

fn refused(error: &JsValue) -> String {
    let name = Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string()).unwrap_or_default();
    match name.as_str() {
        "NotAllowedError" | "SecurityError" => {
            "MIDI is not allowed for this page: allow it beside the address bar, then press \
                                                MIDI again. Everything else plays on."
                .into()
        }
        "NotSupportedError" => NO_MIDI.into(),
        _ => format!(
            "The MIDI devices could not be opened ({}): close other programs that use them and press MIDI again.",
            reason(error)
        ),
    }
}
