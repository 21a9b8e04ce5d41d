//! A DC-coupled audio input as a source of cables: opened on request, untouched by what makes speech clearer, and led to the
//! engine's own node, which reads two channels of it to the sample.

use super::microphone::{open_stream, stop};
use super::{Audio, link};
use crate::desk::{Desk, Phase};
use crate::storage;
use leptos::prelude::*;
use leptos::task::spawn_local;
use neurorack_engine::sources::InputScale;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use web_sys::{MediaStream, MediaStreamAudioSourceNode};

/// The name under which the calibration is kept in this browser.
const PLACE: &str = "neurorack.audio-input";

/// What the input is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InputState {
    Off,
    /// The browser asks the person.
    Asking,
    On,
}

/// How a channel is calibrated, as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Calibration {
    /// Volts of a sample at full scale.
    pub(crate) full_scale_v: f64,
    /// Volts added to them.
    pub(crate) offset_v: f64,
}

impl Default for Calibration {
    fn default() -> Self {
        let InputScale { full_scale_volts, offset_volts } = InputScale::default();
        Self { full_scale_v: full_scale_volts.into(), offset_v: offset_volts.into() }
    }
}

impl Calibration {
    /// The calibrations of both channels that were kept, with their numbers in range.
    fn read() -> [Self; 2] {
        storage::read::<[Self; 2]>(PLACE).map(|kept| {
            let InputScale { full_scale_volts, offset_volts } = kept.scale().sanitised();
            let hundredths = |volts: f32| (f64::from(volts) * 100.0).round() / 100.0;
            Self { full_scale_v: hundredths(full_scale_volts), offset_v: hundredths(offset_volts) }
        })
    }

    /// The calibration as the engine takes it.
    pub(super) fn scale(self) -> InputScale {
        InputScale { full_scale_volts: self.full_scale_v as f32, offset_volts: self.offset_v as f32 }
    }
}

/// The input as the page knows it. `Copy`; a part of the desk.
#[derive(Clone, Copy)]
pub(crate) struct AudioInput {
    pub(crate) state: RwSignal<InputState>,
    /// How its channels are read.
    pub(crate) channels: [RwSignal<Calibration>; 2],
    open: StoredValue<Option<Open>, LocalStorage>,
}

/// What is open.
struct Open {
    stream: MediaStream,
    /// Where it enters the graph; a graph that is opened anew needs another.
    source: Option<MediaStreamAudioSourceNode>,
}

impl AudioInput {
    pub(crate) fn new() -> Self {
        Self {
            state: RwSignal::new(InputState::Off),
            channels: Calibration::read().map(RwSignal::new),
            open: StoredValue::new_local(None),
        }
    }

    /// Keeps the calibration and tells it to the engine whenever it changes.
    pub(crate) fn follow(self, desk: Desk) {
        Effect::new(move |before: Option<()>| {
            let both = self.channels.map(|channel| channel.get());
            desk.audio.send(|_| link::input_scales(&both));
            if before.is_some() {
                storage::write(PLACE, &both);
            }
        });
    }

    /// Opens the input, starting the sound first where it does not run yet, or closes it.
    pub(crate) fn toggle(self, desk: Desk) {
        match self.state.get_untracked() {
            InputState::On => self.close(),
            InputState::Asking => {}
            InputState::Off => {
                self.state.set(InputState::Asking);
                desk.audio.start(desk);
                spawn_local(async move {
                    match open_stream(2, REFUSED).await {
                        Ok(stream) => {
                            self.open.set_value(Some(Open { stream, source: None }));
                            self.state.set(InputState::On);
                            self.connect(desk);
                        }
                        Err(sentence) => {
                            self.state.set(InputState::Off);
                            desk.say(sentence);
                        }
                    }
                });
            }
        }
    }

    /// Leads what is open to the engine, once there is one.
    pub(crate) fn connect(self, desk: Desk) {
        let led = self.open.try_update_value(|open| {
            let open = open.as_mut()?;
            let entered = desk.audio.state.with_value(|state| state.graph.as_ref()?.listen_to(&open.stream));
            Some(entered?.map(|source| open.source = Some(source)))
        });
        if let Some(Some(Err(error))) = led {
            self.close();
            desk.say(sentence(&error));
        }
    }

    fn close(self) {
        if let Some(Open { stream, source }) = self.open.try_update_value(Option::take).flatten() {
            if let Some(source) = source {
                // Fails only for what is closed already.
                let _ = source.disconnect();
            }
            stop(&stream);
        }
        self.state.set(InputState::Off);
    }
}

impl Audio {
    /// The engine is on the audio thread: what is plugged into it is plugged in again.
    pub(super) fn lead_in(self, desk: Desk) {
        let both = desk.audio_input.channels.map(|channel| channel.get_untracked());
        self.send(|_| link::input_scales(&both));
        if desk.phase.get_untracked() != Phase::Unavailable {
            desk.audio_input.connect(desk);
        }
    }
}

fn sentence(error: &JsValue) -> String {
    format!("The audio input could not be led to the engine ({}): press Audio input again.", super::reason(error))
}

/// Why there is no audio input, and what to do.
const REFUSED: super::microphone::Refusals = super::microphone::Refusals {
    none_here: "This browser offers no audio input to this page: open it by https, or from this computer as localhost. \
                Everything else plays on.",
    not_allowed: "The audio input was not allowed: allow the microphone for this page in the browser's address bar, then \
                  press Audio input again. Everything else plays on.",
    not_found: "No audio input was found: connect an interface, then press Audio input again. Everything else plays on.",
    in_use: "The audio input is in use by another program: close that program, then press Audio input again.",
    failed: "The audio input could not be opened",
};
