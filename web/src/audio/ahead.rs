//! Takes of a bank that is rendered ahead: one after the other, each for what stands now.

use super::graph::Graph;
use super::{Audio, link, pause};
use crate::ahead::{Ahead, Play, Renderer, Wanted};
use crate::clock::now_ms;
use crate::desk::{Desk, Phase};
use crate::sounds::BankFile;
use futures::channel::oneshot;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

/// How often it is looked whether a control moved, in milliseconds.
const LOOK_MS: u64 = 15;

/// Time in which a take that was sent has to be played, in milliseconds: the engine may have had no place for it.
const ARRIVES_MS: f64 = 500.0;

/// Moments at which takes were asked for are remembered for so many takes.
const REMEMBERED: usize = 16;

/// The longest that the first take is waited for before an engine without a bank goes on, in milliseconds.
const FIRST_TAKE_MS: u64 = 20_000;

/// What was asked for and sent so far.
#[derive(Default)]
struct Asked {
    last: Option<Wanted>,
    family: u32,
    /// When the last take was sent whole.
    sent_ms: f64,
    /// Takes and when they were asked for, newest last.
    moments: VecDeque<(u32, f64)>,
    took_ms: f64,
    /// Since when the controls stand elsewhere than the newest take that plays.
    behind_since_ms: Option<f64>,
}

impl Audio {
    /// Plays a bank by takes until another delivery overtakes this one. Ends once the first take is sent; the rest goes on
    /// beside.
    pub(super) async fn play_ahead(
        self,
        desk: Desk,
        graph: Graph,
        bank: Arc<BankFile>,
        ahead: Rc<Ahead>,
        overtaken: impl Fn() -> bool + 'static,
    ) {
        let (first_sent, first) = oneshot::channel();
        spawn_local(async move {
            graph.post(&link::rendered_bank(bank.serial()));
            if let Err(why) = self.takes(desk, &graph, &ahead, &overtaken, first_sent).await {
                desk.say(format!(
                    "\u{201c}{}\u{201d} is no longer rendered: {why}. The last sound plays on; load the bank again.",
                    bank.name()
                ));
            }
            if !overtaken() {
                return;
            }
            let streams =
                desk.bank.with_untracked(|bank| bank.as_ref().is_some_and(|bank| bank.model.kind().streams()));
            if streams {
                desk.ahead.play.set(None);
            }
        });
        let _ = futures::future::select(first, std::pin::pin!(pause(FIRST_TAKE_MS))).await;
    }

    async fn takes(
        self,
        desk: Desk,
        graph: &Graph,
        ahead: &Rc<Ahead>,
        overtaken: &impl Fn() -> bool,
        first_sent: oneshot::Sender<()>,
    ) -> Result<(), String> {
        let mut asked = Asked::default();
        let mut first_sent = Some(first_sent);
        while !overtaken() {
            if first_sent.is_none() {
                ahead.try_card(desk);
            }
            let renderer = ahead.renderer();
            asked.show(desk, &renderer);
            let hits = desk.readout.with_untracked(|readout| readout.hits);
            let Some(wanted) = Wanted::now(desk, hits).filter(|wanted| asked.is_due(desk, wanted)) else {
                pause(LOOK_MS).await;
                continue;
            };
            let done = match renderer.lead_to(graph.id(), |channel, moved| graph.hand_over(channel, moved)).await {
                Ok(()) => asked.ask(self.next_take(), &renderer, wanted).await,
                Err(why) => Err(why),
            };
            match done {
                Ok(()) => {
                    if let Some(first_sent) = first_sent.take() {
                        // Who waited may have gone on.
                        let _ = first_sent.send(());
                    }
                }
                Err(why) => {
                    asked.last = None;
                    ahead.recover(desk, why).await?;
                }
            }
        }
        Ok(())
    }

    /// A number that no take of this page had.
    fn next_take(self) -> u32 {
        let next = self.state.try_update_value(|state| {
            state.takes += 1;
            state.takes
        });
        next.unwrap_or(1)
    }
}

impl Asked {
    /// Whether a take is to be rendered for this.
    fn is_due(&self, desk: Desk, wanted: &Wanted) -> bool {
        let newest = self.moments.back().map_or(0, |&(number, _)| number);
        let lost = desk.ahead.coming.get_value() != newest
            && desk.phase.get_untracked() == Phase::Running
            && now_ms() - self.sent_ms > ARRIVES_MS;
        lost || self.last.as_ref() != Some(wanted)
    }

    /// Has a take rendered and sent.
    async fn ask(&mut self, number: u32, renderer: &Renderer, wanted: Wanted) -> Result<(), String> {
        if !self.last.as_ref().is_some_and(|last| last.is_of_one_family(&wanted)) {
            self.family = number;
        }
        if self.moments.len() == REMEMBERED {
            self.moments.pop_front();
        }
        self.moments.push_back((number, now_ms()));
        self.took_ms = renderer.take(&wanted.messages(), self.family, number).await?;
        self.sent_ms = now_ms();
        self.last = Some(wanted);
        Ok(())
    }

    /// Shows who renders, and how old what plays is.
    fn show(&mut self, desk: Desk, renderer: &Renderer) {
        let now = now_ms();
        let coming = desk.ahead.coming.get_value();
        let age_ms = self.moments.iter().find(|(number, _)| *number == coming).map(|(_, asked_ms)| now - asked_ms);
        let newest = self.moments.back().is_some_and(|&(number, _)| number == coming);
        let hits = desk.readout.with_untracked(|readout| readout.hits);
        let stands = newest && self.last.is_some() && self.last == Wanted::now(desk, hits);
        self.behind_since_ms = if stands { None } else { self.behind_since_ms.or(Some(now)) };
        desk.ahead.show(Play {
            card: renderer.is_card(),
            difference: renderer.difference(),
            took_ms: self.took_ms,
            age_ms,
            behind_ms: self.behind_since_ms.map(|since_ms| now - since_ms),
        });
    }
}
