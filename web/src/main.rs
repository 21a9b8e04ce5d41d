//! The page: the faceplate, its controls and plots (Leptos, client side).
//!
//! `desk` holds what the page knows as signals, `audio` is the way to the engine in its AudioWorklet and back, `monitor`
//! measures what comes back, `animation` redraws only while something moves. Everything else is what is seen: the
//! `faceplate` drawn from its geometry table, `controls`, the `screen`, the `plots`, the `sources` that play it, `midi`, the `sounds` to choose
//! from, the `workshop` where their curves are edited and the `map` of sounds that were never recorded; `history` takes
//! changes back and `keep` keeps and shares what was made.

#![expect(unreachable_pub, reason = "Leptos makes the function behind a component public")]

mod ahead;
mod animation;
mod app;
mod audio;
mod clock;
mod controls;
mod descriptor;
mod desk;
mod dialogs;
mod faceplate;
mod gpu;
mod history;
mod keep;
mod layout;
mod map;
mod midi;
mod module;
mod offline;
mod plots;
mod screen;
mod sounds;
mod sources;
mod storage;
mod worker;
mod workshop;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
}
