//! Files that leave the page and come into it.

use leptos::prelude::*;
use neurorack_engine::preset::{MAX_FILE_BYTES, Preset};
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// How long a file stays reachable after the browser was told to save it.
const SAVING: Duration = Duration::from_secs(60);

/// Hands a file to the browser, which saves it where the person keeps downloads.
pub(super) fn download(file: &Blob, name: &str) -> Result<(), JsValue> {
    let address = Url::create_object_url_with_blob(file)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    set_timeout(
        move || {
            // Fails only for an address that is gone.
            let _ = Url::revoke_object_url(&address);
        },
        SAVING,
    );
    Ok(())
}

/// Text as a file of JSON.
pub(super) fn json(text: &str) -> Result<Blob, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type("application/json");
    Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&text.into()), &options)
}

/// A name as a file may have it on every system, with this ending.
pub(super) fn file_name(name: &str, ending: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_' | ',' | '(' | ')');
    let kept: String = name.chars().map(|letter| if plain(letter) { letter } else { '-' }).collect();
    let kept = kept.trim();
    format!("{}.{ending}", if kept.is_empty() { "neurorack" } else { kept })
}

/// Reads a preset from a file.
///
/// # Errors
/// With a sentence without its subject: "it has …".
pub(super) async fn read(file: &web_sys::File) -> Result<Preset, String> {
    if file.size() > MAX_FILE_BYTES as f64 {
        return Err("this file is larger than any preset: choose a .json file that Neurorack exported".into());
    }
    let buffer = JsFuture::from(file.array_buffer())
        .await
        .map_err(|_| "the browser could not read it: is it still where it was?".to_owned())?;
    Preset::from_json(&js_sys::Uint8Array::new(&buffer).to_vec()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_have_no_letters_that_systems_refuse() {
        assert_eq!(file_name("Door: slammed/hard? (2)", "wav"), "Door- slammed-hard- (2).wav");
        assert_eq!(file_name(" ", "json"), "neurorack.json");
        assert_eq!(file_name("Glocke größer", "json"), "Glocke größer.json");
    }
}
