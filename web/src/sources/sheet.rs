//! A jack's list: the cables at it with their amounts, and where else one may go.

use super::names::{input_name, input_task, is_gate, source_name};
use super::patching::{End, jack_of};
use crate::controls::{Rail, Reading, Travel};
use crate::desk::Desk;
use leptos::html;
use leptos::prelude::*;
use neurorack_engine::sources::{Cable, Input, Source};
use wasm_bindgen::JsCast;

/// Width of the list, and the least room round it, in CSS pixels.
const WIDTH_PX: f64 = 304.0;
const ROOM_PX: f64 = 12.0;

/// A cable's amount in percent; half to both sides is where a new one begins.
const AMOUNT: Travel = Travel { least: -100.0, most: 100.0, step: 1.0, stride: 10.0, rest: 0.0, say: percent };

fn percent(value: f64) -> Reading {
    let sign = if value < -0.5 { "\u{2212}" } else { "" };
    let number = format!("{sign}{:.0}", value.abs());
    Reading { seen: format!("{number} %"), heard: format!("{number} percent") }
}

/// The list of the jack that was clicked.
#[component]
pub(crate) fn JackSheet() -> impl IntoView {
    let desk = Desk::get();
    let open = desk.patching.open;
    // Anywhere else closes it.
    let outside = window_event_listener(leptos::ev::pointerdown, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let inside = target.is_some_and(|target| target.closest(".sheet, [data-jack]").ok().flatten().is_some());
        if !inside && open.with_untracked(Option::is_some) {
            open.set(None);
        }
    });
    on_cleanup(move || outside.remove());
    move || open.get().map(|end| view! { <Sheet end /> })
}

#[component]
fn Sheet(end: End) -> impl IntoView {
    let desk = Desk::get();
    let sheet = NodeRef::<html::Div>::new();
    let name = move || match end {
        End::Source(source) => desk.patch.with(|patch| source_name(source, patch)),
        End::Input(input) => input_name(input).to_owned(),
    };
    let task = match end {
        End::Source(_) => String::new(),
        End::Input(input) => input_task(input).to_lowercase(),
    };
    let close = move || {
        desk.patching.open.set(None);
        if let Some(jack) = jack_of(end) {
            // Fails only for an element that is gone.
            let _ = jack.focus();
        }
    };
    Effect::new(move |_| {
        if let Some(sheet) = sheet.get()
            && let Some(first) = sheet.query_selector(".ends button").ok().flatten()
            && let Ok(first) = first.dyn_into::<web_sys::HtmlElement>()
        {
            let _ = first.focus();
        }
    });
    let cables = Memo::new(move |_| {
        let at = |cable: &&Cable| End::Source(cable.from) == end || End::Input(cable.to) == end;
        let pair = |cable: &Cable| (cable.from, cable.to);
        desk.patch.with(|patch| patch.cables.iter().filter(at).map(pair).collect::<Vec<_>>())
    });
    let others = match end {
        End::Source(_) => Input::ALL.map(End::Input).to_vec(),
        End::Input(_) => Source::ALL.map(End::Source).to_vec(),
    };
    let word = if matches!(end, End::Source(_)) { "to" } else { "from" };
    view! {
        <div
            class="sheet"
            role="dialog"
            aria-label=move || if word == "to" { format!("Cables from {}", name()) } else { format!("Cables into {}", name()) }
            node_ref=sheet
            style=place(end)
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    event.stop_propagation();
                    close();
                }
            }
        >
            <div class="title">
                <h2>{name} " " <span class="muted">{task}</span></h2>
                <button type="button" class="button small" on:click=move |_| close()>"Done"</button>
            </div>
            <For each=move || cables.get() key=|(from, to)| (*from as usize, *to as usize) children=move |(from, to)| view! { <CableRow from to end /> } />
            <p class="muted">{word}" …"</p>
            <div class="ends" role="group" aria-label=word>
                {others.into_iter().map(|other| view! { <Choice end other word /> }).collect_view()}
            </div>
        </div>
    }
}

/// Beside the jack, within the page; the style sheet puts it elsewhere on a phone.
fn place(end: End) -> String {
    let page = document().query_selector(".page").ok().flatten();
    let (Some(page), Some(jack)) = (page, jack_of(end)) else { return String::new() };
    let (page, jack) = (page.get_bounding_client_rect(), jack.get_bounding_client_rect());
    let beside = jack.right() - page.left() + ROOM_PX;
    let left = beside.min(page.width() - WIDTH_PX - ROOM_PX).max(ROOM_PX);
    let top = (jack.top() - page.top() - 28.0).max(ROOM_PX);
    format!("left:{left:.0}px;top:{top:.0}px")
}

/// A cable that is plugged: its amount, and a way to pull it out.
#[component]
fn CableRow(from: Source, to: Input, end: End) -> impl IntoView {
    let desk = Desk::get();
    let amount = Memo::new(move |_| {
        let found = |cable: &&Cable| cable.from == from;
        let amount = desk.patch.with(|patch| patch.cables.at(to).find(found).map(|cable| cable.amount));
        f64::from((amount.unwrap_or(0.0) * 100.0).round())
    });
    let source = move || desk.patch.with(|patch| source_name(from, patch));
    let shown = move || if matches!(end, End::Source(_)) { input_name(to).to_owned() } else { source() };
    let set = move |percent: f64| {
        desk.history.remember_run(desk, &format!("Amount of {}", source()));
        desk.patch.update(|patch| {
            patch.cables.plug(Cable::new(from, to, (percent / 100.0) as f32));
        });
    };
    view! {
        <div class="cable-row" class:gate=is_gate(from)>
            <i class="swatch" aria-hidden="true"></i>
            <b>{shown}</b>
            <Rail
                name=Signal::derive(move || format!("{} into {}, amount", source(), input_name(to)))
                value=Signal::from(amount)
                set=Callback::new(set)
                travel=Signal::stored(AMOUNT)
            />
            <span class="value">{move || percent(amount.get()).seen}</span>
            <button
                type="button"
                class="button small"
                aria-label=move || format!("Unplug {} from {}", source(), input_name(to))
                on:click=move |_| desk.unplug(from, to)
            >
                "Unplug"
            </button>
        </div>
    }
}

/// Somewhere a cable may go, or come from.
#[component]
fn Choice(end: End, other: End, word: &'static str) -> impl IntoView {
    let desk = Desk::get();
    let Some((source, input)) = end.with(other) else { return ().into_any() };
    let plugged = Memo::new(move |_| desk.patch.with(|patch| patch.cables.at(input).any(|cable| cable.from == source)));
    let name = move || match other {
        End::Source(source) => desk.patch.with(|patch| source_name(source, patch)),
        End::Input(input) => input_name(input).to_owned(),
    };
    view! {
        <button
            type="button"
            class="end"
            class:gate=is_gate(source)
            aria-label=move || format!("{word} {}", name())
            aria-pressed=move || plugged.get().to_string()
            on:click=move |_| if plugged.get_untracked() { desk.unplug(source, input) } else { desk.plug(source, input) }
        >
            {name}
        </button>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_with_a_true_minus_sign() {
        assert_eq!(
            [percent(-40.0).seen, percent(0.0).seen, percent(100.0).heard],
            ["\u{2212}40 %", "0 %", "100 percent"]
        );
    }
}
