//! Playing without a network: the service worker that keeps the build, and the next build when there is one.

use crate::audio::pause;
use crate::desk::{Desk, Phase};
use js_sys::{Promise, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// The worker's script, relative to the page.
const WORKER: &str = "service-worker.js";

/// What makes a worker that waits take the place of the one at work.
const TAKE_OVER: &str = "take over";

/// Time after which a page that nobody plays is idle, in milliseconds.
const IDLE_MS: u64 = 4_000;

#[wasm_bindgen]
extern "C" {
    type Workers;

    #[wasm_bindgen(method, getter)]
    fn controller(this: &Workers) -> Option<Worker>;

    #[wasm_bindgen(method)]
    fn register(this: &Workers, script: &str) -> Promise;

    #[wasm_bindgen(method, js_name = addEventListener)]
    fn listen(this: &Workers, name: &str, listener: &js_sys::Function);

    type Registration;

    #[wasm_bindgen(method, getter)]
    fn waiting(this: &Registration) -> Option<Worker>;

    #[wasm_bindgen(method, getter)]
    fn installing(this: &Registration) -> Option<Worker>;

    type Worker;

    #[wasm_bindgen(method, js_name = postMessage)]
    fn tell(this: &Worker, what: &str);
}

/// Keeps the page for later once the first sound was heard, or once nothing happens: the first load goes before.
pub(crate) fn keep_page(desk: Desk) {
    let Some(workers) = workers() else { return };
    // A newer build takes the place of this one only where nothing was played yet: what sounds is never taken away.
    let untouched = move || matches!(desk.phase.get_untracked(), Phase::Loading | Phase::Ready);
    let controlled = workers.controller().is_some();
    let changed = Closure::<dyn Fn()>::new(move || {
        if controlled && untouched() {
            // A page that cannot be loaded again stays as it is.
            let _ = window().location().reload();
        }
    });
    workers.listen("controllerchange", changed.as_ref().unchecked_ref());
    // The container lives as long as the page.
    changed.forget();

    spawn_local(async move {
        let mut waited_ms = 0;
        while waited_ms < IDLE_MS && desk.readout.with_untracked(|readout| readout.hits == 0) {
            pause(250).await;
            waited_ms += 250;
        }
        // Without a worker the page plays as well, only not without a network.
        let Ok(registration) = JsFuture::from(workers.register(WORKER)).await else { return };
        let registration: Registration = registration.unchecked_into();
        // The browser looks for a newer build by itself when a page is loaded; it takes a moment to be fetched.
        for _ in 0..20 {
            if let Some(worker) = registration.waiting().filter(|_| controlled && untouched()) {
                worker.tell(TAKE_OVER);
                return;
            }
            if registration.installing().is_none() && !untouched() {
                return;
            }
            pause(500).await;
        }
    });
}

/// The browser's service workers, where it has them.
fn workers() -> Option<Workers> {
    let workers = Reflect::get(&window().navigator(), &"serviceWorker".into()).ok()?;
    (!workers.is_undefined()).then(|| workers.unchecked_into())
}
