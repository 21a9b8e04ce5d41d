//! What the scores of a model card mean, and how good they should be.
//!
//! Training measures them (`neurorack-train evaluate`), cards carry them by name, and every host that shows a card
//! explains them from here.

/// One score: what it says and where it should lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// Name in cards and in JSON.
    pub name: &'static str,
    /// What it is, for people.
    pub label: &'static str,
    /// Unit, empty for a plain number.
    pub unit: &'static str,
    /// The heading it stands under.
    pub group: &'static str,
    /// Whether a larger number is better.
    pub higher_is_better: bool,
    /// On held-out recordings of the sources that were trained on; `None` where no goal is set.
    pub known: Option<Goal>,
    /// On recordings of sources that were never trained on.
    pub unseen: Option<Goal>,
}

/// Where a figure should lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Goal {
    /// The least that is good enough.
    pub bar: f64,
    /// What is striven for.
    pub aim: f64,
}

/// Which held-out recordings a score was measured on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldOut {
    /// Held out from the sources that were trained on.
    Known,
    /// From sources that were never trained on.
    Unseen,
}

/// How a score compares with its goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Not even the bar is reached.
    Missed,
    /// The bar is reached, the aim is not.
    Holds,
    /// The aim is reached.
    Reached,
}

impl Figure {
    /// The goal on these recordings, if one is set.
    #[must_use]
    pub fn goal(&self, held_out: HeldOut) -> Option<Goal> {
        match held_out {
            HeldOut::Known => self.known,
            HeldOut::Unseen => self.unseen,
        }
    }

    /// How a measured value compares with the goal; `None` where no goal is set.
    #[must_use]
    pub fn verdict(&self, value: f64, held_out: HeldOut) -> Option<Verdict> {
        let Goal { bar, aim } = self.goal(held_out)?;
        let reaches = |goal: f64| if self.higher_is_better { value >= goal } else { value <= goal };
        Some(match (reaches(bar), reaches(aim)) {
            (_, true) => Verdict::Reached,
            (true, false) => Verdict::Holds,
            (false, false) => Verdict::Missed,
        })
    }
}

/// The figure of this name.
#[must_use]
pub fn figure(name: &str) -> Option<&'static Figure> {
    FIGURES.iter().find(|figure| figure.name == name)
}

const LIKENESS: &str = "Likeness to the recording";
const ATTACK: &str = "Attack";
const FOLLOWING: &str = "Asked against measured, Pearson's r";
const ERROR: &str = "Asked against measured, mean error in standard deviations";
const PITCH: &str = "Pitch";
const RESPONSE: &str = "One descriptor scaled alone: share that is followed";
const SILENCE: &str = "Silence";

