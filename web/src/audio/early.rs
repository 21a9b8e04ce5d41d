//! What `early.js` began before this program ran.

use js_sys::{Promise, WebAssembly};
use wasm_bindgen::prelude::*;
use web_sys::AudioContext;

#[wasm_bindgen]
extern "C" {
    /// What was begun.
    pub(super) type Early;

    #[wasm_bindgen(thread_local_v2, js_name = early)]
    pub(super) static EARLY: Early;

    /// The engine's file.
    #[wasm_bindgen(method, getter)]
    pub(super) fn engine(this: &Early) -> Promise;

    /// The engine, compiled.
    #[wasm_bindgen(method, getter)]
    pub(super) fn module(this: &Early) -> Promise;

    /// The bank's file.
    #[wasm_bindgen(method, getter)]
    pub(super) fn bank(this: &Early) -> Promise;

    #[wasm_bindgen(method, getter)]
    pub(super) fn banker(this: &Early) -> web_sys::Worker;

    /// The worker's answer to the bank's file.
    #[wasm_bindgen(method, getter)]
    pub(super) fn hash(this: &Early) -> Promise;

    /// The worker's messages for the usual rate.
    #[wasm_bindgen(method, getter)]
    pub(super) fn prepared(this: &Early) -> Promise;

    /// A context for the usual rate and the latency that was chosen, which sleeps; nothing where there is no device.
    #[wasm_bindgen(method, getter)]
    pub(super) fn context(this: &Early) -> Option<AudioContext>;

    /// The engine's node in it.
    #[wasm_bindgen(method, getter)]
    pub(super) fn sleeper(this: &Early) -> Promise;

    /// Over when that node was sent the bank; fails where it cannot take it.
    #[wasm_bindgen(method, getter)]
    pub(super) fn delivered(this: &Early) -> Promise;

    /// Makes the engine's node in a context.
    #[wasm_bindgen(method)]
    pub(super) fn node(this: &Early, context: &AudioContext, engine: &WebAssembly::Module) -> Promise;
}
