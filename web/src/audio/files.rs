//! What playing needs from the server: the engine and the first bank.

use super::reason;
use js_sys::WebAssembly;
use leptos::prelude::*;
use neurorack_engine::bank::ModelBank;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// Addresses relative to the page's own.
const ENGINE: &str = "engine.wasm";
const BANK: &str = "banks/impacts.safetensors";

/// Fetches a file's bytes; says in a sentence why it could not.
pub(crate) async fn fetch_bytes(address: &str) -> Result<Vec<u8>, String> {
    let response = get(address).await?;
    let buffer = JsFuture::from(response.array_buffer().map_err(|error| failed(address, &error))?)
        .await
        .map_err(|error| failed(address, &error))?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}

/// Fetches and compiles the engine.
pub(super) async fn engine() -> Result<WebAssembly::Module, String> {
    let response = get(ENGINE).await?;
    let bytes = JsFuture::from(response.array_buffer().map_err(|error| failed(ENGINE, &error))?)
        .await
        .map_err(|error| failed(ENGINE, &error))?;
    let module = JsFuture::from(WebAssembly::compile(&bytes)).await.map_err(|error| {
        format!("The sound engine does not run in this browser ({}): update the browser.", reason(&error))
    })?;
    Ok(module.unchecked_into())
}

/// Fetches, reads and checks the first bank.
pub(super) async fn bank() -> Result<ModelBank, String> {
    let bytes = fetch_bytes(BANK).await?;
    let broken =
        |error: String| format!("The bank that came with this page cannot be played: {error}. Reload the page.");
    let bank = ModelBank::parse(&bytes).map_err(|error| broken(error.to_string()))?;
    pause(0).await;
    bank.verify().map_err(|error| broken(error.to_string()))?;
    Ok(bank)
}

async fn get(address: &str) -> Result<Response, String> {
    let response = JsFuture::from(window().fetch_with_str(address)).await.map_err(|error| failed(address, &error))?;
    let response: Response = response.unchecked_into();
    if response.ok() {
        Ok(response)
    } else {
        Err(failed(address, &JsValue::from_str(&format!("the server answers {}", response.status()))))
    }
}

fn failed(address: &str, error: &JsValue) -> String {
    format!(
        "\u{201c}{address}\u{201d} could not be loaded ({}): check the connection and reload the page.",
        reason(error)
    )
}

/// Lets the browser do other things for at least this many milliseconds.
pub(crate) async fn pause(milliseconds: u64) {
    let over = js_sys::Promise::new(&mut |resolve, _| {
        set_timeout(
            move || {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            },
            Duration::from_millis(milliseconds),
        );
    });
    // The promise is only ever resolved.
    let _ = JsFuture::from(over).await;
}
