//! What stands on the pages of text, line by line.

use super::{Page, TEXT_WIDTH};
use crate::text::{Face, Lines};
use crate::view::{Fact, View};

/// A line of a text page; both sides fit beside each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line<'v> {
    pub(crate) left: &'v str,
    pub(crate) right: &'v str,
}

impl Page {
    /// The lines of a text page: a term at the left and what it says at the right, or below where both do not fit.
    pub(crate) fn lines<'v>(self, view: &View<'v>) -> impl Iterator<Item = Line<'v>> + use<'v> {
        let facts: &'v [Fact<'v>] = match self {
            Self::Card(bank) => view.banks.get(bank).map_or(&[], |bank| bank.card),
            Self::NoModule => &NO_MODULE,
            Self::About => &ABOUT,
            _ => &[],
        };
        // The version stands below the name.
        let (first, rest) = if self == Self::About { facts.split_at(1) } else { (&[][..], facts) };
        let version = (self == Self::About).then_some(Fact { term: "Version", text: view.version });
        first.iter().copied().chain(version).chain(rest.iter().copied()).flat_map(lines_of)
    }
}

/// The lines of one fact.
fn lines_of<'v>(fact: Fact<'v>) -> impl Iterator<Item = Line<'v>> {
    let together = Face::TEXT.width(fact.term).saturating_add(6).saturating_add(Face::TEXT.width(fact.text));
    let beside = !fact.term.is_empty() && !fact.text.contains('\n') && together <= TEXT_WIDTH;
    let first = (!fact.term.is_empty()).then_some(Line { left: fact.term, right: if beside { fact.text } else { "" } });
    let below = if beside { "" } else { fact.text };
    first.into_iter().chain(Lines::of(below, Face::TEXT, TEXT_WIDTH).map(|line| Line { left: line, right: "" }))
}

const fn paragraph(text: &str) -> Fact<'_> {
    Fact { term: "", text }
}

/// Behind Calibration while there is no module.
const NO_MODULE: [Fact<'static>; 1] = [paragraph("No module is connected: plug its USB cable in and connect it.")];

/// What the instrument is and whose ideas it stands on.
const ABOUT: [Fact<'static>; 4] = [
    paragraph("Neurorack, a neural impact synthesiser."),
    paragraph(
        "An independent implementation, after the Neurorack by the ACIDS group at IRCAM, to whom the idea is due.",
    ),
    Fact { term: "Program", text: "MIT or Apache-2.0" },
    paragraph("Banks and sounds have licences of their own: see their info cards."),
];

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    #[test]
    fn facts_stand_beside_their_term_or_below_it() {
        let lines = |term, text| lines_of(Fact { term, text }).collect::<Vec<_>>();
        assert_eq!(lines("Kind", "sinc-nsf"), [Line { left: "Kind", right: "sinc-nsf" }]);
        let long = lines("Trained on", "1793 recordings of free sounds");
        assert_eq!(long[0], Line { left: "Trained on", right: "" });
        assert!(long.len() > 1 && long.iter().all(|line| Face::TEXT.width(line.left) <= TEXT_WIDTH), "{long:?}");
        assert!(lines("", "").is_empty());
    }
}
