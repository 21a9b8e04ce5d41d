//! `cargo xtask companion`: the program `neurorack` for this machine, for both Jetsons, and as Debian packages.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::setup;
use crate::setup::portable::Toolchain;
use crate::workspace::Family;

mod deb;
mod elf;
mod processor;

use elf::Needs;
pub(crate) use processor::Processor;

const PACKAGE: &str = "neurorack-companion";
const PROGRAM: &str = "neurorack";

/// The oldest systems that the program runs on, JetPack 4.6 among them: Ubuntu 18.04's C library and its ALSA.
const GLIBC: &str = "2.27";
const ALSA: &str = "1.1.3";

/// The libraries that are there: the C library's own and ALSA. JACK is looked for when the program runs.
const LIBRARIES: [&str; 7] =
    ["libasound.so.2", "libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "ld-linux-x86-64.so.2"];

/// Build the companion `neurorack` in release.
///
/// Without a target it is for this machine. With one it runs on every Linux of that processor with glibc 2.27 or newer, the Orin
/// Nano (JetPack 6) and the old Nano (JetPack 4.6) among them.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Build for another or an older Linux: aarch64-unknown-linux-gnu or x86_64-unknown-linux-gnu
    #[arg(long, value_name = "TARGET", value_parser = target)]
    target: Option<Processor>,
    /// Make a Debian package too, for this machine's processor where no target is given
    #[arg(long)]
    deb: bool,
}

fn target(name: &str) -> Result<Processor> {
    Processor::of_target(name).context("give aarch64-unknown-linux-gnu or x86_64-unknown-linux-gnu")
}

/// Runs `cargo xtask companion`.
pub(crate) fn run(args: &Args) -> Result<()> {
    let processor = match args.target {
        None if args.deb => Some(
            Processor::here().context("there are Debian packages for arm64 and amd64: choose one by its --target")?,
        ),
        chosen => chosen,
    };
    let Some(processor) = processor else {
        return build_here();
    };
    let toolchain = setup::portable::ensure(processor)?;
    let program = build(processor, &toolchain)?;
    if args.deb {
        deb::make(processor, &program)?;
    }
    Ok(())
}

/// Builds the Debian package for a processor; returns its path.
pub(crate) fn package(processor: Processor) -> Result<PathBuf> {
    let toolchain = setup::portable::ensure(processor)?;
    deb::make(processor, &build(processor, &toolchain)?)
}

/// The program for this machine.
fn build_here() -> Result<()> {
    setup::system::ensure_audio_headers()?;
    process::run(process::cargo(Family::Host)?.args(["build", "--release", "--locked", "--package", PACKAGE]))?;
    let name = format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX);
    let program = Family::Host.target_dir()?.join("release").join(name);
    if cfg!(target_os = "linux") { report(&program, &needs(&program)?) } else { report_size(&program) }
}

/// Builds the program for a processor and checks that it asks for no newer system than it should; returns its path.
pub(crate) fn build(processor: Processor, toolchain: &Toolchain) -> Result<PathBuf> {
    let mut command = process::cargo(Family::Portable)?;
    command.args(["zigbuild", "--release", "--locked", "--package", PACKAGE, "--target"]);
    command.arg(format!("{}.{GLIBC}", processor.target()));
    use_toolchain(&mut command, processor, toolchain);
    process::run(&mut command)?;
    let program = Family::Portable.target_dir()?.join(processor.target()).join("release").join(PROGRAM);
    let needs = needs(&program)?;
    report(&program, &needs)?;
    let checked = needs.at_most("GLIBC", GLIBC).and_then(|()| needs.at_most("ALSA", ALSA));
    checked
        .and_then(|()| needs.only(&LIBRARIES))
        .with_context(|| format!("{} would not start on the oldest system that is promised", program.display()))?;
    Ok(program)
}

/// Lets a build use zig as its linker and the other machine's libraries.
fn use_toolchain(command: &mut Command, processor: Processor, toolchain: &Toolchain) {
    let target = processor.target().replace('-', "_");
    let sysroot = &toolchain.sysroot;
    command
        .env("CARGO_ZIGBUILD_ZIG_PATH", &toolchain.zig)
        // The sound library there is newer than the C library that is linked against, and asks for more of it.
        .env(format!("CARGO_TARGET_{}_RUSTFLAGS", target.to_uppercase()), "-C link-arg=-Wl,--allow-shlib-undefined")
        .env(format!("PKG_CONFIG_ALLOW_CROSS_{target}"), "1")
        .env(format!("PKG_CONFIG_SYSROOT_DIR_{target}"), sysroot)
        .env(
            format!("PKG_CONFIG_LIBDIR_{target}"),
            sysroot.join("usr/lib").join(processor.multiarch()).join("pkgconfig"),
        );
}

fn needs(program: &Path) -> Result<Needs> {
    let file = std::fs::read(program).with_context(|| format!("cannot read {}", program.display()))?;
    Needs::of_elf(&file).with_context(|| program.display().to_string())
}

fn report(program: &Path, needs: &Needs) -> Result<()> {
    report_size(program)?;
    let asked = ["GLIBC", "ALSA"].map(|series| {
        needs.highest(series).map_or_else(|| format!("no {series}"), |version| format!("{series} {version}"))
    });
    println!("companion: asks for {} or newer", asked.join(" and "));
    Ok(())
}

fn report_size(program: &Path) -> Result<()> {
    let size = std::fs::metadata(program).with_context(|| format!("cannot read {}", program.display()))?.len();
    println!("companion: {:.1} MiB, {}", size as f64 / f64::from(1 << 20), program.display());
    Ok(())
}

/// What the tests on the other processor need.
#[derive(Debug)]
pub(crate) struct Elsewhere {
    toolchain: Toolchain,
    emulator: Option<PathBuf>,
}

impl Elsewhere {
    const PROCESSOR: Processor = Processor::Arm64;

    /// Finds or fetches it. An error says what cannot be had on this machine.
    pub(crate) fn prepare() -> Result<Self> {
        if !cfg!(unix) {
            bail!("programs of another processor are run on Linux only");
        }
        let emulator = setup::emulator::ensure(Self::PROCESSOR)?;
        Ok(Self { toolchain: setup::portable::ensure(Self::PROCESSOR)?, emulator })
    }

    /// Builds the program, and adds the tests that run it to a command that tests this machine's crates.
    pub(crate) fn test(&self, mut tests: Command) -> Result<Command> {
        let program = build(Self::PROCESSOR, &self.toolchain)?;
        tests.args(["--test", "arm", "--", "--include-ignored", "--nocapture"]).env("NEURORACK_ARM_PROGRAM", program);
        if let Some(emulator) = &self.emulator {
            tests.env("NEURORACK_ARM_EMULATOR", emulator).env("NEURORACK_ARM_LIBRARIES", &self.toolchain.sysroot);
        }
        Ok(tests)
    }
}
