//! The cables over the page: they hang from jack to jack, in the colour and texture of what they carry.

use super::hang::{Place, course, course_from_edge, left_edge};
use super::names::is_gate;
use super::observer::on_resize;
use super::patching::{End, jack_of};
use crate::desk::Desk;
use crate::layout::Layout;
use leptos::html;
use leptos::prelude::*;

/// Radius of a plug on the bench and on the panel, in CSS pixels.
const PLUG_ON_BENCH: f64 = 7.5;
const PLUG_ON_PANEL: f64 = 9.5;

/// A cable as it is drawn.
#[derive(Debug, Clone, PartialEq)]
struct Drawn {
    path: String,
    /// Its plugs: place and radius.
    plugs: Vec<(Place, f64)>,
    gate: bool,
    /// Whether another one is in the hand.
    dim: bool,
}

/// All cables. `view` is what else decides where jacks are.
#[component]
pub(crate) fn Cables(layout: ReadSignal<Layout>, view: Signal<usize>) -> impl IntoView {
    let desk = Desk::get();
    let svg = NodeRef::<leptos::svg::Svg>::new();
    let drawn = RwSignal::new(Vec::<Drawn>::new());
    let cables = Memo::new(move |_| desk.patch.with(|patch| patch.cables));
    let waits = StoredValue::new(false);
    // Jacks stand where they are to be only after the page was laid out.
    let measure = move || {
        if waits.try_get_value() != Some(false) {
            return;
        }
        waits.set_value(true);
        request_animation_frame(move || {
            if waits.try_set_value(false).is_some() {
                return;
            }
            let Some(origin) = svg.get_untracked().map(|svg| svg.get_bounding_client_rect()) else { return };
            let now = draw(desk, [origin.left(), origin.top()]);
            if drawn.with_untracked(|drawn| *drawn != now) {
                drawn.set(now);
            }
        });
    };
    Effect::new(move |_| {
        let _ = (layout.get(), view.get(), cables.get(), desk.patching.held.get());
        measure();
    });
    let sized = NodeRef::<html::Div>::new();
    on_resize(sized, measure);
    view! {
        // As large as the page: whatever moves jacks changes its size, or the window's.
        <div class="page-size" node_ref=sized aria-hidden="true"></div>
        <svg class="cables" node_ref=svg aria-hidden="true">
            {move || drawn.get().into_iter().map(picture).collect_view()}
        </svg>
    }
}

/// Where jacks are, from the page's top left, and what hangs between them.
fn draw(desk: Desk, [left, top]: Place) -> Vec<Drawn> {
    let held = desk.patching.held.get_untracked();
    let place = |end: End| {
        let rect = jack_of(end)?.get_bounding_client_rect();
        Some([rect.left() + rect.width() / 2.0 - left, rect.top() + rect.height() / 2.0 - top])
    };
    let mut leaving = 0;
    let mut drawn = Vec::new();
    desk.patch.with_untracked(|patch| {
        for cable in patch.cables.iter() {
            if held
                .and_then(|held| held.pulled)
                .is_some_and(|pulled| (pulled.from, pulled.to) == (cable.from, cable.to))
            {
                continue;
            }
            let ends = (place(End::Source(cable.from)), place(End::Input(cable.to)));
            let (path, plugs) = match ends {
                (Some(from), Some(to)) => (course(from, to), vec![(from, PLUG_ON_BENCH), (to, PLUG_ON_PANEL)]),
                (None, Some(to)) => {
                    leaving += 1;
                    (course_from_edge(left_edge(to, leaving - 1), to), vec![(to, PLUG_ON_PANEL)])
                }
                // The panel is on another screen.
                (Some(from), None) => (String::new(), vec![(from, PLUG_ON_BENCH)]),
                (None, None) => continue,
            };
            drawn.push(Drawn { path, plugs, gate: is_gate(cable.from), dim: held.is_some() });
        }
    });
    if let Some(held) = held
        && let Some(fixed) = place(held.fixed)
    {
        let loose = [held.at[0] - left, held.at[1] - top];
        let (from, to, gate) = match held.fixed {
            End::Source(source) => (fixed, loose, is_gate(source)),
            End::Input(_) => (loose, fixed, false),
        };
        drawn.push(Drawn {
            path: course(from, to),
            plugs: vec![(fixed, PLUG_ON_BENCH), (loose, PLUG_ON_PANEL)],
            gate,
            dim: false,
        });
    }
    drawn
}

fn picture(cable: Drawn) -> impl IntoView {
    let Drawn { path, plugs, gate, dim } = cable;
    let colour = if gate { "var(--cable-gate)" } else { "var(--cable-cv)" };
    let plug = move |([x, y], radius): (Place, f64)| {
        view! {
            <g transform=format!("translate({x:.1} {y:.1})")>
                <circle cy="1.5" r=radius + 0.8 fill="#000" opacity=".3" />
                <circle r=radius fill="#17181a" stroke=colour stroke-width="2.6" />
                <circle r=radius * 0.36 fill=colour />
            </g>
        }
    };
    view! {
        <g class:dim=dim>
            <path d=path.clone() stroke="#000" stroke-opacity=".22" stroke-width="6" transform="translate(2 5)" />
            <path d=path.clone() stroke="#0c0d0e" stroke-width="6.4" />
            <path d=path.clone() stroke=colour stroke-width="5" />
            {gate.then(|| view! { <path d=path stroke="#fff" stroke-opacity=".8" stroke-width="1.3" stroke-dasharray="5 5" /> })}
            {plugs.into_iter().map(plug).collect_view()}
        </g>
    }
}
