//! The part of the plane that is in view: a window that moves over it and grows and shrinks.

use super::plane::{Cell, DEEPEST, Grid, Place};

/// Where the middle is brought back to a mirror image near the sheet: none is walked to by hand, and numbers stay exact.
const FAR: f64 = 1_024.0;

/// A part of a cell that is too thin to be seen.
const HAIR: f64 = 1e-6;

/// What is in view. Fractions count from the view's left and top, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct View {
    // Invariant: finite, and no further out than `FAR`.
    centre: Place,
    // Invariant: 1, where the view is as large as the sheet, to 2 to the power of `DEEPEST`.
    zoom: f64,
}

/// A rectangle in fractions of the view.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Frame {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// The cells in view: the first, and how many columns and rows there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) first: Cell,
    pub(super) columns: i64,
    pub(super) rows: i64,
}

impl Span {
    /// The cells in reading order.
    pub(super) fn cells(self) -> impl Iterator<Item = Cell> {
        let Cell { level, column, row } = self.first;
        (0..self.rows).flat_map(move |down| {
            (0..self.columns).map(move |across| Cell { level, column: column + across, row: row + down })
        })
    }

    pub(super) fn holds(self, cell: Cell) -> bool {
        cell.level == self.first.level
            && (0..self.columns).contains(&(cell.column - self.first.column))
            && (0..self.rows).contains(&(cell.row - self.first.row))
    }

    /// The cell in view that is nearest to another of its level.
    pub(super) fn nearest(self, cell: Cell) -> Cell {
        let Cell { level, column, row } = self.first;
        Cell {
            level,
            column: cell.column.clamp(column, column + self.columns - 1),
            row: cell.row.clamp(row, row + self.rows - 1),
        }
    }

    /// The cell that one of a fixed number of places shows, so that a cell keeps its place while the view moves; none where
    /// fewer cells are in view.
    pub(super) fn at_place(self, grid: Grid, place: usize) -> Option<Cell> {
        let [across, down] = [grid.columns as i64 + 1, grid.rows as i64 + 1];
        let from = |first: i64, index: i64, of: i64| (index - first).rem_euclid(of);
        let (column, row) =
            (from(self.first.column, place as i64 % across, across), from(self.first.row, place as i64 / across, down));
        let cell = Cell { column: self.first.column + column, row: self.first.row + row, ..self.first };
        self.holds(cell).then_some(cell)
    }
}

/// How many places the cells in view need at most.
pub(super) fn places(grid: Grid) -> usize {
    (grid.columns + 1) * (grid.rows + 1)
}

impl View {
    /// The whole sheet.
    pub(super) const WHOLE: Self = Self { centre: [0.0, 0.0], zoom: 1.0 };

    /// A view with this middle, so many times as large as the whole; numbers that are none, or too large, are brought into
    /// range.
    pub(super) fn new(centre: Place, zoom: f64) -> Self {
        let near = |x: f64| match x {
            x if !x.is_finite() => 0.0,
            // Everything repeats itself after two mirror images.
            x if x.abs() > FAR => x.rem_euclid(4.0),
            x => x,
        };
        let zoom = if zoom.is_nan() { 1.0 } else { zoom.clamp(1.0, f64::from(1u32 << DEEPEST)) };
        Self { centre: centre.map(near), zoom }
    }

    pub(super) fn centre(self) -> Place {
        self.centre
    }

    pub(super) fn zoom(self) -> f64 {
        self.zoom
    }

    /// The level whose cells are at least as large as on the whole map, and less than twice as large.
    pub(super) fn level(self) -> u8 {
        (self.zoom.log2() + 1e-9).floor() as u8
    }

    /// The place at a fraction of the view.
    pub(super) fn place_at(self, [across, down]: [f64; 2]) -> Place {
        let [x, y] = self.centre;
        [x + (2.0 * across - 1.0) / self.zoom, y - (2.0 * down - 1.0) / self.zoom]
    }

