//! `neurorack bench`: what the sound costs on this machine, and how quickly it answers.

mod cost;
mod live;

use crate::audio::OutputArguments;
use crate::bank_file::BankArgument;
use crate::files;
use anyhow::Result;
use cost::Cost;
use live::Live;
use serde::Serialize;
use std::fmt::Write;

/// Measure what a voice costs, the longest block while a pattern plays, and the time from a gate to its sample.
///
/// With a module (--module) its gates are waited for: patch a clock into Gate 1. Without one the program strikes itself, which
/// measures everything but the cable.
#[derive(Debug, clap::Args)]
pub(crate) struct Bench {
    #[command(flatten)]
    bank: BankArgument,
    #[command(flatten)]
    output: OutputArguments,
    /// The module whose gates are measured: `auto` (the one that is plugged in), its serial port, or `off`.
    #[arg(long, value_name = "PORT", default_value = "off")]
    module: String,
    /// Core on which the audio thread is to stay, counted from 0.
    #[arg(long, value_name = "N")]
    core: Option<usize>,
    /// How long a pattern plays.
    #[arg(long, value_name = "S", default_value_t = 60.0, value_parser = crate::commands::render::seconds)]
    seconds: f32,
    /// Write JSON, for a program.
    #[arg(long)]
    json: bool,
}

/// All that was measured.
#[derive(Debug, Serialize)]
struct Figures {
    bank: String,
    /// Without a device, as quickly as it goes.
    cost: Vec<Cost>,
    /// At the device.
    live: Live,
}

impl Bench {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<()> {
        let bank = self.bank.open()?;
        let name = bank.card().name.clone();
        let cost = cost::measure(&bank);
        let live = live::measure(bank, self.output, &self.module, self.core, self.seconds)?;
        let figures = Figures { bank: name, cost, live };
        files::print(&if self.json { serde_json::to_string_pretty(&figures)? + "\n" } else { table(&figures) })
    }
}

/// What was measured, for a person to read. Writing to a `String` cannot fail.
fn table(figures: &Figures) -> String {
    let Figures { bank, cost, live } = figures;
    let mut text = format!("{bank}, in blocks of {} samples at {} Hz\n\n", cost::BLOCK, cost::RATE_HZ);
    let _ = writeln!(text, "{:>7}  {:>10}  {:>12}", "voices", "of a core", "worst block");
    for Cost { voices, percent, worst_percent } in cost {
        let _ = writeln!(text, "{voices:>7}  {percent:>8.1} %  {worst_percent:>10.1} %");
    }
    let _ = writeln!(text, "\n{} for {:.0} s: {} hits", live.output, live.seconds, live.hits);
    let _ = writeln!(text, "  load            {:>7.1} % of a core", live.load_percent);
    let _ = writeln!(text, "  longest block   {:>7.2} ms, {:.0} % of its time", live.longest_ms, live.longest_percent);
    if let Some((work_ms, percent)) = live.longest_work_ms.zip(live.longest_work_percent) {
        let _ = writeln!(text, "  of it at work   {work_ms:>7.2} ms of the processor at most, {percent:.0} %");
    }
    let _ = writeln!(text, "  xruns           {:>7}", live.xruns);
    let grown =
        live.grown_kib.map_or(String::new(), |grown| format!("; the memory grew by {grown} KiB after the second"));
    let _ = writeln!(text, "  bank changes    {:>7}{grown}", live.banks);
    if let Some(gates) = &live.gates {
        let _ = writeln!(
            text,
            "  gate to sample  {:>7.2} ms in the median, {:.2} ms for 99 %, {:.2} ms at most ({} gates, {})",
            gates.median_ms, gates.p99_ms, gates.most_ms, gates.count, gates.from
        );
    }
    for sentence in &live.said {
        let _ = writeln!(text, "  {sentence}");
    }
    text
}
