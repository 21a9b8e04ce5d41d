//! Whether MIDI clock moves the sources: a box in the clock's block, and a setting of this studio rather than of a preset.

use crate::desk::Desk;
use crate::midi::Access;
use leptos::prelude::*;

/// "Follow MIDI clock"; the first time it asks the browser for MIDI.
#[component]
pub(super) fn FollowMidiClock() -> impl IntoView {
    let desk = Desk::get();
    let follows = Memo::new(move |_| desk.midi.follows_clock.get() && desk.midi.access.get() != Access::Off);
    view! {
        <label class="tie-box" title="Start, stop and tempo come from a MIDI device">
            <input
                type="checkbox"
                aria-label="Follow MIDI clock"
                prop:checked=move || follows.get()
                on:change=move |event| desk.midi.follow_clock(desk, event_target_checked(&event))
            />
            "MIDI clock"
        </label>
    }
}
