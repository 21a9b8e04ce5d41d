//! Gated recurrent unit (Cho et al., "Learning phrase representations using RNN encoder-decoder", EMNLP 2014), in
//! PyTorch's variant: the reset gate acts on the product with the state, gates in the order reset, update, new.

use super::linear::Linear;
use super::math::{sigmoid, tanh};

/// One layer: `r = σ(Wir·a + bir + Whr·g + bhr)`, `z = σ(…)`, `n = tanh(Win·a + bin + r·(Whn·g + bhn))`,
/// `g' = (1 - z)·n + z·g`.
#[derive(Debug, Clone, Copy)]
pub struct Gru<'a> {
    /// From the input to the three gates.
    pub from_input: Linear<'a>,
    /// From the state to the three gates.
    pub from_state: Linear<'a>,
}

/// Where the products of a step are kept. Each part holds at least the three gates, padded.
#[derive(Debug)]
pub struct GruScratch<'a> {
    /// Products with the input.
    pub input: &'a mut [f32],
    /// Products with the state.
    pub state: &'a mut [f32],
}

impl Gru<'_> {
    /// Takes one input and moves `state` on by one step. Both have the layer's width. Real-time safe.
    #[inline]
    pub fn step(&self, input: &[f32], state: &mut [f32], scratch: GruScratch<'_>) {
        let width = state.len();
        self.from_input.forward(input, scratch.input);
        self.from_state.forward(state, scratch.state);
        let (reset_in, rest) = scratch.input.split_at(width);
        let (update_in, new_in) = rest.split_at(width);
        let (reset_state, rest) = scratch.state.split_at(width);
        let (update_state, new_state) = rest.split_at(width);
        let resets = reset_in.iter().zip(reset_state);
        let updates = update_in.iter().zip(update_state);
        let news = new_in.iter().zip(new_state);
        for (((value, (ri, rs)), (zi, zs)), (ni, ns)) in state.iter_mut().zip(resets).zip(updates).zip(news) {
            let reset = sigmoid(ri + rs);
            let update = sigmoid(zi + zs);
            let new = tanh(ni + reset * ns);
            *value = (1.0 - update) * new + update * *value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::linear::{LANES, pack, padded};

    #[test]
    fn a_step_follows_the_equations() {
        let width = 3;
        let matrix = |seed: f32| -> Vec<f32> { (0..3 * width * width).map(|k| (seed + k as f32).sin()).collect() };
        let (w_ih, w_hh) = (matrix(0.3), matrix(1.7));
        let packed = |matrix: &[f32]| {
            let mut packed = vec![[0.0; LANES]; padded(3 * width) / LANES * width];
            pack(matrix, width, &mut packed);
            packed
        };
        let (packed_ih, packed_hh) = (packed(&w_ih), packed(&w_hh));
        let (b_ih, b_hh) = ([[0.1; LANES]], [[-0.2; LANES]]);
        let gru = Gru { from_input: Linear::new(&packed_ih, &b_ih), from_state: Linear::new(&packed_hh, &b_hh) };
        let (input, before) = ([0.5, -1.0, 0.25], [0.2f32, -0.4, 0.6]);
        let mut state = before;
        gru.step(&input, &mut state, GruScratch { input: &mut [0.0; 16], state: &mut [0.0; 16] });
        let product = |matrix: &[f32], gate: usize, unit: usize, x: &[f32; 3]| -> f32 {
            (0..width).map(|k| matrix[(gate * width + unit) * width + k] * x[k]).sum()
        };
        for unit in 0..width {
            let from_input = |gate| product(&w_ih, gate, unit, &input) + 0.1;
            let from_state = |gate| product(&w_hh, gate, unit, &before) - 0.2;
            let sigmoid = |x: f32| 1.0 / (1.0 + (-x).exp());
            let reset = sigmoid(from_input(0) + from_state(0));
            let update = sigmoid(from_input(1) + from_state(1));
            let new = (from_input(2) + reset * from_state(2)).tanh();
            let expected = (1.0 - update) * new + update * before[unit];
            assert!((state[unit] - expected).abs() < 1e-6, "unit {unit}: {} instead of {expected}", state[unit]);
        }
    }
}
