//! What plays the instrument without hardware: clock and steps, modulators, what the hand plays, and the cables between
//! them and the faceplate.
//!
//! `Desk::patch` is the one truth of what is set here; the engine's `Rack` plays it on the audio thread, and `Live` is what
//! it says of itself.

mod audio_block;
mod cables;
mod clock_block;
mod edit;
mod gesture_take;
mod hand;
mod hang;
mod jack;
mod keys;
mod live;
mod midi_clock;
mod modulators;
mod names;
mod notes;
mod observer;
mod patching;
mod sheet;
mod step_bar;
mod steps;
mod tempo;
mod wave;
mod xy;

use crate::controls::Patched;
use crate::desk::Desk;
pub(crate) use cables::Cables;
pub(crate) use edit::{StepAt, first_patch, resting};
pub(crate) use jack::InputJacks;
use leptos::prelude::*;
pub(crate) use live::Live;
use neurorack_engine::sources::{Action, Input};
pub(crate) use observer::on_resize;
pub(crate) use patching::Patching;
pub(crate) use sheet::JackSheet;
pub(crate) use steps::StepLine;

use audio_block::AudioBlock;
use clock_block::ClockBlock;
use hand::Hand;
use modulators::Modulators;

/// All sources, one below the other.
#[component]
pub(crate) fn Sources() -> impl IntoView {
    view! {
        <ClockBlock />
        <Modulators />
        <Hand />
        <AudioBlock />
    }
}

/// What the cables of a CV input do, for its knob; nothing while there are none.
pub(crate) fn patched(desk: Desk, input: Input) -> Signal<Option<Patched>> {
    let from = Memo::new(move |_| {
        let module = desk.module.is_plugged(input);
        desk.patch.with(|patch| names::origin(input, patch, module))
    });
    let gate = Memo::new(move |_| {
        desk.patch.with(|patch| {
            patch.cables.at(input).count() == 1 && patch.cables.at(input).all(|cable| names::is_gate(cable.from))
        })
    });
    Signal::derive(move || {
        let index = input.cv()?;
        let from = from.get()?;
        let volts = desk.live.cv_volts[index].get().unwrap_or_else(|| desk.cv[index].get());
        Some(Patched { volts, from, gate: gate.get() })
    })
}

/// Whether a cable reaches an input.
pub(crate) fn is_patched(desk: Desk, input: Input) -> Memo<bool> {
    Memo::new(move |_| desk.patch.with(|patch| patch.cables.at(input).next().is_some()))
}

/// Lets every hand go when the page is left: what is released elsewhere is never heard of.
pub(crate) fn let_go_on_leaving(desk: Desk) {
    let let_go = move || {
        desk.patching.cancel();
        desk.audio.act(Action::ReleaseAll);
    };
    let leaves = window_event_listener(leptos::ev::blur, move |_| let_go());
    let hides = window_event_listener(leptos::ev::visibilitychange, move |_| {
        if document().hidden() {
            let_go();
        }
    });
    on_cleanup(move || {
        leaves.remove();
        hides.remove();
    });
}
