//! Many recordings as a few figures.

use std::collections::BTreeMap;

use neurorack_engine::descriptors::Descriptors;

use super::Measured;

/// The figures of many recordings, by the names that cards carry.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Scores {
    /// Recordings that were measured.
    pub recordings: usize,
    /// Frames of the recordings that have a pitch, over which `f0_within_50_cents` is taken.
    pub voiced_frames: usize,
    /// Recordings on which single descriptors were scaled.
    pub responses: usize,
    /// Each figure over the recordings that have it.
    ///
    /// Means of `envelope_db`, `texture_db`, `sc`, `log_l1` (levels as they are), `sc_50ms`, `log_l1_50ms` and their sum
    /// `mrstft_50ms`, `onset_ms` and `crest_db` (without sign), `r_rms` … `r_f0_hz` (Pearson's r over active frames),
    /// `nmae_rms` … and `response_rms` …; the share of voiced frames `f0_within_50_cents`; of all the loudest
    /// `silence_dbfs` and `after_hit_dbfs`.
    pub figures: BTreeMap<String, f64>,
    /// Medians of those that are means.
    pub medians: BTreeMap<String, f64>,
    /// Mean response of the second descriptor when the first is scaled alone, in the order of [`Descriptors::NAMES`].
    pub matrix: Option<[[f64; Descriptors::COUNT]; Descriptors::COUNT]>,
}

/// The figures of these recordings.
pub fn summarise(measured: &[Measured]) -> Scores {
    let mut scores = Scores {
        recordings: measured.len(),
        voiced_frames: measured.iter().map(|one| one.comparison.tracking.voiced_frames).sum(),
        responses: measured.iter().filter(|one| one.responses.is_some()).count(),
        ..Scores::default()
    };
    let mut add = |name: &str, value: &dyn Fn(&Measured) -> Option<f64>| {
        let mut values: Vec<f64> = measured.iter().filter_map(value).filter(|value| value.is_finite()).collect();
        values.sort_by(f64::total_cmp);
        if let Some(&median) = values.get(values.len() / 2) {
            scores.figures.insert(name.to_owned(), values.iter().sum::<f64>() / values.len() as f64);
            scores.medians.insert(name.to_owned(), median);
        }
    };
    add("sc", &|one| Some(one.comparison.raw.convergence));
    add("log_l1", &|one| Some(one.comparison.raw.log_l1));
    add("envelope_db", &|one| one.comparison.envelope_db);
    add("texture_db", &|one| one.comparison.texture_db);
    let beginning = |one: &Measured| one.comparison.attack.beginning;
    add("sc_50ms", &|one| Some(beginning(one)?.convergence));
    add("log_l1_50ms", &|one| Some(beginning(one)?.log_l1));
    add("mrstft_50ms", &|one| beginning(one).map(|distance| distance.convergence + distance.log_l1));
    add("onset_ms", &|one| one.comparison.attack.onset_ms.map(f64::abs));
    add("crest_db", &|one| one.comparison.attack.crest_db.map(f64::abs));
    for (index, name) in Descriptors::NAMES.iter().enumerate() {
        add(&format!("r_{name}"), &|one| one.comparison.tracking.active_correlation[index]);
        add(&format!("nmae_{name}"), &|one| one.comparison.tracking.active_error[index]);
        add(&format!("response_{name}"), &|one| one.responses?.matrix[index][index]);
    }
    let same: usize = measured.iter().map(|one| one.comparison.tracking.same_pitch_frames).sum();
    if scores.voiced_frames > 0 {
        scores.figures.insert("f0_within_50_cents".to_owned(), same as f64 / scores.voiced_frames as f64);
    }
    let mut loudest = |name: &str, value: &dyn Fn(&Measured) -> Option<f64>| {
        if let Some(level) = measured.iter().filter_map(value).max_by(f64::total_cmp) {
            scores.figures.insert(name.to_owned(), level);
        }
    };
    loudest("silence_dbfs", &|one| Some(one.silence?.asked_dbfs));
    loudest("after_hit_dbfs", &|one| Some(one.silence?.after_hit_dbfs));
    scores.matrix = matrix(measured);
    scores
}

/// Means of the responses over the recordings that have each; `None` if one of them has no recording.
fn matrix(measured: &[Measured]) -> Option<[[f64; Descriptors::COUNT]; Descriptors::COUNT]> {
    let mut means = [[0.0; Descriptors::COUNT]; Descriptors::COUNT];
    for (scaled, row) in means.iter_mut().enumerate() {
        for (index, mean) in row.iter_mut().enumerate() {
            let responses = measured.iter().filter_map(|one| one.responses?.matrix[scaled][index]);
            let values: Vec<f64> = responses.collect();
            if values.is_empty() {
                return None;
            }
            *mean = values.iter().sum::<f64>() / values.len() as f64;
        }
    }
    Some(means)
}

impl Scores {
    /// The same figures as shares of another bank's on the same recordings, for those that are distances:
    /// `mrstft_50ms_ratio` and so on.
    pub fn ratios(&self, first: &BTreeMap<String, f64>) -> BTreeMap<String, f64> {
        const DISTANCES: [&str; 7] =
            ["envelope_db", "texture_db", "sc", "log_l1", "sc_50ms", "log_l1_50ms", "mrstft_50ms"];
        DISTANCES
            .iter()
            .filter_map(|name| {
                let (ours, theirs) = (self.figures.get(*name)?, first.get(*name)?);
                (*theirs > 0.0).then(|| (format!("{name}_ratio"), ours / theirs))
            })
            .collect()
    }
}
