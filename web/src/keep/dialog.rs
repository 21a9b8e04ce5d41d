//! The list of presets: beside the instrument, which can be played on while it is open.

use super::Keep;
use super::bar::{RecordSession, ShareButton, Told};
use super::files::read;
use super::row::Row;
use super::state::load;
use crate::desk::Desk;
use crate::layout::{Layout, Width};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use neurorack_engine::preset::MAX_NAME_CHARS;
use web_sys::{DragEvent, File, FileList, HtmlInputElement, SubmitEvent};

/// The list, and what was done last.
#[component]
pub(crate) fn PresetsDialog(layout: ReadSignal<Layout>) -> impl IntoView {
    let keep = Desk::get().keep;
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let open = keep.open.get();
        if let Some(dialog) = dialog.get().filter(|dialog| dialog.open() != open) {
            if open { dialog.show() } else { dialog.close() }
        }
    });
    // A click leaves the keyboard's focus on the page, so Escape is listened to everywhere.
    let escape = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "Escape" && !event.default_prevented() && keep.open.get_untracked() {
            event.prevent_default();
            keep.open.set(false);
        }
    });
    on_cleanup(move || escape.remove());
    view! {
        <dialog id="presets" class="presets-dialog" node_ref=dialog aria-labelledby="presets-title">
            {move || keep.open.get().then(|| view! { <Inside layout /> })}
        </dialog>
        <Told />
    }
}

/// What the dialog holds while it is open.
#[component]
fn Inside(layout: ReadSignal<Layout>) -> impl IntoView {
    let desk = Desk::get();
    let keep = desk.keep;
    let over = RwSignal::new(false);
    let drag = move |event: DragEvent| {
        event.prevent_default();
        over.set(true);
    };
    let drop = move |event: DragEvent| {
        event.prevent_default();
        event.stop_propagation();
        over.set(false);
        match event.data_transfer().and_then(|data| data.files()).filter(|files| files.length() > 0) {
            Some(files) => import(keep, desk, &files),
            None => desk.say("Nothing was dropped that can be read: drop a preset's file from your disk."),
        }
    };
    let narrow = move || layout.get().width != Width::Desktop;
    view! {
        <div
            class="presets-inside"
            class:over=move || over.get()
            role="group"
            aria-label="Drop presets here"
            on:dragenter=drag
            on:dragover=drag
            on:dragleave=move |_| over.set(false)
            on:drop=drop
        >
            <div class="title">
                <h2 id="presets-title">"Presets"</h2>
                <button type="button" class="button small" on:click=move |_| keep.open.set(false)>"Close"</button>
            </div>
            <SaveForm />
            {move || keep.lost.get().map(|record| view! {
                <button type="button" class="button small lost" on:click=move |_| keep.bring_back(desk)>
                    {format!("Bring back \u{201c}{}\u{201d} as it was", record.name)}
                </button>
            })}
            <ul class="presets-list" aria-label="Saved presets">
                <For
                    each=move || keep.shelf.get()
                    key=|record| (record.id.to_bits(), record.name.clone(), record.preset.clone())
                    children=move |record| view! { <Row record /> }
                />
            </ul>
            {move || keep.shelf.with(Vec::is_empty).then(|| view! {
                <p class="muted">"Nothing is saved yet. Name what you hear and save it, or drop a preset's file here."</p>
            })}
            <div class="presets-ways">
                <ImportButton />
                <button
                    type="button"
                    class="button"
                    disabled=move || keep.exporting.get()
                    on:click=move |_| keep.export_hit(desk)
                >
                    {move || if keep.exporting.get() { "Rendering" } else { "Export hit" }}
                </button>
                {move || narrow().then(|| view! { <ShareButton /><RecordSession /> })}
            </div>
        </div>
    }
}

/// The name of what plays, and the button that saves it.
#[component]
fn SaveForm() -> impl IntoView {
    let desk = Desk::get();
    let keep = desk.keep;
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        keep.save(desk);
    };
    view! {
        <form class="presets-save" on:submit=save>
            <input
                type="text"
                aria-label="Preset name"
                placeholder="Name"
                autocomplete="off"
                maxlength=MAX_NAME_CHARS.to_string()
                prop:value=move || keep.name.get()
                on:input=move |event| keep.name.set(event_target_value(&event))
            />
            <button type="submit" class="button solid">"Save"</button>
        </form>
    }
}

/// Chooses files of presets.
#[component]
fn ImportButton() -> impl IntoView {
    let desk = Desk::get();
    let chosen = move |event: web_sys::Event| {
        let input: HtmlInputElement = event_target(&event);
        if let Some(files) = input.files() {
            import(desk.keep, desk, &files);
        }
        // Choosing the same file again is a change too.
        input.set_value("");
    };
    view! {
        <label class="button">
            <span aria-hidden="true">"Import"</span>
            <input
                type="file"
                class="unseen"
                multiple=true
                aria-label="Import presets"
                accept=".json,application/json"
                on:change=chosen
            />
        </label>
    }
}

/// Adds the presets in these files to the list and plays the last one.
fn import(keep: Keep, desk: Desk, files: &FileList) {
    let files: Vec<File> = (0..files.length()).filter_map(|index| files.get(index)).collect();
    spawn_local(async move {
        let mut added = None;
        for file in files {
            match read(&file).await {
                Ok(preset) => added = Some(keep.add(desk, preset)),
                Err(reason) => desk.say(format!(
                    "\u{201c}{}\u{201d} was not imported: {reason}. What plays goes on playing.",
                    file.name()
                )),
            }
        }
        if let Some(preset) = added
            && load(keep, desk, &preset, &format!("\u{201c}{}\u{201d}", preset.name))
        {
            keep.tell(format!("\u{201c}{}\u{201d} imported and loaded.", preset.name));
        }
    });
}
