//! The graphics card as a renderer of sounds: fetched when it is wanted, tried before it is trusted, left when it fails.
//!
//! `card` is one worker with its module, `standing` what is known and said of it; here is who decides. Whatever happens to the
//! card, the processor's renderer goes on: nobody waits for it, and the sound itself never comes from here.

mod card;
mod line;
mod standing;

use crate::audio::pause;
use crate::desk::Desk;
use crate::storage;
pub(crate) use card::{Card, FIRST_MS, RATE_HZ, look_for_one};
use leptos::prelude::*;
use leptos::task::spawn_local;
pub(crate) use line::Line;
pub(crate) use standing::{Choice, Standing};
use std::rc::Rc;

/// Where the choice is kept.
const PLACE: &str = "neurorack rendering";

/// Time after which a card that was lost is tried again, in milliseconds, and twice as long after each failure.
pub(crate) const AGAIN_MS: u64 = 15_000;

/// Failures after which it is left alone until someone asks for it.
pub(crate) const MOST_FAILURES: u32 = 3;

/// How many times faster than the processor's renderer a card has to be to be worth its memory.
const WORTH: f64 = 1.5;

/// What there is of it.
#[derive(Default)]
struct State {
    /// The card, and the number of the bank that it renders.
    card: Option<(u32, Rc<Card>)>,
    /// Counts beginnings; a later one ends an earlier one.
    turn: u32,
    failures: u32,
    /// How many seconds of sound the processor's renderer makes in a second.
    processor: Option<f64>,
}

/// The page's hold on it. `Copy`; one a page.
#[derive(Clone, Copy)]
pub(crate) struct Gpu {
    pub(crate) choice: RwSignal<Choice>,
    pub(crate) standing: RwSignal<Standing>,
    state: StoredValue<State, LocalStorage>,
}

impl Gpu {
    pub(crate) fn new() -> Self {
        Self {
            choice: RwSignal::new(storage::read(PLACE)),
            standing: RwSignal::new(Standing::Unasked),
            state: StoredValue::new_local(State::default()),
        }
    }

    /// Keeps what was chosen and acts on it.
    pub(crate) fn choose(self, desk: Desk, choice: Choice) {
        self.choice.set(choice);
        storage::write(PLACE, &choice);
        self.state.update_value(|state| {
            state.turn += 1;
            state.card = None;
            state.failures = 0;
        });
        self.standing.set(Standing::Unasked);
        if choice == Choice::Card {
            self.want(desk);
        }
    }

    /// Someone renders much: the card is fetched and tried in the background, unless it was found useless or left out.
    pub(crate) fn want(self, desk: Desk) {
        let Some(bank) = desk.streamed_bank() else { return };
        let here = self.state.with_value(|state| state.card.as_ref().is_some_and(|(id, _)| *id == bank.id));
        // A choice forgets what was found out.
        let settled = self.standing.with_untracked(|standing| {
            matches!(standing, Standing::Fetching | Standing::Slower { .. } | Standing::Lost { .. })
        });
        if here || settled || self.choice.get_untracked() == Choice::Processor {
            return;
        }
        let Some(file) = desk.audio.bank_file(&bank) else { return };
        let turn = self.state.try_update_value(|state| {
            state.turn += 1;
            state.card = None;
            state.turn
        });
        let Some(turn) = turn else { return };
        self.standing.set(Standing::Fetching);
        spawn_local(async move {
            let overtaken = || self.state.try_with_value(|state| state.turn) != Some(turn);
            if let Err(why) = card::look_for_one().await {
                if !overtaken() {
                    self.standing.set(Standing::Lost { why, again: false });
                }
                return;
            }
            let opened = Card::open(&file, &bank).await;
            if overtaken() {
                return;
            }
            match opened {
                Ok((card, trial)) => {
                    let processor = self.state.with_value(|state| state.processor);
                    let slower = processor.is_some_and(|processor| trial.speed < WORTH * processor);
                    if slower && self.choice.get_untracked() != Choice::Card {
                        self.standing.set(Standing::Slower { speed: trial.speed });
                        return;
                    }
                    self.state.update_value(|state| {
                        state.failures = 0;
                        state.card = Some((bank.id, Rc::new(card)));
                    });
                    self.standing.set(Standing::Renders { speed: trial.speed, difference: trial.difference });
                }
                Err(why) => self.fail(desk, why),
            }
        });
    }

    /// The card, where it renders this bank.
    pub(crate) fn card(self, bank: u32) -> Option<Rc<Card>> {
        self.state
            .try_with_value(|state| state.card.as_ref().filter(|(id, _)| *id == bank).map(|(_, card)| card.clone()))?
    }

    /// The processor's renderer made so many seconds of sound in a second.
    pub(crate) fn compare(self, seconds_a_second: f64) {
        self.state.update_value(|state| state.processor = Some(seconds_a_second));
    }

    /// The card gave no answer or a wrong one: it is left, and tried again after a while.
    pub(crate) fn fail(self, desk: Desk, why: String) {
        let failures = self.state.try_update_value(|state| {
            state.card = None;
            state.turn += 1;
            state.failures += 1;
            state.failures
        });
        let failures = failures.unwrap_or(MOST_FAILURES);
        let again = failures < MOST_FAILURES;
        self.standing.set(Standing::Lost { why, again });
        if again {
            let turn = self.state.with_value(|state| state.turn);
            spawn_local(async move {
                pause(AGAIN_MS << (failures - 1)).await;
                if self.state.try_with_value(|state| state.turn) == Some(turn) {
                    self.standing.set(Standing::Unasked);
                    self.want(desk);
                }
            });
        }
    }
}
