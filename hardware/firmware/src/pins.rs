//! Which pin of the RP2040 leads where: said here and in README.md, nowhere else.

use embassy_rp::peripherals::{
    FLASH, I2C1, PIN_2, PIN_3, PIN_4, PIN_5, PIN_6, PIN_7, PIN_10, PIN_11, PIN_12, PIN_14, PIN_15, PIN_16, PIN_18,
    PIN_19, PIN_22, SPI0, USB, WATCHDOG,
};
use embassy_rp::{Peri, Peripherals, i2c, usb};

embassy_rp::bind_interrupts!(
    /// Which driver answers which interrupt.
    pub(crate) struct Interrupts {
        USBCTRL_IRQ => usb::InterruptHandler<USB>;
        I2C1_IRQ => i2c::InterruptHandler<I2C1>;
    }
);

/// The pin by which SPI0 selects the MCP3204 on its own.
pub(crate) const SELECT: usize = 17;

/// The MCP3204; the sampler takes the DMA's first channels itself.
pub(crate) struct Converter {
    pub(crate) spi: Peri<'static, SPI0>,
    pub(crate) from: Peri<'static, PIN_16>,
    pub(crate) clock: Peri<'static, PIN_18>,
    pub(crate) to: Peri<'static, PIN_19>,
}

/// The gates' comparators: high while the gate is.
pub(crate) struct Gates {
    pub(crate) one: Peri<'static, PIN_6>,
    pub(crate) two: Peri<'static, PIN_7>,
}

/// Contacts to ground: the encoder's, and those of the jacks, which a plug opens.
pub(crate) struct Contacts {
    pub(crate) a: Peri<'static, PIN_10>,
    pub(crate) b: Peri<'static, PIN_11>,
    pub(crate) push: Peri<'static, PIN_12>,
    pub(crate) jacks: (Peri<'static, PIN_2>, Peri<'static, PIN_3>, Peri<'static, PIN_4>, Peri<'static, PIN_5>),
}

/// The SH1106.
pub(crate) struct Display {
    pub(crate) i2c: Peri<'static, I2C1>,
    pub(crate) data: Peri<'static, PIN_14>,
    pub(crate) clock: Peri<'static, PIN_15>,
}

/// All that the module uses.
pub(crate) struct Board {
    pub(crate) converter: Converter,
    pub(crate) gates: Gates,
    pub(crate) contacts: Contacts,
    pub(crate) display: Display,
    pub(crate) lamp: Peri<'static, PIN_22>,
    pub(crate) usb: Peri<'static, USB>,
    pub(crate) flash: Peri<'static, FLASH>,
    pub(crate) watchdog: Peri<'static, WATCHDOG>,
}

impl Board {
    /// Hands out the pins.
    pub(crate) fn new(p: Peripherals) -> Self {
        Self {
            converter: Converter { spi: p.SPI0, from: p.PIN_16, clock: p.PIN_18, to: p.PIN_19 },
            gates: Gates { one: p.PIN_6, two: p.PIN_7 },
            contacts: Contacts {
                a: p.PIN_10,
                b: p.PIN_11,
                push: p.PIN_12,
                jacks: (p.PIN_2, p.PIN_3, p.PIN_4, p.PIN_5),
            },
            display: Display { i2c: p.I2C1, data: p.PIN_14, clock: p.PIN_15 },
            lamp: p.PIN_22,
            usb: p.USB,
            flash: p.FLASH,
            watchdog: p.WATCHDOG,
        }
    }
}
