//! The plane of sounds: the autoencoder's sheet `[-1, 1]²` and its mirror images on all sides, cut into cells at every level.
//!
//! Beyond the sheet's edge the plane goes on as the sheet's mirror image, so that nothing jumps at an edge and there is no end.

use crate::layout::Width;

/// A place of the plane: x grows to the right, y upwards.
pub(super) type Place = [f64; 2];

/// The level of the smallest cells: a 65,536th of those of the whole map, far below what can be heard apart.
pub(super) const DEEPEST: u8 = 16;

/// The level from which on neighbouring cells can hardly be told apart by ear: a 256th of those of the whole map.
pub(super) const ALIKE: u8 = 8;

/// The coordinate on the sheet, -1 to 1, that a coordinate of the plane shows.
fn fold(x: f64) -> f64 {
    if !x.is_finite() {
        return 0.0;
    }
    let turned = (x + 1.0).rem_euclid(4.0);
    if turned <= 2.0 { turned - 1.0 } else { 3.0 - turned }
}

/// The place on the sheet whose sound a place of the plane has.
pub(super) fn on_sheet(place: Place) -> [f32; 2] {
    place.map(|x| fold(x) as f32)
}

/// Where a place of the sheet lies on that of its mirror images in which `near` lies.
pub(super) fn image_near(sheet: [f32; 2], near: Place) -> Place {
    std::array::from_fn(|axis| {
        let (x, copy) = (f64::from(sheet[axis]), (near[axis] / 2.0).round());
        if copy.rem_euclid(2.0) == 0.0 { 2.0 * copy + x } else { 2.0 * copy - x }
    })
}

/// A square of the plane that has one sound, that of its middle. Columns grow to the right and rows downwards from the sheet's
/// top left corner, on beyond the sheet's edges too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Cell {
    /// How often the cells of the whole map were halved.
    pub(super) level: u8,
    pub(super) column: i64,
    pub(super) row: i64,
}

impl Cell {
    /// The cell around it, twice as wide; none around those of the whole map.
    pub(super) fn parent(self) -> Option<Self> {
        let level = self.level.checked_sub(1)?;
        Some(Self { level, column: self.column >> 1, row: self.row >> 1 })
    }

    /// The four cells in it.
    pub(super) fn children(self) -> [Self; 4] {
        std::array::from_fn(|index| Self {
            level: self.level + 1,
            column: 2 * self.column + (index % 2) as i64,
            row: 2 * self.row + (index / 2) as i64,
        })
    }
}

/// How many cells the whole map has: brighter sounds lie to the right, longer ones towards the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Grid {
    pub(super) columns: usize,
    pub(super) rows: usize,
}

impl Grid {
    /// As many cells as a window of this width has room for.
    pub(super) fn of(width: Width) -> Self {
        match width {
            Width::Phone => Self { columns: 6, rows: 8 },
            Width::Tablet => Self { columns: 14, rows: 3 },
            Width::Desktop => Self { columns: 12, rows: 4 },
        }
    }

    /// Columns and rows of the sheet at a level.
    fn extent(self, level: u8) -> [i64; 2] {
        [self.columns, self.rows].map(|cells| (cells as i64) << level)
    }

    /// Where a place lies, counted in cells of a level from the sheet's left and top.
    pub(super) fn in_cells(self, [x, y]: Place, level: u8) -> [f64; 2] {
        let [columns, rows] = self.extent(level);
        [(x + 1.0) / 2.0 * columns as f64, (1.0 - y) / 2.0 * rows as f64]
    }

    /// The cell in which a place lies.
    pub(super) fn cell_at(self, place: Place, level: u8) -> Cell {
        let [column, row] = self.in_cells(place, level).map(|cells| cells.floor() as i64);
        Cell { level, column, row }
    }

    /// The middle of a cell.
    pub(super) fn middle(self, cell: Cell) -> Place {
        let [columns, rows] = self.extent(cell.level).map(|cells| cells as f64);
        [2.0 * (cell.column as f64 + 0.5) / columns - 1.0, 1.0 - 2.0 * (cell.row as f64 + 0.5) / rows]
    }

    /// The cell of the sheet that has the same sound.
    pub(super) fn on_sheet(self, cell: Cell) -> Cell {
        let [columns, rows] = self.extent(cell.level);
        let fold = |index: i64, of: i64| {
            let turned = index.rem_euclid(2 * of);
            if turned < of { turned } else { 2 * of - 1 - turned }
        };
        Cell { column: fold(cell.column, columns), row: fold(cell.row, rows), ..cell }
    }

