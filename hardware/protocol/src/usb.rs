//! By what a host finds the module among all USB devices.

/// The vendor: pid.codes, for open hardware.
pub const VENDOR: u16 = 0x1209;

/// The product: the number that pid.codes keeps for devices that are not sold yet.
pub const PRODUCT: u16 = 0x0001;

/// What the module calls itself; other devices may use the same numbers, not the same name.
pub const NAME: &str = "Neurorack";
