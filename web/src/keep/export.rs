//! One hit as a file: rendered in a worker by the engine itself, the same samples on every machine of one kind.

use super::Keep;
use super::files::{download, file_name};
use super::state::capture;
use super::tape::wav;
use crate::audio::reason;
use crate::desk::{Desk, Slot};
use crate::map::Renderer;
use leptos::prelude::*;
use leptos::task::spawn_local;
use neurorack_engine::ControlFrame;
use neurorack_engine::instrument::CurveSlot;
use neurorack_engine::preset::Preset;
use neurorack_engine::sources::Gesture;
use neurorack_worklet::message::{CurveData, Message};

/// Sample rate of the file, in hertz.
const RATE_HZ: u32 = 48_000;

impl Keep {
    /// Renders one hit of the page as it stands and saves it.
    pub(super) fn export_hit(self, desk: Desk) {
        if self.exporting.get_untracked() {
            return;
        }
        self.exporting.set(true);
        spawn_local(async move {
            match render(desk).await {
                Ok(()) => self.tell("Hit saved."),
                Err(sentence) => desk.say(sentence),
            }
            self.exporting.set(false);
        });
    }
}

async fn render(desk: Desk) -> Result<(), String> {
    let early = || "There is no hit to export yet: bank and engine are still on their way.".to_owned();
    let preset = capture(desk).ok_or_else(early)?;
    let bank = desk.bank.get_untracked().ok_or_else(early)?;
    let engine = desk.audio.engine().ok_or_else(early)?;
    let messages = messages(desk, &preset);
    // An engine of its own, which has not played yet: the draws of every export are the same.
    let prepared = desk.audio.prepared(&bank, Some(RATE_HZ)).await;
    let (_, prepared) = prepared.map_err(|why| format!("The hit was not rendered: {why}."))?;
    let renderer = Renderer::start(&engine, &prepared, RATE_HZ).await?;
    let samples = renderer.hit_of(&messages).await.ok_or("The hit was not rendered: reload the page and try again.")?;
    let name = if preset.name.is_empty() { "Neurorack hit" } else { preset.name.as_str() };
    wav(&samples, RATE_HZ)
        .and_then(|file| download(&file, &file_name(name, "wav")))
        .map_err(|error| format!("The hit was not saved ({}): try again.", reason(&error)))
}

/// What the engine has to know of a preset.
fn messages(desk: Desk, preset: &Preset) -> Vec<Vec<u8>> {
    let controls = ControlFrame { cv: preset.patch.knobs_volts, level: preset.level() };
    let curves = Slot::BOTH.into_iter().zip([CurveSlot::F1, CurveSlot::F2]).filter_map(|(slot, to)| {
        let set = desk.slot(slot).get_untracked()?;
        Some(Message::Curve { slot: to, curve: CurveData::from(&set.scaled) }.encode())
    });
    let gesture = preset.gesture.as_ref().map(Gesture::points).unwrap_or_default();
    let messages = [
        Message::Settings(preset.settings),
        Message::Patch(preset.patch),
        Message::gesture(gesture),
        Message::Control(controls),
    ];
    messages.iter().map(Message::encode).chain(curves).collect()
}
