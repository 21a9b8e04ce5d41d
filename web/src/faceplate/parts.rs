//! What is mounted on the panel, drawn in millimetres: screws, encoder, jacks, lamps.

use super::geometry::{Component, Geometry, Kind};
use crate::desk::Desk;
use leptos::prelude::*;

/// Detents in a turn of the encoder.
const DETENTS: i32 = 24;

/// Gradients of metal and knob; nothing else on the page has one.
#[component]
pub(super) fn Materials() -> impl IntoView {
    view! {
        <defs>
            <radialGradient id="knob-cap" cx=".4" cy=".3" r=".9">
                <stop offset="0" stop-color="#4a4d51" />
                <stop offset=".6" stop-color="#26282b" />
                <stop offset="1" stop-color="#17181a" />
            </radialGradient>
            <linearGradient id="metal" x1="0" y1="0" x2="1" y2="1">
                <stop offset="0" stop-color="#f1f2f1" />
                <stop offset=".5" stop-color="#8b9092" />
                <stop offset="1" stop-color="#d2d5d4" />
            </linearGradient>
        </defs>
    }
}

/// The four screws.
pub(super) fn screws() -> impl IntoView {
    let screw = |[x, y]: [f64; 2], head_d: f64| {
        view! {
            <circle cx=x cy=y r=head_d * 0.433 fill="url(#metal)" />
            <circle cx=x cy=y r=head_d * 0.192 fill="#2a2c2e" />
        }
    };
    Geometry::get().mounting.iter().map(|mounting| screw(mounting.centre, mounting.head_d)).collect_view()
}

/// A part of the panel at rest.
pub(super) fn part(component: &'static Component) -> AnyView {
    match component.kind {
        Kind::Display => display(component).into_any(),
        Kind::Encoder => encoder(component).into_any(),
        Kind::GateIn | Kind::CvIn | Kind::AudioOut => jack(component).into_any(),
        Kind::Led => ().into_any(),
    }
}

/// The display's window; its pixels are a canvas over it.
fn display(component: &Component) -> impl IntoView + use<> {
    let [x, y] = component.centre;
    let [width, height] = component.window.unwrap_or_default();
    view! {
        <rect x=x - width / 2.0 y=y - height / 2.0 width=width height=height
            fill="#04060a" stroke="#2b2d31" stroke-width=".25" />
    }
}

/// The encoder, its pointer turned as far as the menu was.
fn encoder(component: &Component) -> impl IntoView + use<> {
    let turned = Desk::get().menu.turned;
    let [x, y] = component.centre;
    let radius = component.knob_d.unwrap_or_default() / 2.0;
    let grip = |notch: u32| {
        let (sin, cos) = (f64::from(notch) / 48.0 * std::f64::consts::TAU).sin_cos();
        let (inner, outer) = (radius * 0.922, radius * 0.994);
        view! {
            <line x1=x + inner * cos y1=y + inner * sin x2=x + outer * cos y2=y + outer * sin
                stroke="#3a3d40" stroke-width=".35" />
        }
    };
    view! {
        <circle cx=x cy=y + 0.9 r=radius * 1.033 fill="#000" opacity=".55" />
        <circle cx=x cy=y r=radius fill="#0c0d0e" />
        {(0..48).map(grip).collect_view()}
        <circle cx=x cy=y r=radius * 0.878 fill="url(#knob-cap)" />
        <line x1=x + 2.6 y1=y - 4.5 x2=x + 3.9 y2=y - 6.75 stroke="#f4f2ec" stroke-width=".7" stroke-linecap="round"
            transform=move || format!("rotate({} {x} {y})", turned.get() % DETENTS * 360 / DETENTS) />
    }
}

fn jack(component: &Component) -> impl IntoView + use<> {
    let [x, y] = component.centre;
    let nut = component.nut_d.unwrap_or_default() / 2.0;
    let hole = component.hole_d.unwrap_or_default() / 2.0;
    view! {
        <circle cx=x cy=y r=nut fill="url(#metal)" stroke="#000" stroke-width=".2" />
        <circle cx=x cy=y r=hole * 0.84 fill="#0a0a0b" />
        <circle cx=x cy=y r=hole * 0.565 fill="#26282b" />
    }
}

/// A lamp: its colour at rest, its colour lit, and how bright it is, from 0 to 1.
pub(super) fn lamp(
    component: &Component,
    rest: &'static str,
    lit: &'static str,
    brightness: impl Fn() -> f64 + Send + 'static,
) -> AnyView {
    let [x, y] = component.centre;
    let radius = component.hole_d.unwrap_or_default() / 2.0;
    view! {
        <circle cx=x cy=y r=radius fill=rest />
        <g class="led" style:opacity=move || format!("{:.2}", brightness())>
            <circle cx=x cy=y r=radius * 2.4 fill=lit opacity=".22" />
            <circle cx=x cy=y r=radius fill=lit />
        </g>
    }
    .into_any()
}
