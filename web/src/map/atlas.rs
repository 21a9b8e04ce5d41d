//! Which sound lies where on the map, and which factory sound it is like.

use crate::layout::Width;
use crate::sounds::SoundSet;
use neurorack_engine::descriptors::DescriptorCurve;
use neurorack_engine::models::curve_vae::{CurveVae, LATENT};
use std::sync::Arc;

/// The tiles of the map: brighter sounds lie to the right, longer ones towards the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Grid {
    pub(super) columns: usize,
    pub(super) rows: usize,
}

impl Grid {
    /// As many tiles as a window of this width has room for.
    pub(super) fn of(width: Width) -> Self {
        match width {
            Width::Phone => Self { columns: 6, rows: 8 },
            Width::Tablet => Self { columns: 14, rows: 3 },
            Width::Desktop => Self { columns: 12, rows: 4 },
        }
    }

    pub(super) fn tiles(self) -> usize {
        self.columns * self.rows
    }

    /// Column and row of a tile; tiles are counted in reading order.
    pub(super) fn cell(self, tile: usize) -> (usize, usize) {
        (tile % self.columns, tile / self.columns)
    }

    /// The place on the map, in `[-1, 1]²`, of a tile's middle.
    pub(super) fn place(self, tile: usize) -> [f32; 2] {
        let (column, row) = self.cell(tile);
        let middle = |index: usize, of: usize| 2.0 * (index as f32 + 0.5) / of as f32 - 1.0;
        [middle(column, self.columns), -middle(row, self.rows)]
    }

    /// The tile in which a place lies.
    pub(super) fn tile_at(self, place: [f32; 2]) -> usize {
        let [across, down] = across_and_down(place);
        let index = |share: f64, of: usize| ((share * of as f64) as usize).min(of - 1);
        index(down, self.rows) * self.columns + index(across, self.columns)
    }

    /// A tile's name, as on a chessboard: the column's letter and the row's number.
    pub(super) fn name(self, tile: usize) -> String {
        let (column, row) = self.cell(tile);
        format!("{}{}", char::from(b'A' + column as u8), row + 1)
    }

    /// The tile that an arrow key leads to, within the map.
    pub(super) fn next(self, tile: usize, key: &str) -> Option<usize> {
        let (column, row) = self.cell(tile);
        let (column, row) = match key {
            "ArrowLeft" => (column.checked_sub(1)?, row),
            "ArrowRight" => (column + 1, row),
            "ArrowUp" => (column, row.checked_sub(1)?),
            "ArrowDown" => (column, row + 1),
            "Home" => (0, row),
            "End" => (self.columns - 1, row),
            _ => return None,
        };
        (column < self.columns && row < self.rows).then_some(row * self.columns + column)
    }
}

/// Where a place lies from the left and from the top, each 0 to 1.
pub(super) fn across_and_down([x, y]: [f32; 2]) -> [f64; 2] {
    [f64::from((x + 1.0) / 2.0).clamp(0.0, 1.0), f64::from((1.0 - y) / 2.0).clamp(0.0, 1.0)]
}

/// The autoencoder's sheet, and where the factory sounds lie in it.
pub(super) struct Atlas {
    vae: CurveVae,
    /// Name and latent point of the sounds that were looked up so far.
    known: Vec<(String, [f32; LATENT])>,
}

impl Atlas {
    pub(super) fn new(vae: CurveVae) -> Self {
        Self { vae, known: Vec::new() }
    }

    /// Forgets which sounds are known: another bank has others.
    pub(super) fn forget(&mut self) {
        self.known.clear();
    }

    /// Learns where a sound lies, so that tiles can be called after it.
    pub(super) fn learn(&mut self, set: &Arc<SoundSet>) {
        let point = self.vae.encode(&set.curve);
        self.known.push((set.name.clone(), point));
    }

    /// The sound of a place.
    pub(super) fn curve(&self, place: [f32; 2]) -> DescriptorCurve {
        self.vae.decode(&self.vae.at(place))
    }

    /// A sound drawn from all that the map can make, another for each seed.
    pub(super) fn draw(&self, seed: u64) -> DescriptorCurve {
        self.vae.decode(&self.vae.sample(seed))
    }

    /// The place that sounds most like a curve.
    pub(super) fn place(&self, curve: &DescriptorCurve) -> [f32; 2] {
        self.vae.place(&self.vae.encode(curve))
    }

    /// The known sound that a place sounds most like.
    pub(super) fn like(&self, place: [f32; 2]) -> Option<&str> {
        let point = self.vae.at(place);
        let distance = |(_, other): &&(String, _)| self.vae.distance(&point, other);
        self.known.iter().min_by(|a, b| distance(a).total_cmp(&distance(b))).map(|(name, _)| name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: Grid = Grid { columns: 12, rows: 4 };

    #[test]
    fn a_tile_is_found_by_its_place() {
        for tile in 0..GRID.tiles() {
            assert_eq!(GRID.tile_at(GRID.place(tile)), tile);
        }
        assert_eq!(GRID.tile_at([-1.0, 1.0]), 0, "the top left corner");
        assert_eq!(GRID.tile_at([1.0, -1.0]), 47, "the bottom right corner");
    }

    #[test]
    fn tiles_are_named_as_on_a_chessboard() {
        assert_eq!([GRID.name(0), GRID.name(11), GRID.name(26)], ["A1", "L1", "C3"]);
    }

    #[test]
    fn arrows_stay_on_the_map() {
        assert_eq!(GRID.next(0, "ArrowLeft"), None);
        assert_eq!(GRID.next(0, "ArrowDown"), Some(12));
        assert_eq!(GRID.next(47, "ArrowRight"), None);
        assert_eq!(GRID.next(30, "Home"), Some(24));
        assert_eq!(GRID.next(30, " "), None);
    }
}
