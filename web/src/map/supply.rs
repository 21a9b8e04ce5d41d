//! Where the map's sounds come from: one narrow door, behind which a worker renders them.

use super::renderer::Renderer;
use crate::clock::now_ms;
use crate::desk::Desk;
use crate::gpu::{self, Choice};
use js_sys::Float32Array;
use leptos::prelude::*;
use neurorack_engine::ScaledCurve;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

/// Hits that the processor's worker is asked for at a time: one is rendered while the one before is on its way to the page.
const ONE_WORKER: usize = 2;

/// Seconds of sound after which it is known how quick the processor's worker is.
const KNOWN_AFTER_S: f64 = 20.0;

/// A hit to render.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// The curve that both F1 and F2 are.
    pub(super) curve: Arc<ScaledCurve>,
    /// How long it is, in seconds.
    pub(super) seconds: f32,
}

/// A rendered hit.
#[derive(Debug, Clone)]
pub(super) struct Sound {
    pub(super) samples: Float32Array,
    pub(super) rate_hz: u32,
}

/// What renders hits with the bank that plays, or with the first that is streamed: the graphics card where there is one to be had, the processor's worker
/// otherwise. Dropping it ends the worker.
pub(super) struct Supply {
    desk: Desk,
    bank: u32,
    renderer: Rc<Renderer>,
    clock: Rc<Clock>,
}

/// How quick the processor's worker is.
#[derive(Default)]
struct Clock {
    sound_s: Cell<f64>,
    taken_s: Cell<f64>,
}

impl Supply {
    /// Starts what renders with the bank that is chosen now. `None` while there is no engine or no bank.
    ///
    /// # Errors
    /// With a sentence, where it does not start.
    pub(super) async fn start(desk: Desk) -> Option<Result<Self, String>> {
        let (engine, bank) = (desk.audio.engine()?, desk.streamed_bank()?);
        let (rate_hz, prepared) = match desk.audio.prepared(&bank, None).await {
            Ok(prepared) => prepared,
            Err(why) => return Some(Err(format!("The map cannot be rendered: {why}."))),
        };
        let renderer = match Renderer::start(&engine, &prepared, rate_hz).await {
            Ok(renderer) => Rc::new(renderer),
            Err(sentence) => return Some(Err(sentence)),
        };
        if desk.gpu.choice.get_untracked() == Choice::Card {
            desk.gpu.want(desk);
        }
        Some(Ok(Self { desk, bank: bank.id, renderer, clock: Rc::default() }))
    }

    /// How many hits are best asked for at a time.
    pub(super) fn batch(&self) -> usize {
        self.desk.gpu.card(self.bank).map_or(ONE_WORKER, |card| card.batch())
    }

    /// Renders hits, each from its first sample to its end and at full strength, in the order they are wanted in. They are
    /// asked for at once, not when the answer is first waited for. `None` where nothing more will come.
    pub(super) fn hits(&self, wanted: Vec<Wanted>) -> impl Future<Output = Option<Vec<Sound>>> + use<> {
        let (desk, renderer, clock) = (self.desk, self.renderer.clone(), self.clock.clone());
        let begun = match desk.gpu.card(self.bank) {
            Some(card) => Begun::Card(card.ask_hits(&wanted.iter().map(|one| &*one.curve).collect::<Vec<_>>())),
            None => Begun::Processor(clock.begin(&renderer, &wanted)),
        };
        async move {
            match begun {
                Begun::Processor(answer) => {
                    let sounds = answer.await?;
                    if let Some(speed) = clock.speed() {
                        desk.gpu.compare(speed);
                        desk.gpu.want(desk);
                    }
                    Some(sounds)
                }
                Begun::Card(answer) => match answer.await {
                    Ok(sounds) => {
                        let of_card = |samples| Sound { samples, rate_hz: gpu::RATE_HZ };
                        Some(sounds.into_iter().map(of_card).collect())
                    }
                    // Nobody is to wait for what the card owes.
                    Err(why) => {
                        desk.gpu.fail(desk, why);
                        clock.begin(&renderer, &wanted).await
                    }
                },
            }
        }
    }
}

/// Who was asked.
enum Begun<C, P> {
    Card(C),
    Processor(P),
}

impl Clock {
    /// Asks the processor's worker for hits, and notes how long they take.
    fn begin(
        self: &Rc<Self>,
        renderer: &Renderer,
        wanted: &[Wanted],
    ) -> impl Future<Output = Option<Vec<Sound>>> + use<> {
        let (clock, rate_hz) = (self.clone(), renderer.rate_hz());
        let seconds: f64 = wanted.iter().map(|one| f64::from(one.seconds)).sum();
        let hits: Vec<_> = wanted.iter().map(|one| renderer.hit(&one.curve, one.seconds)).collect();
        async move {
            let began_ms = now_ms();
            let mut sounds = Vec::with_capacity(hits.len());
            for hit in hits {
                sounds.push(Sound { samples: hit.await?, rate_hz });
            }
            clock.sound_s.set(clock.sound_s.get() + seconds);
            clock.taken_s.set(clock.taken_s.get() + (now_ms() - began_ms) / 1_000.0);
            Some(sounds)
        }
    }

    /// Seconds of sound in a second, once they are known.
    fn speed(&self) -> Option<f64> {
        let known = self.sound_s.get() >= KNOWN_AFTER_S && self.taken_s.get() > 0.0;
        known.then(|| self.sound_s.get() / self.taken_s.get())
    }
}
