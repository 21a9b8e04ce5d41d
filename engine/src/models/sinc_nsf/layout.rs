//! Where a prepared network lies in one flat block of memory, and how it is filled and read.
//!
//! The order of the sections is part of the image's version: change it together with `bank::image::VERSION`.

use super::weights::{Dense, Weights};
use super::{
    CONTROL_INPUTS, HIT_HIDDEN, HIT_INPUTS, HIT_OUTPUTS, INPUTS, STRIKE_LEVELS, STRIKE_LINES, Shape, strike_line,
};
use crate::models::conditioning::{Normalisation, TIMBRE};
use crate::models::frave;
use crate::models::noise::{BandEdges, LOOP_SAMPLES, LoopBuilder, quantise};
use crate::stream::linear::{LANES, Lanes, Linear, pack, padded};
use crate::stream::math::turns_to_phase;
use crate::stream::sine_bank::SineTables;

/// Sections start at multiples of this many bytes, a cache line.
const ALIGNMENT: usize = 64;

/// Sines above this part of the sample rate stay silent (it lies above 20 kHz at 44.1 kHz).
const HIGHEST_PER_RATE: f32 = 20_000.0 / 44_100.0;

/// Binary logarithm that stands for "too high to sound": the cross-over's weight underflows to zero.
const NEVER: f32 = 1e3;

/// A stretch of the image in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Section {
    offset: usize,
    bytes: usize,
}

impl Section {
    fn of<'a, T: bytemuck::Pod>(&self, image: &'a [u8]) -> &'a [T] {
        bytemuck::cast_slice(&image[self.offset..self.offset + self.bytes])
    }

    fn of_mut<'a, T: bytemuck::Pod>(&self, image: &'a mut [u8]) -> &'a mut [T] {
        bytemuck::cast_slice_mut(&mut image[self.offset..self.offset + self.bytes])
    }
}

/// A dense layer's packed weights and bias.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct DenseSections {
    weight: Section,
    bias: Section,
}

/// A bank of sines: where each starts and how it turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct SineSections {
    phase: Section,
    step: Section,
    half_chord: Section,
}

impl SineSections {
    /// Writes one sine, its phase at the trigger in radians.
    fn set(&self, image: &mut [u8], sine: usize, frequency_hz: f32, phase: f32, sample_rate_hz: u32) {
        let turns = f64::from(frequency_hz) / f64::from(sample_rate_hz);
        self.phase.of_mut::<u64>(image)[sine] = turns_to_phase(f64::from(phase) / std::f64::consts::TAU);
        self.step.of_mut::<u64>(image)[sine] = turns_to_phase(turns);
        self.half_chord.of_mut::<f32>(image)[sine] = (2.0 * libm::sin(std::f64::consts::PI * turns)) as f32;
    }

    fn tables<'a>(&self, image: &'a [u8]) -> SineTables<'a> {
        SineTables { phase: self.phase.of(image), step: self.step.of(image), half_chord: self.half_chord.of(image) }
    }
}

/// Offsets of everything in an image of one shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    shape: Shape,
    normalisation: Section,
    hit: [DenseSections; 3],
    input: DenseSections,
    hidden: [DenseSections; 2],
    heads: DenseSections,
    heads_from_hit: DenseSections,
    heads_from_timbre: DenseSections,
    levels_from_timbre: DenseSections,
    strike: DenseSections,
    strike_levels: DenseSections,
    band_log2_centre: Section,
    sine_log2_frequency: Section,
    sines: SineSections,
    strike_lines: SineSections,
    loops: Section,
    /// Encoder and decoder of banks of kind `frave`.
    frave: Option<[DenseSections; 9]>,
    /// Size of the whole image in bytes.
    pub(crate) bytes: usize,
}

/// Hands out sections one after the other.
struct Cursor(usize);

impl Cursor {
    fn take(&mut self, bytes: usize) -> Section {
        let offset = self.0.next_multiple_of(ALIGNMENT);
        self.0 = offset + bytes;
        Section { offset, bytes }
    }

    fn floats(&mut self, count: usize) -> Section {
        self.take(count * size_of::<f32>())
    }

    fn sines(&mut self, count: usize) -> SineSections {
        let count = padded(count);
        SineSections {
            phase: self.take(count * size_of::<u64>()),
            step: self.take(count * size_of::<u64>()),
            half_chord: self.floats(count),
        }
    }

    fn dense(&mut self, inputs: usize, outputs: usize) -> DenseSections {
        DenseSections { weight: self.floats(padded(outputs) * inputs), bias: self.floats(padded(outputs)) }
    }
}

