//! Sounds that are rendered beside the page: on a graphics card through WebGPU, or on the processor.
//!
//! A module of its own, fetched when it is wanted: burn with both backends is many times the page. It lives in a worker,
//! since an AudioWorklet has no WebGPU; `gpu.js` forwards messages and knows nothing of what they say.

mod take;

use js_sys::{Array, Float32Array, Uint8Array};
use neurorack_engine::curve::ScaledCurve;
use neurorack_nets::player::{Player, Processor};
use neurorack_worklet::message::Message;
use std::cell::Cell;
use wasm_bindgen::prelude::*;

/// Most curves of one question.
const MOST_CURVES: u32 = 256;

/// A processor with a bank.
#[wasm_bindgen]
pub struct Renderer {
    player: Player,
    /// The bank, by the first eight bytes of its file's hash.
    serial: u64,
    /// Counts cancellations: what was asked before the last one is not finished.
    turn: Cell<u32>,
}

#[wasm_bindgen]
impl Renderer {
    /// Opens the graphics card, or the processor.
    ///
    /// # Errors
    /// With a sentence, where there is no such thing.
    pub async fn open(gpu: bool) -> Result<Renderer, JsError> {
        console_error_panic_hook::set_once();
        let processor = if gpu { Processor::Gpu } else { Processor::Cpu };
        Ok(Self { player: Player::open(processor).await?, serial: 0, turn: Cell::new(0) })
    }

    /// Takes up a bank's file; returns its SHA-256.
    ///
    /// # Errors
    /// With a sentence, where it cannot be played.
    pub fn use_bank(&mut self, bytes: &[u8]) -> Result<Vec<u8>, JsError> {
        let hash = self.player.use_bank(bytes)?;
        self.serial = u64::from_le_bytes(std::array::from_fn(|byte| hash[byte]));
        Ok(hash.to_vec())
    }

    /// Compares with the engine and returns the difference as a share of the peak.
    ///
    /// # Errors
    /// With a sentence, where it is too large or nothing comes back.
    pub async fn verify(&self) -> Result<f32, JsError> {
        Ok(self.player.verify().await?)
    }

    /// One hit of each curve (an engine message in bytes) as samples at 44.1 kHz. An empty list where it was cancelled.
    ///
    /// # Errors
    /// With a sentence, where a message is no curve, or the processor stops.
    pub async fn hits(&self, curves: Array) -> Result<Array, JsError> {
        if curves.length() > MOST_CURVES {
            return Err(JsError::new("too many sounds are asked for at once: ask for 256 at most"));
        }
        let curves: Vec<ScaledCurve> = curves
            .iter()
            .map(|bytes| curve(&Uint8Array::new(&bytes).to_vec()))
            .collect::<Option<_>>()
            .ok_or_else(not_understood)?;
        let turn = self.turn.get();
        let sounds = self.player.hits(&curves, || self.turn.get() == turn).await?;
        Ok(sounds.iter().map(|sound| Float32Array::from(sound.as_slice())).collect())
    }

    /// Renders a hit of a bank that is rendered ahead, and returns it as engine messages, in order. `messages` are engine
    /// messages too: settings, controls and the curves of F1 and F2; `family` and `number` label the take.
    ///
    /// # Errors
    /// With a sentence, where they do not say what to render, or the processor stops.
    pub async fn take(&self, messages: Array, family: u32, number: u32) -> Result<Array, JsError> {
        let messages: Vec<Vec<u8>> = messages.iter().map(|bytes| Uint8Array::new(&bytes).to_vec()).collect();
        let wanted = take::Wanted::read(&messages).ok_or_else(not_understood)?;
        let rendered = wanted.render(&self.player, self.serial, family, number).await?;
        Ok(rendered.iter().map(|message| Uint8Array::from(message.as_slice())).collect())
    }

    /// Ends what is being rendered soon: hits after the part of a batch that is under way.
    pub fn cancel(&self) {
        self.turn.set(self.turn.get().wrapping_add(1));
    }
}

fn not_understood() -> JsError {
    JsError::new("what is to be rendered is no curve: page and worker are of different versions, reload the page")
}

/// The curve of an engine message.
fn curve(bytes: &[u8]) -> Option<ScaledCurve> {
    match Message::decode(bytes)? {
        Message::Curve { curve, .. } => {
            let mut taken = ScaledCurve::default();
            taken.replace(curve.frames(), curve.timbre()).then_some(taken)
        }
        _ => None,
    }
}
