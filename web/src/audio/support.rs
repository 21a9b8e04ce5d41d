//! What the page needs of the browser.

use leptos::prelude::*;

/// Whether everything that playing needs is there.
///
/// # Errors
/// With a sentence that says what is missing and what to do.
pub(super) fn check() -> Result<(), String> {
    let window = window();
    let has = |name: &str| js_sys::Reflect::has(&window, &name.into()).unwrap_or(false);
    if !window.is_secure_context() {
        return Err(
            "This page was loaded without encryption, and browsers allow audio programs only with it: open it \
                    by https, or from this computer as localhost."
                .into(),
        );
    }
    let missing = ["AudioContext", "AudioWorkletNode", "WebAssembly"].into_iter().find(|name| !has(name));
    match missing {
        None => Ok(()),
        Some(name) => Err(format!(
            "This browser has no {name}, which playing needs: update it, or use Chrome 91, Firefox 89, Safari 16.4 or \
             anything newer."
        )),
    }
}
