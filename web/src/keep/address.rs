//! The address as a preset: read when the page is opened, written when it is shared.

use super::Keep;
use super::state::{capture, load};
use crate::desk::Desk;
use js_sys::Reflect;
use leptos::prelude::*;
use leptos::task::spawn_local;
use neurorack_engine::preset::Preset;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The address's fragment where it is meant as a preset, good or bad.
pub(super) fn fragment() -> Option<String> {
    let fragment = window().location().hash().ok()?;
    Preset::is_link(&fragment).then_some(fragment)
}

/// Plays what another link says that is opened in this very tab.
pub(super) fn follow(keep: Keep, desk: Desk) {
    let changed = window_event_listener_untyped("hashchange", move |_| {
        if let Some(fragment) = fragment() {
            open(keep, desk, &fragment);
        }
    });
    on_cleanup(move || changed.remove());
}

/// Plays the preset of a fragment, or says why there is none. Returns whether it plays.
pub(super) fn open(keep: Keep, desk: Desk, fragment: &str) -> bool {
    match Preset::from_link(fragment) {
        Ok(preset) => load(keep, desk, &preset, "The preset in this link"),
        Err(error) => {
            desk.say(format!("The preset in this link was not loaded: {error}. What plays goes on playing."));
            false
        }
    }
}

/// Takes a preset out of the address that is no longer the one that plays.
pub(super) fn forget_other(preset: &Preset) {
    if fragment().is_some_and(|fragment| fragment.trim_start_matches('#') != preset.to_fragment()) {
        write("");
    }
}

/// Puts the page as it stands into the address and copies it.
pub(super) fn share(keep: Keep, desk: Desk) {
    let Some(preset) = capture(desk) else {
        desk.say("There is nothing to share yet: the sounds are still on their way.");
        return;
    };
    write(&format!("#{}", preset.to_fragment()));
    let address = window().location().href().unwrap_or_default();
    let copying = clipboard().map(|clipboard| clipboard.write_text(&address));
    spawn_local(async move {
        let copied = match copying {
            Some(copying) => JsFuture::from(copying).await.is_ok(),
            None => false,
        };
        keep.tell(if copied {
            "Link copied: it is this very sound."
        } else {
            "The link is in the address bar: copy it from there. It is this very sound."
        });
    });
}

/// The clipboard, where the browser lets this page have one.
fn clipboard() -> Option<web_sys::Clipboard> {
    let clipboard = Reflect::get(&window().navigator(), &"clipboard".into()).ok()?;
    (!clipboard.is_undefined()).then(|| clipboard.unchecked_into())
}

/// Changes the fragment of the address, without another entry among the pages that were visited.
fn write(fragment: &str) {
    let href = window().location().href().unwrap_or_default();
    let address = format!("{}{fragment}", href.split('#').next().unwrap_or_default());
    if let Ok(history) = window().history() {
        // A browser that refuses this many changes at once shows the old address for a while; nothing else depends on it.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}
