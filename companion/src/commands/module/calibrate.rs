//! `neurorack module calibrate`: three known voltages make every voltage right.

use super::met::{Met, PortArgument};
use crate::files;
use anyhow::{Context, Result, bail, ensure};
use neurorack_protocol::host::{Heard, READINGS, Reference};
use neurorack_protocol::{CV_INPUTS, Calibration, Channel, Fit, Message, Point, volts};
use std::io::BufRead;

/// A voltage that a person measured may be so far off what was asked for.
const MOST_OFF_V: f32 = 0.5;

/// Codes whose mean is a point, and codes before them that are left out while the input settles.
const CODES: usize = READINGS as usize;
const SETTLING: usize = 16;

/// Codes of one voltage, in sixteenths, may lie so far apart: 20 mV, ten times what the converter's noise is.
const MOST_SPREAD: f32 = 20e-3 * 5_841.0;

/// Calibrate the inputs: asks for -5 V, 0 V and +5 V, shows how well a line fits and keeps it in the module.
///
/// Patch the same voltage into all inputs that are calibrated and press Enter, or type what your meter reads, such as 4.998. At q,
/// at the end of the input or where the points do not lie on a line, the module keeps the calibration that it has.
#[derive(Debug, clap::Args)]
pub(crate) struct Calibrate {
    #[command(flatten)]
    port: PortArgument,
    /// Only these inputs, 1 to 4, such as 2 or 1,3; the others keep what they have.
    #[arg(long, value_name = "N", value_delimiter = ',', value_parser = clap::value_parser!(u8).range(1..=4))]
    input: Vec<u8>,
    /// Forget the calibration that is kept and use nominal values.
    #[arg(long, conflicts_with = "input")]
    clear: bool,
}

impl Calibrate {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<()> {
        let met = self.port.meet()?;
        if self.clear {
            met.ask(Message::CalibrationClear, |heard| state(heard).filter(|(_, kept)| !kept))?;
            return files::print("the module uses nominal values\n");
        }
        let inputs: Vec<usize> = match self.input.as_slice() {
            [] => (0..CV_INPUTS).collect(),
            chosen => (0..CV_INPUTS).filter(|input| chosen.iter().any(|&one| usize::from(one) == input + 1)).collect(),
        };
        let (before, _) = met.ask(Message::CalibrationRead, state)?;
        met.send(Message::SendRaw(true))?;
        let measured = measure(&met, &inputs);
        // The module may be gone: then there is nothing to stop.
        let _ = met.send(Message::SendRaw(false));
        let points = measured.context("the module keeps the calibration that it has")?;
        let after = fitted(&inputs, &points, before)?;
        met.ask(Message::CalibrationStage(after), |heard| state(heard).filter(|(is, _)| *is == after))?;
        met.ask(Message::CalibrationCommit, |heard| state(heard).filter(|(is, kept)| *is == after && *kept))?;
        files::print("the module keeps the new calibration\n")
    }
}

fn state(heard: Heard) -> Option<(Calibration, bool)> {
    match heard {
        Heard::Calibration(calibration, kept) => Some((calibration, kept)),
        _ => None,
    }
}

/// The points of each input.
type Points = [Vec<Point>; CV_INPUTS];

/// Asks for each voltage and measures it.
fn measure(met: &Met, inputs: &[usize]) -> Result<Points> {
    let names: Vec<String> = inputs.iter().map(|input| format!("CV {}", input + 1)).collect();
    let names = names.join(", ");
    let mut points = Points::default();
    let mut answers = std::io::stdin().lock().lines();
    for level_v in Reference::ALL.map(Reference::volts) {
        let level = if level_v == 0.0 { "0".to_owned() } else { format!("{level_v:+}") };
        loop {
            files::print(&format!("patch {level} V into {names}, then press Enter (or type what your meter reads): "))?;
            let Some(answer) = answers.next() else { bail!("the input ended before all voltages were measured") };
            let known_v = match known(&answer?, level_v) {
                Ok(Some(known_v)) => known_v,
                Ok(None) => bail!("stopped"),
                Err(error) => {
                    files::print(&format!("{error:#}\n"))?;
                    continue;
                }
            };
            match means(met, inputs)? {
                Ok(codes) => {
                    let each = points.iter_mut().zip(codes);
                    each.for_each(|(points, code)| points.push(Point { volts: known_v, code }));
                    break;
                }
                Err(sentence) => files::print(&format!("{sentence}\n"))?,
            }
        }
    }
    Ok(points)
}

