//! Which note a key plays: on the computer's keyboard, and on the one that is drawn.

/// Semitones of the white keys in an octave, and of the black ones after the first, second, fourth, fifth and sixth.
const WHITES: [i32; 7] = [0, 2, 4, 5, 7, 9, 11];

/// White keys that are drawn: two octaves and a C.
pub(super) const WHITE_KEYS: usize = 15;

/// Height and width of a black key, in parts of a white one.
pub(super) const BLACK_HEIGHT: f64 = 0.58;
pub(super) const BLACK_WIDTH: f64 = 0.6;

/// Octaves that the keyboard can be moved by, down and up.
pub(super) const OCTAVES: std::ops::RangeInclusive<i32> = -3..=3;

/// Names of the notes, for the ear.
const NAMES: [&str; 12] = ["C", "C sharp", "D", "D sharp", "E", "F", "F sharp", "G", "G sharp", "A", "A sharp", "B"];

/// Keys of the computer from C on, by their place: A to L are white, the row above is black. B is left to the freeze.
const KEYS: [&str; 15] = [
    "KeyA", "KeyW", "KeyS", "KeyE", "KeyD", "KeyF", "KeyT", "KeyG", "KeyY", "KeyH", "KeyU", "KeyJ", "KeyK", "KeyO",
    "KeyL",
];

/// Semitones from C of a key of the computer, by its `code`.
pub(super) fn semitone_of(code: &str) -> Option<i32> {
    KEYS.iter().position(|key| *key == code).map(|semitone| semitone as i32)
}

/// What is written on the white key of a semitone: the letter that plays it, on most keyboards.
pub(super) fn letter(semitone: i32) -> Option<&'static str> {
    KEYS.get(semitone as usize)?.strip_prefix("Key")
}

/// Semitones of the white key at this place from the left.
pub(super) fn white(place: usize) -> i32 {
    12 * (place / 7) as i32 + WHITES[place % 7]
}

/// Whether a black key follows the white one at this place.
pub(super) fn has_black(place: usize) -> bool {
    place + 1 < WHITE_KEYS && !matches!(place % 7, 2 | 6)
}

/// The key under a point of the drawn keyboard, in semitones from C, and how hard it is struck there, 0 to 1: a key
/// sounds louder towards its front edge. Both ways are shares from the top left.
pub(super) fn key_at(x: f64, y: f64) -> (i32, f32) {
    let along = x.clamp(0.0, 1.0) * WHITE_KEYS as f64;
    let place = (along as usize).min(WHITE_KEYS - 1);
    let within = along - place as f64;
    if y < BLACK_HEIGHT {
        let velocity = 0.4 + 0.6 * (y.max(0.0) / BLACK_HEIGHT).min(1.0);
        if has_black(place) && within > 1.0 - BLACK_WIDTH / 2.0 {
            return (white(place) + 1, velocity as f32);
        }
        if place > 0 && has_black(place - 1) && within < BLACK_WIDTH / 2.0 {
            return (white(place) - 1, velocity as f32);
        }
    }
    (white(place), (0.4 + 0.6 * y.clamp(0.0, 1.0)) as f32)
}

/// A note's name for the ear; C4 is the pitch as it was drawn.
pub(super) fn name(semitones: i32) -> String {
    format!("{} {}", NAMES[semitones.rem_euclid(12) as usize], 4 + semitones.div_euclid(12))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letters_from_a_to_l_are_the_white_keys() {
        let letters: Vec<_> = (0..9).map(|place| letter(white(place)).expect("a letter")).collect();
        assert_eq!(letters.concat(), "ASDFGHJKL");
        assert_eq!(semitone_of("KeyB"), None, "B freezes");
        assert_eq!([semitone_of("KeyA"), semitone_of("KeyU"), semitone_of("KeyK")], [Some(0), Some(10), Some(12)]);
    }

    #[test]
    fn a_point_plays_the_key_that_is_drawn_there() {
        let white_width = 1.0 / WHITE_KEYS as f64;
        let cases = [
            (0.5 * white_width, 0.9, 0),
            (1.0 * white_width, 0.3, 1),
            (0.95 * white_width, 0.3, 1),
            (1.05 * white_width, 0.3, 1),
            (1.05 * white_width, 0.9, 2),
            (3.0 * white_width, 0.3, 5),
            (7.0 * white_width, 0.3, 12),
            (14.9 * white_width, 0.1, 24),
            (1.0, 2.0, 24),
        ];
        for (x, y, semitone) in cases {
            assert_eq!(key_at(x, y).0, semitone, "at {x}, {y}");
        }
        assert!(key_at(0.01, 1.0).1 > key_at(0.01, 0.6).1, "louder towards the front");
    }

    #[test]
    fn notes_are_named_by_octave() {
        assert_eq!([name(0), name(-1), name(13)], ["C 4", "B 3", "C sharp 5"]);
    }
}
