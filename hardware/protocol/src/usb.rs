//! By what a host finds the module among all USB devices.

/// The vendor: pid.codes, for open hardware.
pub const VENDOR: u16 = 0x1209;

/// The product: the number that pid.codes keeps for devices that are not sold yet.
pub const PRODUCT: u16 = 0x0001;

/// What people know a module by, written as eight hexadecimal digits: both halves of its number laid over each other.
#[must_use]
pub fn short_uid(uid: u64) -> u32 {
    ((uid >> 32) ^ (uid & 0xFFFF_FFFF)) as u32
}

/// What the module calls itself; other devices may use the same numbers, not the same name.
pub const NAME: &str = "Neurorack";
