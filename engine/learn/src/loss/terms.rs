//! The terms of the loss. Each returns its weighted value and adds d value / d magnitude to `slope`.
//!
//! `x` are the target's magnitudes and `y` the sound's, both frame-major.

/// Added to magnitudes before a logarithm. At 22,050 Hz and half the window this is the metric's floor, sqrt(1e-7).
const FLOOR: f32 = 6.3e-4;

/// Power of the envelope's floor over the target's strongest band: -70 dB.
const ENVELOPE_FLOOR: f32 = 1e-7;

/// Spectral convergence: `||y - x|| / ||x||`.
pub(super) fn convergence(x: &[f32], y: &[f32], weight: f32, slope: &mut [f32]) -> f32 {
    let norm = x.iter().map(|v| v * v).sum::<f32>().sqrt().max(FLOOR);
    let distance = x.iter().zip(y).map(|(x, y)| (y - x) * (y - x)).sum::<f32>().sqrt();
    let scale = weight / (norm * distance.max(1e-9));
    for ((slope, x), y) in slope.iter_mut().zip(x).zip(y) {
        *slope += scale * (y - x);
    }
    weight * distance / norm
}

/// Mean absolute difference of log magnitudes, in nepers; `balance` says how much each bin of a frame counts.
pub(super) fn log_l1(x: &[f32], y: &[f32], balance: &[f32], weight: f32, slope: &mut [f32]) -> f32 {
    let frames = x.len() / balance.len();
    let scale = weight / (frames as f32 * balance.iter().sum::<f32>());
    let mut sum = 0.0;
    let rows = x.chunks_exact(balance.len()).zip(y.chunks_exact(balance.len()));
    for (slope, (x, y)) in slope.chunks_exact_mut(balance.len()).zip(rows) {
        let mut row = 0.0f32;
        for (((slope, x), y), balance) in slope.iter_mut().zip(x).zip(y).zip(balance) {
            let ratio = (y + FLOOR) / (x + FLOOR);
            row += balance * ratio.ln().abs();
            *slope += scale * balance * sign(ratio - 1.0) / (y + FLOOR);
        }
        sum += f64::from(row);
    }
    scale * sum as f32
}

/// Overlapping or adjacent frequency bands over the bins of one STFT.
pub(super) struct Bands {
    bins: usize,
    /// First bin and weights of each band.
    bands: Vec<(usize, Vec<f32>)>,
}

impl Bands {
    /// Triangular mel bands (O'Shaughnessy) from 30 Hz to Nyquist, each of unit sum.
    pub(super) fn mel(size: usize, count: usize, sample_rate_hz: f32) -> Self {
        let mel = |f: f32| 2_595.0 * (1.0 + f / 700.0).log10();
        let hertz = |m: f32| 700.0 * (10f32.powf(m / 2_595.0) - 1.0);
        let (bottom, top) = (mel(30.0), mel(sample_rate_hz / 2.0));
        let bin =
            |e: usize| hertz(bottom + (top - bottom) * e as f32 / (count + 1) as f32) * size as f32 / sample_rate_hz;
        let bins = size / 2 + 1;
        let bands = (0..count)
            .map(|band| {
                let (low, centre, high) = (bin(band), bin(band + 1), bin(band + 2));
                let first = (low.ceil() as usize).min(bins - 1);
                let last = (high.floor() as usize).clamp(first, bins - 1);
                let mut weights: Vec<f32> = (first..=last)
                    .map(|k| {
                        let k = k as f32;
                        ((k - low) / (centre - low)).min((high - k) / (high - centre)).max(0.0)
                    })
                    .collect();
                let sum: f32 = weights.iter().sum();
                if sum > 1e-6 {
                    weights.iter_mut().for_each(|w| *w /= sum);
                    (first, weights)
                } else {
                    // A band narrower than a bin takes the nearest one.
                    ((centre.round() as usize).min(bins - 1), vec![1.0])
                }
            })
            .collect();
        Self { bins, bands }
    }

    /// Adjacent bands of equal width on the ERB scale (Glasberg and Moore, 1990).
    pub(super) fn erb(size: usize, count: usize, sample_rate_hz: f32) -> Self {
        let bins = size / 2 + 1;
        let erb = |bin: usize| 21.4 * (1.0 + 0.00437 * bin as f32 * sample_rate_hz / size as f32).log10();
        let (bottom, top) = (erb(1), erb(bins));
        let band = |bin: usize| ((erb(bin) - bottom) / (top - bottom) * count as f32) as usize;
        let mut bands: Vec<(usize, Vec<f32>)> = Vec::new();
        let mut current = usize::MAX;
        for bin in 1..bins {
            if band(bin) != current {
                current = band(bin);
                bands.push((bin, Vec::new()));
            }
            bands.last_mut().expect("just pushed").1.push(1.0);
        }
        Self { bins, bands }
    }

