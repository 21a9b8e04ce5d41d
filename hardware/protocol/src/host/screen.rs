//! Which pixels the module does not show yet.

use crate::message::Rectangle;
use heapless::Vec;

/// Rows of eight pixels, and columns.
const PAGES: usize = 8;
const COLUMNS: usize = 128;

/// Bytes of a picture.
pub const PICTURE_BYTES: usize = PAGES * COLUMNS;

/// Follows what the module shows, page by page: only what changed is sent.
#[derive(Debug, Clone)]
pub struct Screen {
    /// What each page shows, in the screen's own order; `None` where nobody knows.
    shown: [Option<[u8; COLUMNS]>; PAGES],
    /// The page to look at first, so that a lively one does not starve the others.
    next: usize,
}

impl Default for Screen {
    fn default() -> Self {
        Self::new()
    }
}

impl Screen {
    /// A screen that shows nobody knows what.
    #[must_use]
    pub fn new() -> Self {
        Self { shown: [None; PAGES], next: 0 }
    }

    /// The module began anew, or a message was lost: all of it is to be sent again.
    pub fn forget(&mut self) {
        self.shown = [None; PAGES];
    }

    /// The next piece to send so that the module shows `picture`: 16 bytes a row from the top, the leftmost pixel in the
    /// highest bit. `None` once it does.
    pub fn next(&mut self, picture: &[u8; PICTURE_BYTES]) -> Option<Rectangle> {
        let pages = (0..PAGES).map(|page| (page + self.next) % PAGES);
        for page in pages {
            let wanted = columns(picture, page);
            let place = self.shown.get_mut(page)?;
            let [first, last] = match place {
                None => [0, COLUMNS - 1],
                Some(shown) => {
                    let differ = |column: &usize| shown.get(*column) != wanted.get(*column);
                    let Some(first) = (0..COLUMNS).find(differ) else { continue };
                    [first, (0..COLUMNS).rev().find(differ).unwrap_or(first)]
                }
            };
            *place = Some(wanted);
            self.next = page + 1;
            let bytes = Vec::from_slice(wanted.get(first..=last)?).ok()?;
            return Some(Rectangle { page: page as u8, column: first as u8, bytes });
        }
        None
    }
}

/// A page as the screen's memory has it: a byte for each column, the uppermost pixel in the lowest bit.
fn columns(picture: &[u8; PICTURE_BYTES], page: usize) -> [u8; COLUMNS] {
    core::array::from_fn(|column| {
        let lit = |row: usize| {
            let byte = picture.get((8 * page + row) * COLUMNS / 8 + column / 8).copied().unwrap_or_default();
            (byte >> (7 - column % 8)) & 1
        };
        (0..8).map(|row| lit(row) << row).sum()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module's screen: what arrives is shown.
    fn show(memory: &mut [u8; PICTURE_BYTES], rectangle: &Rectangle) {
        let begin = usize::from(rectangle.page) * COLUMNS + usize::from(rectangle.column);
        memory[begin..begin + rectangle.bytes.len()].copy_from_slice(&rectangle.bytes);
    }

    #[test]
    fn the_module_comes_to_show_the_picture_and_a_change_costs_only_what_changed() {
        let mut picture = [0; PICTURE_BYTES];
        // A pixel at column 3 of row 10, and one at column 127 of row 63.
        picture[10 * 16] = 0b0001_0000;
        picture[63 * 16 + 15] = 1;
        let mut screen = Screen::new();
        let mut memory = [0xEE; PICTURE_BYTES];
        let mut sent = 0;
        while let Some(rectangle) = screen.next(&picture) {
            show(&mut memory, &rectangle);
            sent += 1;
        }
        assert_eq!(sent, PAGES);
        assert_eq!((memory[COLUMNS + 3], memory[7 * COLUMNS + 127]), (1 << 2, 1 << 7));
        assert_eq!(memory.iter().filter(|&&byte| byte != 0).count(), 2);

        picture[10 * 16] = 0b0000_1000;
        let change = screen.next(&picture).expect("one page changed");
        assert_eq!((change.page, change.column, change.bytes.as_slice()), (1, 3, &[0, 4][..]));
        assert_eq!(screen.next(&picture), None);
        screen.forget();
        assert_eq!(core::iter::from_fn(|| screen.next(&picture)).count(), PAGES);
    }

    #[test]
    fn a_page_that_always_changes_leaves_the_others_their_turn() {
        let mut screen = Screen::new();
        let mut picture = [0; PICTURE_BYTES];
        while screen.next(&picture).is_some() {}
        picture[63 * 16] = 1;
        let mut pages = std::vec::Vec::new();
        for k in 0..3 {
            picture[0] = k + 1;
            pages.push(screen.next(&picture).expect("page 0 changes each time").page);
        }
        assert!(pages.contains(&7), "{pages:?}");
    }
}
