//! The audio graph: a context, the engine's node, and the way out.

use super::device::Latency;
use super::early::{EARLY, Early};
use super::listener::Listener;
use super::microphone::Microphone;
use super::preview::Preview;
use super::reason;
use crate::desk::Phase;
use js_sys::{Promise, Reflect, Uint8Array, WebAssembly};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AudioContext, AudioContextOptions, AudioContextState, AudioWorkletNode, GainNode, MediaStream,
    MediaStreamAudioSourceNode, MessageEvent,
};

/// The page's audio graph; clones are the same graph.
#[derive(Clone)]
pub(super) struct Graph {
    id: u32,
    context: AudioContext,
    /// The node that is on its way since before this program ran.
    sleeper: Option<Promise>,
    node: Rc<RefCell<Option<AudioWorkletNode>>>,
    /// The way out for previews, connected once: what changes the graph while it sounds stays away from the engine's way.
    previews: Rc<RefCell<Option<GainNode>>>,
}

impl Graph {
    /// Opens a context.
    ///
    /// # Errors
    /// With a sentence, where there is no device.
    pub(super) fn open(rate_hz: u32, latency: Latency) -> Result<Self, String> {
        let options = AudioContextOptions::new();
        options.set_latency_hint(&latency.hint());
        options.set_sample_rate(rate_hz as f32);
        let context = AudioContext::new_with_context_options(&options)
            // A device that cannot do this rate may still do its own.
            .or_else(|_| AudioContext::new())
            .map_err(|error| {
                format!("No sound device could be opened ({}): connect one and press Start.", reason(&error))
            })?;
        Ok(Self::new(context, None))
    }

    /// The graph that was begun before this program ran, where there is a device.
    pub(super) fn early() -> Option<Self> {
        let context = EARLY.with(Early::context)?;
        Some(Self::new(context, Some(EARLY.with(Early::sleeper))))
    }

