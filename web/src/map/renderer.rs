//! A worker with an engine of its own: hits are rendered there, away from the page and from the audio thread.

use crate::audio::{pause, reason};
use futures::channel::oneshot;
use js_sys::{Array, Float32Array, Object, Reflect, Uint8Array, WebAssembly};
use neurorack_engine::instrument::CurveSlot;
use neurorack_engine::{PreparedBank, ScaledCurve};
use neurorack_worklet::message::{CurveData, Message, bank_messages};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker};

/// The script that holds the engine in the worker, relative to the page.
const SCRIPT: &str = "renderer.js";

/// Parts of a bank that are sent before the page gets its thread back.
const PARTS_AT_ONCE: usize = 6;

/// Rendered beyond a curve's end, so that the next hit finds silence, in seconds.
const TAIL_S: f32 = 0.05;

type Waiting = Rc<RefCell<HashMap<u32, oneshot::Sender<Float32Array>>>>;

/// The worker, and who waits for what it renders.
pub(super) struct Renderer {
    worker: Worker,
    waiting: Waiting,
    next_id: u32,
    rate_hz: u32,
    // They are called as long as the worker lives.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut()>,
}

impl Renderer {
    /// Starts a worker with this engine, and with this bank prepared for this rate.
    ///
    /// # Errors
    /// With a sentence, where the browser does not start it.
    pub(super) async fn start(engine: &WebAssembly::Module, bank: &PreparedBank, rate_hz: u32) -> Result<Self, String> {
        let failed = |error: JsValue| {
            format!("The sounds of the map cannot be rendered here ({}): reload the page.", reason(&error))
        };
        let worker = Worker::new(SCRIPT).map_err(failed)?;
        let waiting = Waiting::default();
        let heard = waiting.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let field = |name: &str| Reflect::get(&event.data(), &name.into()).ok();
            let id = field("id").and_then(|id| id.as_f64());
            let samples = field("samples").and_then(|samples| samples.dyn_into::<Float32Array>().ok());
            if let (Some(id), Some(samples)) = (id, samples)
                && let Some(sender) = heard.borrow_mut().remove(&(id as u32))
            {
                // Who asked may have gone.
                let _ = sender.send(samples);
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let lost = waiting.clone();
        // Without their senders, those who wait learn that nothing will come.
        let on_error = Closure::<dyn FnMut()>::new(move || lost.borrow_mut().clear());
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let renderer = Self { worker, waiting, next_id: 0, rate_hz, _on_message: on_message, _on_error: on_error };
        renderer.post(Some(engine), &[], None).map_err(failed)?;
        for parts in bank_messages(bank).chunks(PARTS_AT_ONCE) {
            renderer.post(None, parts, None).map_err(failed)?;
            pause(0).await;
        }
        Ok(renderer)
    }

    /// The rate of what is rendered, in hertz.
    pub(super) fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// Asks for one hit of a curve, from its first sample to its end; the answer comes through the receiver, or never
    /// where the worker has failed.
    pub(super) fn hit(&mut self, curve: &ScaledCurve, seconds: f32) -> oneshot::Receiver<Float32Array> {
        let data = CurveData::from(curve);
        let of = |slot| Message::Curve { slot, curve: data }.encode();
        let strike = Message::Trigger { time_s: 0.0, velocity: 1.0 }.encode();
        let messages = [of(CurveSlot::F1), of(CurveSlot::F2), strike];
        let samples = ((seconds + TAIL_S) * self.rate_hz as f32) as u32;
        self.next_id += 1;
        let (sender, receiver) = oneshot::channel();
        if self.post(None, &messages, Some((self.next_id, samples))).is_ok() {
            self.waiting.borrow_mut().insert(self.next_id, sender);
        }
        receiver
    }

    /// Sends an engine, messages for it, and a wish for so many samples under this number.
    fn post(
        &self,
        engine: Option<&WebAssembly::Module>,
        messages: &[Vec<u8>],
        wish: Option<(u32, u32)>,
    ) -> Result<(), JsValue> {
        let data = Object::new();
        let set = |name: &str, value: &JsValue| Reflect::set(&data, &name.into(), value).map(|_| ());
        if let Some(engine) = engine {
            set("module", engine)?;
            set("rate", &self.rate_hz.into())?;
        }
        let buffers: Array = messages.iter().map(|message| Uint8Array::from(message.as_slice()).buffer()).collect();
        set("messages", &buffers)?;
        if let Some((id, samples)) = wish {
            set("id", &id.into())?;
            set("samples", &samples.into())?;
        }
        self.worker.post_message_with_transfer(&data, &buffers)
    }
}

impl Drop for Renderer {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}
