//! What surrounds the autoencoder in its file: the Gaussian of its points, the metric of hearing, the map.
//!
//! The map is a self-organising map (Kohonen, "Self-organized formation of topologically correct feature maps", 1982) in
//! its batch form, in the latent space under a metric that measures what is heard. Its axes are helped to mean something:
//! brightness from left to right, length from bottom to top.

use burn::tensor::Device;
use neurorack_engine::models::curve_vae::{LATENT, Outline, VALUES};

use super::batch::costs;
use super::{CurveVae, rows};
use neurorack_nets::sinc_nsf::values;

/// A point of the latent space.
pub type Point = [f32; LATENT];

/// A matrix over the latent space, row-major.
pub type Matrix = [[f32; LATENT]; LATENT];

/// Channel of brightness in an outline.
const CENTROID: usize = 5;

/// Points at which the metric is measured.
const METRIC_POINTS: usize = 512;

/// Step of the finite differences.
const STEP: f32 = 0.05;

/// Rounds of the self-organising map.
const ROUNDS: usize = 80;

/// How the map is laid out.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// Nodes along a side.
    pub side: usize,
    /// Reach of a node's neighbourhood at the end, in nodes: larger is smoother, smaller is truer.
    pub reach: f32,
    /// Weight of the wished places against what is heard.
    pub guidance: f32,
}

impl Default for Layout {
    fn default() -> Self {
        Self { side: 28, reach: 1.0, guidance: 0.5 }
    }
}

/// Mean and lower Cholesky factor of the covariance of weighted points.
pub fn gaussian(points: &[Point], weights: &[f64]) -> (Point, Matrix) {
    let total: f64 = weights.iter().sum();
    let mean: [f64; LATENT] = std::array::from_fn(|d| {
        points.iter().zip(weights).map(|(point, weight)| weight * f64::from(point[d])).sum::<f64>() / total
    });
    let mut covariance = [[0.0f64; LATENT]; LATENT];
    for (point, weight) in points.iter().zip(weights) {
        for (r, row) in covariance.iter_mut().enumerate() {
            for (c, sum) in row.iter_mut().enumerate() {
                *sum += weight / total * (f64::from(point[r]) - mean[r]) * (f64::from(point[c]) - mean[c]);
            }
        }
    }
    (mean.map(|x| x as f32), cholesky(covariance))
}

/// The metric of hearing: `|M Δz|` is how much a step changes the weighted curves, on average over the training points.
///
/// Its unit is the root mean square distance of two training points.
pub fn metric(network: &CurveVae, points: &[Point], outlines: &[Outline], weights: &[f64]) -> Matrix {
    let device = Device::flex();
    let stride = points.len().div_ceil(METRIC_POINTS);
    let mut pull = [[0.0f64; LATENT]; LATENT];
    for (point, outline) in points.iter().zip(outlines).step_by(stride) {
        let mut moved = vec![*point; 2 * LATENT];
        for dimension in 0..LATENT {
            moved[2 * dimension][dimension] += STEP;
            moved[2 * dimension + 1][dimension] -= STEP;
        }
        let decoded = values(network.decode(rows(&moved, &device)));
        let slope = |dimension: usize, index: usize| {
            let [up, down] = [0, 1].map(|side| decoded[(2 * dimension + side) * VALUES + index]);
            f64::from(up - down) / f64::from(2.0 * STEP)
        };
        for (index, cost) in costs(outline).into_iter().enumerate() {
            let slopes: [f64; LATENT] = std::array::from_fn(|dimension| slope(dimension, index));
            for (r, row) in pull.iter_mut().enumerate() {
                for (c, sum) in row.iter_mut().enumerate() {
                    *sum += f64::from(cost) * slopes[r] * slopes[c];
                }
            }
        }
    }
    let (_, factor) = gaussian(points, weights);
    // The mean square distance of two draws is twice the trace of covariance times pull-back.
    let mut mean_square = 0.0;
    for (pull, left) in pull.iter().zip(&factor) {
        for (pull, right) in pull.iter().zip(&factor) {
            let covariance: f64 = left.iter().zip(right).map(|(l, r)| f64::from(*l) * f64::from(*r)).sum();
            mean_square += 2.0 * pull * covariance;
        }
    }
    let lower = cholesky(pull.map(|row| row.map(|x| x / mean_square)));
    std::array::from_fn(|r| std::array::from_fn(|c| lower[c][r]))
}

/// Where each outline would lie if brightness and length were all: ranks from -1 to 1, every outline counted by its weight.
pub fn wished_places(outlines: &[Outline], weights: &[f64]) -> Vec<[f32; 2]> {
    let x = ranks(&outlines.iter().map(brightness).collect::<Vec<_>>(), weights);
    let y = ranks(&outlines.iter().map(|outline| outline.log2_seconds).collect::<Vec<_>>(), weights);
    x.into_iter().zip(y).map(|(x, y)| [x, y]).collect()
}

/// Mean log2 centroid of an outline where it is heard, in octaves over 1 Hz.
pub fn brightness(outline: &Outline) -> f32 {
    let heard = outline.audibility();
    let sum: f32 = heard.iter().zip(&outline.channels[CENTROID]).map(|(h, x)| h * x).sum();
    sum / heard.iter().sum::<f32>().max(1e-6)
}

