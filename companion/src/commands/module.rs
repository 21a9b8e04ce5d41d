//! `neurorack module`: the hardware at the other end of a USB cable.

mod bench_test;
mod calibrate;
mod info;
mod list;
mod met;
mod monitor;

use anyhow::Result;
use clap::Subcommand;

/// The module: what it is, what its inputs read, calibration, factory test.
#[derive(Debug, clap::Args)]
pub(crate) struct Module {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    List(list::List),
    Info(info::InfoCommand),
    Monitor(monitor::Monitor),
    Calibrate(calibrate::Calibrate),
    Test(bench_test::Test),
}

impl Module {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<()> {
        match self.action {
            Action::List(list) => list.run(),
            Action::Info(info) => info.run(),
            Action::Monitor(monitor) => monitor.run(),
            Action::Calibrate(calibrate) => calibrate.run(),
            Action::Test(test) => test.run(),
        }
    }
}
