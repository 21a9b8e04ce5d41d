//! What the hand plays: the XY pad, controllers over MIDI, and the keyboard.

use super::jack::SourceJack;
use super::keys::Keyboard;
use super::xy::XyPad;
use leptos::prelude::*;
use neurorack_engine::sources::Source;

/// Pad, controllers and keys.
#[component]
pub(super) fn Hand() -> impl IntoView {
    let lanes = [Source::Lane1, Source::Lane2, Source::Lane3, Source::Lane4, Source::Wheel];
    let lane = |(source, label): (Source, &'static str)| {
        view! { <SourceJack source /> <b aria-hidden="true">{label}</b> }
    };
    view! {
        <section class="hand-block" aria-labelledby="hand-title">
            <div class="title"><h2 id="hand-title">"Hand"</h2></div>
            <div class="hand">
                <XyPad />
                <div class="midi-about">
                    <p><b>"MIDI"</b> " " <span class="muted">"controllers 1 to 4 and the wheel"</span></p>
                    <div class="jacks">{lanes.into_iter().zip(["1", "2", "3", "4", "wheel"]).map(lane).collect_view()}</div>
                </div>
            </div>
            <Keyboard />
        </section>
    }
}
