//! What opens over the page: the audio settings and the help.

mod audio;
mod help;

use leptos::html;
use leptos::prelude::*;

pub(crate) use audio::AudioButton;
pub(crate) use help::HelpButton;

/// A button and the dialog that it opens; Escape, its button and a tap beside it close it.
#[component]
pub(crate) fn Dialog(
    /// Accessible name of button and dialog.
    name: &'static str,
    /// Called when it opens.
    opens: impl Fn() + 'static,
    /// Called when it is closed.
    #[prop(optional, into)]
    closes: Option<Callback<()>>,
    /// What it shows, made each time it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let open = RwSignal::new(false);
    let show = move |_| {
        open.set(true);
        opens();
        if let Some(dialog) = dialog.get_untracked() {
            // Fails only for a dialog that is open already.
            let _ = dialog.show_modal();
        }
    };
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let closed = move |_| {
        open.set(false);
        if let Some(closes) = closes {
            closes.run(());
        }
    };
    // Everything within lies in a box of its own, so that a click on the dialog itself is a click beside it.
    let beside = move |event: web_sys::MouseEvent| {
        let target = event.target().map(wasm_bindgen::JsValue::from);
        if dialog.get_untracked().is_some_and(|dialog| target == Some((*dialog).clone().into())) {
            close();
        }
    };
    view! {
        <button type="button" class="button" aria-haspopup="dialog" on:click=show>{name}</button>
        <dialog node_ref=dialog class="dialog" aria-label=name on:click=beside on:close=closed>
            <div class="inside">
                <div class="title">
                    <h2>{name}</h2>
                    <button type="button" class="button small" on:click=move |_| close()>"Close"</button>
                </div>
                {move || open.get().then(|| children())}
            </div>
        </dialog>
    }
}
