//! FRAVE's autoencoder of timbres in burn; [`neurorack_engine::models::frave`] says what it is and runs the same numbers.
//!
//! Shapes: `B` hits, `T` numbers of a timbre ([`Timbre::COUNT`]), `Z` latent dimensions ([`LATENT`]), `C` numbers of a
//! course ([`COURSE`]), `D` numbers that the decoder answers with ([`DECODED`]).

use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::leaky_relu;
use burn::tensor::{Device, Tensor, TensorData};
use neurorack_engine::ScaledCurve;
use neurorack_engine::descriptors::{Descriptors, MovedTimbre, Timbre};
use neurorack_engine::models::conditioning::Normalisation;
use neurorack_engine::models::frave::{
    COURSE, Course, DECODED, DECODER_INPUTS, EXPECTED_WIDTH, LATENT, LOG_SPREAD, Latent, PLAYED, WIDTH, place,
};

use crate::sinc_nsf::values;

const SLOPE: f64 = 0.1;

/// Encoder and decoder.
#[derive(Module, Debug)]
pub struct Frave {
    /// `T` to the hidden width, to itself, to `Z`.
    pub encoder: [Linear; 3],
    /// What the encoder is expected to say of the descriptors alone, from their centre: 7 to its hidden width, to itself, to `2 Z`,
    /// means and logarithms of deviations. The mean is taken off, and what is left divided by the deviation.
    pub expected: [Linear; 3],
    /// `Z + C` to the hidden width, to itself, to `D`.
    pub decoder: [Linear; 3],
}

impl Frave {
    /// A fresh network; call `device.seed` before for a reproducible one.
    pub fn new(device: &Device) -> Self {
        let linear = |inputs, outputs| LinearConfig::new(inputs, outputs).init(device);
        Self {
            encoder: [linear(Timbre::COUNT, WIDTH), linear(WIDTH, WIDTH), linear(WIDTH, LATENT)],
            expected: [
                linear(Descriptors::COUNT, EXPECTED_WIDTH),
                linear(EXPECTED_WIDTH, EXPECTED_WIDTH),
                linear(EXPECTED_WIDTH, 2 * LATENT),
            ],
            decoder: [linear(DECODER_INPUTS, WIDTH), linear(WIDTH, WIDTH), linear(WIDTH, DECODED)],
        }
    }

    /// Places `[B, Z]` of timbres `[B, T]`.
    pub fn encode(&self, timbres: Tensor<2>) -> Tensor<2> {
        let centres = timbres.clone().narrow(1, DECODED, Descriptors::COUNT);
        let said = self.encoder[2].forward(self.hidden(timbres));
        unexpected(said, self.expect(centres))
    }

    /// What is expected, `[B, 2 Z]`, for centres of descriptors `[B, 7]`.
    pub fn expect(&self, centres: Tensor<2>) -> Tensor<2> {
        run(&self.expected, centres)
    }

    /// What the encoder's last layer sees of timbres `[B, T]`: `[B, hidden]`.
    pub fn hidden(&self, timbres: Tensor<2>) -> Tensor<2> {
        let x = leaky_relu(self.encoder[0].forward(timbres), SLOPE);
        leaky_relu(self.encoder[1].forward(x), SLOPE)
    }

    /// Timbres `[B, D]`, without the centre of their descriptors, of places `[B, Z]` under courses `[B, C]`.
    pub fn decode(&self, places: Tensor<2>, courses: Tensor<2>) -> Tensor<2> {
        run(&self.decoder, Tensor::cat(vec![places, courses], 1))
    }

    /// The place of each timbre; the average sound's where there is none.
    pub fn places(&self, timbres: &[Option<&Timbre>]) -> Vec<Latent> {
        let Some(device) = self.device() else { return Vec::new() };
        let known: Vec<f32> = timbres.iter().flatten().flat_map(|timbre| *timbre.values()).collect();
        let count = known.len() / Timbre::COUNT;
        let found = match count {
            0 => Vec::new(),
            _ => values(self.encode(Tensor::from_data(TensorData::new(known, [count, Timbre::COUNT]), &device))),
        };
        let (mut found, _) = found.as_chunks::<LATENT>();
        let place = |timbre: &Option<&Timbre>| match (timbre, found) {
            (Some(_), [first, rest @ ..]) => {
                found = rest;
                *first
            }
            _ => [0.0; LATENT],
        };
        timbres.iter().map(place).collect()
    }

    /// The timbre of each place under a course, as a hit is played with it.
    pub fn made(&self, asked: &[(Latent, Course)], normalisation: &Normalisation) -> Vec<MovedTimbre> {
        let Some(device) = self.device() else { return Vec::new() };
        if asked.is_empty() {
            return Vec::new();
        }
        let rows = asked.len();
        let places =
            asked.iter().flat_map(|(latent, _)| place(&[*latent; 2], 0.0, &[0.0; PLAYED])).collect::<Vec<f32>>();
        let courses = asked.iter().flat_map(|(_, course)| course.inputs(normalisation)).collect::<Vec<f32>>();
        let places = Tensor::from_data(TensorData::new(places, [rows, LATENT]), &device);
        let courses = Tensor::from_data(TensorData::new(courses, [rows, COURSE]), &device);
        let decoded = values(self.decode(places, courses));
        let made = |decoded: &[f32]| {
            let mut values = [0.0; Timbre::COUNT];
            values[..DECODED].copy_from_slice(decoded);
            let values = values.map(|value| value.clamp(-Timbre::LIMIT, Timbre::LIMIT));
            // What is not a number has been brought to no limit.
            Timbre::new(values).map(|timbre| MovedTimbre { timbre, octaves: [0.0; Descriptors::COUNT] })
        };
        decoded.chunks_exact(DECODED).filter_map(made).collect()
    }

    /// The timbre that each curve is played with: from the latent of its own, under its own course.
    pub fn heard(&self, curves: &[ScaledCurve], normalisation: &Normalisation) -> Vec<MovedTimbre> {
        let timbres: Vec<_> = curves.iter().map(|curve| curve.timbre().map(|moved| &moved.timbre)).collect();
        let courses = curves.iter().map(|curve| *curve.course());
        self.made(&self.places(&timbres).into_iter().zip(courses).collect::<Vec<_>>(), normalisation)
    }

    fn device(&self) -> Option<Device> {
        self.devices().into_iter().next()
    }
}

/// What the encoder said `[B, Z]` beyond what was expected `[B, 2 Z]`, in deviations.
pub fn unexpected(said: Tensor<2>, expected: Tensor<2>) -> Tensor<2> {
    let (mean, spread) = (expected.clone().narrow(1, 0, LATENT), expected.narrow(1, LATENT, LATENT));
    let [least, most] = LOG_SPREAD.map(f64::from);
    (said - mean) * spread.clamp(least, most).neg().exp()
}

/// Three dense layers, rectified between.
pub fn run(layers: &[Linear; 3], x: Tensor<2>) -> Tensor<2> {
    let x = leaky_relu(layers[0].forward(x), SLOPE);
    let x = leaky_relu(layers[1].forward(x), SLOPE);
    layers[2].forward(x)
}
