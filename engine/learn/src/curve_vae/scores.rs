//! How well a map does its work, measured through the engine: reconstruction, invention, interpolation, the plane.

use std::collections::BTreeMap;

use neurorack_engine::descriptors::DescriptorCurve;
use neurorack_engine::models::conditioning::{self, RELIABILITY, RMS};
use neurorack_engine::models::curve_vae::{CurveVae, LATENT, Outline, OutlineNormalisation};
use neurorack_engine::models::noise::Random;

use super::batch::{costs, outline};
use super::map::{Point, brightness};

/// Names and figures.
pub type Scores = BTreeMap<String, f64>;

/// Invented sounds that are measured.
const SAMPLES: u64 = 400;

/// Steps from one sound to another.
const STEPS: usize = 16;

/// Places along a side of the plane where it is measured.
const LATTICE: usize = 33;

/// Places that are looked for again.
const PLACES: usize = 1_000;

/// Cells along a side that ought to hold sounds.
const CELLS: usize = 16;

/// Neighbours that ought to stay neighbours.
const NEIGHBOURS: usize = 10;

/// Spectral descriptors with the octaves (or decades) of one unit in their scale.
const SPECTRAL: [(usize, &str); 5] = [
    (1, "zcr_octaves"),
    (2, "rolloff_octaves"),
    (3, "flatness_log10"),
    (4, "bandwidth_octaves"),
    (5, "centroid_octaves"),
];

/// Mean errors of curves that went through the latent space: of recordings that were held out.
///
/// Over frames within 60 dB of the peak and above -60 dBFS; where the decoded curve has ended it counts as -80 dBFS.
pub fn reconstruction(map: &CurveVae, curves: &[&DescriptorCurve]) -> Scores {
    let mut means: BTreeMap<String, Mean> = BTreeMap::new();
    for curve in curves {
        let again = map.decode(&map.encode(curve));
        let mut add = |name: &str, value: f64| means.entry(name.to_owned()).or_default().add(value);
        let (asked, got) = (conditioning::scale(curve), conditioning::scale(&again));
        let peak = curve.frames().iter().fold(0.0f32, |peak, frame| peak.max(frame.rms));
        let active = |frame: usize| curve.frames()[frame].rms > (1e-3 * peak).max(1e-3);
        let mut loudness = Vec::new();
        for frame in (0..asked.len()).filter(|&frame| active(frame)) {
            let level = got.get(frame).map_or(-4.0, |frame| frame[RMS]);
            loudness.push([f64::from(asked[frame][RMS]), f64::from(level)]);
            add("rms_db", 20.0 * f64::from((asked[frame][RMS] - level).abs()));
            let Some(got) = got.get(frame) else { continue };
            for (channel, name) in SPECTRAL {
                add(name, f64::from((asked[frame][channel] - got[channel]).abs()));
            }
            if asked[frame][RELIABILITY] > 0.5 {
                add("f0_octaves", f64::from((asked[frame][6] - got[6]).abs()));
            }
            add("reliability", f64::from((asked[frame][RELIABILITY] - got[RELIABILITY]).abs()));
        }
        if let Some(r) = correlation(&loudness) {
            add("r_rms", r);
        }
        let ratio = outline(&again).log2_seconds - outline(curve).log2_seconds;
        add("duration_log2", f64::from(ratio.abs()));
    }
    let mut scores: Scores = means.into_iter().map(|(name, mean)| (name, mean.value())).collect();
    if let Some(log2) = scores.remove("duration_log2") {
        scores.insert("duration_ratio".into(), log2.exp2());
    }
    scores
}

/// How many dimensions the points use: those with more than a tenth of the prior's variance.
pub fn used_dimensions(points: &[Point]) -> usize {
    let count = points.len() as f32;
    let variance = |d: usize| {
        let mean = points.iter().map(|point| point[d]).sum::<f32>() / count;
        points.iter().map(|point| (point[d] - mean).powi(2)).sum::<f32>() / count
    };
    (0..LATENT).filter(|&d| variance(d) > 0.1).count()
}

/// Whether invented sounds are decaying impacts.
pub fn invention(map: &CurveVae) -> Scores {
    let curves: Vec<DescriptorCurve> = (0..SAMPLES).map(|seed| map.decode(&map.sample(seed))).collect();
    impacts(&curves)
}

