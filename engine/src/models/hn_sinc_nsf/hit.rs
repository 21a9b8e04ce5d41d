//! One hit as it is played: the network's sound with the strength of the stroke and an end without a click.

use super::{Ask, Draws, SAMPLE_RATE_HZ, Weights, frames, render};
use crate::control::Parameters;

/// Time in which a hit fades out at its end, in seconds: the network has no silence of its own.
pub const CLOSING_S: f32 = 0.010;

/// One hit at 22,050 Hz. `parameters` says how the panel stands so many seconds after the trigger. Works for about a second
/// for each second of sound.
#[must_use]
pub fn hit(weights: &Weights, ask: &Ask<'_>, parameters: impl FnMut(f32) -> Parameters) -> Vec<f32> {
    let frames = frames(ask, parameters);
    let mut sound = render(weights, &frames, &Draws::new(ask.seed, frames.len()));
    finish(&mut sound, ask.velocity);
    sound
}

/// Gives what the network rendered the strength of its stroke and fades its end out: hosts that render elsewhere call it.
pub fn finish(sound: &mut [f32], velocity: f32) {
    let closing = ((CLOSING_S * SAMPLE_RATE_HZ as f32) as usize).min(sound.len());
    let end = sound.len() - closing;
    sound.iter_mut().for_each(|sample| *sample *= velocity);
    for (index, sample) in sound[end..].iter_mut().enumerate() {
        *sample *= (closing - 1 - index) as f32 / closing as f32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finished_hit_is_as_strong_as_its_stroke_and_ends_in_silence() {
        let mut sound = vec![1.0; 1_000];
        finish(&mut sound, 0.5);
        assert_eq!((sound[0], sound[700], sound[999]), (0.5, 0.5, 0.0));
        assert!(sound.is_sorted_by(|a, b| a >= b), "it falls steadily");
        finish(&mut [], 1.0);
    }
}