    /// Where a place lies in the view; beyond 0 to 1 where it is out of it.
    pub(super) fn fraction_of(self, [x, y]: Place) -> [f64; 2] {
        let [middle_x, middle_y] = self.centre;
        [0.5 + 0.5 * (x - middle_x) * self.zoom, 0.5 - 0.5 * (y - middle_y) * self.zoom]
    }

    /// The view this many times as large; what lies at the fraction `about` stays there.
    pub(super) fn zoomed(self, about: [f64; 2], factor: f64) -> Self {
        let about = about.map(|x| if x.is_finite() { x } else { 0.5 });
        let [x, y] = self.place_at(about);
        let zoom = Self::new(self.centre, self.zoom * factor).zoom;
        Self::new([x - (2.0 * about[0] - 1.0) / zoom, y + (2.0 * about[1] - 1.0) / zoom], zoom)
    }

    /// The view at another level's own size, where cells are as large as on the whole map; what lies at `about` stays there.
    pub(super) fn stepped(self, about: [f64; 2], levels: i32) -> Self {
        let now = self.zoom.log2();
        let wanted = if levels > 0 { (now + 1e-9).floor() } else { (now - 1e-9).ceil() } + f64::from(levels);
        self.zoomed(about, wanted.exp2() / self.zoom)
    }

    /// The view after its content was drawn along by fractions of it.
    pub(super) fn dragged(self, [across, down]: [f64; 2]) -> Self {
        let [x, y] = self.centre;
        let by = [across, down].map(|by| if by.is_finite() { by.clamp(-4.0, 4.0) } else { 0.0 });
        Self::new([x - 2.0 * by[0] / self.zoom, y + 2.0 * by[1] / self.zoom], self.zoom)
    }

    /// The cells that can be seen, whole or in part.
    pub(super) fn span(self, grid: Grid) -> Span {
        let level = self.level();
        let from = grid.in_cells(self.place_at([0.0, 0.0]), level).map(|cells| (cells + HAIR).floor() as i64);
        let to = grid.in_cells(self.place_at([1.0, 1.0]), level).map(|cells| (cells - HAIR).ceil() as i64);
        let cells = [0, 1].map(|axis| (to[axis] - from[axis]).clamp(1, [grid.columns, grid.rows][axis] as i64 + 1));
        Span { first: Cell { level, column: from[0], row: from[1] }, columns: cells[0], rows: cells[1] }
    }

    /// Where a cell lies in the view.
    pub(super) fn frame(self, grid: Grid, cell: Cell) -> Frame {
        let [width, height] =
            [grid.columns, grid.rows].map(|cells| self.zoom / f64::from(1u32 << cell.level) / cells as f64);
        let [across, down] = self.fraction_of(grid.middle(cell));
        Frame { left: across - width / 2.0, top: down - height / 2.0, width, height }
    }

