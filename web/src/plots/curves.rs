//! The seven curves of F1 and F2: which of them is edited, its lanes, the large plot, and the tools.

use super::editor::Editor;
use super::lanes::Lanes;
use super::plot::Plot;
use super::points::Points;
use crate::desk::Desk;
use crate::history::UndoButtons;
use crate::sounds::SlotTabs;
use crate::workshop::LengthControl;
use leptos::prelude::*;

/// The curves that a hit is asked to follow, to be taken hold of, with what was measured of the last hit.
#[component]
pub(crate) fn Curves() -> impl IntoView {
    let desk = Desk::get();
    let editor = Editor::new(desk);
    let hint = move || {
        if editor.drawing.get() {
            "draw across the plot"
        } else {
            "drag points; a double tap adds one or takes one away"
        }
    };
    view! {
        <section class="curves-block" aria-labelledby="curves-title">
            <div class="title">
                <h2 id="curves-title">"Curves"</h2>
                <div class="only-phone beside"><UndoButtons /></div>
                <SlotTabs />
            </div>
            <div class="curves plate">
                <Lanes />
                <div class="curve-plot">
                    <Plot />
                    <Points editor />
                </div>
            </div>
            <div class="curve-tools">
                <button
                    type="button"
                    class="button small"
                    class:solid=move || editor.drawing.get()
                    aria-pressed=move || editor.drawing.get().to_string()
                    on:click=move |_| editor.drawing.update(|drawing| *drawing = !*drawing)
                >
                    "Draw"
                </button>
                <LengthControl />
                <span class="muted hint">{hint}</span>
            </div>
        </section>
    }
}
