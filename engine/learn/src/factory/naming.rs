//! Names for the ear from the names of files: "BD_Kick-03_24bit.wav" becomes "BD Kick 03".

use std::collections::HashSet;

/// Longest name, in characters: what the instrument's display shows.
const LONGEST: usize = 24;
/// Words that tell of the file and not of the sound.
const OF_THE_FILE: [&str; 15] = [
    "wav",
    "flac",
    "ogg",
    "mp3",
    "aif",
    "mono",
    "stereo",
    "sample",
    "samples",
    "final",
    "export",
    "bounce",
    "trimmed",
    "normalized",
    "copy",
];
const UNITS: [&str; 5] = ["bit", "khz", "hz", "k", "bpm"];

/// A name for each file, in their order; no two alike.
pub fn names<'a>(files: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut taken = HashSet::new();
    files
        .into_iter()
        .map(|file| {
            let plain = name(file);
            let mut unique = plain.clone();
            let mut number = 2;
            while !taken.insert(unique.to_lowercase()) {
                let ending = format!(" {number}");
                unique = shortened(&plain, LONGEST - ending.len()) + &ending;
                number += 1;
            }
            unique
        })
        .collect()
}

fn name(file: &str) -> String {
    let base = file.rsplit('/').next().unwrap_or(file);
    let stem = base.rsplit_once('.').map_or(base, |(stem, _)| stem);
    // Our own files: category, source, sound and hash, joined by double underlines.
    let parts: Vec<&str> = stem.split("__").filter(|part| !part.is_empty()).collect();
    let stem = match parts[..] {
        [_, _, sound, hash] if is_hash(hash) => sound,
        _ => stem,
    };
    let words: Vec<&str> = words(stem);
    let telling: Vec<&str> = words.iter().copied().filter(|word| tells_of_sound(word)).collect();
    let words = if telling.is_empty() { words } else { telling };
    let joined = shortened(&words.join(" "), LONGEST);
    let mut letters = joined.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "Sound".to_owned(),
    }
}

/// The parts between anything that is neither letter nor digit, and before a capital after a small letter.
fn words(stem: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for part in stem.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()) {
        let mut start = 0;
        let mut before = ' ';
        for (at, letter) in part.char_indices() {
            if before.is_lowercase() && letter.is_uppercase() {
                words.push(&part[start..at]);
                start = at;
            }
            before = letter;
        }
        words.push(&part[start..]);
    }
    words
}

fn tells_of_sound(word: &str) -> bool {
    let word = word.to_lowercase();
    let measured = UNITS.iter().any(|unit| {
        word.strip_suffix(unit).is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    });
    !(measured || OF_THE_FILE.contains(&&*word) || UNITS[..3].contains(&&*word) || is_hash(&word))
}

/// Eight or more hexadecimal digits, some of them digits.
fn is_hash(word: &str) -> bool {
    word.len() >= 8 && word.bytes().all(|b| b.is_ascii_hexdigit()) && word.bytes().any(|b| b.is_ascii_digit())
}

/// At most `longest` characters, cut between words where that leaves more than half.
fn shortened(name: &str, longest: usize) -> String {
    if name.chars().count() <= longest {
        return name.to_owned();
    }
    let cut: String = name.chars().take(longest).collect();
    let kept = match cut.rfind(' ') {
        Some(space) if space > longest / 2 => &cut[..space],
        _ => &cut,
    };
    kept.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_become_names_for_the_ear() {
        for (file, expected) in [
            ("BD_Kick-03_24bit.wav", "BD Kick 03"),
            ("kicks/deepBoom 44k (final).flac", "Deep Boom"),
            ("cc0/boom__sonic-pi-samples__bd-boom__d20cf963.flac", "Bd boom"),
            ("1234567890ab.wav", "1234567890ab"),
            ("___.wav", "Sound"),
            ("a very long name of a recording of a door.mp3", "A very long name of a"),
        ] {
            assert_eq!(name(file), expected, "{file}");
        }
    }

    #[test]
    fn no_two_sets_have_the_same_name() {
        assert_eq!(names(["a/kick.wav", "b/Kick.wav", "kick_24bit.wav"]), ["Kick", "Kick 2", "Kick 3"]);
    }
}