    /// L1 of log band magnitudes.
    pub(super) fn log_l1(&self, x: &[f32], y: &[f32], weight: f32, slope: &mut [f32]) -> f32 {
        let frames = x.len() / self.bins;
        let scale = weight / (frames * self.bands.len()) as f32;
        let mut sum = 0.0f64;
        for frame in 0..frames {
            let row = frame * self.bins;
            for (first, weights) in &self.bands {
                let part = row + first..row + first + weights.len();
                let level = |v: &[f32]| v.iter().zip(weights).map(|(v, w)| v * w).sum::<f32>() + FLOOR;
                let (x, y) = (level(&x[part.clone()]), level(&y[part.clone()]));
                sum += f64::from((y / x).ln().abs());
                let gradient = scale * sign(y - x) / y;
                for (slope, w) in slope[part].iter_mut().zip(weights) {
                    *slope += gradient * w;
                }
            }
        }
        scale * sum as f32
    }

    /// L1 of log band powers that are averaged over `2 x reach + 1` frames, in nepers, where either sound is audible.
    ///
    /// The average takes the luck out of noise: what is left is the shape.
    pub(super) fn envelope(&self, x: &[f32], y: &[f32], reach: usize, weight: f32, slope: &mut [f32]) -> f32 {
        let frames = x.len() / self.bins;
        let count = self.bands.len();
        let power = |v: &[f32]| -> Vec<f32> {
            let rows = v.chunks_exact(self.bins);
            let power = |(first, weights): &(usize, Vec<f32>), row: &[f32]| {
                row[*first..].iter().zip(weights).map(|(v, w)| w * v * v).sum::<f32>()
            };
            rows.flat_map(|row| self.bands.iter().map(move |band| power(band, row))).collect()
        };
        let smooth = |power: &[f32], frame: usize, band: usize| {
            let span = frame as isize - reach as isize..=frame as isize + reach as isize;
            let at = |k: isize| power[k.clamp(0, frames as isize - 1) as usize * count + band];
            span.map(at).sum::<f32>() / (2 * reach + 1) as f32
        };
        let (x, own) = (power(x), power(y));
        let floor = ENVELOPE_FLOOR * x.iter().fold(0.0f32, |a, &b| a.max(b)) + 1e-9;
        let mut sum = 0.0;
        let mut audible = 0usize;
        let mut towards = vec![0.0f32; own.len()];
        for frame in 0..frames {
            for band in 0..count {
                let (a, b) = (smooth(&x, frame, band), smooth(&own, frame, band));
                if a > floor || b > floor {
                    audible += 1;
                    sum += 0.5 * ((b + floor) / (a + floor)).ln().abs();
                    towards[frame * count + band] = 0.5 * sign(b - a) / (b + floor);
                }
            }
        }
        let scale = weight / audible.max(1) as f32;
        for frame in 0..frames {
            for (band, (first, weights)) in self.bands.iter().enumerate() {
                let gradient = 2.0 * scale * smooth(&towards, frame, band);
                let part = frame * self.bins + first..frame * self.bins + first + weights.len();
                for ((slope, y), w) in slope[part.clone()].iter_mut().zip(&y[part]).zip(weights) {
                    *slope += gradient * w * y;
                }
            }
        }
        scale * sum
    }

    /// Texture distance: mean |change from frame to frame| of log magnitude in each band, sound against target.
    ///
    /// Only bins count where the target stays above -60 dB of its peak.
    pub(super) fn texture(&self, x: &[f32], y: &[f32], weight: f32, slope: &mut [f32]) -> f32 {
        let frames = x.len() / self.bins;
        let threshold = x.iter().fold(0.0f32, |a, &b| a.max(b)) * 1e-3 + 1e-6;
        let scale = weight / self.bands.len() as f32;
        let mut sum = 0.0;
        let mut active = Vec::new();
        for (first, weights) in &self.bands {
            active.clear();
            let (mut target, mut sound) = (0.0f32, 0.0f32);
            for frame in 1..frames {
                let row = frame * self.bins + first;
                for now in row..row + weights.len() {
                    let before = now - self.bins;
                    if x[now] > threshold && x[before] > threshold {
                        target += ((x[now] + FLOOR) / (x[before] + FLOOR)).ln().abs();
                        sound += ((y[now] + FLOOR) / (y[before] + FLOOR)).ln().abs();
                        active.push(now);
                    }
                }
            }
            if active.len() < 12 {
                continue;
            }
            let count = active.len() as f32;
            sum += (sound - target).abs() / count;
            let gradient = scale * sign(sound - target) / count;
            for &now in &active {
                let before = now - self.bins;
                let direction = gradient * sign(y[now] - y[before]);
                slope[now] += direction / (y[now] + FLOOR);
                slope[before] -= direction / (y[before] + FLOOR);
            }
        }
        scale * sum
    }
}

fn sign(value: f32) -> f32 {
    if value > 0.0 {
        1.0
    } else if value < 0.0 {
        -1.0
    } else {
        0.0
    }
}
