//! `cargo xtask firmware build | test`: what runs in the module.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process;
use crate::setup;
use crate::workspace::{self, Family};

mod image;
mod uf2;

use image::Image;

const TARGET: &str = "thumbv6m-none-eabi";
const PACKAGE: &str = "neurorack-firmware";

/// What the module's chips have, in bytes: flash without the calibration's sectors, and memory.
const FLASH_BYTES: u64 = (2048 - 8) * 1024;
const MEMORY_BYTES: u64 = 264 * 1024;

/// Build the module's firmware, or test it on a simulated chip.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Build the ELF file and the UF2 file that the module's boot loader takes
    Build,
    /// Build it and run it on a simulated chip with converter, display, gates and USB host
    Test {
        /// Only tests whose name contains TEXT
        #[arg(long, value_name = "TEXT")]
        filter: Option<String>,
        /// Simulated seconds of the test that no frame is missing
        #[arg(long, value_name = "N", default_value_t = 10)]
        seconds: u32,
    },
}

/// Runs `cargo xtask firmware`.
pub(crate) fn run(args: &Args) -> Result<()> {
    let elf = build()?;
    match &args.command {
        Command::Build => report(&elf).map(drop),
        Command::Test { filter, seconds } => test(&elf, filter.as_deref(), *seconds),
    }
}

/// Builds the firmware; returns its ELF file.
pub(crate) fn build() -> Result<PathBuf> {
    setup::target::ensure(TARGET)?;
    let folder = workspace::root().join("hardware/firmware");
    let mut command = process::cargo(Family::Firmware)?;
    // Its own folder: there lie its linker script and its lock file.
    command.current_dir(&folder).args(["build", "--release", "--locked", "--target", TARGET]);
    process::run(&mut command)?;
    Ok(Family::Firmware.target_dir()?.join(TARGET).join("release").join(PACKAGE))
}

/// Builds the firmware; returns its ELF file and its UF2 file.
pub(crate) fn files() -> Result<[PathBuf; 2]> {
    let elf = build()?;
    let uf2 = report(&elf)?;
    Ok([elf, uf2])
}

/// Writes the UF2 file beside the ELF file and says how full the chip is; returns its path.
fn report(elf: &Path) -> Result<PathBuf> {
    let file = std::fs::read(elf).with_context(|| format!("cannot read {}", elf.display()))?;
    let image = Image::of_elf(&file)?;
    let path = elf.with_extension("uf2");
    std::fs::write(&path, uf2::encode(&image)).with_context(|| format!("cannot write {}", path.display()))?;
    let share = |used: u64, of: u64| {
        format!("{:.1} KiB of {} ({:.0} %)", used as f64 / 1024.0, of / 1024, used as f64 / of as f64 * 100.0)
    };
    println!("firmware: flash  {}", share(image.flash_bytes(), FLASH_BYTES));
    println!("firmware: memory {} without the stack", share(image.memory_bytes, MEMORY_BYTES));
    println!("firmware: {}", elf.display());
    println!("firmware: {} is what the boot loader's drive takes", path.display());
    Ok(path)
}

/// The tests that run a firmware on a simulated chip, added to a command that tests this machine's crates.
pub(crate) fn emulate(mut tests: std::process::Command, elf: &Path) -> Result<std::process::Command> {
    setup::node::ensure_packages("hardware/emulator")?;
    tests.args(["--test", "module", "--", "--include-ignored"]).env("NEURORACK_FIRMWARE", elf);
    tests.env("NEURORACK_XTASK", std::env::current_exe()?);
    Ok(tests)
}

fn test(elf: &Path, filter: Option<&str>, seconds: u32) -> Result<()> {
    let mut command = process::cargo(Family::Host)?;
    command.args(["test", "--package", "neurorack-emulator"]).args(filter);
    let mut command = emulate(command, elf)?;
    process::run(command.env("NEURORACK_SECONDS", seconds.to_string()))
}
