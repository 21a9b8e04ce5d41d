//! The linker's scripts, and the commit that the firmware tells its host.

use std::process::Command;

fn main() {
    let folder = std::env::var("OUT_DIR").expect("cargo names a folder");
    std::fs::copy("memory.x", format!("{folder}/memory.x")).expect("the folder takes a file");
    println!("cargo:rustc-link-search={folder}");
    println!("cargo:rerun-if-changed=memory.x");
    for argument in ["--nmagic", "-Tlink.x", "-Tlink-rp.x"] {
        println!("cargo:rustc-link-arg-bins={argument}");
    }

    // Without git there is no commit to tell.
    let commit = git(&["rev-parse", "--short=8", "HEAD"]).unwrap_or_else(|| "00000000".to_owned());
    println!("cargo:rustc-env=COMMIT={}", commit.get(..8).unwrap_or("00000000"));
    if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"]) {
        println!("cargo:rerun-if-changed={log}");
    }
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
