//! The screen in words, for those who hear it.

use core::fmt::{self, Write};

use crate::action::Calibration;
use crate::assignment::EncoderTarget;
use crate::draw::instruction;
use crate::field::Field;
use crate::menu::{Kind, Page, VISIBLE, Value};
use crate::panel::{Glance, Shown};
use crate::text::Words;
use crate::view::{Slot, View};

/// Most bytes of a description.
const BYTES: usize = 240;

/// What the screen says, in at most 240 bytes; what does not fit is left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Speech(heapless::String<BYTES>);

impl Speech {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Write for Speech {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            if self.0.push(character).is_err() {
                break;
            }
        }
        Ok(())
    }
}

/// What is on the screen, in words.
pub(crate) fn describe(shown: Shown, view: &View<'_>) -> Speech {
    let mut speech = Speech::default();
    // Writing leaves out what does not fit, and never fails.
    let _ = match shown {
        Shown::Message { .. } => speech.write_str(view.message.map_or("", |message| message.text)),
        Shown::Idle(None) if view.bank_name().is_empty() => speech.write_str("No bank yet"),
        Shown::Idle(None) => {
            let [first, second] = Slot::ALL.map(|slot| view.set_name(slot));
            write!(speech, "{}, F1 {first}, F2 {second}", view.bank_name())
        }
        Shown::Idle(Some(glance)) => turned(&mut speech, glance, view),
        Shown::Page { page, at, .. } => on_page(&mut speech, page, at, view),
    };
    speech
}

fn turned(speech: &mut Speech, glance: Glance, view: &View<'_>) -> fmt::Result {
    let set = |at: usize| view.sets.get(at).map_or("", |set| set.name);
    match glance.target {
        EncoderTarget::Volume => value(speech, "Volume", Field::Volume, glance.at),
        EncoderTarget::Morph => value(speech, "Morph", Field::Unpatched(crate::CvInput::Cv1), glance.at),
        EncoderTarget::Bank => write!(speech, "Bank {}", Page::Bank(glance.at).name(view)),
        EncoderTarget::F1 => write!(speech, "F1 {}", set(glance.at)),
        EncoderTarget::F2 => write!(speech, "F2 {}", set(glance.at)),
    }
}

fn value(speech: &mut Speech, name: &str, field: Field, at: usize) -> fmt::Result {
    write!(speech, "{name} {}", field.reading(at).as_str())?;
    let unit = field.spoken_unit(at);
    if unit.is_empty() { Ok(()) } else { write!(speech, " {unit}") }
}

fn on_page(speech: &mut Speech, page: Page, at: usize, view: &View<'_>) -> fmt::Result {
    let owner = page.owner(view);
    if !owner.is_empty() {
        write!(speech, "{owner} ")?;
    }
    let name = page.name(view);
    match (page, page.kind()) {
        (Page::Edit(field), Kind::Bar) => value(speech, name, field, at),
        (Page::Confirm(deed), _) => {
            write!(speech, "{name}: {} {}", deed.question(), if at == 1 { "Yes" } else { "No" })
        }
        (_, Kind::Monitor) => {
            write!(speech, "{name}")?;
            for (input, volts) in crate::CvInput::ALL.into_iter().zip(view.cv_volts) {
                write!(speech, ", {} {}", input.name(), Words::volts(volts).as_str())?;
            }
            Ok(())
        }
        (_, Kind::Calibration) => {
            write!(speech, "{name}: {}", instruction(Calibration::STEPS.get(at).copied()))
        }
        (_, Kind::Text) => {
            write!(speech, "{name}:")?;
            for line in page.lines(view).skip(at).take(VISIBLE) {
                write!(speech, " {} {}", line.left, line.right)?;
            }
            Ok(())
        }
        _ => on_list(speech, page, at, view),
    }
}

fn on_list(speech: &mut Speech, page: Page, at: usize, view: &View<'_>) -> fmt::Result {
    write!(speech, "{}: ", page.name(view))?;
    let Some(entry) = page.entry(at, view) else { return write!(speech, "empty") };
    write!(speech, "{}", page.label(entry, view))?;
    match page.value(entry, view) {
        Value::Nothing | Value::Opens | Value::Note("") | Value::Text("") => {}
        Value::Text(text) | Value::Note(text) => write!(speech, ", {text}")?,
        Value::Words(words) => write!(speech, ", {}", words.as_str())?,
        Value::Switch(on) => write!(speech, ", {}", if on { "on" } else { "off" })?,
    }
    write!(speech, ", {} of {}", at + 1, page.positions(view))
}
