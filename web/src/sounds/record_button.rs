//! The button that records a sound for a slot: it waits for an impact, records it, and shows how loud it is.

use super::reading::{add_recording, after_the_next_frame};
use super::take::{Next, Take};
use crate::audio::Microphone;
use crate::desk::{Desk, Slot};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How far a recording has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Idle,
    /// The browser asks the person.
    Opening,
    Listening,
    Recording,
}

/// The button's state. `Copy`.
#[derive(Clone, Copy)]
struct Recorder {
    desk: Desk,
    slot: Slot,
    stage: RwSignal<Stage>,
    /// Level of the microphone, 0 to 1 over 60 dB.
    level: RwSignal<f32>,
    microphone: StoredValue<Option<Microphone>, LocalStorage>,
    take: StoredValue<Take, LocalStorage>,
}

impl Recorder {
    fn begin(self) {
        self.stage.set(Stage::Opening);
        self.take.set_value(Take::default());
        spawn_local(async move {
            let hear = move |block: Vec<f32>| self.hear(&block);
            match self.desk.audio.microphone(self.desk, hear).await {
                Ok(microphone) => {
                    self.microphone.set_value(Some(microphone));
                    self.stage.set(Stage::Listening);
                }
                Err(sentence) => {
                    self.stage.set(Stage::Idle);
                    self.desk.say(sentence);
                }
            }
        });
    }

    fn hear(self, block: &[f32]) {
        let Some(rate_hz) = self.microphone.with_value(|open| open.as_ref().map(Microphone::rate_hz)) else { return };
        let heard = self.take.try_update_value(|take| (take.hear(block, rate_hz), take.level));
        let Some((next, level)) = heard else { return };
        self.level.set((1.0 + level.max(1e-6).log10() / 3.0).clamp(0.0, 1.0));
        match next {
            Next::Listen => {}
            Next::Record if self.stage.get_untracked() == Stage::Recording => {}
            Next::Record => self.stage.set(Stage::Recording),
            Next::Enough | Next::GiveUp => self.end(),
        }
    }

    /// Closes the microphone and puts what was recorded into the slot.
    fn end(self) {
        let Some(microphone) = self.microphone.try_update_value(Option::take).flatten() else { return };
        let rate_hz = microphone.rate_hz();
        self.stage.set(Stage::Idle);
        self.level.set(0.0);
        let samples = self.take.try_update_value(std::mem::take).unwrap_or_default().finish();
        let (desk, slot) = (self.desk, self.slot);
        spawn_local(async move {
            // The microphone's own callback has returned by then: now it may go.
            after_the_next_frame().await;
            drop(microphone);
            let recorded = if samples.is_empty() {
                Err("no sound was heard: strike something closer to the microphone".to_owned())
            } else {
                add_recording(desk, slot, &samples, rate_hz).await
            };
            if let Err(reason) = recorded {
                desk.say(format!("Nothing was recorded: {reason}. What plays goes on playing."));
            }
        });
    }
}

/// "Record a sound" for a slot; while it listens, a press ends it.
#[component]
pub(super) fn RecordButton(of: Slot) -> impl IntoView {
    let slot = of;
    let recorder = Recorder {
        desk: Desk::get(),
        slot,
        stage: RwSignal::new(Stage::Idle),
        level: RwSignal::new(0.0),
        microphone: StoredValue::new_local(None),
        take: StoredValue::new_local(Take::default()),
    };
    let text = move || match recorder.stage.get() {
        Stage::Idle => "Record a sound",
        Stage::Opening | Stage::Listening => "Stop listening",
        Stage::Recording => "Stop recording",
    };
    let said = move || match recorder.stage.get() {
        Stage::Idle => None,
        Stage::Opening => Some("allow the microphone"),
        Stage::Listening => Some("strike something"),
        Stage::Recording => Some("recording"),
    };
    let name = move || format!("{} for {}", text(), slot.name());
    let click = move |_| match recorder.stage.get_untracked() {
        Stage::Idle => recorder.begin(),
        Stage::Opening => {}
        Stage::Listening | Stage::Recording => recorder.end(),
    };
    let active = move || recorder.stage.get() != Stage::Idle;
    view! {
        <button type="button" class="button small record" class:active=active aria-label=name on:click=click>
            <span class="dot"></span>
            {text}
            <i class="level" style:width=move || format!("{:.0}%", 100.0 * recorder.level.get())></i>
        </button>
        <span class="said" role="status">{said}</span>
    }
}
