//! The page as a whole, at three widths.

use crate::animation::later;
use crate::controls::{
    Alert, BankChoice, Fader, FreezePad, Knob, SoundChoice, Start, Travel, TriggerPad, decibels, keyboard, volts,
};
use crate::desk::{Desk, Phase, Slot};
use crate::dialogs::{AudioButton, HelpButton};
use crate::faceplate::{AudioCable, Geometry, Panel, Wordmark};
use crate::history::{UndoButtons, undo_keys};
use crate::keep::{KeepBar, PresetsDialog};
use crate::layout::{Layout, Width};
use crate::map::SoundMap;
use crate::midi::MidiBlock;
use crate::module::ModuleBlock;
use crate::offline::keep_page;
use crate::plots::{Curves, Meter, Scope, Spectrogram};
use crate::screen::Oled;
use crate::sounds::{BankBlock, Library, Slots};
use crate::sources::{Cables, JackSheet, Sources, StepLine, let_go_on_leaving, patched};
use leptos::prelude::*;
use neurorack_engine::sources::Input;
use neurorack_host::morph::alpha;

/// A voltage, at rest in the middle.
const CV: Travel = Travel { least: -5.0, most: 5.0, step: 0.1, stride: 1.0, rest: 0.0, say: volts };

/// The knobs of CV 1 to CV 4: accessible name, what the input does, where the knob rests, and the input.
const KNOBS: [(&str, &str, f64, Input); 4] = [
    ("CV 1", "Morph", 0.0, Input::Cv1),
    ("CV 2", "Scrub", 0.0, Input::Cv2),
    ("CV 3", "Transient", 0.0, Input::Cv3),
    ("CV 4", "Variation", -5.0, Input::Cv4),
];

/// Volume: decibels of full scale, silence at the lower end.
const VOLUME: Travel = Travel { least: -60.0, most: 0.0, step: 1.0, stride: 6.0, rest: -9.0, say: decibels };

/// What a phone shows at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tab {
    Play,
    Sources,
    Curves,
    Map,
}

impl Tab {
    const ALL: [Self; 4] = [Self::Play, Self::Sources, Self::Curves, Self::Map];

    fn name(self) -> &'static str {
        match self {
            Self::Play => "Play",
            Self::Sources => "Sources",
            Self::Curves => "Curves",
            Self::Map => "Map",
        }
    }

    /// The value of `data-tab`, which the style sheet reads.
    fn key(self) -> &'static str {
        match self {
            Self::Play => "play",
            Self::Sources => "sources",
            Self::Curves => "curves",
            Self::Map => "map",
        }
    }

    /// Its picture, as SVG path data in a square of 24.
    fn picture(self) -> &'static str {
        match self {
            Self::Play => "M15 12a3 3 0 1 1-6 0a3 3 0 1 1 6 0M20 12a8 8 0 1 1-16 0a8 8 0 1 1 16 0",
            Self::Sources => "M2 12c3-9 6-9 10 0s7 9 10 0",
            Self::Curves => "M3 4v16h18M4 6c4 9 8 12 16 13",
            Self::Map => "M3 3h7v7H3zM14 3h7v7h-7zM3 14h7v7H3zM14 14h7v7h-7z",
        }
    }
}

