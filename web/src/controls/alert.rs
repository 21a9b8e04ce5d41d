//! The one place where the page says what went wrong and what to do about it.

use crate::desk::Desk;
use leptos::prelude::*;

/// A sentence over the page, read out at once, gone when dismissed.
#[component]
pub(crate) fn Alert() -> impl IntoView {
    let desk = Desk::get();
    view! {
        {move || {
            desk.alert.get().map(|sentence| {
                view! {
                    <div class="alert" role="alert">
                        <p>{sentence}</p>
                        <button type="button" class="button small" on:click=move |_| desk.alert.set(None)>"Dismiss"</button>
                    </div>
                }
            })
        }}
    }
}