/// Whether curves are decaying impacts: when they peak, how far they rise again, how they end, how long they are.
pub fn impacts(curves: &[DescriptorCurve]) -> Scores {
    let mut peak_ms = Vec::new();
    let mut rise_db = Vec::new();
    let mut end_db = Vec::new();
    let mut seconds = Vec::new();
    for curve in curves {
        let db: Vec<f64> = curve.frames().iter().map(|frame| 20.0 * f64::from(frame.rms.max(1e-4)).log10()).collect();
        let peak = (0..db.len()).max_by(|&a, &b| db[a].total_cmp(&db[b])).unwrap_or(0);
        peak_ms.push(peak as f64 * 256.0 / 44.1);
        let mut lowest = f64::INFINITY;
        let mut rise = 0.0f64;
        for &level in &db[peak..] {
            lowest = lowest.min(level);
            rise = rise.max(level - lowest);
        }
        rise_db.push(rise);
        // The last frames fade in any case.
        end_db.push(db[db.len().saturating_sub(5)] - db[peak]);
        seconds.push(f64::from(outline(curve).log2_seconds.exp2()));
    }
    let share = |values: &[f64], good: &dyn Fn(f64) -> bool| {
        values.iter().filter(|&&value| good(value)).count() as f64 / values.len().max(1) as f64
    };
    [
        ("peak_within_50_ms", share(&peak_ms, &|ms| ms <= 50.0)),
        ("rise_after_peak_db_median", quantile(&mut rise_db.clone(), 0.5)),
        ("rise_after_peak_db_95", quantile(&mut rise_db, 0.95)),
        ("end_db_median", quantile(&mut end_db, 0.5)),
        ("seconds_05", quantile(&mut seconds.clone(), 0.05)),
        ("seconds_50", quantile(&mut seconds.clone(), 0.5)),
        ("seconds_95", quantile(&mut seconds, 0.95)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// How straight and even the way from one sound to another is, over pairs of points.
///
/// `detour`: length of the way over the distance of its ends; `largest_step`: the largest step over the mean one.
pub fn interpolation(map: &CurveVae, points: &[Point], normalisation: &OutlineNormalisation) -> Scores {
    let (mut detour, mut largest) = (Mean::default(), Mean::default());
    for pair in points.chunks_exact(2) {
        let on_way = |step: usize| {
            let part = step as f32 / STEPS as f32;
            let point = std::array::from_fn(|d| pair[0][d] + part * (pair[1][d] - pair[0][d]));
            features(&map.decode_outline(&point), normalisation)
        };
        let way: Vec<Vec<f32>> = (0..=STEPS).map(on_way).collect();
        let steps: Vec<f64> = way.windows(2).map(|step| distance(&step[0], &step[1])).collect();
        let length: f64 = steps.iter().sum();
        let direct = distance(&way[0], &way[STEPS]);
        if direct > 1e-3 {
            detour.add(length / direct);
            largest.add(steps.iter().copied().fold(0.0, f64::max) * STEPS as f64 / length);
        }
    }
    [("detour", detour.value()), ("largest_step", largest.value())].map(|(name, value)| (name.to_owned(), value)).into()
}

/// Whether sounds that are alike lie together on the map, and whether they fill it.
///
/// `trustworthiness` and `continuity` (Venna and Kaski, 2001) compare with the measured curves, `trustworthiness_latent` with
/// the latent points; `filled_cells` is the share of 16 by 16 cells that hold a sound; `round_trip_sound_median` is the
/// distance from a sound to that of its place.
pub fn neighbours(
    map: &CurveVae,
    points: &[Point],
    outlines: &[Outline],
    normalisation: &OutlineNormalisation,
) -> Scores {
    let places: Vec<[f32; 2]> = points.iter().map(|point| map.place(point)).collect();
    let features: Vec<Vec<f32>> = outlines.iter().map(|outline| features(outline, normalisation)).collect();
    let on_map = |a: usize, b: usize| f64::from((places[a][0] - places[b][0]).hypot(places[a][1] - places[b][1]));
    let as_heard = |a: usize, b: usize| distance(&features[a], &features[b]);
    let latent = |a: usize, b: usize| f64::from(map.distance(&points[a], &points[b]));
    let mut used = [[false; CELLS]; CELLS];
    for [x, y] in &places {
        let cell = |x: f32| ((0.5 * (x + 1.0) * CELLS as f32) as usize).min(CELLS - 1);
        used[cell(*y)][cell(*x)] = true;
    }
    let filled = used.as_flattened().iter().filter(|used| **used).count();
    let mut back: Vec<f64> =
        points.iter().zip(&places).map(|(point, &place)| f64::from(map.distance(point, &map.at(place)))).collect();
    [
        ("trustworthiness", trustworthiness(points.len(), as_heard, on_map)),
        ("continuity", trustworthiness(points.len(), on_map, as_heard)),
        ("trustworthiness_latent", trustworthiness(points.len(), latent, on_map)),
        ("filled_cells", filled as f64 / (CELLS * CELLS) as f64),
        ("round_trip_sound_median", quantile(&mut back, 0.5)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// How smooth the map is, what its axes mean, and how well a place is found again.
///
/// A step is a 32nd of the map's side. Brightness is the heard mean of log2 of the centroid, `distance` in the map's unit.
pub fn plane(map: &CurveVae) -> Scores {
    let at = |step: usize| 2.0 * step as f32 / (LATTICE - 1) as f32 - 1.0;
    let lattice: Vec<[f32; 2]> = (0..LATTICE * LATTICE).map(|k| [at(k % LATTICE), at(k / LATTICE)]).collect();
    let points: Vec<Point> = lattice.iter().map(|&place| map.at(place)).collect();
    let decoded: Vec<Outline> = points.iter().map(|point| map.decode_outline(point)).collect();
    let mut steps = [Vec::new(), Vec::new(), Vec::new()];
    for k in 0..lattice.len() {
        let right = (k % LATTICE + 1 < LATTICE).then_some(k + 1);
        let above = (k / LATTICE + 1 < LATTICE).then_some(k + LATTICE);
        for other in [right, above].into_iter().flatten() {
            steps[0].push(f64::from((brightness(&decoded[k]) - brightness(&decoded[other])).abs()));
            steps[1].push(f64::from((decoded[k].log2_seconds - decoded[other].log2_seconds).abs()));
            steps[2].push(f64::from(map.distance(&points[k], &points[other])));
        }
    }
    let mut scores = Scores::new();
    let names = ["step_brightness_octaves", "step_duration_octaves", "step_distance"];
    for (name, mut steps) in names.into_iter().zip(steps) {
        scores.insert(format!("{name}_mean"), steps.iter().sum::<f64>() / steps.len() as f64);
        scores.insert(format!("{name}_95"), quantile(&mut steps, 0.95));
    }
    let axis = |axis: usize, value: &dyn Fn(&Outline) -> f32| {
        let pairs: Vec<[f64; 2]> =
            lattice.iter().zip(&decoded).map(|(place, o)| [f64::from(place[axis]), f64::from(value(o))]).collect();
        correlation(&pairs).unwrap_or_default()
    };
    scores.insert("r_x_brightness".into(), axis(0, &brightness));
    scores.insert("r_y_duration".into(), axis(1, &|outline| outline.log2_seconds));

    let mut random = Random::new(1);
    let mut somewhere = || random.below(1 << 24) as f32 / (1 << 23) as f32 - 1.0;
    let mut missed: Vec<f64> = (0..PLACES)
        .map(|_| {
            let place = [somewhere(), somewhere()];
            let [x, y] = map.place(&map.at(place));
            f64::from((x - place[0]).hypot(y - place[1]))
        })
        .collect();
    scores.insert("round_trip_place_95".into(), quantile(&mut missed, 0.95));
    scores
}

/// Trustworthiness (Venna and Kaski, 2001): 1 when the nearest on the map are among the nearest as heard.
fn trustworthiness(
    count: usize,
    truth: impl Fn(usize, usize) -> f64 + Sync,
    shown: impl Fn(usize, usize) -> f64 + Sync,
) -> f64 {
    use rayon::prelude::*;
    let k = NEIGHBOURS.min(count.saturating_sub(2) / 2);
    let ordered = |of: usize, distance: &(dyn Fn(usize, usize) -> f64 + Sync)| {
        let mut others: Vec<(f64, usize)> =
            (0..count).filter(|&other| other != of).map(|other| (distance(of, other), other)).collect();
        others.sort_by(|a, b| a.0.total_cmp(&b.0));
        others
    };
    let penalty: f64 = (0..count)
        .into_par_iter()
        .map(|of| {
            let mut rank = vec![0; count];
            for (place, (_, other)) in ordered(of, &truth).into_iter().enumerate() {
                rank[other] = place + 1;
            }
            ordered(of, &shown).iter().take(k).map(|&(_, other)| rank[other].saturating_sub(k) as f64).sum::<f64>()
        })
        .sum();
    let (n, k) = (count as f64, k as f64);
    1.0 - 2.0 / (n * k * (2.0 * n - 3.0 * k - 1.0)) * penalty
}

/// An outline's values, each scaled so that the distance of two is what training minimised.
fn features(outline: &Outline, normalisation: &OutlineNormalisation) -> Vec<f32> {
    normalisation.normalise(outline).iter().zip(costs(outline)).map(|(value, cost)| value * cost.sqrt()).collect()
}

fn distance(a: &[f32], b: &[f32]) -> f64 {
    f64::from(a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>()).sqrt()
}

fn quantile(values: &mut [f64], part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(((values.len().saturating_sub(1)) as f64 * part).round() as usize).copied().unwrap_or(f64::NAN)
}

/// Pearson's r; `None` where one side does not vary.
fn correlation(pairs: &[[f64; 2]]) -> Option<f64> {
    let count = pairs.len() as f64;
    let mean = |side: usize| pairs.iter().map(|pair| pair[side]).sum::<f64>() / count;
    let means = [mean(0), mean(1)];
    let product = |a: usize, b: usize| pairs.iter().map(|p| (p[a] - means[a]) * (p[b] - means[b])).sum::<f64>();
    let scale = (product(0, 0) * product(1, 1)).sqrt();
    (scale > 1e-12).then(|| product(0, 1) / scale)
}

#[derive(Default)]
struct Mean {
    sum: f64,
    count: usize,
}

impl Mean {
    fn add(&mut self, value: f64) {
        self.sum += value;
        self.count += 1;
    }

    fn value(&self) -> f64 {
        self.sum / self.count.max(1) as f64
    }
}