/// Every figure, in the order in which they are shown; figures of a group follow each other.
pub const FIGURES: [Figure; 34] = [
    lower("envelope_db", "envelope distance", "dB", LIKENESS, [4.0, 2.8], [4.5, 3.2]),
    lower("texture_db", "texture distance", "dB", LIKENESS, [1.2, 0.8], [1.2, 0.8]),
    lower("sc", "MR-STFT spectral convergence", "", LIKENESS, [0.70, 0.64], [0.72, 0.66]),
    lower("log_l1", "MR-STFT log-magnitude L1", "", LIKENESS, [0.74, 0.60], [0.80, 0.66]),
    free("sc_50ms", "first 50 ms, spectral convergence", "", ATTACK),
    free("log_l1_50ms", "first 50 ms, log-magnitude L1", "", ATTACK),
    free("mrstft_50ms", "first 50 ms, sum of both", "", ATTACK),
    lower("mrstft_50ms_ratio", "first 50 ms, over the first bank's", "", ATTACK, [0.8, 0.6], [0.8, 0.6]),
    lower("onset_ms", "onset time error", "ms", ATTACK, [2.0, 1.0], [2.0, 1.0]),
    lower("crest_db", "crest-factor error", "dB", ATTACK, [3.0, 1.5], [3.0, 1.5]),
    higher("r_rms", "loudness", FOLLOWING, [0.98, 0.99]),
    higher("r_centroid_hz", "centroid", FOLLOWING, [0.90, 0.95]),
    higher("r_rolloff_hz", "roll-off", FOLLOWING, [0.90, 0.95]),
    higher("r_bandwidth_hz", "bandwidth", FOLLOWING, [0.85, 0.93]),
    higher("r_flatness", "flatness", FOLLOWING, [0.82, 0.90]),
    higher("r_zcr", "zero crossings", FOLLOWING, [0.80, 0.90]),
    free("r_f0_hz", "pitch, voiced or not", "", FOLLOWING),
    free("nmae_rms", "loudness", "", ERROR),
    free("nmae_centroid_hz", "centroid", "", ERROR),
    free("nmae_rolloff_hz", "roll-off", "", ERROR),
    free("nmae_bandwidth_hz", "bandwidth", "", ERROR),
    free("nmae_flatness", "flatness", "", ERROR),
    free("nmae_zcr", "zero crossings", "", ERROR),
    free("nmae_f0_hz", "pitch, voiced or not", "", ERROR),
    higher("f0_within_50_cents", "voiced frames within 50 cents", PITCH, [0.6, 0.9]),
    higher("response_rms", "loudness", RESPONSE, [0.5, 0.85]),
    higher("response_centroid_hz", "centroid", RESPONSE, [0.5, 0.85]),
    higher("response_rolloff_hz", "roll-off", RESPONSE, [0.5, 0.85]),
    higher("response_bandwidth_hz", "bandwidth", RESPONSE, [0.5, 0.85]),
    higher("response_flatness", "flatness", RESPONSE, [0.5, 0.85]),
    higher("response_zcr", "zero crossings", RESPONSE, [0.5, 0.85]),
    higher("response_f0_hz", "pitch, voiced frames", RESPONSE, [0.5, 0.85]),
    lower("silence_dbfs", "loudness 0 asked, loudest case", "dBFS", SILENCE, [-80.0, -90.0], [-80.0, -90.0]),
    lower("after_hit_dbfs", "0.3 s after the end, loudest case", "dBFS", SILENCE, [-80.0, -90.0], [-80.0, -90.0]),
];

/// A figure that should be low; bar and aim on known and on unseen sources.
const fn lower(
    name: &'static str,
    label: &'static str,
    unit: &'static str,
    group: &'static str,
    [known_bar, known_aim]: [f64; 2],
    [unseen_bar, unseen_aim]: [f64; 2],
) -> Figure {
    Figure {
        known: Some(Goal { bar: known_bar, aim: known_aim }),
        unseen: Some(Goal { bar: unseen_bar, aim: unseen_aim }),
        ..free(name, label, unit, group)
    }
}

/// A figure that should be high, with one goal for all recordings.
const fn higher(name: &'static str, label: &'static str, group: &'static str, [bar, aim]: [f64; 2]) -> Figure {
    let goal = Some(Goal { bar, aim });
    Figure { higher_is_better: true, known: goal, unseen: goal, ..free(name, label, "", group) }
}

/// A figure without a goal.
const fn free(name: &'static str, label: &'static str, unit: &'static str, group: &'static str) -> Figure {
    Figure { name, label, unit, group, higher_is_better: false, known: None, unseen: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_reaches_its_aim_its_bar_or_neither() {
        let envelope = figure("envelope_db").expect("a figure");
        let verdicts = [2.8, 3.9, 4.1].map(|value| envelope.verdict(value, HeldOut::Known));
        assert_eq!(verdicts, [Verdict::Reached, Verdict::Holds, Verdict::Missed].map(Some));
        assert_eq!(envelope.verdict(4.1, HeldOut::Unseen), Some(Verdict::Holds), "unseen sources have their own bar");
        let loudness = figure("r_rms").expect("a figure");
        let verdicts = [0.99, 0.985, 0.9].map(|value| loudness.verdict(value, HeldOut::Known));
        assert_eq!(verdicts, [Verdict::Reached, Verdict::Holds, Verdict::Missed].map(Some));
        assert_eq!(loudness.verdict(f64::NAN, HeldOut::Known), Some(Verdict::Missed));
    }

    #[test]
    fn names_are_unique_and_groups_stay_together() {
        for (index, figure) in FIGURES.iter().enumerate() {
            assert!(FIGURES[..index].iter().all(|before| before.name != figure.name), "{}", figure.name);
            let group_began = FIGURES[..index].iter().position(|before| before.group == figure.group);
            assert!(group_began.is_none() || FIGURES[index - 1].group == figure.group, "{}", figure.name);
        }
    }
}
