//! The map: a smooth sheet through the latent space, and the nearest place on it.

use super::network::LATENT;
use crate::bank::{BankError, Tensors};

/// Fewest nodes along a side: what a cubic patch needs.
const MIN_SIDE: usize = 4;

/// Most nodes along a side.
pub(super) const MAX_SIDE: usize = 64;

/// Places tried between two nodes before the best is refined.
const TRIES_PER_NODE: usize = 2;

/// Halvings of the step around the best place: down to a thousandth of the distance between nodes.
const REFINEMENTS: usize = 9;

/// A square of nodes in the latent space, smoothed by uniform cubic B-splines.
///
/// The weights of a B-spline are positive and sum to 1: every place lies between the nodes around it, and the sheet has
/// no kinks. At the rim the outermost nodes are repeated.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    /// Row-major, the first row at `y = -1`.
    nodes: Vec<[f32; LATENT]>,
    side: usize,
    /// Turns differences of latent points into differences that are heard alike, row-major.
    metric: [[f32; LATENT]; LATENT],
    /// The tried places and their points under the metric.
    tried: Vec<([f32; 2], [f32; LATENT])>,
}

impl Sheet {
    /// Reads the tensors `map.nodes` (`[side², 8]`) and `map.metric`.
    pub(super) fn read(tensors: &Tensors<'_>) -> Result<Self, BankError> {
        let [count, _] = tensors.matrix_shape("map.nodes", MAX_SIDE * MAX_SIDE)?;
        let side = count.isqrt();
        if side * side != count || side < MIN_SIDE {
            let expected = format!("a square number of nodes, at least {MIN_SIDE} by {MIN_SIDE}");
            return Err(BankError::Shape { name: "map.nodes".into(), found: vec![count, LATENT], expected });
        }
        let nodes = tensors.values("map.nodes", &[count, LATENT])?;
        let metric = tensors.values("map.metric", &[LATENT, LATENT])?;
        Ok(Self::new(nodes.as_chunks().0.to_vec(), metric.as_chunks().0))
    }

    fn new(nodes: Vec<[f32; LATENT]>, metric: &[[f32; LATENT]]) -> Self {
        let side = nodes.len().isqrt();
        let metric = std::array::from_fn(|row| metric[row]);
        let mut sheet = Self { nodes, side, metric, tried: Vec::new() };
        let steps = TRIES_PER_NODE * (side - 1);
        let at = |step: usize| 2.0 * step as f32 / steps as f32 - 1.0;
        let places = (0..=steps).flat_map(|y| (0..=steps).map(move |x| [at(x), at(y)]));
        sheet.tried = places.map(|place| (place, sheet.heard(&sheet.at(place)))).collect();
        sheet
    }

    /// The latent point of a place; outside of `[-1, 1]²` that of the rim.
    pub(super) fn at(&self, place: [f32; 2]) -> [f32; LATENT] {
        let [(first_x, weights_x), (first_y, weights_y)] = place.map(|x| self.patch(x));
        let mut point = [0.0; LATENT];
        for (step_y, weight_y) in weights_y.into_iter().enumerate() {
            for (step_x, weight_x) in weights_x.into_iter().enumerate() {
                let node = &self.nodes[self.inside(first_y + step_y) * self.side + self.inside(first_x + step_x)];
                for (sum, &value) in point.iter_mut().zip(node) {
                    *sum += weight_x * weight_y * value;
                }
            }
        }
        point
    }

