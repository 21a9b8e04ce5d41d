//! The processors for which a companion is built that runs on other machines than this one.

/// A processor, with the names that compiler, Debian and emulator give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Processor {
    /// 64-bit ARM: both Jetsons.
    Arm64,
    /// 64-bit x86: laptops and desktops.
    Amd64,
}

impl Processor {
    /// All of them.
    pub(crate) const ALL: [Self; 2] = [Self::Arm64, Self::Amd64];

    /// The processor of a compiler's target, where it is one of these.
    pub(crate) fn of_target(target: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|processor| processor.target() == target)
    }

    /// This machine's.
    pub(crate) fn here() -> Option<Self> {
        Self::ALL.into_iter().find(|processor| processor.name() == std::env::consts::ARCH)
    }

    /// What the kernel, the compiler and the emulator call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Arm64 => "aarch64",
            Self::Amd64 => "x86_64",
        }
    }

    /// The compiler's target.
    pub(crate) fn target(self) -> &'static str {
        match self {
            Self::Arm64 => "aarch64-unknown-linux-gnu",
            Self::Amd64 => "x86_64-unknown-linux-gnu",
        }
    }

    /// What Debian calls it.
    pub(crate) fn debian(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::Amd64 => "amd64",
        }
    }

    /// The folder of its libraries in Debian and Ubuntu.
    pub(crate) fn multiarch(self) -> &'static str {
        match self {
            Self::Arm64 => "aarch64-linux-gnu",
            Self::Amd64 => "x86_64-linux-gnu",
        }
    }

    /// What the program asks the kernel to load it with.
    pub(crate) fn loader(self) -> &'static str {
        match self {
            Self::Arm64 => "lib/ld-linux-aarch64.so.1",
            Self::Amd64 => "lib64/ld-linux-x86-64.so.2",
        }
    }

    /// The variable that names a folder with its libraries.
    pub(crate) fn sysroot_variable(self) -> &'static str {
        match self {
            Self::Arm64 => "NEURORACK_ARM64_SYSROOT",
            Self::Amd64 => "NEURORACK_AMD64_SYSROOT",
        }
    }
}
