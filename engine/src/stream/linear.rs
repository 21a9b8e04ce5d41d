//! Dense layer: a matrix laid out so that every SIMD lane owns one output.

use super::widest::widest;

/// Outputs computed side by side.
pub const LANES: usize = 16;

/// Weights of [`LANES`] outputs for one input.
pub type Lanes = [f32; LANES];

/// `count` rounded up to whole groups of [`LANES`].
#[must_use]
pub const fn padded(count: usize) -> usize {
    count.div_ceil(LANES) * LANES
}

/// `y = W·x + b`.
///
/// Each output sums its products in the order of the inputs, in one lane: the numbers do not depend on the width of the
/// machine's SIMD.
#[derive(Debug, Clone, Copy)]
pub struct Linear<'a> {
    /// `[padded outputs / LANES][inputs][LANES]`
    weight: &'a [Lanes],
    /// `[padded outputs / LANES]`, padded with zeros.
    bias: &'a [Lanes],
}

impl<'a> Linear<'a> {
    /// A view of packed weights, see [`pack`]. `weight` holds `inputs` entries for each entry of `bias`.
    #[must_use]
    pub fn new(weight: &'a [Lanes], bias: &'a [Lanes]) -> Self {
        Self { weight, bias }
    }

    /// Writes the outputs; what lies beyond them up to the next whole group is set to zero.
    ///
    /// Real-time safe. `output` holds at least [`padded`] outputs, `input` exactly the inputs. Not inlined: it travels in the page once.
    #[inline(never)]
    pub fn forward(&self, input: &[f32], output: &mut [f32]) {
        widest(
            #[inline(always)]
            || self.products(input, output),
        );
    }

    /// The same for two inputs, which read the weights once: memory is slower than sums. Each output is the same number as alone.
    ///
    /// Real-time safe.
    #[inline(never)]
    pub fn forward_two(&self, inputs: [&[f32]; 2], outputs: [&mut [f32]; 2]) {
        widest(
            #[inline(always)]
            || self.products_of_two(inputs, outputs),
        );
    }

    /// Two groups at a time, then the last: the sums of one are too few side by side for the time that an addition takes.
    #[inline(always)]
    fn products(&self, input: &[f32], output: &mut [f32]) {
        let (groups, _) = output.as_chunks_mut::<LANES>();
        let mut weights = self.weight.chunks_exact(2 * input.len());
        let (biases, last_bias) = self.bias.as_chunks::<2>();
        let (outputs, last_output) = groups[..self.bias.len()].as_chunks_mut::<2>();
        for ((weight, bias), output) in weights.by_ref().zip(biases).zip(outputs) {
            let [mut first, mut second] = *bias;
            let (first_weight, second_weight) = weight.split_at(input.len());
            for ((weight, second_weight), &x) in first_weight.iter().zip(second_weight).zip(input) {
                add(&mut first, weight, x);
                add(&mut second, second_weight, x);
            }
            *output = [first, second];
        }
        for (bias, output) in last_bias.iter().zip(last_output) {
            let mut sums = *bias;
            for (weight, &x) in weights.remainder().iter().zip(input) {
                add(&mut sums, weight, x);
            }
            *output = sums;
        }
    }

    /// Both inputs of a group at a time.
    #[inline(always)]
    fn products_of_two(&self, [first, second]: [&[f32]; 2], outputs: [&mut [f32]; 2]) {
        let [(groups, _), (others, _)] = outputs.map(|output| output.as_chunks_mut::<LANES>());
        let layer = self.weight.chunks_exact(first.len()).zip(self.bias);
        for ((weight, bias), (group, other)) in layer.zip(groups.iter_mut().zip(others)) {
            let (mut sums, mut other_sums) = (*bias, *bias);
            for (weight, (&x, &y)) in weight.iter().zip(first.iter().zip(second)) {
                add(&mut sums, weight, x);
                add(&mut other_sums, weight, y);
            }
            (*group, *other) = (sums, other_sums);
        }
    }

    /// [`forward`](Self::forward) for every item, whose input and output `sides` gives. Real-time safe.
    #[inline]
    pub fn forward_each<T>(&self, items: &mut [T], sides: impl for<'b> Fn(&'b mut T) -> (&'b [f32], &'b mut [f32])) {
        let (pairs, rest) = items.as_chunks_mut::<2>();
        for pair in pairs {
            let [(first, output), (second, other)] = pair.each_mut().map(&sides);
            self.forward_two([first, second], [output, other]);
        }
        for item in rest {
            let (input, output) = sides(item);
            self.forward(input, output);
        }
    }
}

/// Adds a group's products of one input to its sums.
#[inline(always)]
fn add(sums: &mut Lanes, weights: &Lanes, x: f32) {
    for (sum, &weight) in sums.iter_mut().zip(weights) {
        *sum += weight * x;
    }
}

/// Packs a row-major `[outputs][inputs]` matrix for [`Linear`] into `packed`, `[padded outputs / LANES][inputs][LANES]`.
pub fn pack(matrix: &[f32], inputs: usize, packed: &mut [Lanes]) {
    for (output, row) in matrix.chunks_exact(inputs).enumerate() {
        let group = output / LANES * inputs;
        for (input, &weight) in row.iter().enumerate() {
            packed[group + input][output % LANES] = weight;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_is_a_matrix_product() {
        let inputs = 7;
        let input: Vec<f32> = (0..inputs).map(|k| k as f32 - 3.0).collect();
        for outputs in [5, 19, 40, 64] {
            let matrix: Vec<f32> = (0..inputs * outputs).map(|k| (k as f32 * 0.37).sin()).collect();
            let mut packed = vec![[0.0; LANES]; padded(outputs) / LANES * inputs];
            pack(&matrix, inputs, &mut packed);
            let bias = vec![[0.5; LANES]; padded(outputs) / LANES];
            let mut output = [9.0; 96];
            Linear::new(&packed, &bias).forward(&input, &mut output);
            for (row, &got) in matrix.chunks(inputs).zip(&output) {
                let expected = 0.5 + row.iter().zip(&input).map(|(w, x)| w * x).sum::<f32>();
                assert!((got - expected).abs() < 1e-5, "{got} instead of {expected}");
            }
            assert!(output[padded(outputs)..].iter().all(|&left| left == 9.0), "{outputs} outputs");
        }
    }

    #[test]
    fn many_inputs_give_what_each_gives_alone() {
        let (inputs, outputs) = (13, 40);
        let matrix: Vec<f32> = (0..inputs * outputs).map(|k| (k as f32 * 0.71).cos()).collect();
        let mut packed = vec![[0.0; LANES]; padded(outputs) / LANES * inputs];
        pack(&matrix, inputs, &mut packed);
        let bias = vec![[0.25; LANES]; 3];
        let layer = Linear::new(&packed, &bias);
        for count in 0..6 {
            let input = |item: usize| (0..inputs).map(|k| ((k * 7 + item) as f32).sin()).collect::<Vec<f32>>();
            let mut items: Vec<_> = (0..count).map(|item| (input(item), vec![9.0f32; 48])).collect();
            layer.forward_each(&mut items, |(input, output)| (input, output));
            for (input, together) in &items {
                let mut alone = vec![9.0; 48];
                layer.forward(input, &mut alone);
                assert_eq!(together, &alone, "{count}");
            }
        }
    }
}
