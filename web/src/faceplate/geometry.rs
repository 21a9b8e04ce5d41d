//! Where a hole, a jack or a label sits: `static/faceplate.json`, in millimetres from the top left.

use serde::Deserialize;
use std::sync::LazyLock;

/// The part of the faceplate's table that the page draws.
#[derive(Debug, Deserialize)]
pub(crate) struct Geometry {
    pub(crate) panel: Board,
    pub(crate) mounting: Vec<Mounting>,
    pub(crate) components: Vec<Component>,
    pub(crate) artwork: Artwork,
}

/// Outer size of the board.
#[derive(Debug, Deserialize)]
pub(crate) struct Board {
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// A screw that holds the panel.
#[derive(Debug, Deserialize)]
pub(crate) struct Mounting {
    pub(crate) centre: [f64; 2],
    pub(crate) head_d: f64,
}

/// What a component is; decides how it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Display,
    Encoder,
    GateIn,
    CvIn,
    AudioOut,
    Led,
}

/// One part behind or on the panel.
#[derive(Debug, Deserialize)]
pub(crate) struct Component {
    pub(crate) id: String,
    pub(crate) kind: Kind,
    pub(crate) centre: [f64; 2],
    /// What it is called where it is not seen.
    pub(crate) accessible_name: Option<String>,
    /// Drilled hole; the display has a window instead.
    pub(crate) hole_d: Option<f64>,
    pub(crate) nut_d: Option<f64>,
    pub(crate) knob_d: Option<f64>,
    /// Cut-out of a display.
    pub(crate) window: Option<[f64; 2]>,
    /// Lit area of a display.
    pub(crate) active: Option<[f64; 2]>,
}

/// What is printed and has numbers of its own.
#[derive(Debug, Deserialize)]
pub(crate) struct Artwork {
    pub(crate) strike: Strike,
}

/// The seven descriptors wrapped clockwise round the knob from one strike line.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Strike {
    pub(crate) centre: [f64; 2],
    /// Angle that the whole duration takes.
    pub(crate) sweep_deg: f64,
    /// Base line of the innermost ring.
    pub(crate) first_radius: f64,
    /// From one base line to the next.
    pub(crate) pitch: f64,
    /// Height of a full-scale value over its base line.
    pub(crate) height: f64,
}

static GEOMETRY: LazyLock<Geometry> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../static/faceplate.json"))
        .expect("static/faceplate.json is part of this program and has the fields that it draws")
});

impl Geometry {
    /// The table, parsed once.
    pub(crate) fn get() -> &'static Self {
        &GEOMETRY
    }

    /// The display's component and its lit area in millimetres.
    pub(crate) fn display(&self) -> (&Component, [f64; 2]) {
        let display = self.components.iter().find(|component| component.kind == Kind::Display);
        let display = display.expect("the faceplate has a display");
        (display, display.active.expect("a display has a lit area"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_every_jack_of_the_instrument() {
        let jacks: Vec<_> = Geometry::get()
            .components
            .iter()
            .filter(|component| matches!(component.kind, Kind::GateIn | Kind::CvIn | Kind::AudioOut))
            .map(|component| component.id.as_str())
            .collect();
        assert_eq!(jacks, ["gate1", "gate2", "cv1", "cv2", "cv3", "cv4", "out"]);
    }
}
