//! A worker with an engine of its own: hits are rendered there, away from the page and from the audio thread.

use crate::audio::{pause, reason};
use crate::worker::Worker;
use js_sys::{Array, Float32Array, Object, Reflect, Uint8Array, WebAssembly};
use neurorack_engine::ScaledCurve;
use neurorack_engine::instrument::CurveSlot;
use neurorack_engine::offline::LONGEST_HIT_S;
use neurorack_worklet::message::{CurveData, Message};
use wasm_bindgen::{JsCast, JsValue};

/// The script that holds the engine in the worker, relative to the page.
const SCRIPT: &str = "renderer.js";

/// Parts of a bank that are sent before the page gets its thread back.
const PARTS_AT_ONCE: u32 = 6;

/// Rendered beyond a curve's end, so that the next hit finds silence, in seconds.
const TAIL_S: f32 = 0.05;

/// The worker and the rate it renders at.
pub(crate) struct Renderer {
    worker: Worker,
    rate_hz: u32,
}

impl Renderer {
    /// Starts a worker with this engine and these messages, which carry a bank that is prepared for this rate in hertz.
    ///
    /// # Errors
    /// With a sentence, where the browser does not start it.
    pub(crate) async fn start(engine: &WebAssembly::Module, bank: &Array, rate_hz: u32) -> Result<Self, String> {
        let failed = |error: JsValue| format!("Sounds cannot be rendered here ({}): reload the page.", reason(&error));
        let renderer = Self { worker: Worker::start(SCRIPT).map_err(failed)?, rate_hz };
        let (data, none) = message(&[]).map_err(failed)?;
        Reflect::set(&data, &"module".into(), engine).map_err(failed)?;
        Reflect::set(&data, &"rate".into(), &rate_hz.into()).map_err(failed)?;
        renderer.worker.tell(&data, &none).map_err(failed)?;
        for begin in (0..bank.length()).step_by(PARTS_AT_ONCE as usize) {
            // Copied, since other engines are told the same.
            let data = Object::new();
            Reflect::set(&data, &"messages".into(), &bank.slice(begin, begin + PARTS_AT_ONCE)).map_err(failed)?;
            renderer.worker.tell(&data, &none).map_err(failed)?;
            pause(0).await;
        }
        Ok(renderer)
    }

    /// The rate of what is rendered, in hertz.
    pub(super) fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// Renders one hit of a curve that is so many seconds long, from its first sample to its end. `None` where the worker
    /// fails.
    pub(super) fn hit(&self, curve: &ScaledCurve, seconds: f32) -> impl Future<Output = Option<Float32Array>> + use<> {
        let data = CurveData::from(curve);
        let of = |slot| Message::Curve { slot, curve: data }.encode();
        let strike = Message::Trigger { time_s: 0.0, velocity: 1.0, semitones: 0.0 }.encode();
        let samples = ((seconds + TAIL_S) * self.rate_hz as f32) as u32;
        let asked = message(&[of(CurveSlot::F1), of(CurveSlot::F2), strike]).and_then(|(data, buffers)| {
            Reflect::set(&data, &"samples".into(), &samples.into())?;
            Ok(self.worker.ask(&data, &buffers))
        });
        async move { asked.ok()?.await.ok()?.dyn_into().ok() }
    }

    /// Renders the hit that these messages describe, to its end; nothing may have been rendered before. `None` where the
    /// worker fails.
    pub(crate) fn hit_of(&self, messages: &[Vec<u8>]) -> impl Future<Output = Option<Float32Array>> + use<> {
        let asked = message(messages).and_then(|(data, buffers)| {
            Reflect::set(&data, &"hit".into(), &LONGEST_HIT_S.into())?;
            Ok(self.worker.ask(&data, &buffers))
        });
        async move { asked.ok()?.await.ok()?.dyn_into().ok() }
    }
}

/// An object that carries messages for the engine, and the buffers that move with it.
fn message(messages: &[Vec<u8>]) -> Result<(Object, Array), JsValue> {
    let data = Object::new();
    let buffers: Array = messages.iter().map(|message| Uint8Array::from(message.as_slice()).buffer()).collect();
    Reflect::set(&data, &"messages".into(), &buffers)?;
    Ok((data, buffers))
}
