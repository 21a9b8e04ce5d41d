//! The printed artwork, `static/faceplate.svg`: lettering is outlined there and is never set again in type.

use leptos::prelude::*;

/// The whole artwork, one SVG document of 55.5 x 128.5 mm.
pub(super) const PANEL: &str = include_str!("../../../static/faceplate.svg");

/// The artwork without its XML size in millimetres, to be scaled by the page.
pub(super) fn panel_markup() -> String {
    PANEL.replacen(r#"width="55.5mm" height="128.5mm""#, r#"width="100%" height="100%""#, 1)
}

/// Path data of the element with this id.
fn path(id: &str) -> Option<&'static str> {
    let element = &PANEL[PANEL.find(&format!(r#"<path id="{id}""#))?..];
    let data = &element[element.find(r#" d=""#)? + 4..];
    data.split('"').next()
}

/// The name, decaying in width and weight like a hit.
#[component]
pub(crate) fn Wordmark() -> impl IntoView {
    view! {
        <svg class="mark" role="img" aria-label="Neurorack" viewBox="4.6 8.2 46.4 5.7">
            <path d=path("name").unwrap_or_default() />
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_found_in_the_artwork() {
        assert!(path("name").is_some_and(|data| data.starts_with('M')));
        assert_ne!(panel_markup(), PANEL, "the size in millimetres was found and replaced");
    }
}
