//! The map's file, from the server.

use crate::audio::{fetch_bytes, pause};
use neurorack_engine::models::curve_vae::CurveVae;

/// Address relative to the page's own.
const MAP: &str = "banks/impacts-map.safetensors";

/// Fetches the map and computes its test vectors, in tasks that leave the page its thread in between.
pub(super) async fn read_map() -> Result<CurveVae, String> {
    let bytes = fetch_bytes(MAP)
        .await
        .map_err(|sentence| sentence.replace("reload the page", "press \u{201c}Load the map\u{201d}"))?;
    let broken = |error: String| format!("The map that came with this page cannot be used: {error}. Reload the page.");
    pause(0).await;
    let vae = CurveVae::parse(&bytes).map_err(|error| broken(error.to_string()))?;
    pause(0).await;
    vae.verify().map_err(|error| broken(error.to_string()))?;
    pause(0).await;
    Ok(vae)
}
