//! Texts cut and broken to a width.

use super::Face;

/// What fits into `width` pixels: the whole text, or its beginning before an ellipsis. The beginning is at most as wide as
/// leaves room for the ellipsis.
pub(crate) fn fitting(text: &str, face: Face, width: u32) -> (&str, bool) {
    if face.width(text) <= width {
        return (text, false);
    }
    let room = width.saturating_sub(face.width("…"));
    let mut used = 0;
    let mut end = 0;
    for (at, character) in text.char_indices() {
        used += face.advance(character);
        if used > room {
            break;
        }
        end = at + character.len_utf8();
    }
    (text.get(..end).unwrap_or_default().trim_end(), true)
}

/// The lines of a text at most `width` pixels wide, broken between words, or inside a word that is too long for a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lines<'t> {
    rest: &'t str,
    face: Face,
    width: u32,
}

impl<'t> Lines<'t> {
    /// Breaks a text; line feeds end a line too.
    pub(crate) fn of(text: &'t str, face: Face, width: u32) -> Self {
        Self { rest: text.trim(), face, width }
    }
}

impl<'t> Iterator for Lines<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        if self.rest.is_empty() {
            return None;
        }
        let mut used = 0u32;
        // The last place where the line may end, and where it must.
        let (mut space, mut end) = (None, self.rest.len());
        for (at, character) in self.rest.char_indices() {
            if character == '\n' {
                end = at;
                break;
            }
            if character == ' ' {
                space = Some(at);
            }
            used = used.saturating_add(self.face.advance(character));
            // The gap behind the last character may hang over the edge.
            if used > self.width.saturating_add(1) && at > 0 {
                end = space.filter(|&space| space > 0).unwrap_or(at);
                break;
            }
        }
        let (line, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest.trim_start();
        Some(line.trim_end())
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use proptest::prelude::*;
    use std::string::String;
    use std::vec::Vec;

    #[test]
    fn lines_break_between_words_and_only_then_inside_them() {
        let lines = |text| Lines::of(text, Face::CAPITALS, 59).collect::<Vec<_>>();
        assert_eq!(lines("a sentence to wrap"), ["a sentence", "to wrap"]);
        assert_eq!(lines("incomprehensibilities"), ["incomprehe", "nsibilitie", "s"]);
        assert_eq!(lines("  \n "), [""; 0]);
    }

    #[test]
    fn what_is_too_long_leaves_room_for_its_ellipsis() {
        assert_eq!(fitting("Concert bass drum", Face::CAPITALS, 59), ("Concert b", true));
        assert_eq!(fitting("Clave", Face::CAPITALS, 59), ("Clave", false));
        assert_eq!(fitting("Clave", Face::CAPITALS, 0), ("", true));
    }

    proptest! {
        #[test]
        fn nothing_gets_lost_and_no_line_is_too_wide(text in "[ a-zA-Zäß.,\n]{0,120}", width in 12u32..128) {
            let lines: Vec<&str> = Lines::of(&text, Face::TEXT, width).collect();
            for line in &lines {
                prop_assert!(Face::TEXT.width(line) <= width, "{line:?} in {width}");
            }
            let dense = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(dense(&lines.concat()), dense(&text));
            let (shown, cut) = fitting(&text, Face::TEXT, width);
            let ellipsis = if cut { Face::TEXT.width("…") + 1 } else { 0 };
            prop_assert!(shown.is_empty() || Face::TEXT.width(shown) + ellipsis <= width);
        }
    }
}
