//! A bank's model card for a person to read.

use neurorack_engine::bank::figures::{FIGURES, HeldOut, Verdict, figure};
use neurorack_engine::bank::{BankCard, FactoryCard};
use neurorack_engine::descriptors::{ANALYSIS_RATE_HZ, DescriptorCurve, Descriptors};
use std::collections::BTreeMap;
use std::fmt::Write;

/// How a descriptor is named and counted for people.
struct Shown {
    /// Name on the plate, and what is measured.
    name: &'static str,
    measure: &'static str,
    unit: &'static str,
    scale: Scale,
}

enum Scale {
    /// The number itself, with so many decimals.
    Plain(usize),
    /// Hundredths.
    Percent,
    /// 20 dB a decade, and 10 dB a decade.
    Amplitude,
    Power,
}

/// In the order of [`Descriptors::NAMES`].
const SHOWN: [Shown; Descriptors::COUNT] = [
    Shown { name: "Loudness", measure: "rms", unit: "dBFS", scale: Scale::Amplitude },
    Shown { name: "Percussivity", measure: "zero crossings", unit: "% of samples", scale: Scale::Percent },
    Shown { name: "Tone", measure: "roll-off", unit: "Hz", scale: Scale::Plain(0) },
    Shown { name: "Noise", measure: "flatness", unit: "dB", scale: Scale::Power },
    Shown { name: "Richness", measure: "bandwidth", unit: "Hz", scale: Scale::Plain(0) },
    Shown { name: "Brightness", measure: "centroid", unit: "Hz", scale: Scale::Plain(0) },
    Shown { name: "Pitch", measure: "f0", unit: "Hz", scale: Scale::Plain(1) },
];

impl Scale {
    fn show(&self, value: f32) -> String {
        let decibels = |factor: f32| {
            let level = factor * value.log10();
            if level.is_finite() { format!("{level:.1}") } else { "silence".to_owned() }
        };
        match *self {
            Self::Plain(decimals) => format!("{value:.decimals$}"),
            Self::Percent => format!("{:.1}", 100.0 * value),
            Self::Amplitude => decibels(20.0),
            Self::Power => decibels(10.0),
        }
    }
}

/// The whole card; `hash` is that of the file, `factory` the curves of the card's sounds.
///
/// Writing to a String cannot fail, so the results of `writeln!` are dropped here and below.
pub(super) fn card_text(card: &BankCard, factory: &[DescriptorCurve], hash: &str) -> String {
    let mut text = format!("{} {}\n", card.name, card.version);
    let milliseconds = |samples: u32| 1e3 * f64::from(samples) / f64::from(card.sample_rate_hz.max(1));
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(text, "  {name:<12} {value}");
        }
    };
    line("kind", &card.kind);
    line("licence", &card.licence);
    line(
        "rate",
        &format!(
            "{} Hz, control every {:.1} ms, descriptors every {:.1} ms",
            card.sample_rate_hz,
            milliseconds(card.control_hop),
            1e3 * f64::from(card.descriptor_hop) / f64::from(ANALYSIS_RATE_HZ)
        ),
    );
    line("sha-256", hash);
    let provenance = &card.provenance;
    line("trained on", &format!("{} recordings, {} steps", provenance.recordings, provenance.steps));
    line("data set", &provenance.data_set_hash);
    line("by", &provenance.command);
    line("at commit", &provenance.commit);
    write_licences(&mut text, &provenance.licences);

    text.push_str("\nWhat the descriptors may ask for\n");
    for (shown, [low, high]) in SHOWN.iter().zip(card.descriptor_ranges) {
        let [low, high] = [low, high].map(|value| shown.scale.show(value));
        let name = format!("{} ({})", shown.name, shown.measure);
        let _ = writeln!(text, "  {name:<30} {low:>8} to {high:>8}  {}", shown.unit);
    }
    write_scores(&mut text, "held-out recordings", &card.scores, HeldOut::Known);
    for (name, scores) in &card.held_out {
        write_scores(&mut text, &format!("recordings of {name}, never trained on"), scores, HeldOut::Unseen);
    }
    write_sounds(&mut text, &card.factory, factory);
    text
}

/// Licences of the training recordings, the most frequent first.
fn write_licences(text: &mut String, licences: &BTreeMap<String, u32>) {
    if licences.is_empty() {
        return;
    }
    let mut sorted: Vec<_> = licences.iter().collect();
    sorted.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
    text.push_str("\nLicences of the recordings\n");
    for (name, count) in sorted {
        let _ = writeln!(text, "  {count:>6}  {name}");
    }
}

