//! `neurorack module monitor`: what every input reads, live.

use super::met::{Met, PortArgument};
use crate::commands::render::seconds;
use crate::files;
use anyhow::Result;
use neurorack_link::{Event, Report, State};
use neurorack_protocol::host::Heard;
use neurorack_protocol::{CV_INPUTS, GATES, Health, STEPS_PER_VOLT, volts};
use serde_json::{Value, json};
use std::fmt::Write;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// From a picture to the next, on a terminal, and from a line to the next elsewhere.
const PICTURE: Duration = Duration::from_millis(50);
const LINE: Duration = Duration::from_millis(250);

/// Characters of half a bar: 5 V.
const REACH: usize = 12;

/// Show volts, gates, encoder and the cable's jitter, live; a cable that is pulled is waited for. Ctrl-C ends it.
#[derive(Debug, clap::Args)]
pub(crate) struct Monitor {
    #[command(flatten)]
    port: PortArgument,
    /// Write a line of JSON for each thing that happens, volts as often as they come.
    #[arg(long)]
    json: bool,
    /// Stop after this time.
    #[arg(long, value_name = "S", value_parser = seconds)]
    seconds: Option<f32>,
}

impl Monitor {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<()> {
        let met = self.port.meet()?;
        let end = self.seconds.map(|seconds| Instant::now() + Duration::from_secs_f32(seconds));
        if self.json { lines(&met, end) } else { pictures(&met, end) }
    }
}

fn is_over(end: Option<Instant>) -> bool {
    end.is_some_and(|end| Instant::now() >= end)
}

/// Every event as a line.
fn lines(met: &Met, end: Option<Instant>) -> Result<()> {
    files::print(&format!("{}\n", told(&Event::State(State::Paired(met.info)), &met.link.report())))?;
    while !is_over(end) {
        if let Some(event) = met.link.next(PICTURE) {
            files::print(&format!("{}\n", told(&event, &met.link.report())))?;
        }
    }
    Ok(())
}

/// An event for a program. Gates and inputs are numbered from 1, as on the panel.
fn told(event: &Event, report: &Report) -> Value {
    match event {
        Event::State(State::Paired(info)) => json!({ "state": "paired", "name": neurorack_link::short_name(info.uid) }),
        Event::State(State::Asking { port }) => json!({ "state": "asking", "port": port }),
        Event::State(State::Waiting(problem)) => json!({ "state": "waiting", "problem": problem.to_string() }),
        Event::Heard(Heard::Volts { steps, patched, at_s }) => {
            json!({ "volts": steps.map(rounded), "patched": patched, "at_s": at_s })
        }
        Event::Heard(Heard::Gate { gate, high, at_s }) => json!({ "gate": gate + 1, "high": high, "at_s": at_s }),
        Event::Heard(Heard::Turn(detents)) => json!({ "turn": detents }),
        Event::Heard(Heard::Push(pushed)) => json!({ "push": pushed }),
        Event::Heard(Heard::Raw(codes)) => json!({ "codes": codes }),
        Event::Heard(Heard::Health(health)) => json!({ "health": health_of(health), "link": link_of(report) }),
        Event::Heard(Heard::Refused(refusal)) => json!({ "refused": refusal.error.sentence() }),
        Event::Heard(Heard::Calibration(_, kept)) => json!({ "calibration_kept": kept }),
        Event::Heard(Heard::Checklist(list)) => json!({ "checks_passed": list.passed() }),
        Event::Heard(Heard::Paired(info)) => json!({ "uid": info.uid }),
    }
}

/// Volts as the wire has them: steps of 0.2 mV.
fn rounded(steps: i16) -> f64 {
    f64::from(steps) / f64::from(STEPS_PER_VOLT)
}

fn health_of(health: &Health) -> Value {
    json!({
        "up_ms": health.up_ms,
        "damaged": health.damaged,
        "dropped": health.dropped,
        "late_samples": health.late_samples,
        "screen_errors": health.screen_errors,
        "watchdog_resets": health.watchdog_resets,
        "unknown": health.unknown,
    })
}

fn link_of(report: &Report) -> Value {
    json!({
        "jitter_median_ms": report.jitter.median_ms,
        "jitter_p99_ms": report.jitter.p99_ms,
        "round_trip_ms": report.round_trip_s.map(|seconds| seconds * 1e3),
        "missed": report.missed,
        "damaged": report.reception.damaged,
    })
}

/// What is shown.
#[derive(Debug, Default)]
struct Picture {
    volts: [f32; CV_INPUTS],
    patched: [bool; CV_INPUTS],
    high: [bool; GATES],
    rises: [u32; GATES],
    turned: i32,
    pushed: bool,
    health: Option<Health>,
}

