//! The map under hands: a mouse drags it, two fingers pinch it, a wheel zooms it, and while a path is drawn a hand draws.

use super::board::{Board, MARGIN_PX};
use super::chart::Chart;
use super::fingers::{Fingers, Motion, Pixel, wheel};
use super::flags::Flags;
use super::path::Path;
use super::route::Route;
use super::tile::Spot;
use super::window::places;
use leptos::html;
use leptos::prelude::*;
use web_sys::{PointerEvent, WheelEvent};

/// The tiles with all that lies under and over them.
#[component]
pub(super) fn Stage(chart: Chart, route: Route) -> impl IntoView {
    let stage = NodeRef::<html::Div>::new();
    let fingers = StoredValue::new(Fingers::default());
    // Left, top, width and height in pixels; none while the map is not shown.
    let bounds = move || {
        let rect = stage.get_untracked()?.get_bounding_client_rect();
        (rect.width() > 1.0 && rect.height() > 1.0).then(|| [rect.left(), rect.top(), rect.width(), rect.height()])
    };
    let pixel = move |x: i32, y: i32| -> Option<Pixel> {
        let [left, top, ..] = bounds()?;
        Some([f64::from(x) - left, f64::from(y) - top])
    };
    let apply = move |motion: Motion| {
        let Some([.., width, height]) = bounds() else { return };
        let share = |[x, y]: Pixel| [x / width, y / height];
        let by = share(motion.by);
        let moved = chart.view.get_untracked().dragged(by);
        let about = share(motion.about);
        chart.view.set(moved.zoomed([about[0] + by[0], about[1] + by[1]], motion.factor));
    };
    let place = move |at: Pixel| {
        let [.., width, height] = bounds()?;
        Some(chart.view.get_untracked().place_at([at[0] / width, at[1] / height]))
    };
    // While hands move the view nothing is heard or taken, nor by the click that ends it.
    let set_busy = move |busy: bool| {
        if chart.busy.get_value() != busy {
            chart.busy.set_value(busy);
            if busy {
                chart.looked_at.set(None);
                chart.desk.audio.hush();
            }
        }
    };
    let hold = move |id: i32| {
        if let Some(stage) = stage.get_untracked() {
            // Fails only for a pointer that is gone.
            let _ = stage.set_pointer_capture(id);
        }
    };
    let down = move |event: PointerEvent| {
        let Some(at) = pixel(event.client_x(), event.client_y()).filter(|_| event.button() == 0) else { return };
        fingers.update_value(|fingers| fingers.press(event.pointer_id(), at));
        let (count, moves) = fingers.with_value(|fingers| (fingers.count(), fingers.moves()));
        set_busy(moves);
        if count == 2 {
            hold(event.pointer_id());
        } else if route.draws.get_untracked()
            && let Some(place) = place(at)
        {
            hold(event.pointer_id());
            route.path.set(Path::drawn_from(place));
            set_busy(true);
        }
    };
    let moved = move |event: PointerEvent| {
        let Some(at) = pixel(event.client_x(), event.client_y()) else { return };
        let mouse = event.pointer_type() != "touch";
        if mouse && event.buttons() & 1 == 0 {
            // It was let go where nobody saw it.
            fingers.update_value(|fingers| fingers.lift(event.pointer_id()));
            return;
        }
        let (count, was) = fingers.with_value(|fingers| (fingers.count(), fingers.moves()));
        if count == 1 && route.draws.get_untracked() && !was {
            if let Some(place) = place(at) {
                let zoom = chart.view.get_untracked().zoom();
                route.path.update(|path| path.draw_to(place, zoom));
            }
            return;
        }
        let motion = fingers.try_update_value(|fingers| fingers.moved(event.pointer_id(), at, mouse)).flatten();
        if let Some(motion) = motion {
            if !was {
                hold(event.pointer_id());
            }
            set_busy(true);
            apply(motion);
        }
    };
    let lift = move |event: PointerEvent| {
        fingers.update_value(|fingers| fingers.lift(event.pointer_id()));
        if fingers.with_value(Fingers::count) == 0 {
            // The click that follows still finds the map busy.
            set_timeout(
                move || {
                    if fingers.try_with_value(Fingers::count) == Some(0) {
                        set_busy(false);
                    }
                },
                std::time::Duration::ZERO,
            );
        }
    };
    let turned = move |event: WheelEvent| {
        let Some(at) = pixel(event.client_x(), event.client_y()) else { return };
        let motion = wheel(at, [event.delta_x(), event.delta_y()], event.delta_mode());
        // Out of the whole map the wheel scrolls the page.
        let shrinks_whole = motion.factor < 1.0 && chart.view.get_untracked().zoom() <= 1.0;
        if motion.factor != 1.0 && !shrinks_whole || motion.by != [0.0, 0.0] || event.ctrl_key() {
            event.prevent_default();
            apply(motion);
        }
    };
    // One finger scrolls the page, two move the map.
    let pinched = move |event: web_sys::TouchEvent| {
        let mine = fingers.with_value(|fingers| fingers.count() > 1) || route.draws.get_untracked();
        if mine && event.cancelable() {
            event.prevent_default();
        }
    };
    let grid = chart.grid;
    let kept = move || {
        chart.rendered.track();
        chart.sheet.with_value(|sheet| sheet.rendering.bytes())
    };
    let shape = move || {
        let grid = grid.get();
        format!("aspect-ratio:{} / {}", grid.columns * super::picture::COLUMNS, grid.rows * super::picture::ROWS)
    };
    view! {
        <div
            class="map"
            class:draws=move || route.draws.get()
            role="group"
            aria-label="Map of sounds"
            aria-describedby="map-way"
            style=shape
            data-level=move || chart.view.get().level()
            data-kept-bytes=kept
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=lift
            on:pointercancel=lift
            on:lostpointercapture=lift
            on:touchmove=pinched
            on:wheel=turned
        >
            <p id="map-way" class="unseen">
                "Brighter sounds lie to the right, longer ones towards the top. Arrow keys move from sound to sound and on beyond the edge, plus and minus zoom, zero shows the whole map."
            </p>
            <div class="stage" node_ref=stage style=format!("inset:-{MARGIN_PX}px")>
                <Board chart />
                <For each=move || 0..places(grid.get()) key=|place| *place children=move |place| {
                    view! { <Spot chart route place /> }
                } />
            </div>
            <Flags chart route />
        </div>
    }
}
