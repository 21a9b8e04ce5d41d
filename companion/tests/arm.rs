//! The program for the Jetsons under an emulator: it starts, and plays what the program of this machine plays.
//!
//! `cargo xtask test --only arm` builds it and names it: `NEURORACK_ARM_PROGRAM` is the program, `NEURORACK_ARM_EMULATOR` what runs
//! it (nothing on an ARM machine) and `NEURORACK_ARM_LIBRARIES` the folder with its system's libraries.

use assert_cmd::Command;
use std::path::{Path, PathBuf};

/// The largest difference of a sample that is promised: 120 dB below full scale. None was seen so far, the samples were the same to
/// the bit; vector units of another width may sum in another order.
const TOLERANCE: f32 = 1e-6;

const WHY: &str = "NEURORACK_ARM_PROGRAM names the program: run `cargo xtask test --only arm`";

fn here() -> Command {
    Command::cargo_bin("neurorack").unwrap()
}

fn on_arm() -> Command {
    let program = std::env::var_os("NEURORACK_ARM_PROGRAM").expect(WHY);
    let Some(emulator) = std::env::var_os("NEURORACK_ARM_EMULATOR") else {
        return Command::new(program);
    };
    let mut command = Command::new(emulator);
    if let Some(libraries) = std::env::var_os("NEURORACK_ARM_LIBRARIES") {
        command.arg("-L").arg(libraries);
    }
    command.arg(program);
    command
}

/// A bank that is shipped.
fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../static/banks").join(name)
}

/// The first of them.
fn bank() -> PathBuf {
    shipped("impacts.safetensors")
}

/// Standard output of a run that succeeds.
fn output(mut command: Command, arguments: &[&str]) -> String {
    let output = command.env("NEURORACK_BANK", bank()).args(arguments).assert().success().get_output().stdout.clone();
    String::from_utf8(output).unwrap()
}

fn samples(path: &Path) -> Vec<f32> {
    hound::WavReader::open(path).unwrap().samples::<f32>().map(Result::unwrap).collect()
}

#[test]
#[ignore = "needs the program that `cargo xtask test --only arm` builds"]
fn the_program_for_arm_says_its_version() {
    assert_eq!(output(on_arm(), &["--version"]), format!("neurorack {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
#[ignore = "needs the program that `cargo xtask test --only arm` builds"]
fn the_shipped_banks_sound_on_arm_as_in_training() {
    for name in ["impacts.safetensors", "frave-impacts.safetensors", "frave-metal.safetensors"] {
        let bank = shipped(name);
        let said = output(on_arm(), &["banks", "verify", bank.to_str().unwrap()]);
        assert!(said.contains("sound: within"), "{name}: {said}");
    }
}

#[test]
#[ignore = "needs the program that `cargo xtask test --only arm` builds"]
fn the_shipped_banks_card_reads_the_same_on_arm() {
    let arguments = ["banks", "inspect", "--json"];
    assert_eq!(output(on_arm(), &arguments), output(here(), &arguments));
}

#[test]
#[ignore = "needs the program that `cargo xtask test --only arm` builds"]
fn hits_on_arm_are_those_of_this_machine() {
    let folder = tempfile::tempdir().unwrap();
    let freed = shipped("frave-impacts.safetensors");
    let hits: [&[&str]; 3] = [
        &[
            "--bank",
            freed.to_str().unwrap(),
            "--f1",
            "Deep boom",
            "--f2",
            "Small bell",
            "--cv1",
            "1",
            "--seconds",
            "0.5",
        ],
        &["--f1", "Deep boom", "--f2", "Steel plate", "--cv1", "-2", "--seconds", "0.6"],
        &[
            "--f1",
            "Acoustic kick",
            "--cv3",
            "5",
            "--cv4",
            "4",
            "--pitch",
            "-7",
            "--freeze",
            "0.1,0.4",
            "--seconds",
            "0.5",
            "--rate",
            "48000",
        ],
    ];
    for (number, hit) in hits.iter().enumerate() {
        let rendered = [("here", here()), ("arm", on_arm())].map(|(name, command)| {
            let path = folder.path().join(format!("{number}-{name}.wav"));
            let mut arguments = vec!["render"];
            arguments.extend(*hit);
            arguments.extend(["-o", path.to_str().unwrap()]);
            output(command, &arguments);
            samples(&path)
        });
        let [here, arm] = &rendered;
        assert_eq!(here.len(), arm.len(), "{hit:?}");
        let peak = here.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        assert!(peak > 0.05, "{hit:?} is heard, peak {peak}");
        let difference = here.iter().zip(arm).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        println!("{hit:?}: largest difference {difference:.1e}, peak {peak:.2}");
        assert!(difference <= TOLERANCE, "{hit:?} differs by {difference}");
    }
}
