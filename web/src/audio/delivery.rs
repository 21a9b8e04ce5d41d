//! Banks on their way to the engine, one at a time.

use super::graph::Graph;
use super::{Audio, files, link};
use crate::clock::now_ms;
use crate::desk::Desk;
use crate::sounds::BankFile;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// The longest that a hit rings on after a change of bank, in milliseconds.
const LONGEST_HIT_MS: f64 = 4_500.0;

/// Where the engine stands with banks: it has two places, and keeps the older bank until its hits have rung out.
#[derive(Debug, Default)]
pub(super) struct Delivery {
    /// Counts deliveries; a later one ends an earlier one that is still on its way.
    pub(super) turn: u32,
    /// Which graph was sent which bank last, as far as this program did it; the bank of neither while parts are on their way, and
    /// while hits are rendered ahead.
    newest: Option<(u32, Option<u32>)>,
    /// Whether the older bank's hits may still sound, and since when.
    ringing_since_ms: Option<f64>,
}

impl Audio {
    /// Plays another bank, with its factory sets to choose from.
    pub(crate) fn use_bank(self, desk: Desk, bank: Arc<BankFile>) {
        desk.bank.set(Some(bank.clone()));
        desk.offer(bank.factory());
        self.send_bank(desk);
    }

    /// Sends the chosen bank anew: the engine had no room for it.
    pub(super) fn send_bank_again(self, desk: Desk) {
        self.state.update_value(|state| {
            if let Some((_, bank)) = &mut state.delivery.newest {
                *bank = None;
            }
        });
        self.send_bank(desk);
    }

    /// Sends the chosen bank to the engine, once it is there; what sounds rings out on the old one.
    fn send_bank(self, desk: Desk) {
        let Some(bank) = desk.bank.get_untracked() else { return };
        let graph = self.state.with_value(|state| state.graph.clone());
        if let Some(graph) = graph.filter(Graph::is_connected) {
            let may_sound = self.state.with_value(|state| state.woken_ms.is_some());
            spawn_local(self.deliver(desk, graph, bank, may_sound));
        }
    }

    /// Sends a bank part by part, as soon as there is a place for it; slowly where a hit may sound.
    pub(super) async fn deliver(self, desk: Desk, graph: Graph, bank: Arc<BankFile>, may_sound: bool) {
        let turn = self.state.try_update_value(|state| {
            state.delivery.turn += 1;
            state.delivery.turn
        });
        let overtaken = move || Some(self.state.with_value(|state| state.delivery.turn)) != turn;
        let is_there = self.is_there_already(&graph, &bank).await;
        if overtaken() {
            return;
        }
        if let Some(ahead) = self.state.with_value(|state| state.ahead.get(&bank.id).cloned()) {
            self.note_newest(&graph, None);
            return self.play_ahead(desk, graph, bank, ahead, overtaken).await;
        }
        desk.ahead.play.set(None);
        if is_there {
            return self.note_newest(&graph, Some(bank.id));
        }
        let ringing = || {
            let since_ms = self.state.with_value(|state| state.delivery.ringing_since_ms);
            since_ms.is_some_and(|since_ms| now_ms() - since_ms < LONGEST_HIT_MS)
        };
        while ringing() {
            files::pause(50).await;
        }
        let parts = match self.prepared(&bank, Some(graph.rate_hz())).await {
            Ok((_, parts)) => parts,
            Err(why) => return desk.say(format!("\u{201c}{}\u{201d} cannot be played: {why}.", bank.name())),
        };
        self.note_newest(&graph, None);
        for (index, part) in parts.iter().enumerate() {
            if overtaken() {
                return;
            }
            graph.post_copy(&part);
            if may_sound && index % link::PACED_PARTS == 0 {
                files::pause(link::PACE_MS).await;
            }
        }
        self.note_newest(&graph, Some(bank.id));
        self.state.update_value(|state| state.delivery.ringing_since_ms = may_sound.then(now_ms));
    }

    fn note_newest(self, graph: &Graph, bank: Option<u32>) {
        self.state.update_value(|state| state.delivery.newest = Some((graph.id(), bank)));
    }

    /// Whether the engine of a graph has this bank as its newest already: it was sent before, or before this program ran.
    async fn is_there_already(self, graph: &Graph, bank: &BankFile) -> bool {
        let began_with_one = graph.has_first_bank().await;
        self.state.with_value(|state| {
            let is_first = state.bankers.get(&bank.id).is_some_and(|banker| banker.is_early());
            match state.delivery.newest {
                Some(newest) => newest == (graph.id(), Some(bank.id)),
                None => began_with_one && is_first,
            }
        })
    }

    /// Nothing sounds: both places for banks but the one in use are free.
    pub(super) fn rung_out(self) {
        self.state.update_value(|state| state.delivery.ringing_since_ms = None);
    }
}
