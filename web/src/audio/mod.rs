//! The way to the engine in its AudioWorklet: built before the first tap, and started by it.

mod ahead;
mod aligner;
mod audio_input;
mod banker;
mod delivery;
mod device;
mod early;
mod files;
mod graph;
mod link;
mod listener;
mod microphone;
mod path;
mod preview;
mod support;
mod timed;
mod underruns;

use crate::ahead::Ahead;
use crate::clock::now_ms;
use crate::desk::{Desk, Phase, Slot};
use crate::sounds::BankFile;
use crate::sources::resting;
use aligner::Aligner;
pub(crate) use audio_input::{AudioInput, Calibration, InputState};
pub(crate) use banker::Banker;
use delivery::Delivery;
use device::Device;
pub(crate) use device::{Latency, Output};
use early::{EARLY, Early};
pub(crate) use files::{fetch_bytes, pause};
use graph::Graph;
use leptos::prelude::*;
use leptos::task::spawn_local;
use listener::Listener;
pub(crate) use microphone::Microphone;
use neurorack_engine::GateInput;
use neurorack_engine::sources::Action;
use preview::Preview;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// The sample rate asked of the browser, in hertz; the one it gives is what counts.
pub(crate) const WANTED_RATE_HZ: u32 = 48_000;

/// Time after the tap that started the sound in which the same tap does not pause it, in milliseconds.
const SAME_TAP_MS: f64 = 700.0;

/// How long something that is about to arrive is waited for at a time, in milliseconds.
const SHORT_MS: u64 = 5;

/// How long what was kept is waited for, in milliseconds: a browser's store may never answer.
const SETTLE_MS: f64 = 2_000.0;

/// Time from the first bank's arrival until its golden hits are played, in milliseconds: nothing stands in the first
/// sound's way.
const VERIFY_AFTER_MS: u64 = 4_000;

/// What there is of the audio so far.
#[derive(Default)]
struct State {
    /// The engine's program, compiled.
    engine: Option<js_sys::WebAssembly::Module>,
    graph: Option<Graph>,
    /// Whether the graph is whole and was told all that is set.
    told: bool,
    /// When a tap started the sound, on the page's clock; before that the graph rests.
    woken_ms: Option<f64>,
    /// What plays each bank, by the bank's number.
    bankers: HashMap<u32, Rc<Banker>>,
    /// What renders those that are rendered ahead.
    ahead: HashMap<u32, Rc<Ahead>>,
    /// Takes that were asked for so far.
    takes: u32,
    /// Gate 1 was struck before the graph was whole: it sounds as soon as it is.
    strike_waits: bool,
    /// Whether what was struck before this program ran sounds; nothing where nothing was struck.
    struck_early: Option<js_sys::Promise>,
    delivery: Delivery,
    aligner: Aligner,
    module_aligner: Aligner,
    /// Gates that the module holds in the engine.
    module_holds: [bool; 2],
    device: Device,
    /// The sound of the map that is listened to.
    preview: Option<Preview>,
}

/// The page's hold on the audio. `Copy`; lives on the page's only thread.
#[derive(Clone, Copy)]
pub(crate) struct Audio {
    state: StoredValue<State, LocalStorage>,
}

impl Audio {
    pub(crate) fn new() -> Self {
        Self { state: StoredValue::new_local(State { device: Device::read(), ..State::default() }) }
    }

    /// Fetches the engine and the first bank, and follows the page's controls from now on.
    pub(crate) fn fetch(self, desk: Desk) {
        self.take_tap(desk);
        if let Err(sentence) = support::check() {
            desk.phase.set(Phase::Unavailable);
            desk.say(sentence);
            return;
        }
        spawn_local(async move {
            match futures::join!(self.take_engine(), self.take_bank(desk)) {
                (Ok(()), Ok(banker)) => {
                    if desk.phase.get_untracked() == Phase::Loading {
                        desk.phase.set(Phase::Ready);
                    }
                    // Whether it plays as it was trained is found out once it was heard.
                    files::pause(VERIFY_AFTER_MS).await;
                    if let Err(why) = banker.verify().await {
                        desk.say(files::broken(&why));
                    }
                }
                (Err(sentence), _) | (_, Err(sentence)) => {
                    desk.phase.set(Phase::Unavailable);
                    desk.say(sentence);
                }
            }
        });
        self.sleep(desk);
        self.follow(desk);
        // A finger counts as a gesture when it is lifted, a mouse when it is pressed; it may have been put down before this program ran.
        let first_tap = window_event_listener(leptos::ev::pointerup, move |_| {
            if matches!(desk.phase.get_untracked(), Phase::Loading | Phase::Ready | Phase::Starting) {
                self.start(desk);
            }
        });
        on_cleanup(move || first_tap.remove());
    }