impl Layout {
    /// The layout of a playable shape after a header of `header` bytes; `freed` in banks of kind `frave`.
    pub(crate) fn new(shape: Shape, freed: bool, header: usize) -> Self {
        let mut cursor = Cursor(header);
        let mut layout = Self {
            shape,
            normalisation: cursor.floats(2 * INPUTS),
            hit: [
                cursor.dense(HIT_INPUTS, HIT_HIDDEN),
                cursor.dense(HIT_HIDDEN, HIT_HIDDEN),
                cursor.dense(HIT_HIDDEN, HIT_OUTPUTS),
            ],
            input: cursor.dense(CONTROL_INPUTS, shape.width),
            hidden: [cursor.dense(shape.width, shape.width), cursor.dense(shape.width, shape.width)],
            heads: cursor.dense(shape.width, shape.heads()),
            heads_from_hit: cursor.dense(HIT_OUTPUTS, shape.heads()),
            heads_from_timbre: cursor.dense(TIMBRE, shape.heads()),
            levels_from_timbre: cursor.dense(TIMBRE, STRIKE_LEVELS),
            strike: cursor.dense(HIT_OUTPUTS, STRIKE_LINES),
            strike_levels: cursor.dense(HIT_OUTPUTS, STRIKE_LEVELS),
            band_log2_centre: cursor.floats(shape.bands),
            sine_log2_frequency: cursor.floats(shape.sines),
            sines: cursor.sines(shape.sines),
            strike_lines: cursor.sines(STRIKE_LINES),
            loops: cursor.take(shape.bands * LOOP_SAMPLES * size_of::<i16>()),
            frave: freed.then(|| frave::Weights::SHAPES.map(|[inputs, outputs]| cursor.dense(inputs, outputs))),
            bytes: 0,
        };
        layout.bytes = cursor.0.next_multiple_of(ALIGNMENT);
        layout
    }

    /// The shape that the layout is for.
    pub(crate) fn shape(&self) -> Shape {
        self.shape
    }

    /// Computes every section of an image that is all zeros.
    pub(crate) fn fill(&self, weights: &Weights, sample_rate_hz: u32, image: &mut [u8]) {
        let normalisation = self.normalisation.of_mut::<f32>(image);
        normalisation[..INPUTS].copy_from_slice(&weights.normalisation.mean);
        normalisation[INPUTS..].copy_from_slice(&weights.normalisation.std);
        for (sections, dense) in self.hit.iter().zip(&weights.hit) {
            fill_dense(sections, dense, image);
        }
        fill_dense(&self.input, &weights.input, image);
        for (sections, dense) in self.hidden.iter().zip(&weights.hidden) {
            fill_dense(sections, dense, image);
        }
        fill_dense(&self.heads, &weights.heads, image);
        fill_dense(&self.heads_from_hit, &weights.heads_from_hit, image);
        fill_dense(&self.heads_from_timbre, &weights.heads_from_timbre, image);
        fill_dense(&self.levels_from_timbre, &weights.levels_from_timbre, image);
        fill_dense(&self.strike, &weights.strike, image);
        fill_dense(&self.strike_levels, &weights.strike_levels, image);
        if let (Some(sections), Some(weights)) = (&self.frave, &weights.frave) {
            let layers = weights.encoder.iter().chain(&weights.expected).chain(&weights.decoder);
            for (sections, dense) in sections.iter().zip(layers) {
                fill_dense(sections, dense, image);
            }
        }
        self.fill_sines(weights, sample_rate_hz, image);
        self.fill_bands(weights, sample_rate_hz, image);
    }

    fn fill_sines(&self, weights: &Weights, sample_rate_hz: u32, image: &mut [u8]) {
        for (sine, (&frequency_hz, &phase)) in weights.sine_frequency_hz.iter().zip(&weights.sine_phase).enumerate() {
            let sounds = frequency_hz < HIGHEST_PER_RATE * sample_rate_hz as f32;
            self.sine_log2_frequency.of_mut::<f32>(image)[sine] =
                if sounds { libm::log2f(frequency_hz) } else { NEVER };
            self.sines.set(image, sine, frequency_hz, phase, sample_rate_hz);
        }
        for line in 0..STRIKE_LINES {
            let [frequency_hz, phase] = strike_line(line);
            self.strike_lines.set(image, line, frequency_hz, phase, sample_rate_hz);
        }
    }

