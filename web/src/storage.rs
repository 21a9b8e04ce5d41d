//! What this browser keeps by name from visit to visit: small choices that belong to a computer and to no preset.

use leptos::prelude::window;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The text that was kept last; nothing where there is nothing, or no storage.
pub(crate) fn text(place: &str) -> Option<String> {
    window().local_storage().ok().flatten()?.get_item(place).ok().flatten()
}

/// What was kept last; the default where there is nothing, or nothing that can be read.
pub(crate) fn read<T: DeserializeOwned + Default>(place: &str) -> T {
    text(place).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

/// Keeps it; where the browser has no room or no storage, it lasts as long as the page.
pub(crate) fn write(place: &str, value: &impl Serialize) {
    if let (Ok(text), Ok(Some(storage))) = (serde_json::to_string(value), window().local_storage()) {
        let _ = storage.set_item(place, &text);
    }
}
