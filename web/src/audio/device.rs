//! How the sound leaves: how much latency is asked for, and which output plays it.

use super::graph::Graph;
use super::{Audio, State, WANTED_RATE_HZ, reason};
use crate::desk::{Desk, Phase};
use crate::storage;
use js_sys::{Array, Function, Promise, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The name under which the choice is kept in this browser; `early.js` reads the latency there too.
const PLACE: &str = "neurorack.audio";

/// What the browser is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Latency {
    /// As little as the device can.
    #[default]
    Interactive,
    Balanced,
    /// As much as keeps a slow machine from dropping out.
    Playback,
}

impl Latency {
    pub(crate) const ALL: [Self; 3] = [Self::Interactive, Self::Balanced, Self::Playback];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Interactive => "interactive",
            Self::Balanced => "balanced",
            Self::Playback => "playback",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|latency| latency.name() == name)
    }

    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Interactive => "interactive: the least, for playing",
            Self::Balanced => "balanced",
            Self::Playback => "playback: the safest, for slow machines",
        }
    }

    /// The hint as an `AudioContext` takes it.
    pub(super) fn hint(self) -> JsValue {
        match self {
            // Less than "interactive" promises, where the device can.
            Self::Interactive => JsValue::from_f64(0.0),
            Self::Balanced | Self::Playback => self.name().into(),
        }
    }
}

/// A device that sound can leave by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    /// What the browser calls it.
    pub(crate) id: String,
    pub(crate) name: String,
}

/// What was chosen, kept from visit to visit.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Device {
    pub(super) latency: Latency,
    /// The output's name in this browser; the system's own where it is empty.
    pub(super) output: String,
}

impl Device {
    pub(super) fn read() -> Self {
        storage::read(PLACE)
    }

    /// Keeps the choice; without storage it lasts as long as the page.
    fn write(&self) {
        storage::write(PLACE, self);
    }
}

impl Audio {
    pub(crate) fn latency(self) -> Latency {
        self.state.with_value(|state| state.device.latency)
    }

    /// Asks for another latency. What is open is opened anew and told everything again; what sounds ends.
    pub(crate) fn use_latency(self, desk: Desk, latency: Latency) {
        let opened = self.state.try_update_value(|state| {
            state.device.latency = latency;
            state.device.write();
            state.graph.take()?.end();
            let graph = Graph::open(WANTED_RATE_HZ, latency).inspect(|graph| match state.woken_ms {
                Some(_) => graph.resume(),
                None => graph.suspend(),
            });
            let kept = State {
                engine: state.engine.take(),
                bankers: std::mem::take(&mut state.bankers),
                ahead: std::mem::take(&mut state.ahead),
                takes: state.takes,
                device: state.device.clone(),
                woken_ms: state.woken_ms,
                ..State::default()
            };
            let turn = state.delivery.turn + 1;
            *state = State { graph: graph.as_ref().ok().cloned(), ..kept };
            state.delivery.turn = turn;
            Some((graph, state.woken_ms.is_some()))
        });
        match opened.flatten() {
            Some((Ok(graph), is_awake)) => {
                if is_awake {
                    desk.phase.set(Phase::Starting);
                }
                self.build(desk, graph);
            }
            Some((Err(sentence), _)) => {
                desk.phase.set(Phase::Ready);
                desk.say(sentence);
            }
            None => {}
        }
    }

    /// Whether the page can choose where its sound leaves.
    pub(crate) fn can_choose_output(self) -> bool {
        let has = || {
            Reflect::has(
                &Reflect::get(&Reflect::get(&window(), &"AudioContext".into())?, &"prototype".into())?,
                &"setSinkId".into(),
            )
        };
        has().unwrap_or(false)
    }

    pub(crate) fn output(self) -> String {
        self.state.with_value(|state| state.device.output.clone())
    }

    /// The outputs there are. Browsers name them only to pages that may use the microphone.
    pub(crate) async fn outputs(self) -> Vec<Output> {
        let Ok(asked) = window().navigator().media_devices().and_then(|devices| devices.enumerate_devices()) else {
            return Vec::new();
        };
        let devices = JsFuture::from(asked).await.map(|devices| Array::from(&devices)).unwrap_or_default();
        let text = |device: &JsValue, name: &str| {
            Reflect::get(device, &name.into()).ok().and_then(|value| value.as_string()).unwrap_or_default()
        };
        let found = devices.iter().filter(|device| text(device, "kind") == "audiooutput");
        let found = found.filter(|device| !text(device, "deviceId").is_empty());
        let named = found.enumerate().map(|(index, device)| {
            let label = text(&device, "label");
            let name = if label.is_empty() { format!("output {}", index + 1) } else { label };
            Output { id: text(&device, "deviceId"), name }
        });
        named.collect()
    }

    /// Lets the sound leave by another output.
    pub(crate) fn use_output(self, desk: Desk, id: String) {
        self.state.update_value(|state| {
            state.device.output = id;
            state.device.write();
        });
        if let Some(graph) = self.state.with_value(|state| state.graph.clone()) {
            self.lead_out(desk, graph);
        }
    }

    /// Leads a graph to the chosen output.
    pub(super) fn lead_out(self, desk: Desk, graph: Graph) {
        let id = self.output();
        spawn_local(async move {
            if let Err(error) = graph.lead_to(&id).await {
                self.state.update_value(|state| state.device.output.clear());
                desk.say(format!("The output cannot be used ({}): the system\u{2019}s own plays on.", reason(&error)));
            }
        });
    }
}

impl Audio {
    /// Milliseconds from gate to sound, and the browser's count of drop-outs where it counts.
    pub(super) fn measured(self) -> Option<(f32, Option<u32>)> {
        self.state.with_value(|state| state.graph.as_ref().map(|graph| (graph.latency_ms(), graph.underruns())))
    }
}

impl Graph {
    /// Lets the sound leave by this output; the system's own where the name is empty.
    async fn lead_to(&self, id: &str) -> Result<(), JsValue> {
        let context = self.context();
        let now = Reflect::get(context, &"sinkId".into())?.as_string();
        if now.is_none_or(|now| now == id) {
            return Ok(());
        }
        let lead: Function = Reflect::get(context, &"setSinkId".into())?.dyn_into()?;
        JsFuture::from(lead.call1(context, &id.into())?.unchecked_into::<Promise>()).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latencies_are_kept_by_the_names_that_browsers_use() {
        for latency in Latency::ALL {
            assert_eq!(Latency::named(latency.name()), Some(latency));
            assert_eq!(serde_json::to_string(&latency).unwrap(), format!("\"{}\"", latency.name()));
        }
        assert_eq!(Latency::named("none"), None);
    }
}
