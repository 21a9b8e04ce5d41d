//! The page's own clock, which events' time stamps follow.

use leptos::prelude::window;

/// Now, in milliseconds since the page was opened; 0 where there is no clock.
pub(crate) fn now_ms() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}