/// Scores in groups, each beside its bar and its aim; those that this version does not know stand at the end.
fn write_scores(text: &mut String, on: &str, scores: &BTreeMap<String, f64>, held_out: HeldOut) {
    if scores.is_empty() {
        return;
    }
    let _ = writeln!(text, "\nScores on {on}");
    let mut group = "";
    for figure in &FIGURES {
        let Some(value) = scores.get(figure.name) else { continue };
        if figure.group != group {
            group = figure.group;
            let _ = writeln!(text, "  {group}");
        }
        let mark = match figure.verdict(*value, held_out) {
            Some(Verdict::Reached) => "  the aim is reached",
            Some(Verdict::Holds) => "  the bar holds",
            Some(Verdict::Missed) => "  below the bar",
            None => "",
        };
        let goal = figure.goal(held_out).map_or(String::new(), |goal| format!("  bar {}, aim {}", goal.bar, goal.aim));
        let _ = writeln!(text, "    {:<38} {value:>9.3} {:<5}{goal:<22}{mark}", figure.label, figure.unit);
    }
    let unknown: Vec<_> = scores.iter().filter(|(name, _)| figure(name).is_none()).collect();
    if !unknown.is_empty() {
        text.push_str("  Others\n");
    }
    for (name, value) in unknown {
        let _ = writeln!(text, "    {name:<38} {value:>9.3}");
    }
}

/// The sounds by category, in the order in which the categories first come, with the number that chooses each.
fn write_sounds(text: &mut String, sounds: &[FactoryCard], curves: &[DescriptorCurve]) {
    let mut categories: Vec<&str> = Vec::new();
    for sound in sounds {
        if !categories.contains(&sound.category.as_str()) {
            categories.push(&sound.category);
        }
    }
    let _ = writeln!(text, "\nFactory sounds ({})", sounds.len());
    for category in categories {
        let heading = if category.is_empty() { "without category" } else { category };
        let _ = writeln!(text, "  {}", heading.replace('_', " "));
        let members = sounds.iter().zip(curves).enumerate().filter(|(_, (sound, _))| sound.category == category);
        for (index, (sound, curve)) in members {
            let from = [&sound.author, &sound.source].map(String::as_str).into_iter().filter(|part| !part.is_empty());
            let from = from.collect::<Vec<_>>().join(", ");
            let (number, seconds) = (index + 1, curve.seconds());
            let line = format!("    {number:>3}  {:<24} {seconds:>5.2} s  {:<14} {from}", sound.name, sound.licence);
            let _ = writeln!(text, "{}", line.trim_end());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use neurorack_engine::bank::test_bank;

    #[test]
    fn scores_stand_beside_their_goals() {
        let mut card = test_bank::card(1);
        card.scores = BTreeMap::from([("envelope_db".to_owned(), 3.9), ("of_tomorrow".to_owned(), 0.25)]);
        card.held_out.insert("sharealike".to_owned(), BTreeMap::from([("envelope_db".to_owned(), 4.6)]));
        let text = card_text(&card, &[], "00");
        let lines: Vec<&str> = text.lines().filter(|line| line.contains("envelope distance")).collect();
        assert!(lines[0].contains("3.900 dB") && lines[0].contains("bar 4, aim 2.8"), "{text}");
        assert!(lines[0].ends_with("the bar holds") && lines[1].ends_with("below the bar"), "{text}");
        assert!(text.contains("never trained on") && text.contains("of_tomorrow"), "{text}");
    }

    #[test]
    fn ranges_and_licences_are_counted_for_people() {
        let mut card = test_bank::card(1);
        card.descriptor_ranges[0] = [0.0, 0.5];
        card.descriptor_ranges[3] = [1e-5, 0.1];
        card.provenance.licences = BTreeMap::from([("MIT".to_owned(), 7), ("CC0-1.0".to_owned(), 1_200)]);
        let text = card_text(&card, &[], "00");
        assert!(text.contains("silence to     -6.0  dBFS") && text.contains("-50.0 to    -10.0  dB"), "{text}");
        assert!(text.find("1200  CC0-1.0").expect("counted") < text.find("7  MIT").expect("counted"), "{text}");
    }

    #[test]
    fn sounds_stand_under_their_category() {
        let card = test_bank::card(1);
        let sound = |name: &str, category: &str| FactoryCard {
            name: name.to_owned(),
            category: category.to_owned(),
            ..card.factory[0].clone()
        };
        let sounds = [sound("Thump", "kick"), sound("Ping", "metal"), sound("Thud", "kick")];
        let frame = Descriptors::default();
        let curve = DescriptorCurve::new(vec![frame; 3]).expect("finite frames");
        let mut text = String::new();
        write_sounds(&mut text, &sounds, &[curve.clone(), curve.clone(), curve]);
        let order = ["kick", "1  Thump", "3  Thud", "metal", "2  Ping"].map(|part| text.find(part).expect(part));
        assert!(order.is_sorted(), "{text}");
    }
}
