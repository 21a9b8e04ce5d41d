//! What the engine tells the page: a block of what was played, and its counters.

use super::link;
use super::underruns::Underruns;
use crate::clock::now_ms;
use crate::desk::{Desk, Phase};
use js_sys::{Float32Array, Reflect, Uint8Array};
use leptos::prelude::*;
use neurorack_worklet::{Refusal, Status};
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};

/// Least time between two changes of the shown counters, in milliseconds.
const READOUT_MS: f64 = 100.0;

/// Samples that are rendered at a time.
const QUANTUM: f64 = 128.0;

/// How long to wait before a bank is sent again.
const BUSY_PAUSE: Duration = Duration::from_millis(1_500);

/// Listens to one engine.
pub(super) struct Listener {
    desk: Desk,
    hits: u64,
    refused: Option<Refusal>,
    shown_ms: f64,
    /// Whether a voltage or gate changed that the screen may show.
    inputs_moved: bool,
    underruns: Underruns,
    /// Seconds spent rendering and audio time, at the last change of the shown counters.
    spent: (f64, f64),
}

impl Listener {
    pub(super) fn new(desk: Desk) -> Self {
        Self {
            desk,
            hits: 0,
            refused: None,
            shown_ms: 0.0,
            inputs_moved: false,
            underruns: Underruns::default(),
            spent: (0.0, 0.0),
        }
    }

    /// Takes `{ samples, status }` as the processor posts it.
    pub(super) fn hear(&mut self, data: &JsValue) {
        let field = |name: &str| Reflect::get(data, &name.into()).ok();
        let samples = field("samples").and_then(|samples| samples.dyn_into::<Float32Array>().ok());
        let status = field("status").and_then(|status| status.dyn_into::<Uint8Array>().ok());
        let (Some(samples), Some(status)) = (samples, status) else { return };
        let Some(status) = Status::from_bytes(&status.to_vec()) else { return };
        self.desk.keep.hear(self.desk, &samples);
        self.measure(&samples.to_vec(), &status);
        self.show(&status);
    }

    fn measure(&mut self, samples: &[f32], status: &Status) {
        let desk = self.desk;
        let now_ms = now_ms();
        let hit_at = (status.hits > self.hits).then(|| {
            let rate_hz = f64::from(desk.readout.get_untracked().rate_hz);
            let before_end = ((status.time_s - status.last_trigger_s) * rate_hz).round().max(0.0) as usize;
            samples.len().saturating_sub(before_end)
        });
        if hit_at.is_some() {
            desk.live.struck(status);
        }
        self.hits = status.hits;
        let volume = link::level(desk.volume_db.get_untracked());
        let seen = desk.monitor.try_update_value(|monitor| monitor.listen(samples, hit_at, volume, now_ms));
        if seen == Some(true) {
            desk.animator.wake();
        }
    }

    fn show(&mut self, status: &Status) {
        let now_ms = now_ms();
        self.inputs_moved |= self.desk.live.take(status, now_ms);
        if self.desk.phase.get_untracked() == Phase::Running {
            self.underruns.hear(status.time_s, now_ms);
        } else {
            self.underruns.rest();
        }
        self.desk.ahead.coming.set_value(status.coming_take);
        if status.voices == 0 {
            self.desk.audio.rung_out();
        }
        let frozen = status.frozen != 0;
        if frozen != self.desk.frozen.get_untracked() {
            self.desk.frozen.set(frozen);
        }
        if now_ms - self.shown_ms < READOUT_MS {
            return;
        }
        self.shown_ms = now_ms;
        let desk = self.desk;
        if std::mem::take(&mut self.inputs_moved) {
            desk.menu.inputs_moved(desk);
        }
        let mut readout = desk.readout.get_untracked();
        readout.hits = status.hits as u32;
        readout.dropped = status.dropped_events as u32;
        readout.voices = status.voices;
        readout.longest_ms = (status.longest_render_s * 1_000.0) as f32;
        let (render_s, audio_s) = self.spent;
        if status.time_s > audio_s {
            readout.load_percent = (100.0 * (status.render_s - render_s) / (status.time_s - audio_s)) as f32;
        }
        self.spent = (status.render_s, status.time_s);
        readout.longest_percent = (100.0 * status.longest_render_s * f64::from(readout.rate_hz) / QUANTUM) as f32;
        if let Some((latency_ms, underruns)) = desk.audio.measured() {
            readout.latency_ms = latency_ms;
            readout.underruns = underruns.unwrap_or(self.underruns.count);
        }
        if readout != desk.readout.get_untracked() {
            desk.readout.set(readout);
        }
        let refused = status.refusal();
        if refused != self.refused {
            self.refused = refused;
            match refused {
                // Both places for banks are taken until the older one has rung out.
                Some(Refusal::Busy) => set_timeout(move || desk.audio.send_bank_again(desk), BUSY_PAUSE),
                Some(refusal) => desk.say(format!("The bank was not taken: {refusal}.")),
                None => {}
            }
        }
    }
}
