//! Finding the first impact in a recording.
//!
//! - Onset: the first sample above -40 dB of the peak, then back while the sound before it is still rising out of the
//!   floor, at most 2 ms.
//! - End: 4 s after the start; or where the sound stays below -60 dB of the peak; or just before a second impact, which
//!   is a rise by 20 dB, at least 150 ms after the onset, to within 20 dB of the peak so far.

/// Below this peak a recording is silent: -80 dB of full scale.
const SILENCE: f32 = 1e-4;

/// Share of the peak that the onset exceeds: -40 dB.
const ONSET_SHARE: f32 = 1e-2;

/// Share of the peak below which the start and the end are silence: -60 dB.
const FLOOR_SHARE: f32 = 1e-3;

/// How far the start may lie before the onset, in seconds.
const LEAD_SECONDS: f32 = 2e-3;

/// Longest impact, in seconds.
const LONGEST_SECONDS: f32 = 4.0;

/// Earliest second impact after the first, in seconds.
const SECOND_IMPACT_SECONDS: f32 = 0.15;

/// Ratio of a second impact to the sound before it, and to the peak so far: 20 dB.
const SECOND_IMPACT_RATIO: f32 = 10.0;

/// Envelope step in seconds: half a period of 50 Hz, so that low tones have a smooth envelope.
const STEP_SECONDS: f32 = 0.01;

/// Steps of envelope before a second impact that must be quiet.
const QUIET_STEPS: usize = 5;

/// Fade-out at a cut, in seconds.
const FADE_SECONDS: f32 = 5e-3;

/// The first impact in `samples`; `None` if they are silent.
pub(crate) fn first_impact(samples: &[f32], sample_rate_hz: u32) -> Option<Vec<f32>> {
    let in_samples = |seconds: f32| (seconds * sample_rate_hz as f32).round() as usize;
    let peak = peak_of(samples);
    if peak < SILENCE {
        return None;
    }
    let onset = samples.iter().position(|sample| sample.abs() >= ONSET_SHARE * peak)?;
    let lead = &samples[onset.saturating_sub(in_samples(LEAD_SECONDS))..onset];
    let start = onset - lead.iter().rev().take_while(|sample| sample.abs() > FLOOR_SHARE * peak).count();

    let step = in_samples(STEP_SECONDS);
    let envelope: Vec<f32> = samples[start..].chunks(step).map(peak_of).collect();
    let alone = &envelope[..second_impact(&envelope).unwrap_or(envelope.len())];
    let steps = 1 + alone.iter().rposition(|&level| level >= FLOOR_SHARE * peak)?;
    let end = (start + steps * step).min(start + in_samples(LONGEST_SECONDS)).min(samples.len());

    let mut impact = samples[start..end].to_vec();
    if end < samples.len() {
        fade_out(&mut impact, in_samples(FADE_SECONDS));
    }
    Some(impact)
}

/// The envelope step just before a second impact begins.
fn second_impact(envelope: &[f32]) -> Option<usize> {
    let earliest = (SECOND_IMPACT_SECONDS / STEP_SECONDS).ceil() as usize;
    (earliest..envelope.len()).find_map(|step| {
        // The attack may begin in the step before.
        let before = step - 1;
        let quiet = peak_of(&envelope[before - QUIET_STEPS..before]);
        let least = SECOND_IMPACT_RATIO * quiet;
        let audible = peak_of(&envelope[..before]) / SECOND_IMPACT_RATIO;
        (envelope[step] >= least && envelope[step] >= audible).then_some(before)
    })
}

fn peak_of(samples: &[f32]) -> f32 {
    samples.iter().fold(0.0, |peak, sample| peak.max(sample.abs()))
}

/// Multiplies the last `length` samples by a falling line that ends at 0.
fn fade_out(samples: &mut [f32], length: usize) {
    let length = length.min(samples.len());
    let start = samples.len() - length;
    for (index, sample) in samples[start..].iter_mut().enumerate() {
        *sample *= (length - 1 - index) as f32 / length as f32;
    }
}