    /// Takes over from the pad that stood in the page before this program ran.
    fn take_tap(self, desk: Desk) {
        let tapped = EARLY.with(Early::take);
        self.state.update_value(|state| {
            state.woken_ms = tapped.woken();
            state.struck_early = tapped.struck();
        });
        if tapped.woken().is_some() {
            desk.phase.set(Phase::Starting);
        }
    }

    /// Builds the graph that the first tap wakes, where one was begun.
    fn sleep(self, desk: Desk) {
        let graph = self.state.try_update_value(|state| {
            state.graph = Graph::early();
            state.graph.clone()
        });
        if let Some(graph) = graph.flatten() {
            self.build(desk, graph);
        }
    }

    /// Takes the engine as soon as it is here.
    async fn take_engine(self) -> Result<(), String> {
        let engine = files::engine().await?;
        self.state.update_value(|state| state.engine = Some(engine));
        Ok(())
    }

    /// Takes the first bank as soon as it is here, and waits until it can be played.
    async fn take_bank(self, desk: Desk) -> Result<Rc<Banker>, String> {
        let (catalogue, banker) = files::bank().await?;
        let bank = Arc::new(BankFile::new(catalogue, &[]));
        let banker = self.keep_banker(&bank, banker);
        desk.banks.set(vec![bank.clone()]);
        self.use_bank(desk, bank);
        banker.prepare(None).await.map_err(|why| files::broken(&why))?;
        Ok(banker)
    }

    /// Keeps what plays a bank.
    pub(crate) fn keep_banker(self, bank: &BankFile, banker: Banker) -> Rc<Banker> {
        let banker = Rc::new(banker);
        self.state.update_value(|state| {
            state.bankers.insert(bank.id, banker.clone());
        });
        banker
    }

    /// Keeps what renders a bank ahead.
    pub(crate) fn keep_ahead(self, bank: &BankFile, ahead: Ahead) {
        self.state.update_value(|state| {
            state.ahead.insert(bank.id, Rc::new(ahead));
        });
    }

    /// The messages that carry a bank to an engine of this rate in hertz, or of whichever it was first prepared for; with
    /// the rate.
    ///
    /// # Errors
    /// With the rest of a sentence, where its worker fails.
    pub(crate) async fn prepared(self, bank: &BankFile, rate_hz: Option<u32>) -> Result<(u32, js_sys::Array), String> {
        if !bank.model.kind().streams() {
            return Err("its hits are rendered ahead; record the page, or use `neurorack render`".into());
        }
        let banker = self.state.with_value(|state| state.bankers.get(&bank.id).cloned());
        banker.ok_or("the bank is still on its way")?.prepare(rate_hz).await
    }

    /// A bank's file, once the bank is here.
    pub(crate) fn bank_file(self, bank: &BankFile) -> Option<js_sys::ArrayBuffer> {
        self.state.with_value(|state| state.bankers.get(&bank.id).map(|banker| banker.file().clone()))
    }

    /// Sends controls and sounds whenever they change.
    fn follow(self, desk: Desk) {
        Effect::new(move |_| {
            let (cv, volume_db) = (desk.cv.map(|knob| knob.get()), desk.volume_db.get());
            self.send(|_| link::control(cv, volume_db));
        });
        Effect::new(move |_| {
            let settings = desk.settings.get();
            self.send(|_| link::settings(&settings));
        });
        for slot in Slot::BOTH {
            Effect::new(move |_| {
                if let Some(set) = desk.slot(slot).get() {
                    self.send(|_| link::curve(slot, &set.scaled));
                }
            });
        }
        // Knobs and pad move often and have messages of their own.
        let patch = Memo::new(move |_| {
            let patch = desk.patch.get();
            (patch.running, patch.clock, resting(&patch))
        });
        Effect::new(move |_| {
            patch.with(|_| self.send(|_| link::patch(&desk.whole_patch())));
        });
        Effect::new(move |_| {
            let gesture = desk.gesture.get();
            self.send(|_| link::gesture(gesture.as_deref()));
        });
        let pad = Memo::new(move |_| desk.patch.with(|patch| patch.pad));
        Effect::new(move |_| {
            let [x, y] = pad.get();
            self.act(Action::Pad { x, y });
        });
    }