    /// The place whose point sounds most like this one.
    pub(super) fn place(&self, point: &[f32; LATENT]) -> [f32; 2] {
        let heard = self.heard(point);
        let distance = |other: &[f32; LATENT]| -> f32 { heard.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum() };
        let mut best = ([0.0; 2], f32::INFINITY);
        for (place, other) in &self.tried {
            let apart = distance(other);
            if apart < best.1 {
                best = (*place, apart);
            }
        }
        let mut step = 2.0 / (TRIES_PER_NODE * (self.side - 1)) as f32;
        for _ in 0..REFINEMENTS {
            step *= 0.5;
            let centre = best.0;
            for (x, y) in
                [(-1.0, 0.0), (1.0, 0.0), (0.0, -1.0), (0.0, 1.0), (-1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (1.0, -1.0)]
            {
                let place = [centre[0] + x * step, centre[1] + y * step].map(|x| x.clamp(-1.0, 1.0));
                let apart = distance(&self.heard(&self.at(place)));
                if apart < best.1 {
                    best = (place, apart);
                }
            }
        }
        best.0
    }

    /// How differently two latent points sound, in the metric's unit.
    pub(super) fn distance(&self, a: &[f32; LATENT], b: &[f32; LATENT]) -> f32 {
        let difference = std::array::from_fn(|dimension| a[dimension] - b[dimension]);
        libm::sqrtf(self.heard(&difference).iter().map(|x| x * x).sum())
    }

    /// A latent point, or difference, under the metric.
    fn heard(&self, point: &[f32; LATENT]) -> [f32; LATENT] {
        self.metric.map(|row| row.iter().zip(point).map(|(m, x)| m * x).sum())
    }

    /// The first of the four nodes around a coordinate, counted from one outside the rim, and their weights.
    fn patch(&self, x: f32) -> (usize, [f32; 4]) {
        // A coordinate that is not a number is the middle.
        let x = if x.is_nan() { 0.0 } else { x.clamp(-1.0, 1.0) };
        let along = 0.5 * (x + 1.0) * (self.side - 1) as f32;
        let first = (along as usize).min(self.side - 2);
        let t = along - first as f32;
        let rest = 1.0 - t;
        let weights = [
            rest * rest * rest,
            3.0 * t * t * t - 6.0 * t * t + 4.0,
            3.0 * rest * rest * rest - 6.0 * rest * rest + 4.0,
            t * t * t,
        ];
        (first, weights.map(|weight| weight / 6.0))
    }

    /// A node's index, counted from one outside the rim, moved onto the sheet.
    fn inside(&self, index: usize) -> usize {
        index.saturating_sub(1).min(self.side - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A flat sheet in the first two dimensions, bent into the third.
    fn sheet(side: usize) -> Sheet {
        let at = |step: usize| 2.0 * step as f32 / (side - 1) as f32 - 1.0;
        let node = |x: f32, y: f32| [x, y, 0.5 * x * y, 0.0, 0.0, 0.0, 0.0, 0.0];
        let nodes = (0..side * side).map(|k| node(at(k % side), at(k / side))).collect();
        let identity: [[f32; LATENT]; LATENT] = std::array::from_fn(|r| std::array::from_fn(|c| f32::from(r == c)));
        Sheet::new(nodes, &identity)
    }

    #[test]
    fn a_place_on_the_sheet_is_found_again() {
        let sheet = sheet(9);
        for place in [[0.0, 0.0], [0.31, -0.77], [-0.93, 0.52], [1.0, 1.0], [-1.0, 0.2]] {
            let [x, y] = sheet.place(&sheet.at(place));
            assert!((x - place[0]).abs() + (y - place[1]).abs() < 2e-3, "{place:?} came back as {x}, {y}");
        }
    }

    #[test]
    fn a_sheet_is_smooth_and_between_its_nodes() {
        let sheet = sheet(6);
        let steps = 400;
        let points: Vec<_> = (0..=steps).map(|k| sheet.at([2.0 * k as f32 / steps as f32 - 1.0, 0.3])).collect();
        for points in points.windows(3) {
            let bend = (points[0][0] - 2.0 * points[1][0] + points[2][0]).abs();
            assert!(bend < 1e-3, "the sheet has a kink of {bend}");
            assert!(points[1][0].abs() <= 1.0);
        }
    }

    #[test]
    fn any_coordinates_have_a_point() {
        let sheet = sheet(5);
        for x in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30, -1e30] {
            assert!(sheet.at([x, x]).iter().all(|value| value.is_finite()), "{x}");
        }
    }
}
