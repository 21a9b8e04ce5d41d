//! The display's commands (SH1106 data sheet, section "Commands").

use neurorack_protocol::Rectangle;

/// Its address on the bus.
pub const ADDRESS: u16 = 0x3C;

/// The controller has 132 columns, the glass shows 128 from the third on.
const FIRST_COLUMN: u8 = 2;

/// What precedes commands, and what precedes pixels.
const COMMANDS: u8 = 0x00;
const DATA: u8 = 0x40;

/// Wakes the display, dark until pixels come.
pub const WAKE: [u8; 23] = [
    COMMANDS, 0xAE, // off
    0xD5, 0x80, // clock as it starts
    0xA8, 63, // 64 rows
    0xD3, 0,    // none shifted
    0x40, // first row on top
    0xAD, 0x8B, // own converter for the panel's voltage
    0xA1, 0xC8, // upright with the cable below
    0xDA, 0x12, // alternate rows, as 64-row panels are wired
    0x81, 0x80, // contrast
    0xD9, 0x22, // charge phases
    0xDB, 0x35, // idle voltage of the rows
    0xA4, 0xA6, // shows its memory, 1 is lit
];

/// Lights it.
pub const ON: [u8; 2] = [COMMANDS, 0xAF];

/// Sets page and column.
#[must_use]
pub fn place(pixels: &Rectangle) -> [u8; 4] {
    let column = pixels.column.saturating_add(FIRST_COLUMN);
    [COMMANDS, 0xB0 | pixels.page & 7, column & 0x0F, 0x10 | column >> 4]
}

/// The pixels themselves.
pub fn data(pixels: &Rectangle) -> impl Iterator<Item = u8> + '_ {
    core::iter::once(DATA).chain(pixels.bytes.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use heapless::Vec;

    #[test]
    fn columns_begin_at_the_third_of_the_controller() {
        let at = |page, column| place(&Rectangle { page, column, bytes: Vec::new() });
        assert_eq!(at(0, 0), [0, 0xB0, 0x02, 0x10]);
        assert_eq!(at(7, 127), [0, 0xB7, 0x01, 0x18]);
        let pixels = Rectangle { page: 0, column: 0, bytes: Vec::from_slice(&[1, 2]).expect("short") };
        assert!(data(&pixels).eq([0x40, 1, 2]));
    }
}