    /// The view moved no further than it takes to have a cell wholly in it.
    pub(super) fn with_whole(self, grid: Grid, cell: Cell) -> Self {
        let Frame { left, top, width, height } = self.frame(grid, cell);
        let way = |begin: f64, length: f64| if begin < 0.0 { -begin } else { (1.0 - length - begin).min(0.0) };
        self.dragged([way(left, width), way(top, height)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GRID: Grid = Grid { columns: 12, rows: 4 };

    fn views() -> impl Strategy<Value = View> {
        ([-30.0..30.0f64, -30.0..30.0f64], 0.0..16.0f64).prop_map(|(centre, level)| View::new(centre, level.exp2()))
    }

    #[test]
    fn the_whole_map_shows_each_cell_of_the_sheet_once() {
        let cells: Vec<_> = View::WHOLE.span(GRID).cells().collect();
        assert_eq!(cells.len(), 48);
        assert!(cells.iter().all(|&cell| GRID.on_sheet(cell) == cell));
        let Frame { left, top, width, height } = View::WHOLE.frame(GRID, cells[13]);
        for (found, expected) in [left, top, width, height].into_iter().zip([1.0 / 12.0, 0.25, 1.0 / 12.0, 0.25]) {
            assert!((found - expected).abs() < 1e-12, "{found} for {expected}");
        }
    }

    #[test]
    fn a_step_lands_on_sizes_where_cells_are_as_large_as_on_the_whole_map() {
        let between = View::new([0.1, 0.2], 5.0);
        let zooms = [1, -1, -9, 99].map(|levels| between.stepped([0.5, 0.5], levels).zoom());
        for (zoom, expected) in zooms.into_iter().zip([8.0, 4.0, 1.0, 65_536.0]) {
            assert!((zoom / expected - 1.0).abs() < 1e-9, "{zoom} for {expected}");
        }
    }

    proptest! {
        #[test]
        fn what_lies_under_the_pointer_stays_there_when_it_zooms(
            view in views(), about in [0.0..1.0f64, 0.0..1.0f64], factor in 0.01..100.0f64,
        ) {
            let zoomed = view.zoomed(about, factor);
            let [across, down] = zoomed.fraction_of(view.place_at(about));
            // Sixteen doublings cost 16 of a double's 52 bits.
            prop_assert!((across - about[0]).abs() < 1e-6 && (down - about[1]).abs() < 1e-6);
        }

        #[test]
        fn the_cells_in_view_cover_it_and_each_has_a_place_of_its_own(view in views()) {
            let span = view.span(GRID);
            let mut placed: Vec<_> = (0..places(GRID)).filter_map(|place| span.at_place(GRID, place)).collect();
            let mut cells: Vec<_> = span.cells().collect();
            placed.sort();
            cells.sort();
            prop_assert_eq!(&placed, &cells);
            let [first, last] = [cells[0], *cells.last().expect("there are cells")].map(|cell| view.frame(GRID, cell));
            prop_assert!(first.left <= 1e-4 && first.top <= 1e-4, "{first:?}");
            prop_assert!(last.left + last.width >= 1.0 - 1e-4 && last.top + last.height >= 1.0 - 1e-4, "{last:?}");
        }

        #[test]
        fn a_cell_keeps_its_place_while_the_view_moves(view in views(), by in [-0.5..0.5f64, -0.5..0.5f64]) {
            let (before, after) = (view.span(GRID), view.dragged(by).span(GRID));
            for place in 0..places(GRID) {
                if let Some(cell) = before.at_place(GRID, place).filter(|&cell| after.holds(cell)) {
                    prop_assert_eq!(after.at_place(GRID, place), Some(cell));
                }
            }
        }

        #[test]
        fn a_cell_at_the_edge_is_brought_in_whole(view in views(), across in -1i64..13, down in -1i64..5) {
            let first = view.span(GRID).first;
            let cell = Cell { column: first.column + across, row: first.row + down, ..first };
            let moved = view.with_whole(GRID, cell);
            let Frame { left, top, width, height } = moved.frame(GRID, cell);
            prop_assert!(left >= -1e-4 && top >= -1e-4 && left + width <= 1.0001 && top + height <= 1.0001);
            prop_assert_eq!(moved.zoom(), view.zoom());
        }

        #[test]
        fn no_number_breaks_a_view(
            centre in [any::<f64>(), any::<f64>()], zoom in any::<f64>(), about in [any::<f64>(), any::<f64>()], factor in any::<f64>(),
        ) {
            let view = View::new(centre, zoom).zoomed(about, factor).dragged(about).zoomed([0.5, 0.5], factor);
            prop_assert!(view.centre().into_iter().all(f64::is_finite) && (1.0..=65_536.0).contains(&view.zoom()), "{view:?}");
            let cells = view.span(GRID).cells().count();
            prop_assert!((1..=places(GRID)).contains(&cells), "{cells}");
        }
    }
}
