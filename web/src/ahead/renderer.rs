//! One worker that renders the hits of one bank and hands them to the audio thread.

use crate::audio::reason;
use crate::gpu::{FIRST_MS, Line, look_for_one};
use js_sys::{Array, ArrayBuffer, Function, Object, Reflect, Uint8Array};
use leptos::prelude::window;
use std::cell::Cell;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MessagePort;

/// The longest that a take is waited for: the longest hit on a slow processor.
const TAKE_MS: u64 = 60_000;

/// Bytes of the ring in shared memory: takes of some ten seconds. A power of two, and two counters before it.
const RING_BYTES: u32 = 1 << 20;
const RING_HEAD_BYTES: u32 = 8;

/// A worker that has read a bank.
pub(crate) struct Renderer {
    line: Line,
    card: bool,
    /// Largest difference from the golden hit, as a share of its peak.
    difference: f64,
    /// Golden hits a second.
    speed: f64,
    /// Which engine takes go to, by the number of its graph.
    led_to: Cell<Option<u32>>,
}

impl Renderer {
    /// Reads a bank on the graphics card or the processor, and plays its golden hit. Also returns the file's hash.
    ///
    /// # Errors
    /// With the rest of a sentence, where it cannot be played there.
    pub(super) async fn open(file: &ArrayBuffer, card: bool) -> Result<(Self, [u8; 32]), String> {
        if card {
            look_for_one().await?;
        }
        let line = Line::open(card).await?;
        let (hash, _) = line.ask("bank", file, FIRST_MS).await?;
        let hash = hash.dyn_into::<Uint8Array>().ok().and_then(|hash| hash.to_vec().try_into().ok());
        let hash = hash.ok_or("what renders does not understand this page: reload it")?;
        // Programs are compiled by the first one.
        let (difference, _) = line.ask("verify", &JsValue::TRUE, FIRST_MS).await?;
        let (_, ms) = line.ask("verify", &JsValue::TRUE, FIRST_MS).await?;
        let difference = difference.as_f64().unwrap_or_default();
        Ok((Self { line, card, difference, speed: 1_000.0 / ms.max(0.1), led_to: Cell::new(None) }, hash))
    }

    /// Whether the graphics card renders.
    pub(crate) fn is_card(&self) -> bool {
        self.card
    }

    /// Largest difference from the golden hit, as a share of its peak.
    pub(crate) fn difference(&self) -> f64 {
        self.difference
    }

    pub(super) fn speed(&self) -> f64 {
        self.speed
    }

    /// Opens a way for takes to the engine of a graph, unless there is one: a ring in shared memory where the page may have
    /// some, a port otherwise. `hand_over` gives the engine its end, with what moves to it.
    ///
    /// # Errors
    /// With the rest of a sentence, where the browser has neither.
    pub(crate) async fn lead_to(&self, graph: u32, hand_over: impl FnOnce(&JsValue, &Array)) -> Result<(), String> {
        if self.led_to.get() == Some(graph) {
            return Ok(());
        }
        match shared_memory() {
            Some(ring) => {
                hand_over(&ring, &Array::new());
                self.line.ask("channel", &ring, FIRST_MS).await?;
            }
            None => {
                let [ours, engines] = channel().map_err(|error| reason(&error))?;
                hand_over(&engines, &Array::of1(&engines));
                self.line.ask_with("channel", &ours, &Array::of1(&ours), FIRST_MS).await?;
            }
        }
        self.led_to.set(Some(graph));
        Ok(())
    }

    /// Renders a hit and hands it to the engine; returns the milliseconds that took.
    ///
    /// # Errors
    /// With the rest of a sentence, where nothing was rendered.
    pub(crate) async fn take(&self, messages: &Array, family: u32, number: u32) -> Result<f64, String> {
        let wanted = Object::new();
        for (name, value) in [("messages", messages.into()), ("family", family.into()), ("number", number.into())] {
            // Fails only for an object that is sealed.
            let _ = Reflect::set(&wanted, &name.into(), &value);
        }
        let (_, ms) = self.line.ask("take", &wanted, TAKE_MS).await?;
        Ok(ms)
    }
}

/// Memory that this page may share with the audio thread: where it is isolated from others.
fn shared_memory() -> Option<JsValue> {
    let isolated = Reflect::get(&window(), &"crossOriginIsolated".into()).ok()?.as_bool()?;
    let make: Function = Reflect::get(&window(), &"SharedArrayBuffer".into()).ok()?.dyn_into().ok()?;
    isolated.then(|| Reflect::construct(&make, &Array::of1(&(RING_HEAD_BYTES + RING_BYTES).into())).ok())?
}

/// Both ends of a channel.
fn channel() -> Result<[MessagePort; 2], JsValue> {
    let channel = web_sys::MessageChannel::new()?;
    Ok([channel.port1(), channel.port2()])
}