impl Picture {
    fn take(&mut self, heard: Heard) {
        match heard {
            Heard::Volts { steps, patched, .. } => {
                self.volts = steps.map(volts);
                self.patched = patched;
            }
            Heard::Gate { gate, high, .. } => {
                let gate = usize::from(gate) % GATES;
                self.high[gate] = high;
                self.rises[gate] += u32::from(high);
            }
            Heard::Turn(detents) => self.turned += i32::from(detents),
            Heard::Push(pushed) => self.pushed = pushed,
            Heard::Health(health) => self.health = Some(health),
            _ => {}
        }
    }

    /// The whole picture, ten lines.
    fn block(&self, state: &State, report: &Report) -> String {
        let mut text = format!("{}\n", cut(&state.to_string()));
        // Writing to a String cannot fail, here and below.
        for (number, (volts, patched)) in (1..).zip(self.volts.iter().zip(self.patched)) {
            let plug = if patched { "patched" } else { "" };
            let _ = writeln!(text, "CV {number}    {volts:>7.3} V  {}  {plug}", bar(*volts));
        }
        for (number, (high, rises)) in (1..).zip(self.high.iter().zip(self.rises)) {
            let level = if *high { "high" } else { "low " };
            let _ = writeln!(text, "Gate {number}  {level}  rose {rises} times");
        }
        let pushed = if self.pushed { "pushed" } else { "" };
        let _ = writeln!(text, "Encoder {:>+5}  {pushed}", self.turned);
        text + &self.cable(report)
    }

    /// How well the module is heard, and how it is.
    fn cable(&self, report: &Report) -> String {
        let round_trip = report.round_trip_s.map_or_else(|| "-".to_owned(), |seconds| format!("{:.1}", seconds * 1e3));
        let heard = format!(
            "Cable   jitter {:.2} ms, 99 of 100 below {:.2}; round trip {round_trip} ms; missed {}, damaged {}",
            report.jitter.median_ms, report.jitter.p99_ms, report.missed, report.reception.damaged,
        );
        let health = self.health.unwrap_or_default();
        format!(
            "{heard}\nModule  up {} s; dropped {}, damaged {}, late samples {}, restarts {}\n",
            health.up_ms / 1_000,
            health.dropped,
            health.damaged,
            health.late_samples,
            health.watchdog_resets,
        )
    }

    /// One line, where nothing can be drawn over.
    fn line(&self, report: &Report) -> String {
        let volts: Vec<String> = self.volts.iter().map(|volts| format!("{volts:>7.3} V")).collect();
        let gates: String = self.high.iter().map(|&high| if high { '1' } else { '0' }).collect();
        let Self { turned, pushed, .. } = self;
        format!(
            "{}  gates {gates}  encoder {turned:+}{}  jitter {:.2} ms\n",
            volts.join(" "),
            if *pushed { " pushed" } else { "" },
            report.jitter.p99_ms,
        )
    }
}

/// A line of a terminal that a block of lines may hold: what is longer would break and be left behind.
fn cut(sentence: &str) -> String {
    if sentence.chars().count() <= 78 {
        return sentence.to_owned();
    }
    sentence.chars().take(77).chain(['…']).collect()
}

/// Volts as a bar around its middle.
fn bar(volts: f32) -> String {
    let reach = (volts / 5.0 * REACH as f32).round().clamp(-(REACH as f32), REACH as f32) as i32;
    let cell = |at: i32| match at {
        0 => '|',
        _ if at.signum() == reach.signum() && at.abs() <= reach.abs() => '#',
        _ => '.',
    };
    (-(REACH as i32)..=REACH as i32).map(cell).collect()
}

/// A picture drawn over and over, or a line now and then where that is impossible.
fn pictures(met: &Met, end: Option<Instant>) -> Result<()> {
    let is_terminal = std::io::stdout().is_terminal();
    let every = if is_terminal { PICTURE } else { LINE };
    let mut picture = Picture::default();
    let mut next = Instant::now() + every;
    let mut lines = 0;
    files::print(&format!("{}\n", State::Paired(met.info)))?;
    while !is_over(end) {
        match met.link.next(next.saturating_duration_since(Instant::now())) {
            Some(Event::Heard(heard)) => picture.take(heard),
            Some(Event::State(state)) if !is_terminal => files::print(&format!("{state}\n"))?,
            Some(Event::State(_)) | None => {}
        }
        if Instant::now() < next {
            continue;
        }
        next = Instant::now() + every;
        let report = met.link.report();
        if is_terminal {
            let block = picture.block(&met.link.state(), &report);
            // Up to the first line of the last picture; each line is cleared to its end.
            let up = if lines == 0 { String::new() } else { format!("\x1b[{lines}A") };
            lines = block.lines().count();
            files::print(&(up + &block.replace('\n', "\x1b[K\n")))?;
        } else if matches!(met.link.state(), State::Paired(_)) {
            files::print(&picture.line(&report))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_reaches_from_the_middle_as_far_as_the_volts() {
        assert_eq!(bar(0.0), "............|............");
        assert_eq!(bar(5.0), "............|############");
        assert_eq!(bar(-2.5), "......######|............");
        assert_eq!(bar(-99.0), "############|............");
    }
}