    fn new(context: AudioContext, sleeper: Option<Promise>) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        Self { id, context, sleeper, node: Rc::default(), previews: Rc::default() }
    }

    /// Loads the engine onto the audio thread and connects it to the way out; `listener` gets what it sends.
    pub(super) async fn connect(&self, engine: &WebAssembly::Module, mut listener: Listener) -> Result<(), String> {
        let failed = |error: JsValue| format!("The sound engine did not start ({}): reload the page.", reason(&error));
        let made = self.sleeper.clone().unwrap_or_else(|| EARLY.with(|early| early.node(&self.context, engine)));
        let node: AudioWorkletNode = JsFuture::from(made).await.map_err(failed)?.unchecked_into();
        let port = node.port().map_err(failed)?;
        let on_message =
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| listener.hear(&event.data()));
        port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        // The node lives as long as the page, or ends with its context.
        on_message.forget();
        node.connect_with_audio_node(&self.context.destination()).map_err(failed)?;
        *self.node.borrow_mut() = Some(node);
        let previews = GainNode::new(&self.context).map_err(failed)?;
        previews.connect_with_audio_node(&self.context.destination()).map_err(failed)?;
        *self.previews.borrow_mut() = Some(previews);
        Ok(())
    }

    /// Waits until what was begun before this program ran has sent the first bank. Whether it has.
    pub(super) async fn has_first_bank(&self) -> bool {
        self.sleeper.is_some() && JsFuture::from(EARLY.with(Early::delivered)).await.is_ok()
    }

    /// Whether the engine is on the audio thread.
    pub(super) fn is_connected(&self) -> bool {
        self.node.borrow().is_some()
    }

    /// Sends a message to the engine.
    pub(super) fn post(&self, message: &[u8]) {
        let buffer = Uint8Array::from(message).buffer();
        // The buffer is handed over, so nothing is copied or freed on the audio thread but the buffer itself.
        self.post_with(&buffer, &js_sys::Array::of1(&buffer));
    }

    /// Sends a copy of a message that is kept for other engines.
    pub(super) fn post_copy(&self, message: &JsValue) {
        self.post_with(message, &js_sys::Array::new());
    }

    /// Gives the engine its end of a way by which others reach it; what moves there is named twice.
    pub(super) fn hand_over(&self, channel: &JsValue, moved: &js_sys::Array) {
        self.post_with(channel, moved);
    }

    /// The number of this graph: no other of this page has it.
    pub(super) fn id(&self) -> u32 {
        self.id
    }

    fn post_with(&self, message: &JsValue, handed_over: &js_sys::Array) {
        let Some(port) = self.node.borrow().as_ref().and_then(|node| node.port().ok()) else { return };
        if let Err(error) = port.post_message_with_transferable(message, handed_over) {
            leptos::logging::error!("a message did not reach the engine: {}", reason(&error));
        }
    }

    /// Opens a microphone on this graph's clock.
    pub(super) async fn microphone(&self, listener: impl FnMut(Vec<f32>) + 'static) -> Result<Microphone, String> {
        Microphone::open(&self.context, listener).await
    }

    /// Leads a stream into the engine; `None` while the engine is not there.
    pub(super) fn listen_to(&self, stream: &MediaStream) -> Option<Result<MediaStreamAudioSourceNode, JsValue>> {
        let node = self.node.borrow();
        let node = node.as_ref()?;
        Some(self.context.create_media_stream_source(stream).and_then(|source| {
            source.connect_with_audio_node(node)?;
            Ok(source)
        }))
    }

    /// Plays samples beside the engine.
    pub(super) fn preview(&self, samples: &js_sys::Float32Array, rate_hz: u32, level: f32) -> Option<Preview> {
        Preview::play(&self.context, self.previews.borrow().as_ref()?, samples, rate_hz, level)
    }

    /// The audio clock, in seconds.
    pub(super) fn time_s(&self) -> f64 {
        self.context.current_time()
    }

    /// What is heard when, as the browser says it: seconds of the audio clock and milliseconds of the page's.
    pub(super) fn heard(&self) -> Option<(f64, f64)> {
        let ask =
            Reflect::get(&self.context, &"getOutputTimestamp".into()).ok()?.dyn_into::<js_sys::Function>().ok()?;
        let answer = ask.call0(&self.context).ok()?;
        let number = |name: &str| Reflect::get(&answer, &name.into()).ok().and_then(|value| value.as_f64());
        Some((number("contextTime")?, number("performanceTime")?))
    }

    pub(super) fn rate_hz(&self) -> u32 {
        self.context.sample_rate().round() as u32
    }

    /// What the browser knows of the way to the loudspeaker, and the block it renders at a time, in milliseconds.
    pub(super) fn latency_ms(&self) -> f32 {
        let number = |name: &str| Reflect::get(&self.context, &name.into()).ok().and_then(|value| value.as_f64());
        let quantum = number("renderQuantumSize").unwrap_or(128.0) / f64::from(self.context.sample_rate());
        let way_out = number("outputLatency").unwrap_or(0.0).max(number("baseLatency").unwrap_or(0.0));
        ((quantum + way_out) * 1_000.0) as f32
    }

    pub(super) fn phase(&self) -> Phase {
        match self.context.state() {
            AudioContextState::Running => Phase::Running,
            _ => Phase::Suspended,
        }
    }

    pub(super) fn on_state_change(&self, changed: impl Fn() + 'static) {
        let changed = Closure::<dyn Fn()>::new(changed);
        self.context.set_onstatechange(Some(changed.as_ref().unchecked_ref()));
        // The context lives as long as the page.
        changed.forget();
    }

    /// Asks the context to run. To be called inside a gesture.
    pub(super) fn resume(&self) {
        // A refusal shows as a state that does not change: the button stays "Start".
        let _ = self.context.resume();
    }

    /// Drop-outs that the browser counted, where it counts.
    pub(super) fn underruns(&self) -> Option<u32> {
        super::underruns::counted(&self.context)
    }

    pub(super) fn context(&self) -> &AudioContext {
        &self.context
    }

    /// Ends the graph for good; nothing is heard of it any more.
    pub(super) fn end(&self) {
        self.context.set_onstatechange(None);
        if let Some(port) = self.node.borrow_mut().take().and_then(|node| node.port().ok()) {
            port.set_onmessage(None);
        }
        let _ = self.context.close();
    }

    pub(super) fn suspend(&self) {
        let _ = self.context.suspend();
    }
}
