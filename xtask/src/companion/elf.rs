//! Which versions of the system's libraries a program asks for.

use std::fmt;

use anyhow::{Context, Result, ensure};
use object::read::elf::{ElfFile64, FileHeader};
use object::{Endianness, elf};

/// A version such as 2.27, compared part by part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(Vec<u32>);

impl Version {
    /// Reads `2.27` or `0.9.0rc4`, of which the digits before the letters count.
    fn parse(text: &str) -> Option<Self> {
        let part = |part: &str| {
            let digits = part.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(part.len());
            part[..digits].parse().ok()
        };
        text.split('.').map(part).collect::<Option<Vec<u32>>>().map(Self)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.0.iter().map(u32::to_string).collect();
        f.write_str(&parts.join("."))
    }
}

/// The symbol versions that a program asks of the libraries it is loaded with, such as `GLIBC_2.27`.
#[derive(Debug)]
pub(super) struct Needs {
    names: Vec<String>,
}

impl Needs {
    /// Reads a 64-bit ELF file.
    pub(super) fn of_elf(file: &[u8]) -> Result<Self> {
        let elf = ElfFile64::<Endianness>::parse(file).context("the program is no 64-bit ELF file")?;
        let (endian, sections) = (elf.endian(), elf.elf_section_table());
        ensure!(elf.elf_header().e_type(endian) != elf::ET_REL, "this is an object file, no program");
        let mut names = Vec::new();
        if let Some((mut libraries, strings)) = sections.gnu_verneed(endian, file)? {
            let strings = sections.strings(endian, file, strings)?;
            while let Some((_, mut versions)) = libraries.next()? {
                while let Some(version) = versions.next()? {
                    names.push(String::from_utf8_lossy(version.name(endian, strings)?).into_owned());
                }
            }
        }
        Ok(Self { names })
    }

    /// The highest version of one series (`GLIBC`), where any is asked for.
    pub(super) fn highest(&self, series: &str) -> Option<Version> {
        let of_series = |name: &String| Version::parse(name.strip_prefix(series)?.strip_prefix('_')?);
        self.names.iter().filter_map(of_series).max()
    }

    /// Refuses a program that asks for more than `limit` (`2.27`) of a series.
    pub(super) fn at_most(&self, series: &str, limit: &str) -> Result<()> {
        let limit = Version::parse(limit).with_context(|| format!("{limit} is no version"))?;
        if let Some(highest) = self.highest(series) {
            ensure!(highest <= limit, "the program asks for {series} {highest}, and may ask for {limit} at most");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Needs, Version};

    fn needs(names: &[&str]) -> Needs {
        Needs { names: names.iter().map(|name| (*name).to_owned()).collect() }
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        let needs = needs(&["GLIBC_2.4", "GLIBC_2.17", "GLIBC_2.2.5", "GLIBC_PRIVATE", "ALSA_0.9.0rc4", "ALSA_0.9"]);
        assert_eq!(needs.highest("GLIBC").unwrap().to_string(), "2.17");
        assert_eq!(needs.highest("ALSA").unwrap().to_string(), "0.9.0");
        assert_eq!(needs.highest("GCC"), None);
    }

    #[test]
    fn a_program_for_newer_systems_is_refused() {
        let needs = needs(&["GLIBC_2.17", "GLIBC_2.28"]);
        needs.at_most("GLIBC", "2.28").unwrap();
        let said = needs.at_most("GLIBC", "2.27").unwrap_err().to_string();
        assert_eq!(said, "the program asks for GLIBC 2.28, and may ask for 2.27 at most");
    }

    #[test]
    fn what_is_no_version_is_none() {
        assert_eq!(Version::parse("PRIVATE"), None);
        assert_eq!(Version::parse(""), None);
    }

    /// This test itself is a program of this machine.
    #[cfg(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64"))]
    #[test]
    fn a_program_of_this_machine_asks_for_a_glibc() {
        let program = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let highest = Needs::of_elf(&program).unwrap().highest("GLIBC").unwrap();
        assert!(highest >= Version::parse("2.17").unwrap(), "{highest}");
    }

    #[test]
    fn other_files_are_refused() {
        assert!(Needs::of_elf(b"#!/bin/sh\n").is_err());
    }
}
