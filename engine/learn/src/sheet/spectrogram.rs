//! Levels over time and logarithmic frequency, one for each pixel.

use realfft::RealFftPlanner;

use super::RATE_HZ;

/// Frequencies at the lower and upper edge, in hertz.
pub(super) const LOWEST_HZ: f32 = 40.0;
pub(super) const HIGHEST_HZ: f32 = 20_000.0;

/// The level that is nearly black, relative to the loudest point, in decibels.
pub(super) const DARKEST_DB: f32 = -80.0;

/// Samples under the window, 23 ms: short enough to show an attack, long enough to part the modes of a bell.
const WINDOW: usize = 1_024;

/// Length of the transform: the padding draws low tones smoothly.
const TRANSFORM: usize = 4_096;

/// Level of nothing at all, in decibels.
const NOTHING_DB: f32 = -200.0;

/// Levels in decibels of the first `samples` of a sound, row by row from the highest frequency; `(width, height)` pixels.
pub(super) fn levels(sound: &[f32], samples: usize, (width, height): (usize, usize)) -> Vec<f32> {
    let hann = |n: usize| 0.5 - 0.5 * (std::f32::consts::TAU * n as f32 / WINDOW as f32).cos();
    let window: Vec<f32> = (0..WINDOW).map(hann).collect();
    let transform = RealFftPlanner::<f32>::new().plan_fft_forward(TRANSFORM);
    let (mut frame, mut spectrum) = (transform.make_input_vec(), transform.make_output_vec());
    let rows: Vec<[f32; 2]> = (0..height).map(|row| [row_bin(row + 1, height), row_bin(row, height)]).collect();
    let mut levels = vec![NOTHING_DB; width * height];
    for column in 0..width {
        let centre = (column as f32 + 0.5) * samples as f32 / width as f32;
        let start = centre as isize - WINDOW as isize / 2;
        frame.fill(0.0);
        for (index, (value, weight)) in frame.iter_mut().zip(&window).enumerate() {
            let sample = usize::try_from(start + index as isize).ok().and_then(|at| sound.get(at));
            *value = sample.map_or(0.0, |sample| sample * weight);
        }
        transform.process(&mut frame, &mut spectrum).expect("the buffers have the lengths of the plan");
        let powers: Vec<f32> = spectrum.iter().map(|bin| bin.norm_sqr()).collect();
        for (row, &[low, high]) in rows.iter().enumerate() {
            let power = strongest(&powers, low, high);
            if power > 0.0 {
                levels[row * width + column] = (10.0 * power.log10()).max(NOTHING_DB);
            }
        }
    }
    levels
}

/// The bin, with its fraction, at the upper edge of a row.
fn row_bin(row: usize, height: usize) -> f32 {
    let part = 1.0 - row as f32 / height as f32;
    LOWEST_HZ * (HIGHEST_HZ / LOWEST_HZ).powf(part) * TRANSFORM as f32 / RATE_HZ
}

/// The largest power between two fractional bins, linear between the bins.
fn strongest(powers: &[f32], low: f32, high: f32) -> f32 {
    let at = |position: f32| {
        let index = (position as usize).min(powers.len() - 2);
        let fraction = position - index as f32;
        powers[index] + fraction * (powers[index + 1] - powers[index])
    };
    let whole = powers[low.ceil() as usize..=(high.floor() as usize).max(low.ceil() as usize - 1)].iter();
    whole.fold(at(low).max(at(high)), |most, &power| most.max(power))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_is_a_line_at_its_frequency() {
        let tone: Vec<f32> =
            (0..20_000).map(|n| (std::f32::consts::TAU * 1_000.0 * n as f32 / RATE_HZ).sin()).collect();
        let levels = levels(&tone, tone.len(), (10, 90));
        let column: Vec<f32> = (0..90).map(|row| levels[row * 10 + 5]).collect();
        let loudest = (0..90).max_by(|&a, &b| column[a].total_cmp(&column[b])).expect("rows");
        let [low, high] = [row_bin(loudest + 1, 90), row_bin(loudest, 90)].map(|bin| bin * RATE_HZ / TRANSFORM as f32);
        assert!(low < 1_015.0 && high > 985.0, "{low} to {high} Hz");
        assert!(column[loudest] > column[10] + 60.0, "noise floor");
    }

    #[test]
    fn silence_has_the_level_of_nothing() {
        assert!(levels(&[], 1_000, (4, 8)).iter().all(|&level| level == NOTHING_DB));
    }
}