/// The voltage that an answer names; none where it says to stop.
fn known(answer: &str, level_v: f32) -> Result<Option<f32>> {
    let answer = answer.trim().replace('−', "-");
    match answer.as_str() {
        "" => return Ok(Some(level_v)),
        "q" | "quit" => return Ok(None),
        _ => {}
    }
    let said =
        || format!("{answer} is no voltage: press Enter, type volts such as {:.3}, or q to stop", level_v - 0.002);
    let known_v: f32 = answer.trim_end_matches(['V', 'v']).trim_end().parse().with_context(said)?;
    let is_near = (known_v - level_v).abs() <= MOST_OFF_V;
    ensure!(is_near, "{known_v} V is too far from {level_v:+} V: choose a voltage within {MOST_OFF_V} V of it");
    Ok(Some(known_v))
}

/// Means of the next codes of all inputs, or which of them moved.
fn means(met: &Met, inputs: &[usize]) -> Result<Result<[f32; CV_INPUTS], String>> {
    // What waits was read before the voltage was there.
    while met.link.next(std::time::Duration::ZERO).is_some() {}
    let (mut count, mut sums) = (0, [0.0f32; CV_INPUTS]);
    let (mut least, mut most) = ([f32::INFINITY; CV_INPUTS], [f32::NEG_INFINITY; CV_INPUTS]);
    met.wait(|heard| {
        let Heard::Raw(codes) = heard else { return None };
        count += 1;
        if count > SETTLING {
            for (input, code) in codes.map(f32::from).into_iter().enumerate() {
                sums[input] += code;
                least[input] = least[input].min(code);
                most[input] = most[input].max(code);
            }
        }
        (count == SETTLING + CODES).then_some(())
    })?;
    let moved = inputs.iter().find(|&&input| most[input] - least[input] > MOST_SPREAD);
    Ok(match moved {
        Some(input) => {
            Err(format!("the voltage at CV {} moved while it was measured: hold it still and try again", input + 1))
        }
        None => Ok(sums.map(|sum| sum / CODES as f32)),
    })
}

/// The calibration with these inputs' lines, which are shown; `before` elsewhere.
fn fitted(inputs: &[usize], points: &Points, before: Calibration) -> Result<Calibration> {
    let mut after = before;
    let mut bad = Vec::new();
    for &input in inputs {
        let number = input + 1;
        match Channel::fit(&points[input]) {
            Ok(Fit { channel, residual_v }) => {
                let read = |point: &Point| format!("{:+.3}", volts(before.channels[input].steps(point.code as u16)));
                let were: Vec<String> = points[input].iter().map(read).collect();
                let residual_mv = residual_v * 1e3;
                files::print(&format!(
                    "CV {number}: read {} V before; now {residual_mv:.2} mV off\n",
                    were.join(", ")
                ))?;
                after.channels[input] = channel;
            }
            Err(error) => bad.push(format!("CV {number}: {error}")),
        }
    }
    ensure!(bad.is_empty(), "{}; the module keeps the calibration that it has", bad.join("; "));
    Ok(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_enter_a_voltage_or_the_end() {
        for (answer, wanted) in
            [("", Some(5.0)), (" 4.998 ", Some(4.998)), ("4.998 V", Some(4.998)), ("5.1v", Some(5.1)), ("q", None)]
        {
            assert_eq!(known(answer, 5.0).expect(answer), wanted);
        }
        assert_eq!(known("−4.99", -5.0).expect("a typographic minus"), Some(-4.99));
        for (answer, wanted) in [("five", "is no voltage"), ("NaN", "too far"), ("0", "too far")] {
            let sentence = format!("{:#}", known(answer, 5.0).expect_err(answer));
            assert!(sentence.contains(wanted), "{answer}: {sentence}");
        }
    }
}
