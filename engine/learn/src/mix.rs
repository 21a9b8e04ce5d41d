//! A network between two others.

use std::collections::VecDeque;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Tensor, TensorData};
use neurorack_nets::sinc_nsf::{SincNsf, values};

/// The network whose weights lie `part` of the way (0 to 1) on a straight line from those of one network to those of another of the
/// same size. Between a network and what fine-tuning makes of it this keeps more of what the first one can do than the loss of
/// either suggests (Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022).
#[must_use]
pub fn between(first: &SincNsf, second: &SincNsf, part: f32) -> SincNsf {
    let mut collected = Collected(VecDeque::new());
    second.visit(&mut collected);
    first.clone().map(&mut Mixed { others: collected.0, part })
}

/// All weights, in the order in which they are visited.
struct Collected(VecDeque<Vec<f32>>);

impl ModuleVisitor for Collected {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.0.push_back(values(param.val()));
    }
}

struct Mixed {
    others: VecDeque<Vec<f32>>,
    part: f32,
}

impl ModuleMapper for Mixed {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let others = self.others.pop_front().unwrap_or_default();
        param.map(|tensor| {
            let (shape, device) = (tensor.dims(), tensor.device());
            let own = values(tensor.detach());
            let mixed: Vec<f32> = own.iter().zip(others).map(|(own, other)| own + self.part * (other - own)).collect();
            Tensor::from_data(TensorData::new(mixed, shape), &device)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;
    use neurorack_nets::sinc_nsf::Size;

    #[test]
    fn weights_lie_between() {
        const TINY: Size = Size { width: 20, noise: 6, harmonics: 4, sines: 16 };
        let device = Device::flex();
        let [first, second] = [1, 2].map(|seed| {
            device.seed(seed);
            SincNsf::new(TINY, &device)
        });
        let weights = |network: &SincNsf| {
            let mut collected = Collected(VecDeque::new());
            network.visit(&mut collected);
            collected.0.into_iter().flatten().collect::<Vec<f32>>()
        };
        let [a, b] = [&first, &second].map(weights);
        assert!(a.iter().zip(&b).any(|(a, b)| a != b));
        assert_eq!(weights(&between(&first, &second, 0.0)), a);
        let quarter = weights(&between(&first, &second, 0.25));
        assert!(
            quarter.iter().zip(a.iter().zip(&b)).all(|(mixed, (a, b))| (mixed - (0.75 * a + 0.25 * b)).abs() < 1e-6)
        );
    }
}
