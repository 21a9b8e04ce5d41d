//! What the page says about modules that cannot be reached, and what to do.

use super::serial;
use crate::audio::reason;
use wasm_bindgen::JsValue;

/// There is no way to a module.
pub(super) const NOTHING_HERE: &str = "This browser has neither Web Serial nor Web MIDI: Chrome and Edge have both, on computers and on Android. \
     Everything else plays on here.";

/// Why a serial port could not be chosen.
pub(super) fn not_chosen(error: &JsValue) -> String {
    match serial::name(error).as_str() {
        "SecurityError" => {
            "The module\u{2019}s port is not allowed for this page: open the page by https, or from this computer as \
                            localhost, and allow serial ports beside the address bar. Everything else plays on."
                .into()
        }
        _ => format!("The browser could not ask for the module ({}): press Connect module again.", reason(error)),
    }
}

/// Why a serial port could not be opened.
pub(super) fn not_opened(error: &JsValue) -> String {
    format!(
        "The module\u{2019}s port cannot be opened ({}): close the program or the other page that uses it, then press Connect \
         module again. On Linux the user must be in the group dialout.",
        reason(error)
    )
}

/// Why there is no MIDI.
pub(super) fn no_midi(error: &JsValue) -> String {
    match serial::name(error).as_str() {
        "NotAllowedError" | "SecurityError" => {
            "MIDI with System Exclusive is not allowed for this page: allow it beside the address bar, then press Connect module \
             again. Everything else plays on."
                .into()
        }
        "NotSupportedError" => NOTHING_HERE.into(),
        _ => format!(
            "The MIDI devices could not be opened ({}): close other programs that use them and press Connect module again. On \
             Linux the system needs the ALSA sequencer (modprobe snd-seq).",
            reason(error)
        ),
    }
}

/// Nothing there is a module.
pub(super) const NO_MODULE_ON_MIDI: &str =
    "No MIDI device here is called Neurorack: plug the module in; it is connected as soon as it is there.";

/// How to bring a new firmware.
pub(crate) const UPDATE: &str = "Press Restart for update: the module becomes a drive called RPI-RP2. Copy the file \
     neurorack-firmware.uf2 of the new version onto it (\u{201c}cargo xtask firmware build\u{201d} makes it); the module starts anew by itself.";