    /// Something happens at the sources, now.
    pub(crate) fn act(self, action: Action) {
        self.send(|graph| link::action(graph.time_s(), action));
    }

    fn send(self, message: impl FnOnce(&Graph) -> Vec<u8>) {
        self.state.with_value(|state| {
            if let Some(graph) = &state.graph {
                graph.post(&message(graph));
            }
        });
    }

    /// Starts the sound, or lets it go on. To be called inside a gesture: browsers allow sound only then.
    pub(crate) fn start(self, desk: Desk) {
        if desk.phase.get_untracked() == Phase::Unavailable {
            return;
        }
        let begun = self.state.try_update_value(|state| {
            let is_first = state.woken_ms.is_none();
            let is_new = state.graph.is_none();
            let graph = match &state.graph {
                Some(graph) => graph.clone(),
                None => state.graph.insert(Graph::open(WANTED_RATE_HZ, state.device.latency)?).clone(),
            };
            // Before anything is waited for: browsers count it to the gesture.
            graph.resume();
            state.woken_ms.get_or_insert_with(now_ms);
            Ok::<_, String>((graph, is_new, is_first && state.told))
        });
        match begun {
            Some(Ok((graph, true, _))) => {
                desk.phase.set(Phase::Starting);
                self.build(desk, graph);
            }
            Some(Ok((graph, false, true))) => self.awake(desk, &graph),
            Some(Ok((_, false, false))) => {
                if matches!(desk.phase.get_untracked(), Phase::Loading | Phase::Ready) {
                    desk.phase.set(Phase::Starting);
                }
            }
            Some(Err(sentence)) => desk.say(sentence),
            None => {}
        }
    }

    /// Builds the rest of the graph once engine and bank are here.
    fn build(self, desk: Desk, graph: Graph) {
        spawn_local(async move {
            while self.state.with_value(|state| state.engine.is_none()) {
                if desk.phase.get_untracked() == Phase::Unavailable {
                    return;
                }
                files::pause(SHORT_MS).await;
            }
            let engine = self.state.with_value(|state| state.engine.clone());
            let Some(engine) = engine else { return };
            if let Err(sentence) = graph.connect(&engine, Listener::new(desk)).await {
                desk.phase.set(Phase::Unavailable);
                desk.say(sentence);
                return;
            }
            // What sounds already is not to hear of anything but where things stand, where that is to be had.
            let patience_ms = now_ms() + SETTLE_MS;
            while desk.bank.with_untracked(Option::is_none) || (!desk.keep.is_settled() && now_ms() < patience_ms) {
                if desk.phase.get_untracked() == Phase::Unavailable {
                    return;
                }
                files::pause(SHORT_MS).await;
            }
            let rate_hz = graph.rate_hz();
            desk.readout.update(|readout| {
                readout.rate_hz = rate_hz;
                readout.latency_ms = graph.latency_ms();
            });
            desk.monitor.update_value(|monitor| monitor.listen_at(rate_hz));
            if let Some(bank) = desk.bank.get_untracked() {
                self.deliver(desk, graph.clone(), bank, false).await;
            }
            link::opening(desk).iter().flatten().for_each(|message| graph.post(message));
            self.lead_out(desk, graph.clone());
            self.lead_in(desk);
            let struck_early = self.state.try_update_value(|state| state.struck_early.take()).flatten();
            if let Some(struck) = struck_early
                && JsFuture::from(struck).await.is_ok_and(|sounds| sounds.is_falsy())
            {
                self.state.update_value(|state| state.strike_waits = true);
            }
            let is_awake = self.state.try_update_value(|state| {
                state.told = true;
                state.woken_ms.is_some()
            });
            if is_awake == Some(true) {
                self.awake(desk, &graph);
            }
        });
    }

    /// Keeps what is set for the next visit, whose first tap may come before its program. Another bank than the first has to
    /// wait for that.
    pub(crate) fn remember(self, desk: Desk) {
        let Some(bank) = desk.bank.get_untracked() else { return };
        let is_first =
            self.state.with_value(|state| state.bankers.get(&bank.id).is_some_and(|banker| banker.is_early()));
        let opening = link::opening(desk).filter(|_| is_first).map(|opening| opening.into_iter().chain(link::strike()));
        let parts: js_sys::Array =
            opening.into_iter().flatten().map(|part| js_sys::Uint8Array::from(&part[..]).buffer()).collect();
        EARLY.with(|early| early.remember(&parts));
    }

