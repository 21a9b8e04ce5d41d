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
    COURSE, Course, DECODED, DECODER_INPUTS, EXPECTED_WIDTH, LATENT, Latent, PLAYED, WIDTH, place, told,
};

use crate::sinc_nsf::values;

const SLOPE: f64 = 0.1;

/// Encoder and decoder.
#[derive(Module, Debug)]
pub struct Frave {
    /// What is beyond the expected: `D` to the hidden width, to itself, to `Z`.
    pub encoder: [Linear; 3],
    /// The timbre that descriptors of this centre let expect: 7 to its hidden width, to itself, to `D`.
    pub expected: [Linear; 3],
    /// `Z + C` to the hidden width, to itself, to `D`.
    pub decoder: [Linear; 3],
}

impl Frave {
    /// A fresh network; call `device.seed` before for a reproducible one.
    pub fn new(device: &Device) -> Self {
        let linear = |inputs, outputs| LinearConfig::new(inputs, outputs).init(device);
        Self {
            encoder: [linear(DECODED, WIDTH), linear(WIDTH, WIDTH), linear(WIDTH, LATENT)],
            expected: [
                linear(Descriptors::COUNT, EXPECTED_WIDTH),
                linear(EXPECTED_WIDTH, EXPECTED_WIDTH),
                linear(EXPECTED_WIDTH, DECODED),
            ],
            decoder: [linear(DECODER_INPUTS, WIDTH), linear(WIDTH, WIDTH), linear(WIDTH, DECODED)],
        }
    }

    /// Places `[B, Z]` of timbres `[B, T]`.
    pub fn encode(&self, timbres: Tensor<2>) -> Tensor<2> {
        run(&self.encoder, self.unexpected(timbres))
    }

    /// What timbres `[B, T]` are beyond what their descriptors let expect: `[B, D]`.
    pub fn unexpected(&self, timbres: Tensor<2>) -> Tensor<2> {
        let centres = timbres.clone().narrow(1, DECODED, Descriptors::COUNT);
        timbres.narrow(1, 0, DECODED) - run(&self.expected, centres)
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
    pub fn made(&self, asked: &[Placed], normalisation: &Normalisation) -> Vec<MovedTimbre> {
        let Some(device) = self.device() else { return Vec::new() };
        if asked.is_empty() {
            return Vec::new();
        }
        let rows = asked.len();
        let places = asked.iter().flat_map(|asked| place(&[asked.place; 2], 0.0, &[0.0; PLAYED])).collect::<Vec<f32>>();
        let courses = asked.iter().flat_map(|asked| {
            let told = told(&asked.moved);
            let mut course = asked.course;
            course.shift(|_| told.map(|octaves| -octaves));
            course.inputs(normalisation)
        });
        let courses = courses.collect::<Vec<f32>>();
        let places = Tensor::from_data(TensorData::new(places, [rows, LATENT]), &device);
        let courses = Tensor::from_data(TensorData::new(courses, [rows, COURSE]), &device);
        let decoded = values(self.decode(places, courses));
        let made = |(decoded, asked): (&[f32], &Placed)| {
            let mut values = [0.0; Timbre::COUNT];
            values[..DECODED].copy_from_slice(decoded);
            let values = values.map(|value| value.clamp(-Timbre::LIMIT, Timbre::LIMIT));
            // What is not a number has been brought to no limit.
            Timbre::new(values).map(|timbre| MovedTimbre { timbre, octaves: told(&asked.moved) })
        };
        decoded.chunks_exact(DECODED).zip(asked).filter_map(made).collect()
    }

    /// The timbre that each curve is played with: from the latent of its own, under its own course.
    pub fn heard(&self, curves: &[ScaledCurve], normalisation: &Normalisation) -> Vec<MovedTimbre> {
        let timbres: Vec<_> = curves.iter().map(|curve| curve.timbre().map(|moved| &moved.timbre)).collect();
        let asked: Vec<_> = self
            .places(&timbres)
            .into_iter()
            .zip(curves)
            .map(|(place, curve)| Placed { place, course: *curve.course(), moved: moved(curve.timbre()) })
            .collect();
        self.made(&asked, normalisation)
    }

    fn device(&self) -> Option<Device> {
        self.devices().into_iter().next()
    }
}

/// What a hit is played from.
#[derive(Debug, Clone, Copy)]
pub struct Placed {
    /// Where its timbre lies.
    pub place: Latent,
    /// What its curve does.
    pub course: Course,
    /// How far the curve was moved since its timbre was measured, in octaves.
    pub moved: [f32; Descriptors::COUNT],
}

/// How far a curve was moved since its timbre was measured, in octaves; nothing where there is none.
pub fn moved(timbre: Option<&MovedTimbre>) -> [f32; Descriptors::COUNT] {
    timbre.map_or([0.0; Descriptors::COUNT], |timbre| timbre.octaves)
}

/// Three dense layers, rectified between.
pub fn run(layers: &[Linear; 3], x: Tensor<2>) -> Tensor<2> {
    layers[2].forward(hidden(layers, x))
}

/// What the last of three dense layers sees.
pub fn hidden(layers: &[Linear; 3], x: Tensor<2>) -> Tensor<2> {
    let x = leaky_relu(layers[0].forward(x), SLOPE);
    leaky_relu(layers[1].forward(x), SLOPE)
}
