//! The figures as text, each beside its goal.

use std::collections::BTreeMap;
use std::fmt::Write;

use neurorack_engine::bank::figures::{FIGURES, HeldOut, Verdict};
use neurorack_engine::descriptors::Descriptors;

use super::{Measured, Scores, summarise};

/// Short headings of the descriptors, in the order of [`Descriptors::NAMES`].
const SHORT: [&str; Descriptors::COUNT] =
    ["loudness", "zero cr.", "roll-off", "flatness", "bandw.", "centroid", "pitch"];

/// The figures of one kind, in groups, each beside its median, bar and aim, and whether it holds.
///
/// Writing to a String cannot fail, so the results of `writeln!` are dropped here and below.
pub fn table(scores: &Scores, held_out: HeldOut) -> String {
    let mut text = format!(
        "{} recordings, {} voiced frames; single descriptors scaled on {} recordings\n",
        scores.recordings, scores.voiced_frames, scores.responses
    );
    let mut group = "";
    for figure in &FIGURES {
        let Some(value) = scores.figures.get(figure.name) else { continue };
        if figure.group != group {
            group = figure.group;
            let _ = writeln!(text, "\n{group}\n{:<38} {:>10} {:>8} {:>8} {:>8}", "", "value", "median", "bar", "aim");
        }
        let number = |value: Option<f64>| value.map_or(String::new(), short);
        let goal = figure.goal(held_out);
        let mark = match figure.verdict(*value, held_out) {
            Some(Verdict::Reached) => "aim reached",
            Some(Verdict::Holds) => "bar holds",
            Some(Verdict::Missed) => "MISSED",
            None => "",
        };
        let unit = if figure.unit.is_empty() { String::new() } else { format!(" ({})", figure.unit) };
        let line = format!(
            "  {:<36} {:>10} {:>8} {:>8} {:>8}  {mark}",
            format!("{}{unit}", figure.label),
            short(*value),
            number(scores.medians.get(figure.name).copied()),
            number(goal.map(|goal| goal.bar)),
            number(goal.map(|goal| goal.aim)),
        );
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

/// How far each descriptor (columns) follows when another (rows) is scaled alone.
pub fn matrix(matrix: &[[f64; Descriptors::COUNT]; Descriptors::COUNT]) -> String {
    let mut text =
        "\nScaled alone (rows), and what is measured (columns); 1 on the diagonal and 0 elsewhere is ideal\n"
            .to_owned();
    let _ = write!(text, "  {:<10}", "");
    for name in SHORT {
        let _ = write!(text, " {name:>8}");
    }
    text.push('\n');
    for (name, row) in SHORT.iter().zip(matrix) {
        let _ = write!(text, "  {name:<10}");
        for value in row {
            let _ = write!(text, " {value:>8.2}");
        }
        text.push('\n');
    }
    text
}

/// The most telling figures of each group of recordings, by what `key` says of them.
pub fn by(measured: &[Measured], key: fn(&Measured) -> &str) -> String {
    const COLUMNS: [(&str, &str); 11] = [
        ("envelope_db", "env dB"),
        ("texture_db", "tex dB"),
        ("sc", "SC"),
        ("log_l1", "L1"),
        ("mrstft_50ms", "50 ms"),
        ("onset_ms", "onset"),
        ("crest_db", "crest"),
        ("r_rms", "r rms"),
        ("r_centroid_hz", "r cent"),
        ("r_flatness", "r flat"),
        ("f0_within_50_cents", "pitch"),
    ];
    let mut groups: BTreeMap<&str, Vec<Measured>> = BTreeMap::new();
    for one in measured {
        groups.entry(key(one)).or_default().push(one.clone());
    }
    let mut text = format!("\n  {:<14} {:>5}", "", "files");
    for (_, heading) in COLUMNS {
        let _ = write!(text, " {heading:>7}");
    }
    text.push('\n');
    for (name, group) in groups {
        let scores = summarise(&group);
        let _ = write!(text, "  {name:<14} {:>5}", scores.recordings);
        for (figure, _) in COLUMNS {
            let value = scores.figures.get(figure).map_or("-".to_owned(), |value| short(*value));
            let _ = write!(text, " {value:>7}");
        }
        text.push('\n');
    }
    text
}

/// One line a recording: file, then its figures as tab-separated columns under a heading; empty where there is none.
pub fn each(measured: &[Measured]) -> String {
    let names: Vec<&str> = FIGURES.iter().map(|figure| figure.name).filter(|name| !name.ends_with("_ratio")).collect();
    let mut text = format!("file\tcategory\t{}\n", names.join("\t"));
    for one in measured {
        let figures = summarise(std::slice::from_ref(one)).figures;
        let _ = write!(text, "{}\t{}", one.file, one.category);
        for name in &names {
            let value = figures.get(*name).map_or(String::new(), |value| format!("{value:.5}"));
            let _ = write!(text, "\t{value}");
        }
        text.push('\n');
    }
    text
}

/// Three significant digits or so.
fn short(value: f64) -> String {
    if value.abs() >= 100.0 {
        format!("{value:.0}")
    } else if value.abs() >= 10.0 {
        format!("{value:.1}")
    } else if value.abs() >= 2.0 {
        format!("{value:.2}")
    } else {
        format!("{value:.3}")
    }
}