/// The page.
#[component]
pub(crate) fn App() -> impl IntoView {
    let desk = Desk::new();
    provide_context(desk);
    let layout = Layout::watch();
    let tab = RwSignal::new(Tab::Play);
    let drawn = RwSignal::new(0);
    desk.animator.paint(move |now_ms| {
        let levels = desk.monitor.try_update_value(|monitor| monitor.advance(now_ms)).unwrap_or_default();
        if desk.glow.get_untracked() != levels.glow {
            desk.glow.set(levels.glow);
        }
        levels.moving()
    });
    Effect::new(move |_| {
        layout.track();
        tab.track();
        desk.bank.track();
        desk.readout.track();
        desk.animator.wake();
    });
    keyboard(desk);
    undo_keys(desk);
    let_go_on_leaving(desk);
    desk.audio.fetch(desk);
    desk.menu.follow(desk);
    desk.keep.follow(desk);
    desk.midi.follow(desk);
    desk.audio_input.follow(desk);
    desk.module.follow(desk);
    keep_page(desk);
    remove_waiting_text();
    let scale = move || {
        let [active_width, _] = Geometry::get().display().1;
        format!("--mm:{:.5}px", layout.get().px_per_mm(active_width))
    };
    let phone = move || layout.get().width == Width::Phone;
    view! {
        <div class="page" data-tab=move || tab.get().key() style=scale on:dragover=|event| event.prevent_default() on:drop=|event| event.prevent_default()>
            <Bar layout />
            <main class="desk">
                <div class="column left">
                    <Afterwards drawn><Sources /></Afterwards>
                    <Afterwards drawn><MidiBlock /> <ModuleBlock /></Afterwards>
                    {move || phone().then(|| view! { <div class="row ways-out"><AudioButton /> <HelpButton /></div> })}
                </div>
                <div class="column middle">
                    <div class="stand">
                        <Panel layout />
                        <Meter />
                        {move || (layout.get().width == Width::Desktop).then(|| view! { <AudioCable layout /> })}
                    </div>
                    {move || if phone() { view! { <PhonePlay tab /> }.into_any() } else { view! { <Play layout /> }.into_any() }}
                </div>
                <div class="column right">
                    <Afterwards drawn>{move || (!phone()).then(|| view! { <Screen layout /> })} <Curves /></Afterwards>
                    <Afterwards drawn><SoundMap layout /></Afterwards>
                    <Afterwards drawn><Slots /> <Library /> <BankBlock /></Afterwards>
                </div>
            </main>
            <nav class="tabs" aria-label="Parts of the page">
                {Tab::ALL.map(|this| view! {
                    <button
                        type="button"
                        aria-pressed=move || (tab.get() == this).to_string()
                        on:click=move |_| tab.set(this)
                    >
                        <svg viewBox="0 0 24 24" aria-hidden="true"><path d=this.picture() /></svg>
                        {this.name()}
                    </button>
                })}
            </nav>
            <Cables layout view=Signal::derive(move || tab.get() as usize + Tab::ALL.len() * drawn.get()) />
            <JackSheet />
            <PresetsDialog layout />
            <Alert />
        </div>
    }
}

/// What stands beside the panel: drawn after it, each part in a task of its own, so that none holds up what a hand does
/// meanwhile. `drawn` counts the parts that are there.
#[component]
fn Afterwards(drawn: RwSignal<usize>, children: ChildrenFn) -> impl IntoView {
    let due = RwSignal::new(false);
    later(move || {
        if due.try_set(true).is_none() {
            drawn.update(|drawn| *drawn += 1);
        }
    });
    move || due.get().then(|| children())
}

/// The text that stands in `index.html` until the program runs.
fn remove_waiting_text() {
    if let Some(waiting) = document().get_element_by_id("waiting") {
        waiting.remove();
    }
}

/// Name, lists, what the engine says of itself, volume and start.
#[component]
fn Bar(layout: ReadSignal<Layout>) -> impl IntoView {
    let desk = Desk::get();
    let width = move || layout.get().width;
    view! {
        <header class="bar">
            <h1><Wordmark /></h1>
            {move || (width() == Width::Desktop).then(|| view! {
                <BankChoice />
                <SoundChoice of=Slot::F1 />
                <SoundChoice of=Slot::F2 />
            })}
            <span class="room"></span>
            <EngineStatus />
            {move || (width() != Width::Phone).then(|| view! { <Fader name="Volume" value=desk.volume_db travel=VOLUME /> })}
            {move || (width() == Width::Phone).then(|| view! { <BankChoice labelled=false /> })}
            {move || (width() != Width::Phone).then(|| view! { <UndoButtons /> })}
            <KeepBar layout />
            {move || (width() != Width::Phone).then(|| view! { <AudioButton /> <HelpButton /> })}
            <Start />
        </header>
    }
}

