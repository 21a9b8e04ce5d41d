//! F1 and F2: the two sounds between which CV 1 morphs, each a plate that takes a dropped file.

use super::file_button::{DropPlace, FileButton};
use super::reading::Purpose;
use super::record_button::RecordButton;
use crate::desk::{Desk, Slot};
use crate::faceplate::strike::Portrait;
use leptos::prelude::*;

/// File types a sound can have.
const SOUNDS: &str = ".wav,.flac,.ogg,.oga,.mp3,audio/wav,audio/flac,audio/ogg,audio/mpeg";

/// Both slots, one above or beside the other.
#[component]
pub(crate) fn Slots() -> impl IntoView {
    view! {
        <section class="slots" aria-label="Sounds between which CV 1 morphs">
            {Slot::BOTH.map(|slot| view! { <SlotPlate of=slot /> })}
        </section>
    }
}

#[component]
fn SlotPlate(of: Slot) -> impl IntoView {
    let desk = Desk::get();
    let slot = of;
    let set = desk.slot(slot);
    let place = DropPlace::new(Purpose::Sound(slot));
    // While a hand moves on the set, the portrait shows what the library holds: it is drawn anew when the hand lets go.
    let kept = Memo::new(move |_| {
        let set = set.get()?;
        desk.library.with(|library| library.iter().find(|held| held.id == set.id).cloned()).or(Some(set))
    });
    let frames =
        Signal::derive(move || kept.with(|set| set.as_ref().map_or_else(Vec::new, |set| set.curve.frames().to_vec())));
    let name = move || set.with(|set| set.as_ref().map_or_else(|| "loading".into(), |set| set.name.clone()));
    let note = move || set.with(|set| set.as_ref().map_or_else(String::new, |set| set.note.clone()));
    let length = move || set.with(|set| set.as_ref().map_or_else(String::new, |set| length(set.curve.seconds())));
    view! {
        <div class="slot">
            <div class="title">
                <h2>{slot.name()}</h2>
                <span class="muted">"drop a sound here"</span>
            </div>
            <div
                class="card plate"
                class:over=move || place.over.get()
                role="group"
                aria-label=format!("Drop a sound for {}", slot.name())
                on:dragenter=move |event| place.drag_over(&event)
                on:dragover=move |event| place.drag_over(&event)
                on:dragleave=move |_| place.over.set(false)
                on:drop=move |event| place.drop(&event)
            >
                <Portrait frames />
                <div class="about">
                    <h3>{name}</h3>
                    <p>{length}</p>
                    <p>{note}</p>
                    <div class="ways">
                        <FileButton
                            name=format!("Choose a file for {}", slot.name())
                            text="Choose a file"
                            accept=SOUNDS
                            purpose=Purpose::Sound(slot)
                        />
                        <RecordButton of=slot />
                    </div>
                </div>
            </div>
        </div>
    }
}

/// A duration as it is read: milliseconds below a second.
fn length(seconds: f32) -> String {
    if seconds < 1.0 { format!("{:.0} ms", seconds * 1_000.0) } else { format!("{seconds:.2} s") }
}
