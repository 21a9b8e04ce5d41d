//! The display's memory, and which part of it the display does not show yet.

use heapless::Vec;
use neurorack_protocol::Rectangle;

/// Pages of eight rows, and columns.
pub(crate) const PAGES: usize = 8;
pub(crate) const COLUMNS: usize = 128;

/// What a page shows, and the columns from `first` to before `end` that it does not show yet.
#[derive(Debug, Clone, Copy)]
struct Page {
    bytes: [u8; COLUMNS],
    first: usize,
    end: usize,
}

impl Page {
    const DARK: Self = Self { bytes: [0; COLUMNS], first: 0, end: COLUMNS };
}

/// All pages.
#[derive(Debug, Clone)]
pub struct Screen {
    pages: [Page; PAGES],
    /// The page to look at first, so that a lively one does not starve the others.
    next: usize,
}

impl Default for Screen {
    fn default() -> Self {
        Self::new()
    }
}

impl Screen {
    /// A dark screen over a display that shows nobody knows what.
    #[must_use]
    pub const fn new() -> Self {
        Self { pages: [Page::DARK; PAGES], next: 0 }
    }

    /// Puts pixels; only what changes is to be shown anew.
    pub fn put(&mut self, rectangle: &Rectangle) {
        let Some(page) = self.pages.get_mut(usize::from(rectangle.page)) else { return };
        let columns = page.bytes.iter_mut().enumerate().skip(rectangle.column.into());
        for ((column, shown), &byte) in columns.zip(&rectangle.bytes) {
            if *shown != byte {
                *shown = byte;
                (page.first, page.end) = if page.end == 0 {
                    (column, column + 1)
                } else {
                    (page.first.min(column), page.end.max(column + 1))
                };
            }
        }
    }

    /// The display shows nobody knows what.
    pub fn forget(&mut self) {
        for page in &mut self.pages {
            (page.first, page.end) = (0, COLUMNS);
        }
    }

    /// What is to be shown next; from then on it counts as shown.
    pub fn take(&mut self) -> Option<Rectangle> {
        let index = (0..PAGES)
            .map(|page| (page + self.next) % PAGES)
            .find(|&page| self.pages.get(page).is_some_and(|page| page.end > 0))?;
        self.next = index + 1;
        let page = self.pages.get_mut(index)?;
        let bytes = Vec::from_slice(page.bytes.get(page.first..page.end)?).ok()?;
        let changed = Rectangle { page: index as u8, column: page.first as u8, bytes };
        (page.first, page.end) = (0, 0);
        Some(changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rectangle(page: u8, column: u8, bytes: &[u8]) -> Rectangle {
        Rectangle { page, column, bytes: Vec::from_slice(bytes).expect("short enough") }
    }

    #[test]
    fn only_what_changed_travels_and_every_page_has_its_turn() {
        let mut screen = Screen::new();
        assert_eq!(core::iter::from_fn(|| screen.take()).count(), PAGES, "at first all of it");
        screen.put(&rectangle(3, 10, &[0, 1, 2, 0]));
        screen.put(&rectangle(3, 20, &[9]));
        screen.put(&rectangle(5, 127, &[7]));
        let first = screen.take().expect("page 3");
        assert_eq!((first.page, first.column, first.bytes.as_slice()), (3, 11, &[1, 2, 0, 0, 0, 0, 0, 0, 0, 9][..]));
        screen.put(&rectangle(3, 0, &[1]));
        assert_eq!(screen.take().expect("page 5").page, 5, "page 3 was shown just now");
        assert_eq!(screen.take().expect("page 3 again").bytes.as_slice(), [1]);
        screen.put(&rectangle(3, 10, &[0, 1, 2, 0]));
        assert_eq!(screen.take(), None, "nothing changed");
    }

    #[test]
    fn what_lies_outside_is_not_put() {
        let mut screen = Screen::new();
        while screen.take().is_some() {}
        screen.put(&rectangle(8, 0, &[1]));
        screen.put(&rectangle(0, 127, &[1, 1]));
        assert_eq!(screen.take().expect("column 127").bytes.as_slice(), [1]);
        assert_eq!(screen.take(), None);
    }
}
