//! `neurorack module test`: the factory test, followed at the bench.

use super::met::{Met, PortArgument};
use crate::commands::render::seconds;
use crate::files;
use anyhow::{Result, bail, ensure};
use neurorack_link::{Event, State, short_name};
use neurorack_protocol::host::Heard;
use neurorack_protocol::{Check, Checklist, Message, Outcome, Version};
use serde_json::json;
use std::time::{Duration, Instant};

/// The first protocol with a factory test.
const SINCE: Version = Version { major: 1, minor: 1 };

/// The module tells once a second how the test stands; one that is silent for so long is gone.
const PATIENCE: Duration = Duration::from_secs(5);

/// Test a module at the bench: says what to do and what passed, until all did. The module's display shows the same list.
///
/// Exit code 0 once every check passed, 1 where that did not happen in the time given or the module is gone.
#[derive(Debug, clap::Args)]
pub(crate) struct Test {
    #[command(flatten)]
    port: PortArgument,
    /// Give up after this time.
    #[arg(long, value_name = "S", value_parser = seconds)]
    seconds: Option<f32>,
    /// Write a line of JSON for each change.
    #[arg(long)]
    json: bool,
}

impl Test {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<()> {
        let met = self.port.meet()?;
        let (theirs, name) = (met.info.protocol, short_name(met.info.uid));
        ensure!(
            theirs >= SINCE,
            "module {name} speaks protocol {theirs}, its test came with {SINCE}: update its firmware"
        );
        let end = self.seconds.map(|seconds| Instant::now() + Duration::from_secs_f32(seconds));
        met.send(Message::SelfTest(true))?;
        let list = follow(&met, end, self.json);
        // The module may be gone: then its test is over.
        let _ = met.ask(Message::SelfTest(false), |heard| matches!(heard, Heard::Checklist(_)).then_some(()));
        verdict(list?, self.json, &name)
    }
}

/// Says what changed until all passed or the time is over; returns how it stood at the end.
fn follow(met: &Met, end: Option<Instant>, as_json: bool) -> Result<Checklist> {
    let mut shown = None;
    loop {
        let left = end.map_or(PATIENCE, |end| end.saturating_duration_since(Instant::now()).min(PATIENCE));
        match met.link.next(left) {
            Some(Event::Heard(Heard::Checklist(list))) if list.runs => {
                if shown != Some(list) {
                    files::print(&if as_json { line(&list) } else { changes(shown, &list) })?;
                    shown = Some(list);
                }
                if list.is_passed() {
                    return Ok(list);
                }
            }
            Some(Event::State(State::Waiting(problem))) => return Err(problem.into()),
            _ => {}
        }
        if end.is_some_and(|end| Instant::now() >= end) {
            return Ok(shown.unwrap_or_default());
        }
    }
}

/// The list for a program: each check with "open", "passed" or "failed".
fn line(list: &Checklist) -> String {
    let each = Check::ALL.map(|check| {
        let outcome = match list.outcome(check) {
            Outcome::Open => "open",
            Outcome::Passed => "passed",
            Outcome::Failed => "failed",
        };
        (check.name().to_owned(), json!(outcome))
    });
    let checks: serde_json::Map<_, _> = each.into_iter().collect();
    format!("{}\n", json!({ "passed": list.passed(), "of": Check::ALL.len(), "checks": checks }))
}

/// What passed and fails anew, and at the beginning what is to be done.
fn changes(before: Option<Checklist>, list: &Checklist) -> String {
    let mut text = String::new();
    if before.is_none() {
        text += "to do at the module, in any order:\n";
        let by_hand = Check::ALL.into_iter().filter(|check| !matches!(check, Check::Screen | Check::Flash));
        text.extend(by_hand.map(|check| format!("  {:<13} {}\n", check.name(), check.instruction())));
    }
    for check in Check::ALL {
        let outcome = list.outcome(check);
        if before.unwrap_or_default().outcome(check) == outcome {
            continue;
        }
        text += &match outcome {
            Outcome::Open => format!("again  {}\n", check.name()),
            Outcome::Passed => format!("passed {}\n", check.name()),
            Outcome::Failed => format!("FAILED {}: {}\n", check.name(), check.instruction()),
        };
    }
    text
}

fn verdict(list: Checklist, as_json: bool, name: &str) -> Result<()> {
    if list.is_passed() {
        let sentence = format!("module {name} passed all {} checks\n", Check::ALL.len());
        return if as_json { Ok(()) } else { files::print(&sentence) };
    }
    let missing = Check::ALL.into_iter().filter(|&check| list.outcome(check) != Outcome::Passed);
    let missing: Vec<&str> = missing.map(Check::name).collect();
    bail!("module {name} passed {} of {} checks; missing: {}", list.passed(), Check::ALL.len(), missing.join(", "))
}
