//! MIDI on the page: a button that asks for it, what is listened to, and what was learned.

use super::{Access, BEND_SEMITONES, Learning, Lesson, MOST_BEND_SEMITONES};
use crate::controls::{Field, Reading, Travel};
use crate::desk::Desk;
use leptos::prelude::*;

/// Connecting, channel, clock and lessons.
#[component]
pub(crate) fn MidiBlock() -> impl IntoView {
    let desk = Desk::get();
    let midi = desk.midi;
    let is_on = move || midi.access.get() == Access::On;
    let devices = move || midi.devices.with(|devices| devices.join(", "));
    let state = move || match midi.access.get() {
        Access::Off => "Keys strike, knobs turn knobs".to_owned(),
        Access::Asking => "The browser asks whether it may".to_owned(),
        Access::On if midi.devices.with(Vec::is_empty) => "No device is there: plug one in".to_owned(),
        Access::On => devices(),
    };
    let hint = move || match midi.learning.get() {
        Learning::Off => "Learn: touch a knob here, then turn one there.".to_owned(),
        Learning::Touch => "Touch a knob here. Escape ends it.".to_owned(),
        Learning::Turn(lesson) => format!("Turn a control on your device for {}.", lesson.name()),
    };
    let toggle = move |_| {
        let next = if midi.learning.get_untracked() == Learning::Off { Learning::Touch } else { Learning::Off };
        midi.learning.set(next);
    };
    view! {
        <section class="midi" aria-label="MIDI">
            <div class="row">
                <button
                    type="button"
                    class="button small"
                    aria-pressed=move || is_on().to_string()
                    disabled=move || midi.access.get() == Access::Asking
                    on:click=move |_| midi.open(desk)
                >"MIDI"</button>
                <span class="devices" role="status">{state}</span>
                {move || is_on().then(|| view! {
                    <button
                        type="button"
                        class="button small"
                        class:solid=move || midi.learning.get() != Learning::Off
                        aria-pressed=move || (midi.learning.get() != Learning::Off).to_string()
                        on:click=toggle
                    >"Learn"</button>
                })}
            </div>
            {move || is_on().then(|| view! {
                <p class="muted" aria-live="polite">{hint}</p>
                <div class="row">
                    <Channel />
                    <BendRange />
                    {move || (midi.dropped.get() > 0).then(|| view! {
                        <span class="muted">"left out " <b class="value">{move || midi.dropped.get()}</b></span>
                    })}
                </div>
                <details>
                    <summary>"Learned controllers"</summary>
                    <ul class="lessons">{Lesson::ALL.map(|lesson| view! { <LessonRow lesson /> })}</ul>
                </details>
            })}
        </section>
    }
}

/// The list of channels.
#[component]
fn Channel() -> impl IntoView {
    let midi = Desk::get().midi;
    let chosen = move || midi.channel.get().map_or_else(String::new, |channel| channel.to_string());
    view! {
        <label class="choice">
            <span aria-hidden="true">"Channel"</span>
            <select
                aria-label="MIDI channel"
                on:change=move |event| midi.channel.set(event_target_value(&event).parse().ok())
                prop:value=chosen
            >
                <option value="" selected=move || midi.channel.get().is_none()>"all"</option>
                {(0..16u8)
                    .map(|channel| view! {
                        <option value=channel.to_string() selected=move || midi.channel.get() == Some(channel)>
                            {channel + 1}
                        </option>
                    })
                    .collect_view()}
            </select>
        </label>
    }
}

const BEND: Travel = Travel {
    least: 0.0,
    most: MOST_BEND_SEMITONES as f64,
    step: 1.0,
    stride: 12.0,
    rest: BEND_SEMITONES as f64,
    say: semitones,
};

fn semitones(number: f64) -> Reading {
    Reading { seen: format!("\u{b1}{number:.0}"), heard: format!("{number:.0} semitones") }
}

/// How far the pitch bend goes to each side.
#[component]
fn BendRange() -> impl IntoView {
    let range = Desk::get().midi.bend_semitones;
    let set = move |semitones: f64| range.set(semitones as u8);
    let value = Signal::derive(move || f64::from(range.get()));
    view! { <Field name="Pitch bend range" label="bend" value set=Callback::new(set) travel=BEND /> }
}

/// One thing that a controller can be given to.
#[component]
fn LessonRow(lesson: Lesson) -> impl IntoView {
    let midi = Desk::get().midi;
    let controller = move || midi.learned.with(|learned| learned.controller(lesson));
    let waits = move || midi.learning.get() == Learning::Turn(lesson);
    let says = move || match controller() {
        _ if waits() => "turn a control".to_owned(),
        Some(number) => format!("controller {number}"),
        None => "\u{2013}".to_owned(),
    };
    let learn = move |_| midi.learning.set(if waits() { Learning::Off } else { Learning::Turn(lesson) });
    view! {
        <li class:learning=waits>
            <span>{lesson.name()}</span>
            <span class="muted">{says}</span>
            <button
                type="button"
                class="button small"
                aria-label=format!("Learn {}", lesson.name())
                aria-pressed=move || waits().to_string()
                on:click=learn
            >"Learn"</button>
            <button
                type="button"
                class="button small"
                aria-label=format!("Forget {}", lesson.name())
                disabled=move || controller().is_none()
                on:click=move |_| midi.learned.update(|learned| learned.forget(lesson))
            >"Forget"</button>
        </li>
    }
}
