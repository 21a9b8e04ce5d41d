//! Names for what is made: each is taken once.

/// A name like this one that is not taken: "Anvil", "Anvil 2"; of "Anvil 2" the next is "Anvil 3".
#[must_use]
pub fn free_name(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let name = if name.trim().is_empty() { "Untitled" } else { name.trim() };
    if !is_taken(name) {
        return name.to_owned();
    }
    let counted = name.rsplit_once(' ').and_then(|(stem, number)| Some((stem, number.parse::<u32>().ok()?)));
    let (stem, number) = counted.unwrap_or((name, 1));
    let numbered = (number.saturating_add(1)..).map(|number| format!("{stem} {number}"));
    numbered.into_iter().find(|name| !is_taken(name)).unwrap_or_default()
}
