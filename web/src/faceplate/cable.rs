//! The way to the loudspeaker: a jack beside the panel, and the cable from Out that lies there while the sound runs.

use super::geometry::{Geometry, Kind};
use crate::desk::{Desk, Phase};
use crate::layout::Layout;
use leptos::prelude::*;

/// The loudspeaker's jack, in CSS pixels right of and below the panel's lower right corner.
const AUDIO_AT: [f64; 2] = [37.0, 42.0];

/// Radius of a plug in the panel and in the bench, in CSS pixels.
const PLUG_IN_PANEL: f64 = 9.5;
const PLUG_IN_BENCH: f64 = 7.5;

/// Jack and cable; decoration, since the way out is always the loudspeaker.
#[component]
pub(crate) fn AudioCable(layout: ReadSignal<Layout>) -> impl IntoView {
    let desk = Desk::get();
    let geometry = Geometry::get();
    let out = geometry.components.iter().find(|component| component.kind == Kind::AudioOut);
    let [out_x, out_y] = out.map_or([0.0; 2], |out| out.centre);
    let ends = move || {
        let mm = layout.get().px_per_mm(geometry.display().1[0]);
        let corner = [geometry.panel.width * mm, geometry.panel.height * mm];
        ([out_x * mm, out_y * mm], [corner[0] + AUDIO_AT[0], corner[1] + AUDIO_AT[1]])
    };
    let course = move || {
        let ([x0, y0], [x1, y1]) = ends();
        format!("M{x0:.1} {y0:.1}C{:.1} {:.1} {:.1} {:.1} {x1:.1} {y1:.1}", x0 + 16.0, y0 + 70.0, x1 + 26.0, y1 - 70.0)
    };
    let at = move |end: [f64; 2]| format!("translate({:.1} {:.1})", end[0], end[1]);
    let plug = |radius: f64| {
        view! {
            <circle cy="1.5" r=radius + 0.8 fill="#000" opacity=".3" />
            <circle r=radius fill="#17181a" stroke="var(--cable-audio)" stroke-width="2.6" />
            <circle r=radius * 0.36 fill="var(--cable-audio)" />
        }
    };
    view! {
        <svg class="cable" aria-hidden="true">
            <g transform=move || at(ends().1)>
                <circle r="10.1" fill="var(--jack-nut)" stroke="var(--jack-edge)" stroke-width="1.1" />
                <circle r="6.6" fill="#0a0a0b" />
                <circle r="4.2" fill="#2c2e31" />
                <text y="29" text-anchor="middle">"Audio"</text>
            </g>
            <g style:display=move || if desk.phase.get() == Phase::Running { "inline" } else { "none" }>
                <path d=course stroke="#000" stroke-opacity=".22" stroke-width="7.5" transform="translate(2 5)" />
                <path d=course stroke="#0c0d0e" stroke-width="7.9" />
                <path d=course stroke="var(--cable-audio)" stroke-width="6.5" />
                <path d=course stroke="#121314" stroke-width="1.6" />
                <g transform=move || at(ends().0)>{plug(PLUG_IN_PANEL)}</g>
                <g transform=move || at(ends().1)>{plug(PLUG_IN_BENCH)}</g>
            </g>
        </svg>
    }
}
