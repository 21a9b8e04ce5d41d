//! What playing needs from the server: the engine and the first bank, which `early.js` began to fetch.

use super::banker::{self, Banker};
use super::early::EARLY;
use super::{WANTED_RATE_HZ, reason};
use js_sys::{ArrayBuffer, Promise, Uint8Array, WebAssembly};
use leptos::prelude::*;
use neurorack_engine::bank::Catalogue;
use std::time::Duration;
use wasm_bindgen::prelude::*;
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
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// The engine, fetched and compiled.
pub(super) async fn engine() -> Result<WebAssembly::Module, String> {
    let (file, module) = EARLY.with(|early| (early.engine(), early.module()));
    JsFuture::from(file).await.map_err(|error| failed(ENGINE, &error))?;
    let module = JsFuture::from(module).await.map_err(|error| {
        format!("The sound engine does not run in this browser ({}): update the browser.", reason(&error))
    })?;
    Ok(module.unchecked_into())
}

/// The first bank, fetched and read.
pub(super) async fn bank() -> Result<(Catalogue, Banker), String> {
    let (file, hash) = EARLY.with(|early| (early.bank(), early.hash()));
    let file: ArrayBuffer = JsFuture::from(file).await.map_err(|error| failed(BANK, &error))?.unchecked_into();
    let answer = JsFuture::from(hash).await.map_err(|error| broken(&reason(&error)))?;
    let hash = banker::hash(&answer).map_err(|refusal| broken(&refusal))?;
    let catalogue =
        Catalogue::read(&Uint8Array::new(&file).to_vec(), hash).map_err(|error| broken(&error.to_string()))?;
    let (worker, prepared) = EARLY.with(|early| (early.banker(), early.prepared()));
    Ok((catalogue, Banker::adopt(worker, file, WANTED_RATE_HZ, prepared)))
}

/// The sentence for a bank of ours that does not play.
pub(super) fn broken(why: &str) -> String {
    format!("The bank that came with this page cannot be played: {why}. Reload the page.")
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
    let over = Promise::new(&mut |resolve, _| {
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
