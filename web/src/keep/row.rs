//! One preset of the list: a press loads it; beside it what else can be done with it.

use super::Keep;
use super::shelf::Record;
use crate::desk::Desk;
use leptos::html;
use leptos::prelude::*;
use neurorack_engine::preset::MAX_NAME_CHARS;
use web_sys::KeyboardEvent;

/// A row of the list.
#[component]
pub(super) fn Row(record: Record) -> impl IntoView {
    let desk = Desk::get();
    let keep = desk.keep;
    let record = StoredValue::new(record);
    let name = record.with_value(|record| record.name.clone());
    let renames = RwSignal::new(false);
    let plays = {
        let name = name.clone();
        move || keep.name.with(|now| *now == name)
    };
    let spoken = |verb: &str| format!("{verb} {name}");
    let [rename, duplicate, export, delete] = ["Rename", "Duplicate", "Export", "Delete"].map(spoken);
    let load = spoken("Load");
    let called = name.clone();
    view! {
        <li class="preset" class:plays=plays>
            {move || if renames.get() {
                view! { <NewName record renames /> }.into_any()
            } else {
                let load = load.clone();
                view! {
                    <button type="button" class="preset-name" aria-label=load on:click=move |_| keep.open_record(desk, &record.get_value())>
                        {called.clone()}
                    </button>
                }.into_any()
            }}
            <span class="preset-tools">
                <button type="button" class="button small" aria-label=rename on:click=move |_| renames.set(true)>"Rename"</button>
                {tool(record, "Duplicate", duplicate, |keep, desk, record| keep.duplicate(desk, record))}
                {tool(record, "Export", export, |keep, desk, record| keep.export(desk, record))}
                {tool(record, "Delete", delete, |keep, desk, record| keep.delete(desk, record))}
            </span>
        </li>
    }
}

/// A small button that does something with a preset.
fn tool(record: StoredValue<Record>, text: &'static str, name: String, act: fn(Keep, Desk, &Record)) -> impl IntoView {
    let desk = Desk::get();
    let click = move |_| {
        // What is done may remove this very row.
        let record = record.get_value();
        act(desk.keep, desk, &record);
    };
    view! { <button type="button" class="button small" aria-label=name on:click=click>{text}</button> }
}

/// The field for another name: Enter takes it, Escape leaves it.
#[component]
fn NewName(record: StoredValue<Record>, renames: RwSignal<bool>) -> impl IntoView {
    let desk = Desk::get();
    let field = NodeRef::<html::Input>::new();
    let before = record.with_value(|record| record.name.clone());
    field.on_load(|field| {
        // Fails only for an element that is gone.
        let _ = field.focus();
        field.select();
    });
    let take = move || {
        if !renames.get_untracked() {
            return;
        }
        let name = field.get_untracked().map(|field| field.value()).unwrap_or_default();
        let record = record.get_value();
        renames.set(false);
        if !name.trim().is_empty() && name != record.name {
            desk.keep.rename(desk, &record, &name);
        }
    };
    let key = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" => take(),
        "Escape" => {
            // The list stays open.
            event.prevent_default();
            renames.set(false);
        }
        _ => {}
    };
    view! {
        <input
            type="text"
            class="preset-name"
            node_ref=field
            aria-label=format!("New name of {before}")
            maxlength=MAX_NAME_CHARS.to_string()
            value=before
            on:keydown=key
            on:blur=move |_| take()
        />
    }
}
