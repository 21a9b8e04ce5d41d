//! The clock and what it moves: tempo, swing, both rows of steps, and whole patches to begin with.

use super::edit::resting;
use super::midi_clock::FollowMidiClock;
use super::step_bar::StepBar;
use super::steps::StepRow;
use super::tempo::Taps;
use crate::controls::{Field, Reading, Travel};
use crate::desk::{Desk, Phase};
use leptos::prelude::*;
use neurorack_engine::sources::{Clock, ClockSource, Patch};

const TEMPO: Travel = Travel {
    least: Clock::MIN_BPM as f64,
    most: Clock::MAX_BPM as f64,
    step: 1.0,
    stride: 10.0,
    rest: 112.0,
    say: beats,
};

const SWING: Travel = Travel { least: 50.0, most: 75.0, step: 1.0, stride: 5.0, rest: 50.0, say: percent };

fn beats(bpm: f64) -> Reading {
    Reading { seen: format!("{bpm:.0} bpm"), heard: format!("{bpm:.0} beats per minute") }
}

fn percent(value: f64) -> Reading {
    Reading { seen: format!("{value:.0} %"), heard: format!("{value:.0} percent") }
}

const SEED: Travel = Travel { least: 0.0, most: 9_999.0, step: 1.0, stride: 100.0, rest: 1.0, say: plain };

fn plain(number: f64) -> Reading {
    Reading { seen: format!("{number:.0}"), heard: format!("{number:.0}") }
}

/// A patch to begin with.
#[derive(Debug, Clone, Copy)]
struct Beginning {
    name: &'static str,
    lesson: &'static str,
    patch: Patch,
}

/// What the page opens with, the calm state, and the ready-made patches.
fn beginnings() -> Vec<Beginning> {
    let first = Beginning {
        name: "Impacts",
        lesson: "Tap steps to turn them on and off, drag them up and down for their strength. LFO 1 moves between F1 and \
                 F2: drag its plug to another input.",
        patch: Patch::default(),
    };
    let calm = Beginning {
        name: "Calm",
        lesson: "Nothing plays by itself: strike Gate 1, hold Gate 2, and plug in one source after the other.",
        patch: Patch::calm(),
    };
    let ready = Patch::ready().map(|ready| Beginning { name: ready.name, lesson: ready.lesson, patch: ready.patch });
    [first, calm].into_iter().chain(ready).collect()
}

/// The clock with everything that it moves.
#[component]
pub(super) fn ClockBlock() -> impl IntoView {
    let desk = Desk::get();
    let plays = move || desk.phase.get() == Phase::Running && desk.live.running.get();
    let follows = Memo::new(move |_| desk.patch.with(|patch| patch.clock == ClockSource::Midi));
    // On MIDI clock the tempo is what is heard.
    let tempo = Memo::new(move |_| {
        let own = f64::from(desk.patch.with(|patch| patch.tempo_bpm));
        if follows.get() && desk.live.running.get() { desk.live.tempo_bpm.get() } else { own }
    });
    let swing = Memo::new(move |_| f64::from(desk.patch.with(|patch| patch.swing_percent)));
    let set_tempo = move |bpm: f64| {
        desk.history.remember_run(desk, "Tempo");
        desk.patch.update(|patch| patch.tempo_bpm = bpm as f32);
    };
    let set_swing = move |swing: f64| {
        desk.history.remember_run(desk, "Swing");
        desk.patch.update(|patch| patch.swing_percent = swing as f32);
    };
    let taps = StoredValue::new(Taps::default());
    let tap = move |event: web_sys::MouseEvent| {
        if let Some(bpm) = taps.try_update_value(|taps| taps.tap(event.time_stamp())).flatten() {
            set_tempo(bpm);
        }
    };
    view! {
        <section class="clock-block" aria-labelledby="clock-title">
            <div class="title">
                <h2 id="clock-title">"Clock"</h2>
                <Field name="Tempo" value=Signal::from(tempo) set=Callback::new(set_tempo) travel=TEMPO />
                <button type="button" class="button small" title="Tap the tempo" aria-label="Tap tempo" on:click=tap>"Tap"</button>
                <Field name="Swing" label="swing" value=Signal::from(swing) set=Callback::new(set_swing) travel=SWING />
                <button
                    type="button"
                    class="button small run"
                    class:solid=move || !plays()
                    on:click=move |_| if !desk.audio.woken_by_this_tap() || !plays() { desk.run(!plays_untracked(desk)) }
                >
                    {move || if plays() { "Stop" } else { "Run" }}
                </button>
            </div>
            <PatchChoice />
            <p id="steps-way" class="unseen">"Arrow keys left and right move from step to step, up and down set how hard it strikes, Enter turns it on and off."</p>
            <StepRow gate=0 />
            <StepRow gate=1 />
            <StepBar />
        </section>
    }
}

/// The one number behind all chance: of steps, of random modulators, and of variation, as in the screen's menu.
#[component]
fn SeedField() -> impl IntoView {
    let desk = Desk::get();
    let seed = Memo::new(move |_| f64::from(desk.patch.with(|patch| patch.seed)));
    let set = move |seed: f64| {
        desk.history.remember_run_of_all(desk, "Seed");
        desk.use_seed(seed as u16);
    };
    view! { <Field name="Seed" label="seed" value=Signal::from(seed) set=Callback::new(set) travel=SEED /> }
}

/// Whether the clock is heard to run.
fn plays_untracked(desk: Desk) -> bool {
    desk.phase.get_untracked() == Phase::Running && desk.live.running.get_untracked()
}

/// The list "Patch" with what there is to learn from the chosen one, and "Calm".
#[component]
fn PatchChoice() -> impl IntoView {
    let desk = Desk::get();
    let all = StoredValue::new(beginnings());
    let taught = RwSignal::new(None::<&'static str>);
    let find = move |name: &str| all.with_value(|all| all.iter().copied().find(|one| one.name == name));
    let now = Memo::new(move |_| {
        let now = desk.patch.with(resting);
        all.with_value(|all| all.iter().find(|one| resting(&one.patch.sanitised()) == now).map(|one| one.name))
    });
    let choose = move |event| {
        if let Some(chosen) = find(&event_target_value(&event)) {
            desk.take_patch(chosen.name, chosen.patch);
            taught.set(Some(chosen.lesson));
        }
    };
    let calm = move |_| {
        desk.calm();
        taught.set(None);
    };
    view! {
        <div class="patch-choice">
            <label class="choice">
                <span aria-hidden="true">"Patch"</span>
                <select aria-label="Patch" on:change=choose prop:value=move || now.get().unwrap_or_default()>
                    <option value="" disabled=true selected=move || now.get().is_none()>"Your own"</option>
                    {all.with_value(Clone::clone).into_iter().map(|Beginning { name, .. }| view! {
                        <option value=name selected=move || now.get() == Some(name)>{name}</option>
                    }).collect_view()}
                </select>
            </label>
            <SeedField />
            <FollowMidiClock />
            <button type="button" class="button small" title="Everything that plays by itself comes to rest" on:click=calm>"Calm"</button>
            {move || taught.get().map(|lesson| view! {
                <p class="lesson" role="status">
                    {lesson}
                    <button type="button" class="plain" aria-label="Close the lesson" on:click=move |_| taught.set(None)>"\u{00d7}"</button>
                </p>
            })}
        </div>
    }
}
