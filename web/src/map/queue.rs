//! What is rendered next: only what is in view, what has no picture yet first, and the nearest to where someone looks.

use super::plane::{Cell, Grid};
use super::window::View;

/// What a cell still lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lack {
    /// It is seen, or seen as it was, but was never rendered for what plays now.
    Picture,
    /// It is seen; its samples were put away.
    Samples,
}

/// The cells to render at once, at most `most`, each of another sound, as cells of the sheet. `first` is asked for by hand;
/// `near` is the fraction of the view that is looked at.
pub(super) fn next(
    view: View,
    grid: Grid,
    first: Option<Cell>,
    near: [f64; 2],
    most: usize,
    lacks: impl Fn(Cell) -> Option<Lack>,
) -> Vec<Cell> {
    let mut wanted: Vec<_> = view
        .span(grid)
        .cells()
        .filter_map(|cell| {
            let [across, down] = view.fraction_of(grid.middle(cell));
            // Cells are about square, the view is not.
            let apart = ((across - near[0]) * grid.columns as f64).hypot((down - near[1]) * grid.rows as f64);
            let sound = grid.on_sheet(cell);
            Some((Some(sound) != first, lacks(sound)?, apart, sound))
        })
        .collect();
    wanted.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
    let mut next = Vec::with_capacity(most);
    for (.., cell) in wanted {
        if next.len() < most && !next.contains(&cell) {
            next.push(cell);
        }
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GRID: Grid = Grid { columns: 12, rows: 4 };

    fn at(column: i64, row: i64) -> Cell {
        Cell { level: 0, column, row }
    }

    #[test]
    fn pictures_come_before_samples_and_what_is_looked_at_before_the_rest() {
        let lacks = |cell: Cell| match cell {
            Cell { column: 0, row: 0, .. } => Some(Lack::Samples),
            Cell { column, .. } if column < 4 => Some(Lack::Picture),
            _ => None,
        };
        let order = |first| next(View::WHOLE, GRID, first, [0.0, 0.13], 3, lacks);
        assert_eq!(order(None), [at(0, 1), at(1, 0), at(1, 1)], "the nearest to the first tile");
        assert_eq!(order(Some(at(3, 3)))[0], at(3, 3), "what is asked for by hand");
        assert_eq!(next(View::WHOLE, GRID, None, [0.0, 0.0], 99, lacks).last(), Some(&at(0, 0)), "samples alone");
    }

    proptest! {
        #[test]
        fn only_what_is_in_view_is_rendered_and_no_sound_twice(
            centre in [-9.0..9.0f64, -9.0..9.0f64], level in 0.0..16.0f64, near in [any::<f64>(), any::<f64>()], most in 0..9usize,
        ) {
            let view = View::new(centre, level.exp2());
            let next = next(view, GRID, None, near, most, |_| Some(Lack::Picture));
            let seen: Vec<_> = view.span(GRID).cells().map(|cell| GRID.on_sheet(cell)).collect();
            prop_assert!(next.iter().all(|cell| seen.contains(cell)));
            let mut once = next.clone();
            once.sort();
            once.dedup();
            prop_assert_eq!(once.len(), next.len());
            prop_assert!(next.len() <= most);
        }
    }
}
