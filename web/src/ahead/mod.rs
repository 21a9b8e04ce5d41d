//! Banks whose network is too heavy for the audio thread: their hits are rendered ahead, whenever a control moves.
//!
//! `renderer` is one worker with the bank, on the processor or the graphics card; `wanted` is what a take is rendered for;
//! `standing` what is known and said of it. Here is who chooses between both. The audio asks for takes (`audio::ahead`), and the
//! worker hands them to the audio thread itself.

mod renderer;
mod standing;
mod wanted;

use crate::audio::pause;
use crate::desk::Desk;
use crate::gpu::{AGAIN_MS, Choice, MOST_FAILURES};
use js_sys::ArrayBuffer;
use leptos::prelude::*;
use leptos::task::spawn_local;
pub(crate) use renderer::Renderer;
pub(crate) use standing::{Play, Standing};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
pub(crate) use wanted::Wanted;

/// How many times faster than the processor a graphics card has to be.
const WORTH: f64 = 1.2;

/// One bank, and who renders it now.
pub(crate) struct Ahead {
    file: ArrayBuffer,
    renderer: RefCell<Rc<Renderer>>,
    /// For which choice a card was tried; none where it is to be tried.
    tried: Cell<Option<Choice>>,
    /// How often a card that rendered failed.
    failures: Cell<u32>,
}

impl Ahead {
    /// Reads a bank on the processor, and plays its golden hit. Also returns the file's hash.
    ///
    /// # Errors
    /// With the rest of a sentence, where it cannot be played.
    pub(crate) async fn read(file: &ArrayBuffer) -> Result<(Self, [u8; 32]), String> {
        let (renderer, hash) = Renderer::open(file, false).await?;
        let renderer = RefCell::new(Rc::new(renderer));
        Ok((Self { file: file.clone(), renderer, tried: Cell::new(None), failures: Cell::new(0) }, hash))
    }

    /// Who renders now.
    pub(crate) fn renderer(&self) -> Rc<Renderer> {
        self.renderer.borrow().clone()
    }

    /// Tries the graphics card beside what renders, once for each choice of the user; it takes over where it is chosen or
    /// worth it.
    pub(crate) fn try_card(self: &Rc<Self>, desk: Desk) {
        let choice = desk.gpu.choice.get_untracked();
        if self.tried.replace(Some(choice)) == Some(choice) {
            return;
        }
        if choice == Choice::Processor {
            if self.renderer().is_card() {
                self.back_to_processor(desk);
            }
            return;
        }
        let ahead = self.clone();
        spawn_local(async move {
            let tried = Renderer::open(&ahead.file, true).await;
            if ahead.tried.get() != Some(choice) {
                return;
            }
            let now = ahead.renderer();
            match tried {
                Ok((card, _)) if choice == Choice::Card || card.speed() >= WORTH * now.speed() => {
                    *ahead.renderer.borrow_mut() = Rc::new(card);
                    desk.ahead.card.set(None);
                }
                Ok(_) => desk.ahead.card.set(Some("the graphics card is no quicker".into())),
                Err(why) => desk.ahead.card.set(Some(why)),
            }
        });
    }

    /// What renders has failed: the processor takes over, where it was the card, which is tried again after a while.
    ///
    /// # Errors
    /// With the rest of a sentence, where it was the processor itself.
    pub(crate) async fn recover(self: &Rc<Self>, desk: Desk, why: String) -> Result<(), String> {
        if !self.renderer().is_card() {
            return Err(why);
        }
        let failures = self.failures.get() + 1;
        self.failures.set(failures);
        let again = failures < MOST_FAILURES;
        desk.ahead.card.set(Some(if again { format!("{why}; it is tried again soon") } else { why }));
        if again {
            let ahead = self.clone();
            spawn_local(async move {
                pause(AGAIN_MS << (failures - 1)).await;
                ahead.tried.set(None);
            });
        }
        let (renderer, _) = Renderer::open(&self.file, false).await?;
        *self.renderer.borrow_mut() = Rc::new(renderer);
        Ok(())
    }

    fn back_to_processor(self: &Rc<Self>, desk: Desk) {
        let ahead = self.clone();
        spawn_local(async move {
            match Renderer::open(&ahead.file, false).await {
                Ok((renderer, _)) => *ahead.renderer.borrow_mut() = Rc::new(renderer),
                Err(why) => desk.ahead.card.set(Some(why)),
            }
        });
    }
}
