//! Jacks: a source's on the bench, an input's on the faceplate. A click opens its list, a drag pulls a cable.

use super::names::{input_name, is_gate, source_name};
use super::patching::End;
use crate::desk::Desk;
use crate::faceplate::Geometry;
use leptos::prelude::*;
use neurorack_engine::sources::{Input, Source};

/// The hand's area over an input, in millimetres: the nut, and what a fingertip needs round it.
const REACH_MM: f64 = 11.5;

/// The jack at which a source can be heard of.
#[component]
pub(super) fn SourceJack(source: Source) -> impl IntoView {
    let desk = Desk::get();
    let name = move || desk.patch.with(|patch| format!("Patch {}", source_name(source, patch)));
    view! {
        <Jack end=End::Source(source) name=Signal::derive(name) class="source">
            <svg viewBox="-11 -11 22 22" aria-hidden="true">
                <circle class="nut" r="9.6" />
                <circle r="6.3" fill="#0a0a0b" />
                <circle r="4" fill="#2c2e31" />
            </svg>
        </Jack>
    }
}

/// The six inputs of the faceplate, over their drawing.
#[component]
pub(crate) fn InputJacks() -> impl IntoView {
    let jack = |(input, component): (Input, [f64; 2])| {
        let [x, y] = component.map(|centre| centre - REACH_MM / 2.0);
        let place = format!(
            "left:calc({x:.2} * var(--mm));top:calc({y:.2} * var(--mm));width:calc({REACH_MM} * var(--mm));height:calc({REACH_MM} * var(--mm))"
        );
        view! {
            <div class="socket" style=place>
                <Jack end=End::Input(input) name=Signal::stored(format!("Patch into {}", input_name(input))) class="input">
                    <i></i>
                </Jack>
            </div>
        }
    };
    let centre = |input: Input| {
        let id = input_name(input).replace(' ', "").to_lowercase();
        Geometry::get().components.iter().find(|component| component.id == id).map(|component| component.centre)
    };
    Input::ALL.into_iter().filter_map(|input| Some((input, centre(input)?))).map(jack).collect_view()
}

/// A jack under the hand.
#[component]
fn Jack(end: End, name: Signal<String>, class: &'static str, children: Children) -> impl IntoView {
    let desk = Desk::get();
    let patching = desk.patching;
    let accepts = move || patching.accepts(end);
    let gate_held = move || {
        patching.held.with(|held| held.is_some_and(|held| matches!(held.fixed, End::Source(source) if is_gate(source))))
    };
    let plugged = Memo::new(move |_| {
        let module = matches!(end, End::Input(input) if desk.module.is_plugged(input));
        module
            || desk.patch.with(|patch| {
                patch.cables.iter().any(|cable| End::Source(cable.from) == end || End::Input(cable.to) == end)
            })
    });
    view! {
        <button
            type="button"
            class=format!("jack {class} jack-{}", end.key())
            class:accepts=move || accepts() == Some(true)
            class:dim=move || accepts() == Some(false)
            class:gate=gate_held
            class:plugged=move || plugged.get()
            data-jack=end.key()
            aria-label=move || name.get()
            aria-haspopup="dialog"
            aria-expanded=move || (patching.open.get() == Some(end)).to_string()
            on:pointerdown=move |event| patching.down(end, &event)
            on:pointermove=move |event| patching.moved(desk, &event)
            on:pointerup=move |event| patching.up(desk, &event)
            on:pointercancel=move |_| patching.cancel()
            on:contextmenu=|event| event.prevent_default()
            on:click=move |_| patching.click(end)
        >
            {children()}
        </button>
    }
}
