//! The latent's dimensions in the order in which they move the sound, each of deviation 1.

use burn::module::Param;
use burn::nn::Linear;
use burn::tensor::{Device, TensorData};
use neurorack_engine::descriptors::Timbre;
use neurorack_engine::models::frave::{COURSE, DECODED, LATENT};
use neurorack_nets::frave::Frave;
use neurorack_nets::sinc_nsf::{matrix, values};

use super::examples::Example;

/// Step over which the decoder's answers are compared, in deviations.
const STEP: f32 = 0.5;
/// Deviation below which a dimension says nothing and is not blown up.
const LEAST_DEVIATION: f64 = 0.03;

/// The same network in other coordinates: the places of these examples have deviation 1 around 0, the first dimension is the
/// one along which the decoder's answers move most, then the second, and so on; upwards is brighter. `told` is whether the
/// decoder is told the course.
pub(super) fn turn(mut frave: Frave, examples: &[&Example], told: bool) -> Frave {
    let device = Device::flex();
    let rows = examples.len();
    let timbres = examples.iter().flat_map(|example| example.timbre).collect();
    let places = values(frave.encode(matrix(timbres, rows, Timbre::COUNT, &device)));
    let (places, _) = places.as_chunks::<LATENT>();
    let deviation: [f64; LATENT] = std::array::from_fn(|i| {
        let squares = places.iter().map(|place| f64::from(place[i]).powi(2));
        (squares.sum::<f64>() / rows as f64).sqrt().max(LEAST_DEVIATION)
    });
    let still = decoded(&frave, examples, places, None, told);
    let weights: Vec<f32> = examples.iter().flat_map(|example| example.weights()).collect();
    let mut order: Vec<(usize, f64, f64)> = (0..LATENT)
        .map(|dimension| {
            let moved = decoded(&frave, examples, places, Some((dimension, STEP * deviation[dimension] as f32)), told);
            let change: Vec<f64> = moved.iter().zip(&still).map(|(moved, still)| f64::from(moved - still)).collect();
            let size = change.iter().zip(&weights).map(|(change, weight)| change * change * f64::from(*weight)).sum();
            let tilt = |index: usize| (index % Timbre::BANDS) as f64 - 0.5 * (Timbre::BANDS - 1) as f64;
            let levels = |index: &usize| index % DECODED < Timbre::MOMENTS * Timbre::BANDS;
            let brighter: f64 =
                (0..change.len()).filter(levels).map(|index| tilt(index % DECODED) * change[index]).sum();
            (dimension, size, if brighter < 0.0 { -1.0 } else { 1.0 })
        })
        .collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    let scaled: Vec<Scaled> =
        order.into_iter().map(|(from, _, sign)| Scaled { from, deviation: sign * deviation[from] }).collect();
    change(&mut frave, &scaled);
    frave
}

/// A dimension of the new latent: `z' = z[from] / deviation`.
struct Scaled {
    from: usize,
    deviation: f64,
}

/// Decoded timbres of places, moved so far along a dimension; each of `DECODED` numbers.
fn decoded(
    frave: &Frave,
    examples: &[&Example],
    places: &[[f32; LATENT]],
    moved: Option<(usize, f32)>,
    told: bool,
) -> Vec<f32> {
    let device = Device::flex();
    let rows = places.len();
    let mut places = places.as_flattened().to_vec();
    if let Some((dimension, step)) = moved {
        places.iter_mut().skip(dimension).step_by(LATENT).for_each(|value| *value += step);
    }
    let courses = examples.iter().flat_map(|example| example.told(told));
    values(frave.decode(matrix(places, rows, LATENT, &device), matrix(courses.collect(), rows, COURSE, &device)))
}

/// Puts the change of coordinates into the layers on both sides of the latent.
fn change(frave: &mut Frave, scaled: &[Scaled]) {
    let device = Device::flex();
    columns(&mut frave.encoder[2], scaled);
    let layer = &mut frave.decoder[0];
    let [inputs, width] = layer.weight.val().dims();
    let old = values(layer.weight.val());
    let mut weight = Vec::with_capacity(old.len());
    for one in scaled {
        let row = &old[one.from * width..(one.from + 1) * width];
        weight.extend(row.iter().map(|weight| (f64::from(*weight) * one.deviation) as f32));
    }
    weight.extend_from_slice(&old[LATENT * width..]);
    layer.weight = Param::from_data(TensorData::new(weight, [inputs, width]), &device);
}

/// Takes the outputs of a layer anew, each from an old one and over its deviation.
fn columns(layer: &mut Linear, scaled: &[Scaled]) {
    let device = Device::flex();
    let [inputs, outputs] = layer.weight.val().dims();
    let (old, bias) = parts(layer);
    let take = |row: &[f32]| -> Vec<f32> {
        scaled.iter().map(|one| (f64::from(row[one.from]) / one.deviation) as f32).collect()
    };
    let weight: Vec<f32> = old.chunks_exact(outputs).flat_map(take).collect();
    layer.weight = Param::from_data(TensorData::new(weight, [inputs, scaled.len()]), &device);
    layer.bias = Some(Param::from_data(take(&bias).as_slice(), &device));
}

/// Weights, row by row, and biases of a layer.
pub(super) fn parts(layer: &Linear) -> (Vec<f32>, Vec<f32>) {
    let [_, outputs] = layer.weight.val().dims();
    let bias = layer.bias.as_ref().map_or_else(|| vec![0.0; outputs], |bias| values(bias.val()));
    (values(layer.weight.val()), bias)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_coordinates_are_the_same_network() {
        let device = Device::flex();
        device.seed(3);
        let frave = Frave::new(&device);
        let examples: Vec<Example> = (0..60)
            .map(|n| Example {
                timbre: std::array::from_fn(|k| ((n * k + k) as f32 * 0.713).sin()),
                course: std::array::from_fn(|k| ((n + 3 * k) as f32 * 0.31).cos()),
            })
            .collect();
        let examples: Vec<&Example> = examples.iter().collect();
        let through = |frave: &Frave| {
            let rows = examples.len();
            let timbres = examples.iter().flat_map(|example| example.timbre).collect();
            let places = frave.encode(matrix(timbres, rows, Timbre::COUNT, &device));
            let courses = examples.iter().flat_map(|example| example.course).collect();
            (values(places.clone()), values(frave.decode(places, matrix(courses, rows, COURSE, &device))))
        };
        let (_, before) = through(&frave);
        let (places, after) = through(&turn(frave, &examples, true));
        assert!(before.iter().zip(&after).all(|(a, b)| (a - b).abs() < 1e-3));
        for dimension in 0..LATENT {
            let column: Vec<f32> = places.iter().skip(dimension).step_by(LATENT).copied().collect();
            let square = column.iter().map(|x| x.powi(2)).sum::<f32>() / 60.0;
            assert!((square - 1.0).abs() < 1e-2, "{dimension}: {square}");
        }
    }
}