/// What the engine says of itself: for people in words, for tests as data.
#[component]
fn EngineStatus() -> impl IntoView {
    let desk = Desk::get();
    let readout = desk.readout;
    let bank = move || desk.bank.with(|bank| bank.as_ref().map_or_else(String::new, |bank| bank.name().to_owned()));
    let phase = move || match desk.phase.get() {
        Phase::Loading => "loading",
        Phase::Ready => "ready",
        Phase::Starting => "starting",
        Phase::Running => "running",
        Phase::Suspended => "paused",
        Phase::Unavailable => "cannot play here",
    };
    let running = move || matches!(desk.phase.get(), Phase::Running);
    view! {
        <div
            id="engine-status"
            class="engine"
            role="region"
            aria-label="Engine"
            data-state=phase
            data-hits=move || readout.get().hits
            data-dropped=move || readout.get().dropped
            data-underruns=move || readout.get().underruns
            data-voices=move || readout.get().voices
            data-frozen=move || desk.frozen.get().to_string()
            data-longest-ms=move || format!("{:.3}", readout.get().longest_ms)
            data-load=move || format!("{:.2}", readout.get().load_percent)
            data-rate=move || readout.get().rate_hz
            data-bank=bank
        >
            {move || if running() {
                view! {
                    <span class="muted" title="gate to sound">
                        <span class="words">"gate to sound "</span>
                        <b class="value">{move || format!("{:.0} ms", readout.get().latency_ms)}</b>
                    </span>
                    <span class="muted words">"underruns " <b class="value">{move || readout.get().underruns}</b></span>
                }.into_any()
            } else {
                view! { <span class="muted">{phase}</span> }.into_any()
            }}
        </div>
    }
}

/// Below or beside the panel: the knobs and the pads.
#[component]
fn Play(layout: ReadSignal<Layout>) -> impl IntoView {
    view! {
        {move || (layout.get().width == Width::Tablet).then(|| view! {
            <div class="pickers">
                <BankChoice />
                <SoundChoice of=Slot::F1 />
                <SoundChoice of=Slot::F2 />
            </div>
        })}
        <div class="play">
            <div class="knobs"><Knobs /></div>
            {move || (layout.get().width != Width::Desktop).then(|| view! { <Blend /> })}
            <Pads />
        </div>
    }
}

/// The four knobs.
#[component]
fn Knobs() -> impl IntoView {
    let desk = Desk::get();
    let knob = move |((name, label, rest, input), value): ((&'static str, &'static str, f64, Input), RwSignal<f64>)| {
        view! { <Knob name label value travel=Travel { rest, ..CV } patched=patched(desk, input) /> }
    };
    KNOBS.into_iter().zip(desk.cv).map(knob).collect_view()
}

/// The two gates.
#[component]
fn Pads() -> impl IntoView {
    view! {
        <div class="pads">
            <TriggerPad />
            <FreezePad />
        </div>
    }
}

/// On a phone: everything that is played beside and below the panel.
#[component]
fn PhonePlay(tab: RwSignal<Tab>) -> impl IntoView {
    let desk = Desk::get();
    view! {
        <div class="side">
            <div class="pickers">
                <SoundChoice of=Slot::F1 />
                <SoundChoice of=Slot::F2 />
            </div>
            <Knobs />
            <Knob name="Volume" label="Volume" value=desk.volume_db travel=VOLUME />
        </div>
        <StepLine open=Callback::new(move |()| tab.set(Tab::Sources)) />
        <Pads />
    }
}

/// How much of which sound CV 1 asks for.
#[component]
fn Blend() -> impl IntoView {
    let desk = Desk::get();
    let part = move |slot: Slot| {
        let share = move || {
            let second = f64::from(alpha(desk.cv1.get() as f32)) * 100.0;
            if slot == Slot::F2 { second } else { 100.0 - second }
        };
        let called =
            move || desk.slot(slot).with(|set| set.as_ref().map_or(slot.name().to_owned(), |set| set.name.clone()));
        view! { <span><b>{move || format!("{:.0} %", share())}</b> " " {called}</span> }
    };
    view! { <div class="blend">{Slot::BOTH.map(part)}</div> }
}

/// The instrument's screen enlarged, with spectrogram and scope beside it.
#[component]
fn Screen(layout: ReadSignal<Layout>) -> impl IntoView {
    let scale = move || {
        let layout = layout.get();
        (3.0 * layout.device_pixels).floor().max(1.0) as u32
    };
    view! {
        <section class="screen-block" aria-labelledby="screen-title">
            <div class="title"><h2 id="screen-title">"Screen"</h2><Blend /></div>
            <div class="screen-row">
                <div class="oled plate">
                    <Oled scale=Signal::derive(scale) layout named=Signal::stored(true) />
                </div>
                <div class="traces">
                    <div class="plate"><Spectrogram /></div>
                    <div class="plate"><Scope /></div>
                </div>
            </div>
        </section>
    }
}
