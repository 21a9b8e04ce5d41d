//! Reproducible chance: a number belongs to its place (seed, stream, turn), so nothing depends on the order of asking.

use crate::models::noise::Random;

/// An odd number without pattern, which keeps the streams of one seed apart.
const STREAM: u64 = 0xD1B5_4A32_D192_ED03;

/// A number in `[0, 1)`, evenly distributed. Real-time safe.
pub(super) fn draw(seed: u32, stream: u32, turn: u64) -> f32 {
    let key = Random::new(u64::from(seed) ^ u64::from(stream).wrapping_add(1).wrapping_mul(STREAM)).next_u64();
    let bits = Random::new(key ^ turn).next_u64();
    (bits >> 40) as f32 / (1u32 << 24) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_even_and_streams_differ() {
        let count = 20_000u64;
        for stream in 0..6 {
            let draws: Vec<f32> = (0..count).map(|turn| draw(7, stream, turn)).collect();
            for tenth in 0..10 {
                let part = draws.iter().filter(|&&x| (x * 10.0) as i32 == tenth).count() as f64 / count as f64;
                assert!((part - 0.1).abs() < 0.01, "stream {stream}, tenth {tenth}: {part}");
            }
            let other: Vec<f32> = (0..count).map(|turn| draw(7, stream + 1, turn)).collect();
            let together: f64 = draws.iter().zip(&other).map(|(a, b)| f64::from((a - 0.5) * (b - 0.5))).sum();
            assert!((together / count as f64).abs() < 0.003, "streams {stream} and {}: {together}", stream + 1);
        }
    }
}