    /// A graph that is whole is awake for the first time: what was struck meanwhile sounds.
    fn awake(self, desk: Desk, graph: &Graph) {
        self.watch(desk, graph);
        let waits = self.state.try_update_value(|state| std::mem::take(&mut state.strike_waits));
        if waits == Some(true) {
            desk.strike();
        }
    }

    /// Keeps the phase in step with what the browser does to the audio clock.
    fn watch(self, desk: Desk, graph: &Graph) {
        desk.phase.set(graph.phase());
        let changed = graph.clone();
        graph.on_state_change(move || desk.phase.set(changed.phase()));
    }

    /// Stops the audio clock; what sounds goes on where it stopped.
    pub(crate) fn pause(self, _desk: Desk) {
        self.state.with_value(|state| {
            if let Some(graph) = &state.graph {
                graph.suspend();
            }
        });
    }

    /// Whether the tap that is being handled is the one that started the sound.
    pub(crate) fn woken_by_this_tap(self) -> bool {
        self.state.with_value(|state| state.woken_ms.is_some_and(|woken_ms| now_ms() - woken_ms < SAME_TAP_MS))
    }

    /// A gate goes high or low; the sound is started first where it does not run yet, and Gate 1 then sounds once it does.
    pub(crate) fn gate(self, desk: Desk, gate: GateInput, high: bool) {
        if high && gate == GateInput::Gate1 {
            self.flash(desk);
        }
        match desk.phase.get_untracked() {
            Phase::Running => self.send(|graph| link::gate(graph.time_s(), gate, high)),
            Phase::Suspended => {
                self.start(desk);
                self.send(|graph| link::gate(graph.time_s(), gate, high));
            }
            Phase::Unavailable => {}
            Phase::Loading | Phase::Ready | Phase::Starting => {
                if high && gate == GateInput::Gate1 {
                    self.state.update_value(|state| state.strike_waits = true);
                }
                self.start(desk);
            }
        }
    }

    /// A note is struck, in semitones above the pitch as it was drawn; the sound is started first where it does not run yet.
    pub(crate) fn note(self, desk: Desk, semitones: f32, velocity: f32) {
        self.flash(desk);
        if desk.phase.get_untracked() != Phase::Running {
            self.start(desk);
        }
        self.send(|graph| link::note(graph.time_s(), semitones, velocity));
    }

    /// Something was struck: what glows, glows at once.
    fn flash(self, desk: Desk) {
        desk.monitor.update_value(|monitor| monitor.flash(now_ms()));
        desk.animator.wake();
    }

    /// The engine's program, once it is here.
    pub(crate) fn engine(self) -> Option<js_sys::WebAssembly::Module> {
        self.state.with_value(|state| state.engine.clone())
    }

    /// Plays samples beside the engine, softly and at the page's volume; what was previewed before fades out. Does nothing
    /// before the sound was started.
    pub(crate) fn preview(self, desk: Desk, samples: &js_sys::Float32Array, rate_hz: u32) {
        if desk.phase.get_untracked() != Phase::Running {
            return;
        }
        let level = link::level(desk.volume_db.get_untracked());
        self.hush();
        self.state.update_value(|state| {
            state.preview = state.graph.as_ref().and_then(|graph| graph.preview(samples, rate_hz, level));
        });
    }

    /// Opens a microphone, starting the sound first where it does not run yet; `listener` gets blocks of samples.
    pub(crate) async fn microphone(
        self,
        desk: Desk,
        listener: impl FnMut(Vec<f32>) + 'static,
    ) -> Result<Microphone, String> {
        self.start(desk);
        match self.state.with_value(|state| state.graph.clone()) {
            Some(graph) => graph.microphone(listener).await,
            None => Err("The microphone needs the page's sound, which cannot start here.".into()),
        }
    }

    /// Fades the preview out.
    pub(crate) fn hush(self) {
        if let Some(preview) = self.state.try_update_value(|state| state.preview.take()).flatten() {
            preview.end();
        }
    }
}

/// What the browser says about a failure, in its own words.
pub(crate) fn reason(error: &JsValue) -> String {
    let message = js_sys::Reflect::get(error, &"message".into()).ok().and_then(|message| message.as_string());
    message.or_else(|| error.as_string()).unwrap_or_else(|| "it does not say why".into())
}