/// The nodes of the map, row-major, the first row at `y = -1`.
pub fn sheet(points: &[Point], weights: &[f64], wished: &[[f32; 2]], metric: &Matrix, layout: Layout) -> Vec<Point> {
    let side = layout.side;
    let at = |step: usize| 2.0 * step as f32 / (side - 1) as f32 - 1.0;
    let places: Vec<[f32; 2]> = (0..side * side).map(|node| [at(node % side), at(node / side)]).collect();
    let heard: Vec<Point> = points.iter().map(|point| apply(metric, point)).collect();

    // At first every point lies where it is wished.
    let mut found = wished.to_vec();
    let mut nodes = Vec::new();
    for round in 0..=ROUNDS {
        let progress = round as f32 / ROUNDS as f32;
        let start = 0.25 * side as f32;
        let reach = 2.0 / (side - 1) as f32 * start * (layout.reach / start).powf(progress);
        nodes = smooth(points, weights, &found, &places, reach);
        let guidance = layout.guidance * (1.0 - progress) + 0.1 * layout.guidance * progress;
        let heard_nodes: Vec<Point> = nodes.iter().map(|node| apply(metric, node)).collect();
        for ((found, point), wish) in found.iter_mut().zip(&heard).zip(wished) {
            let cost = |node: usize| {
                let [x, y] = places[node];
                let off = (x - wish[0]).powi(2) + (y - wish[1]).powi(2);
                square_distance(point, &heard_nodes[node]) + 0.25 * guidance * off
            };
            let mut best = (f32::INFINITY, 0);
            for node in 0..places.len() {
                let cost = cost(node);
                if cost < best.0 {
                    best = (cost, node);
                }
            }
            *found = places[best.1];
        }
    }
    nodes
}

/// The mean of the points around each place, counted by a Gaussian of the distance on the map and by their weights.
fn smooth(points: &[Point], weights: &[f64], found: &[[f32; 2]], places: &[[f32; 2]], reach: f32) -> Vec<Point> {
    let node = |place: &[f32; 2]| {
        let mut sum = [0.0f64; LATENT];
        let mut total = 0.0;
        // So small a share of everything that it matters only where nothing is near.
        let far = 1e-9;
        for ((point, weight), at) in points.iter().zip(weights).zip(found) {
            let square = (place[0] - at[0]).powi(2) + (place[1] - at[1]).powi(2);
            let near = f64::from((-0.5 * square / (reach * reach)).exp());
            let wide = f64::from((-0.5 * square / 0.25).exp());
            let share = weight * (near + far * wide);
            total += share;
            for (sum, &value) in sum.iter_mut().zip(point) {
                *sum += share * f64::from(value);
            }
        }
        sum.map(|sum| (sum / total) as f32)
    };
    places.iter().map(node).collect()
}

/// A point under a matrix.
pub fn apply(matrix: &Matrix, point: &Point) -> Point {
    matrix.map(|row| row.iter().zip(point).map(|(m, x)| m * x).sum())
}

fn square_distance(a: &Point, b: &Point) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// Weighted ranks from -1 to 1.
fn ranks(values: &[f32], weights: &[f64]) -> Vec<f32> {
    let total: f64 = weights.iter().sum();
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut sum = 0.0;
    for index in order {
        ranks[index] = (2.0 * (sum + 0.5 * weights[index]) / total - 1.0) as f32;
        sum += weights[index];
    }
    ranks
}

/// The lower triangular matrix whose product with its transpose is `matrix`; tiny variances count as 1e-8.
fn cholesky(matrix: [[f64; LATENT]; LATENT]) -> Matrix {
    let mut lower = [[0.0f64; LATENT]; LATENT];
    for r in 0..LATENT {
        for c in 0..=r {
            let sum = matrix[r][c] - (0..c).map(|k| lower[r][k] * lower[c][k]).sum::<f64>();
            lower[r][c] = if r == c { sum.max(1e-8).sqrt() } else { sum / lower[c][c] };
        }
    }
    lower.map(|row| row.map(|x| x as f32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use neurorack_engine::models::noise::bin_noise;

    /// Normal points whose dimension `d` has the standard deviation `1 / (d + 1)`.
    fn points(count: u64) -> Vec<Point> {
        let point = |index| std::array::from_fn(|d| bin_noise(index, 1, d as u32)[0] / (d + 1) as f32);
        (0..count).map(point).collect()
    }

    #[test]
    fn a_gaussian_has_the_points_mean_and_spread() {
        let points: Vec<Point> = points(4_000).iter().map(|point| point.map(|x| x + 1.0)).collect();
        let (mean, factor) = gaussian(&points, &vec![0.5; points.len()]);
        for d in 0..LATENT {
            assert!((mean[d] - 1.0).abs() < 0.05, "mean of dimension {d}: {}", mean[d]);
            assert!((factor[d][d] * (d + 1) as f32 - 1.0).abs() < 0.05, "spread of dimension {d}: {}", factor[d][d]);
        }
    }

    #[test]
    fn neighbours_on_a_sheet_are_alike() {
        let points = points(600);
        let weights = vec![1.0; points.len()];
        let wished: Vec<[f32; 2]> = points.iter().map(|point| [point[0].tanh(), (2.0 * point[1]).tanh()]).collect();
        let identity: Matrix = std::array::from_fn(|r| std::array::from_fn(|c| f32::from(r == c)));
        let side = 12;
        let nodes = sheet(&points, &weights, &wished, &identity, Layout { side, ..Layout::default() });
        let step = |a: usize, b: usize| square_distance(&nodes[a], &nodes[b]).sqrt();
        let across: f32 = (0..side).map(|row| step(row * side, row * side + side - 1)).sum::<f32>() / side as f32;
        let next: f32 = (0..side * side - 1).map(|node| step(node, node + 1)).sum::<f32>() / (side * side) as f32;
        assert!(next < 0.4 * across, "neighbours are {next} apart, the rims {across}");
    }
}
