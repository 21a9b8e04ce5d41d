//! What is heard in a recording.

/// A sample above this belongs to a hit (-60 dB).
pub(crate) const AUDIBLE: f32 = 1e-3;

/// Where sound begins after at least so many samples of silence.
pub(crate) fn onsets(samples: &[f32], rest: usize) -> Vec<usize> {
    let (mut onsets, mut quiet) = (Vec::new(), rest);
    for (at, sample) in samples.iter().enumerate() {
        if sample.abs() > AUDIBLE {
            if quiet >= rest {
                onsets.push(at);
            }
            quiet = 0;
        } else {
            quiet += 1;
        }
    }
    onsets
}

/// Zero crossings a second: brighter sounds have more.
pub(crate) fn crossings_hz(samples: &[f32], rate: u32) -> f32 {
    let crossings = samples.windows(2).filter(|pair| (pair[0] < 0.0) != (pair[1] < 0.0)).count();
    crossings as f32 * rate as f32 / samples.len() as f32
}
