//! What `early.js` began before this program ran.

use js_sys::{Array, Promise, WebAssembly};
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

    /// Keeps for the next visit what its engine is told before a tap that comes before this program; nothing where it has to
    /// wait.
    #[wasm_bindgen(method)]
    pub(super) fn remember(this: &Early, messages: &Array);

    /// What was tapped before this program ran; from now on taps are its own.
    #[wasm_bindgen(method)]
    pub(super) fn take(this: &Early) -> Tapped;

    /// Makes the engine's node in a context.
    #[wasm_bindgen(method)]
    pub(super) fn node(this: &Early, context: &AudioContext, engine: &WebAssembly::Module) -> Promise;

    /// What was tapped in `first-tap.js`.
    pub(super) type Tapped;

    /// When the sound was first asked for, in milliseconds of the page's clock.
    #[wasm_bindgen(method, getter)]
    pub(super) fn woken(this: &Tapped) -> Option<f64>;

    /// Whether what was struck last sounds; nothing where nothing was struck.
    #[wasm_bindgen(method, getter)]
    pub(super) fn struck(this: &Tapped) -> Option<Promise>;
}
