//! A bank's model card as the instrument's screen shows it.

use neurorack_engine::bank::BankCard;
use neurorack_engine::bank::figures::figure;

/// What a bank says about itself, line by line: a term and what it says.
#[must_use]
pub fn facts(card: &BankCard) -> Vec<(String, String)> {
    let provenance = &card.provenance;
    let mut facts = vec![
        ("Name".into(), card.name.clone()),
        ("Kind".into(), card.kind.clone()),
        ("Version".into(), card.version.clone()),
        ("Licence".into(), card.licence.clone()),
        ("Sounds".into(), card.factory.len().to_string()),
        ("Trained on".into(), format!("{} recordings", provenance.recordings)),
        ("Steps".into(), provenance.steps.to_string()),
        ("Rate".into(), format!("{} Hz", card.sample_rate_hz)),
    ];
    // Scores that are explained nowhere say nothing on a screen this small.
    facts.extend(card.scores.iter().filter_map(|(name, value)| {
        let figure = figure(name)?;
        let number = format!("{value:.2}");
        let text = if figure.unit.is_empty() { number } else { format!("{number} {}", figure.unit) };
        Some((figure.label.to_owned(), text))
    }));
    facts
}

#[cfg(test)]
mod tests {
    use super::*;
    use neurorack_engine::bank::ModelBank;

    #[test]
    fn the_shipped_bank_says_what_it_is_and_how_good() {
        let bank =
            ModelBank::parse(include_bytes!("../../../static/banks/impacts.safetensors")).expect("the shipped bank");
        let facts = facts(bank.card());
        assert!(facts.contains(&("Kind".into(), "sinc-nsf".into())), "{facts:?}");
        assert!(facts.len() > 12 && facts.iter().all(|(term, text)| !term.is_empty() && !text.is_empty()), "{facts:?}");
    }
}
