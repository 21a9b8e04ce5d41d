//! A kernel that is not ours to make faster: what voices cost is compared with it, so that figures of different machines and of busy
//! days can be compared, too. `tests/browser/bench.mjs` has the same in JavaScript.

use std::hint::black_box;
use std::time::Instant;

/// Rows and columns of a matrix of 32-bit floats.
const SIZE: usize = 256;

/// Products with a vector that make one round, and rounds, of which the quickest counts.
const PRODUCTS: usize = 200;
const ROUNDS: usize = 15;

/// Seconds that one product of a matrix and a vector takes, a plain loop over rows.
pub(crate) fn product_s() -> f64 {
    let matrix: Vec<f32> = (0..SIZE * SIZE).map(|k| (k % 97) as f32 / 97.0 - 0.5).collect();
    let mut vector = vec![1.0f32; SIZE];
    let mut quickest = f64::INFINITY;
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        for _ in 0..PRODUCTS {
            let product: Vec<f32> =
                matrix.chunks_exact(SIZE).map(|row| row.iter().zip(&vector).map(|(a, b)| a * b).sum::<f32>()).collect();
            // Stays in range, and nothing can be left out.
            vector.iter_mut().zip(&product).for_each(|(vector, product)| *vector = 0.01 * product + 0.5);
            black_box(&mut vector);
        }
        quickest = quickest.min(begun.elapsed().as_secs_f64() / PRODUCTS as f64);
    }
    quickest
}
