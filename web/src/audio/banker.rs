//! Banks made ready for the engine by a worker: read, prepared for a sample rate, and checked by their golden hits.
//!
//! Each takes some tenths of a second, for which the page would stand still.

use super::reason;
use crate::worker::Worker;
use js_sys::{Array, ArrayBuffer, Object, Promise, Reflect, Uint8Array, WebAssembly};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The script that holds the engine in the worker, relative to the page.
const SCRIPT: &str = "banker.js";

/// One bank in its worker, which lives as long as this.
pub(crate) struct Banker {
    worker: Worker,
    /// The bank's file.
    file: ArrayBuffer,
    /// The rate that was asked for before this program ran, and the messages that are on their way.
    begun: Option<(u32, Promise)>,
    /// The rate that was asked for first, in hertz, with the messages that carry the bank to an engine of it.
    prepared: RefCell<Option<(u32, Array)>>,
}

impl Banker {
    /// Reads a bank's file; also returns its hash.
    ///
    /// # Errors
    /// With the rest of a sentence, where it is no bank that this version plays.
    pub(crate) async fn read(engine: &WebAssembly::Module, file: &ArrayBuffer) -> Result<(Self, [u8; 32]), String> {
        let worker = Worker::start(SCRIPT).map_err(|error| reason(&error))?;
        let banker = Self { worker, file: file.clone(), begun: None, prepared: RefCell::default() };
        let hash = hash(&banker.ask(&[("module", engine), ("file", file)]).await?)?;
        Ok((banker, hash))
    }

    /// A worker that has read this file already and prepares it for this rate, in hertz.
    pub(super) fn adopt(worker: web_sys::Worker, file: ArrayBuffer, rate_hz: u32, messages: Promise) -> Self {
        Self { worker: Worker::adopt(worker), file, begun: Some((rate_hz, messages)), prepared: RefCell::default() }
    }

    /// Whether it is the first bank, which was begun before this program ran.
    pub(super) fn is_early(&self) -> bool {
        self.begun.is_some()
    }

    /// The bank's file.
    pub(super) fn file(&self) -> &ArrayBuffer {
        &self.file
    }

    /// The messages that carry the bank to an engine of this rate, in order. Without a rate, those for whichever was asked
    /// for first. Also returns the rate.
    ///
    /// # Errors
    /// With the rest of a sentence, where the worker fails.
    pub(super) async fn prepare(&self, rate_hz: Option<u32>) -> Result<(u32, Array), String> {
        let nothing_yet = self.prepared.borrow().is_none();
        if let Some((rate_hz, messages)) = self.begun.as_ref().filter(|_| nothing_yet) {
            let messages = JsFuture::from(messages.clone()).await.map_err(|error| reason(&error))?;
            self.hold(*rate_hz, &messages.unchecked_into());
        }
        let known = self.prepared.borrow().clone();
        if let Some(known) = known.filter(|(rate, _)| rate_hz.is_none_or(|wanted| wanted == *rate)) {
            return Ok(known);
        }
        let rate_hz = rate_hz.unwrap_or(super::WANTED_RATE_HZ);
        let answer = self.ask(&[("rate", &JsValue::from(rate_hz))]).await?;
        let messages = answer.dyn_into::<Array>().map_err(|_| lost())?;
        self.hold(rate_hz, &messages);
        Ok((rate_hz, messages))
    }

    fn hold(&self, rate_hz: u32, messages: &Array) {
        self.prepared.borrow_mut().get_or_insert_with(|| (rate_hz, messages.clone()));
    }

    /// Plays the bank's golden hits.
    ///
    /// # Errors
    /// With the rest of a sentence, where they are not what was recorded in training.
    pub(crate) async fn verify(&self) -> Result<(), String> {
        let refusal = self.ask(&[]).await?.as_string().ok_or_else(lost)?;
        if refusal.is_empty() { Ok(()) } else { Err(refusal) }
    }

    async fn ask(&self, fields: &[(&str, &JsValue)]) -> Result<JsValue, String> {
        let question = Object::new();
        for (name, value) in fields {
            Reflect::set(&question, &(*name).into(), value).map_err(|error| reason(&error))?;
        }
        self.worker.ask(&question, &Array::new()).await.map_err(|_| lost())
    }
}

/// The hash in the answer of a worker that has read a bank.
///
/// # Errors
/// With the worker's refusal.
pub(super) fn hash(answer: &JsValue) -> Result<[u8; 32], String> {
    if let Some(refusal) = answer.as_string() {
        return Err(refusal);
    }
    answer.dyn_ref::<Uint8Array>().and_then(|bytes| bytes.to_vec().try_into().ok()).ok_or_else(lost)
}

fn lost() -> String {
    "the part of this page that prepares banks stopped: reload the page".into()
}