    /// A cell's name: on the whole map as on a chessboard, the column's letter and the row's number. Each level adds which of
    /// four quarters it is, in reading order. What lies on a mirror image says so.
    pub(super) fn name(self, cell: Cell) -> String {
        let Cell { level, column, row } = self.on_sheet(cell);
        let mut name = format!("{}{}", char::from(b'A' + (column >> level) as u8), (row >> level) + 1);
        if level > 0 {
            name.push('.');
        }
        for level in (0..level).rev() {
            let quarter = (column >> level & 1) + 2 * (row >> level & 1);
            name.push(char::from(b'1' + quarter as u8));
        }
        let [columns, rows] = self.extent(level);
        let odd = |index: i64, of: i64| index.div_euclid(of).rem_euclid(2) == 1;
        name.push_str(match (odd(cell.column, columns), odd(cell.row, rows)) {
            (false, false) => "",
            (true, false) => " mirrored",
            (false, true) => " upside down",
            (true, true) => " turned round",
        });
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GRID: Grid = Grid { columns: 12, rows: 4 };

    fn cell(level: u8, column: i64, row: i64) -> Cell {
        Cell { level, column, row }
    }

    #[test]
    fn cells_of_the_whole_map_are_named_as_on_a_chessboard_and_quarters_after_them() {
        let names = [cell(0, 0, 0), cell(0, 11, 0), cell(0, 2, 2), cell(1, 5, 4), cell(2, 10, 9)];
        assert_eq!(names.map(|cell| GRID.name(cell)), ["A1", "L1", "C3", "C3.2", "C3.23"]);
        let beyond = [cell(0, -1, 0), cell(0, 0, 4), cell(0, 12, -1)];
        assert_eq!(beyond.map(|cell| GRID.name(cell)), ["A1 mirrored", "A4 upside down", "L1 turned round"]);
    }

    #[test]
    fn a_number_that_is_none_lies_in_the_middle() {
        assert_eq!(on_sheet([f64::NAN, f64::INFINITY]), [0.0, 0.0]);
    }

    proptest! {
        #[test]
        fn the_plane_is_seamless_and_its_sounds_lie_on_the_sheet(x in -50.0..50.0f64, step in 0.0..1e-3f64) {
            let (here, there) = (fold(x), fold(x + step));
            prop_assert!((-1.0..=1.0).contains(&here));
            prop_assert!((here - there).abs() <= step + 1e-12, "{here} to {there}");
        }

        #[test]
        fn a_place_has_an_image_near_every_other(x in -1.0..1.0f32, y in -1.0..1.0f32, near in [-9.0..9.0f64, -9.0..9.0f64]) {
            let image = image_near([x, y], near);
            let back = on_sheet(image);
            prop_assert!((back[0] - x).abs() < 1e-5 && (back[1] - y).abs() < 1e-5, "{image:?} shows {back:?}");
            prop_assert!((0..2).all(|axis| (image[axis] - near[axis]).abs() <= 2.0 + 1e-9));
        }

        #[test]
        fn a_cell_has_the_sound_of_its_place_on_the_sheet(
            level in 0..=DEEPEST, column in -2_000_000i64..2_000_000, row in -700_000i64..700_000,
        ) {
            let cell = Cell { level, column, row };
            let (here, there) = (on_sheet(GRID.middle(cell)), GRID.middle(GRID.on_sheet(cell)));
            prop_assert!((0..2).all(|axis| (f64::from(here[axis]) - there[axis]).abs() < 1e-6), "{here:?} and {there:?}");
            prop_assert_eq!(GRID.cell_at(GRID.middle(cell), level), cell);
        }

        #[test]
        fn what_lies_in_a_cell_lies_in_the_cell_around_it_on_mirror_images_too(
            level in 1..=DEEPEST, column in -90_000i64..90_000, row in -90_000i64..90_000,
        ) {
            let cell = Cell { level, column, row };
            let parent = cell.parent().expect("it is no cell of the whole map");
            prop_assert!(parent.children().contains(&cell));
            prop_assert_eq!(GRID.on_sheet(cell).parent(), Some(GRID.on_sheet(parent)));
        }
    }
}
