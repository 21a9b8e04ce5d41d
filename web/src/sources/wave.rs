//! The shapes of modulators as they are drawn on their plates: asked as a line, and where they stand as a point.

use super::live::{MOMENTS, Standing};
use neurorack_engine::sources::{FULL_VOLTS, Modulation, Shape};
use std::fmt::Write;

/// Size of the drawing; it is stretched to its plate.
pub(super) const WIDTH: f64 = 88.0;
pub(super) const HEIGHT: f64 = 40.0;

/// Room above and below the line.
const MARGIN: f64 = 6.0;

/// Levels of a random shape at rest: no more than a picture of chance.
const CHANCE: [f64; 8] = [-0.4, 0.7, 0.1, -0.8, 0.9, -0.2, 0.5, -0.6];

/// Height of a level from -1 to 1.
fn y_of(level: f64) -> f64 {
    HEIGHT / 2.0 - level.clamp(-1.0, 1.0) * (HEIGHT / 2.0 - MARGIN)
}

/// Points of a periodic shape over two turns, as time from 0 to 1 and level from -1 to 1.
fn periodic(shape: Shape, phase: f64) -> Vec<(f64, f64)> {
    const POINTS: i32 = 96;
    let level = |turns: f64| {
        let turn = (turns + phase).rem_euclid(1.0);
        match shape {
            Shape::Sine => (turn * std::f64::consts::TAU).sin(),
            Shape::Triangle => 1.0 - (4.0 * (turn + 0.25).rem_euclid(1.0) - 2.0).abs(),
            Shape::Square => 1.0 - 2.0 * f64::from(turn >= 0.5),
            _ => 2.0 * turn - 1.0,
        }
    };
    (0..=POINTS).map(|point| f64::from(point) / f64::from(POINTS)).map(|time| (time, level(time * 2.0))).collect()
}

/// The time that an envelope's plate shows, in milliseconds: the attack, and the decay to below a hundredth.
fn envelope_ms(modulation: &Modulation) -> f64 {
    f64::from(modulation.attack_ms) + 1.1 * f64::from(modulation.decay_ms)
}

fn envelope(modulation: &Modulation) -> Vec<(f64, f64)> {
    let (attack, decay) = (f64::from(modulation.attack_ms), f64::from(modulation.decay_ms));
    let whole = envelope_ms(modulation);
    let mut points = vec![(0.0, -1.0), (attack / whole, 1.0)];
    for part in 1..=40 {
        let time = f64::from(part) / 40.0 * (whole - attack);
        points.push(((attack + time) / whole, 2.0 * 10f64.powf(-2.0 * time / decay) - 1.0));
    }
    points
}

/// The line of a modulator, as SVG path data; `trace` holds the last volts of one that moves by chance.
pub(super) fn line(modulation: &Modulation, trace: &[f32]) -> String {
    let chance = matches!(modulation.shape, Shape::SampleAndHold | Shape::SmoothNoise);
    let points = match modulation.shape {
        _ if chance && trace.len() > 1 => {
            let first = MOMENTS - trace.len();
            let moment = |index: usize| (first + index) as f64 / (MOMENTS - 1) as f64 * 0.9;
            trace.iter().enumerate().map(|(index, volts)| (moment(index), f64::from(volts / FULL_VOLTS))).collect()
        }
        Shape::SampleAndHold => {
            let edge = |index: usize| index as f64 / CHANCE.len() as f64;
            CHANCE.iter().enumerate().flat_map(|(k, &level)| [(edge(k), level), (edge(k + 1), level)]).collect()
        }
        Shape::SmoothNoise => smooth_chance(),
        Shape::Envelope => envelope(modulation),
        shape => periodic(shape, f64::from(modulation.phase)),
    };
    let mut data = String::new();
    for (index, (time, level)) in points.into_iter().enumerate() {
        // Writing into a string does not fail.
        let _ = write!(data, "{}{:.1} {:.1}", if index == 0 { 'M' } else { 'L' }, time * WIDTH, y_of(level));
    }
    data
}

fn smooth_chance() -> Vec<(f64, f64)> {
    let spans = CHANCE.len() - 1;
    (0..=spans * 12)
        .map(|point| {
            let place = point as f64 / 12.0;
            let from = (place as usize).min(spans - 1);
            let part = place - from as f64;
            let level = CHANCE[from] + (CHANCE[from + 1] - CHANCE[from]) * part * part * (3.0 - 2.0 * part);
            (place / spans as f64, level)
        })
        .collect()
}

/// Where a modulator stands on its plate: shares of width and height from the top left.
pub(super) fn place(modulation: &Modulation, standing: Standing) -> (f64, f64) {
    let volts = f64::from(standing.volts / FULL_VOLTS);
    let (time, level) = match modulation.shape {
        Shape::SampleAndHold | Shape::SmoothNoise => (0.9, volts),
        Shape::Envelope => {
            let level = if modulation.bipolar { 0.5 + volts / 2.0 } else { volts };
            let (attack, decay) = (f64::from(modulation.attack_ms), f64::from(modulation.decay_ms));
            let ms = if standing.rises { attack * level } else { attack - decay * level.max(1e-3).log10() / 2.0 };
            ((ms / envelope_ms(modulation)).min(1.0), 2.0 * level - 1.0)
        }
        _ => {
            // The engine's turn counts the phase in; the drawing begins with it.
            let turns = (f64::from(standing.turns) - f64::from(modulation.phase)).rem_euclid(2.0);
            (turns / 2.0, if modulation.bipolar { volts } else { 2.0 * volts - 1.0 })
        }
    };
    (time, y_of(level) / HEIGHT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_point_lies_on_the_line() {
        for shape in [Shape::Sine, Shape::Triangle, Shape::Saw] {
            let modulation = Modulation { shape, ..Modulation::default() };
            let points = periodic(shape, 0.0);
            for (index, turns) in [(12, 0.25), (60, 1.25)] {
                let (time, level) = points[index];
                let standing = Standing { turns, volts: FULL_VOLTS * level as f32, rises: true };
                let (x, y) = place(&modulation, standing);
                assert!((x - time).abs() < 1e-6, "{shape:?} at {turns} turns: {x} instead of {time}");
                assert!((y * HEIGHT - y_of(level)).abs() < 1e-4, "{shape:?} at {turns} turns");
            }
        }
    }

    #[test]
    fn an_envelope_stands_in_its_attack_while_it_rises_and_in_its_decay_while_it_falls() {
        let modulation = Modulation {
            shape: Shape::Envelope,
            bipolar: false,
            attack_ms: 100.0,
            decay_ms: 200.0,
            ..Modulation::default()
        };
        let at = |rises: bool| place(&modulation, Standing { turns: 0.0, volts: 2.5, rises });
        let peak = 100.0 / envelope_ms(&modulation);
        assert!((at(true).0 - peak / 2.0).abs() < 1e-6, "half of the attack");
        assert!(at(false).0 > peak);
        assert_eq!(at(true).1, at(false).1);
    }

    #[test]
    fn every_shape_has_a_line_within_its_plate() {
        for shape in Shape::ALL {
            let data = line(&Modulation { shape, ..Modulation::default() }, &[]);
            let numbers: Vec<f64> = data
                .split(|c: char| "ML ".contains(c))
                .filter(|part| !part.is_empty())
                .map(|part| part.parse().expect("a number"))
                .collect();
            assert!(numbers.len() > 8, "{shape:?}");
            for pair in numbers.chunks(2) {
                assert!((0.0..=WIDTH).contains(&pair[0]) && (0.0..=HEIGHT).contains(&pair[1]), "{shape:?}: {pair:?}");
            }
        }
    }
}
