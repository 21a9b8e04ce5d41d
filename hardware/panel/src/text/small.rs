//! The small type: capitals and figures, mostly 3 x 5 pixels.

use super::{Glyph, plain};

/// Rows of the type.
pub(super) const HEIGHT: u32 = 5;

/// A character, small letters as capitals.
pub(super) fn glyph(character: char) -> Glyph {
    let (width, rows) = rows(plain(character).to_ascii_uppercase());
    let mut columns = [0; 5];
    for (column, bits) in columns.iter_mut().enumerate().take(width) {
        for (row, pixels) in rows.into_iter().enumerate() {
            *bits |= (pixels >> (width - 1 - column) & 1) << row;
        }
    }
    Glyph { width: u32::try_from(width).unwrap_or(0), columns }
}

/// Width and rows of a character, highest bit at the left.
fn rows(character: char) -> (usize, [u8; 5]) {
    match character {
        ' ' => (2, [0; 5]),
        'A' => (3, [2, 5, 7, 5, 5]),
        'B' => (3, [6, 5, 6, 5, 6]),
        'C' => (3, [3, 4, 4, 4, 3]),
        'D' => (3, [6, 5, 5, 5, 6]),
        'E' => (3, [7, 4, 6, 4, 7]),
        'F' => (3, [7, 4, 6, 4, 4]),
        'G' => (3, [3, 4, 5, 5, 3]),
        'H' => (3, [5, 5, 7, 5, 5]),
        'I' => (1, [1; 5]),
        'J' => (3, [1, 1, 1, 5, 2]),
        'K' => (3, [5, 5, 6, 5, 5]),
        'L' => (3, [4, 4, 4, 4, 7]),
        'M' => (5, [17, 27, 21, 17, 17]),
        'N' => (4, [9, 13, 11, 9, 9]),
        'O' => (3, [2, 5, 5, 5, 2]),
        'P' => (3, [7, 5, 7, 4, 4]),
        'Q' => (3, [2, 5, 5, 7, 3]),
        'R' => (3, [6, 5, 6, 5, 5]),
        'S' => (3, [3, 4, 2, 1, 6]),
        'T' => (3, [7, 2, 2, 2, 2]),
        'U' => (3, [5, 5, 5, 5, 7]),
        'V' => (3, [5, 5, 5, 5, 2]),
        'W' => (5, [17, 17, 21, 27, 17]),
        'X' => (3, [5, 5, 2, 5, 5]),
        'Y' => (3, [5, 5, 2, 2, 2]),
        'Z' => (3, [7, 1, 2, 4, 7]),
        '0' => (3, [7, 5, 5, 5, 7]),
        '1' => (3, [2, 6, 2, 2, 7]),
        '2' => (3, [7, 1, 7, 4, 7]),
        '3' => (3, [7, 1, 3, 1, 7]),
        '4' => (3, [5, 5, 7, 1, 1]),
        '5' => (3, [7, 4, 7, 1, 7]),
        '6' => (3, [7, 4, 7, 5, 7]),
        '7' => (3, [7, 1, 1, 2, 2]),
        '8' => (3, [7, 5, 7, 5, 7]),
        '9' => (3, [7, 5, 7, 1, 7]),
        '+' => (3, [0, 2, 7, 2, 0]),
        '-' => (3, [0, 0, 7, 0, 0]),
        '.' => (1, [0, 0, 0, 0, 1]),
        ',' => (2, [0, 0, 0, 1, 2]),
        ':' => (1, [0, 1, 0, 1, 0]),
        '/' => (3, [1, 1, 2, 4, 4]),
        '%' => (3, [5, 1, 2, 4, 5]),
        '\'' => (1, [1, 1, 0, 0, 0]),
        '(' => (2, [1, 2, 2, 2, 1]),
        ')' => (2, [2, 1, 1, 1, 2]),
        '_' => (3, [0, 0, 0, 0, 7]),
        '…' => (5, [0, 0, 0, 0, 21]),
        '·' => (1, [0, 0, 1, 0, 0]),
        _ => (3, [7, 7, 7, 7, 7]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_figures_differ_from_each_other() {
        let all = || ('A'..='Z').chain('0'..='9');
        for one in all() {
            for other in all().filter(|&other| other != one) {
                assert_ne!(glyph(one), glyph(other), "{one} and {other}");
            }
        }
    }
}
