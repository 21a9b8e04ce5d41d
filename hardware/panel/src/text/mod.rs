//! Type: two alphabets of pixels, and texts that fit.

mod face;
mod fit;
mod large;
mod small;
mod words;

pub(crate) use face::Face;
pub(crate) use fit::{Lines, fitting};
pub(crate) use words::Words;

/// One character's drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Glyph {
    /// Columns in use, at most 5.
    pub(crate) width: u32,
    /// Columns from the left, 8 pixels each, lowest bit on top.
    pub(crate) columns: [u8; 5],
}

/// The plain letter under an accent; other characters stay as they are.
fn plain(character: char) -> char {
    match character {
        'À'..='Å' => 'A',
        'Ç' => 'C',
        'È'..='Ë' => 'E',
        'Ì'..='Ï' => 'I',
        'Ñ' => 'N',
        'Ò'..='Ö' | 'Ø' => 'O',
        'Ù'..='Ü' => 'U',
        'Ý' => 'Y',
        'à'..='å' => 'a',
        'ç' => 'c',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ñ' => 'n',
        'ò'..='ö' | 'ø' => 'o',
        'ù'..='ü' => 'u',
        'ý' | 'ÿ' => 'y',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{201C}'..='\u{201E}' => '"',
        '\u{A0}' | '\t' => ' ',
        other => other,
    }
}