    fn fill_bands(&self, weights: &Weights, sample_rate_hz: u32, image: &mut [u8]) {
        let mut builder = LoopBuilder::default();
        let parameters = weights.noise_log2_low.iter().zip(&weights.noise_log2_width);
        for (band, (&low, &width)) in parameters.enumerate() {
            let edges = BandEdges::from_log2(low, width);
            self.band_log2_centre.of_mut::<f32>(image)[band] = libm::log2f(edges.centre_hz());
            let samples = builder.build(weights.noise_seed, band as u32, edges, f64::from(sample_rate_hz));
            let (stored, _) = self.loops.of_mut::<i16>(image).as_chunks_mut::<LOOP_SAMPLES>();
            for (stored, &sample) in stored[band].iter_mut().zip(samples) {
                *stored = quantise(sample);
            }
        }
    }

    /// Views into a filled image. Real-time safe.
    #[inline]
    pub(crate) fn tables<'a>(&self, image: &'a [u8], sample_rate_hz: u32) -> Tables<'a> {
        let linear = |sections: &DenseSections| {
            Linear::new(sections.weight.of::<Lanes>(image), sections.bias.of::<Lanes>(image))
        };
        let normalisation = self.normalisation.of::<f32>(image);
        let (loops, _) = self.loops.of::<i16>(image).as_chunks::<LOOP_SAMPLES>();
        Tables {
            shape: self.shape,
            sample_rate_hz,
            normalisation: Normalisation {
                mean: std::array::from_fn(|channel| normalisation[channel]),
                std: std::array::from_fn(|channel| normalisation[INPUTS + channel]),
            },
            hit: [linear(&self.hit[0]), linear(&self.hit[1]), linear(&self.hit[2])],
            input: linear(&self.input),
            hidden: [linear(&self.hidden[0]), linear(&self.hidden[1])],
            heads: linear(&self.heads),
            heads_from_hit: linear(&self.heads_from_hit),
            heads_from_timbre: linear(&self.heads_from_timbre),
            levels_from_timbre: linear(&self.levels_from_timbre),
            band_log2_centre: self.band_log2_centre.of(image),
            sine_log2_frequency: self.sine_log2_frequency.of(image),
            strike: linear(&self.strike),
            strike_levels: linear(&self.strike_levels),
            sines: self.sines.tables(image),
            strike_lines: self.strike_lines.tables(image),
            loops,
            frave: self.frave.as_ref().map(|[a, b, c, d, e, f, g, h, i]| frave::Layers {
                encoder: [linear(a), linear(b), linear(c)],
                expected: [linear(d), linear(e), linear(f)],
                decoder: [linear(g), linear(h), linear(i)],
            }),
            highest_hz: (HIGHEST_PER_RATE * sample_rate_hz as f32).min(20_000.0),
        }
    }
}

fn fill_dense(sections: &DenseSections, dense: &Dense, image: &mut [u8]) {
    pack(&dense.weight, dense.inputs, sections.weight.of_mut::<Lanes>(image));
    sections.bias.of_mut::<f32>(image)[..dense.outputs].copy_from_slice(&dense.bias);
}

/// A prepared network, ready to play at one sample rate.
pub(crate) struct Tables<'a> {
    pub(crate) shape: Shape,
    pub(crate) sample_rate_hz: u32,
    pub(crate) normalisation: Normalisation,
    pub(crate) hit: [Linear<'a>; 3],
    pub(crate) input: Linear<'a>,
    pub(crate) hidden: [Linear<'a>; 2],
    pub(crate) heads: Linear<'a>,
    /// Maps the hit vector to an offset of each head.
    pub(crate) heads_from_hit: Linear<'a>,
    /// Maps the timbre to an offset of each head.
    pub(crate) heads_from_timbre: Linear<'a>,
    /// Maps the timbre of the attack to an offset of each of the strike's levels.
    pub(crate) levels_from_timbre: Linear<'a>,
    /// Binary logarithm of each band's centre in hertz.
    pub(crate) band_log2_centre: &'a [f32],
    /// Binary logarithm of each sine's frequency in hertz.
    pub(crate) sine_log2_frequency: &'a [f32],
    /// Maps the hit vector to the lines of the strike.
    pub(crate) strike: Linear<'a>,
    /// Maps the hit vector to the levels of the lines.
    pub(crate) strike_levels: Linear<'a>,
    pub(crate) sines: SineTables<'a>,
    pub(crate) strike_lines: SineTables<'a>,
    pub(crate) loops: &'a [[i16; LOOP_SAMPLES]],
    /// What makes the timbre that is played, in banks of kind `frave`.
    pub(crate) frave: Option<frave::Layers<'a>>,
    /// Where harmonics have faded to nothing, in hertz.
    pub(crate) highest_hz: f32,
}

const _: () = assert!(ALIGNMENT.is_multiple_of(LANES * size_of::<f32>()));
