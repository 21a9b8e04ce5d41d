"""What can be bought: every kind of part, with its maker's number, an alternate, symbol and footprint.

A kind is named by what a schematic says beside the symbol. Symbols and footprints are KiCad's own (its library is copied into
`library/`, so that another KiCad draws the same board).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One line of a bill of materials."""

    value: str
    """What the schematic shows, and the bill of materials."""
    symbol: str
    """`library:name` of KiCad's symbol."""
    footprint: str
    """`library:name` of KiCad's footprint."""
    maker: str
    number: str
    """The maker's part number."""
    alternate: str
    """Maker and number of what fits in its place."""
    what: str
    """In words, with the limits that matter."""
    fit: bool = True
    """Whether it is a part at all: a test pad is not bought."""


def resistor(value: str, code: str, percent: str = "1 %") -> Kind:
    """0603, thin film where it is a thousandth."""
    if percent == "0.1 %":
        number, alternate = f"ERA-3AEB{code}V", f"Susumu RG1608P-{code}-B-T5"
        return Kind(f"{value} 0.1%", "Device:R", R0603, "Panasonic", number, alternate, f"resistor {value} 0.1 % 25 ppm/K 0603")
    # Vishay writes four places: 1K00, 33R0, 4K70.
    number, alternate = f"RC0603FR-07{code}L", f"Vishay CRCW0603{code.ljust(4, '0')}FKEA"
    return Kind(value, "Device:R", R0603, "Yageo", number, alternate, f"resistor {value} {percent} 0603")


R0603 = "Resistor_SMD:R_0603_1608Metric"
C0603 = "Capacitor_SMD:C_0603_1608Metric"
C0805 = "Capacitor_SMD:C_0805_2012Metric"
C1206 = "Capacitor_SMD:C_1206_3216Metric"


def capacitor(value: str, number: str, alternate: str, what: str, footprint: str = C0603) -> Kind:
    """A ceramic capacitor."""
    return Kind(value, "Device:C", footprint, "Murata", number, alternate, f"capacitor {what}")


KINDS: dict[str, Kind] = {
    # Resistors. A thousandth where a voltage is measured, a hundredth elsewhere.
    "100k 0.1%": resistor("100k", "104", "0.1 %"),
    "27k 0.1%": resistor("27k", "273", "0.1 %"),
    "10k 0.1%": resistor("10k", "103", "0.1 %"),
    "33": resistor("33", "33R"),
    "220": resistor("220", "220R"),
    "470": resistor("470", "470R"),
    "680": resistor("680", "680R"),
    "1k": resistor("1k", "1K"),
    "4.7k": resistor("4.7k", "4K7"),
    "10k": resistor("10k", "10K"),
    "16.9k": resistor("16.9k", "16K9"),
    "19.6k": resistor("19.6k", "19K6"),
    "27.4k": resistor("27.4k", "27K4"),
    "49.9k": resistor("49.9k", "49K9"),
    "100k": resistor("100k", "100K"),
    "1M": resistor("1M", "1M"),
    "10M": resistor("10M", "10M"),
    "1k 1206": Kind("1k", "Device:R", "Resistor_SMD:R_1206_3216Metric", "Yageo", "RC1206FR-071KL",
                    "Vishay CRCW12061K00FKEA", "resistor 1k 1 % 0.25 W 1206: a short to 12 V costs it 0.15 W"),
    # Capacitors.
    "330p": capacitor("330p", "GRM1885C1H331JA01D", "Kemet C0603C331J5GACTU", "330 pF C0G 50 V 0603"),
    "2n2": capacitor("2n2", "GRM1885C1H222JA01D", "Kemet C0603C222J5GACTU", "2.2 nF C0G 50 V 0603"),
    "1n": capacitor("1n", "GRM1885C1H102JA01D", "Kemet C0603C102J5GACTU", "1 nF C0G 50 V 0603"),
    "100p": capacitor("100p", "GRM1885C1H101JA01D", "Kemet C0603C101J5GACTU", "100 pF C0G 50 V 0603"),
    "10n": capacitor("10n", "GRM1885C1H103JA01D", "TDK C1608C0G1H103J080AA", "10 nF C0G 50 V 0603"),
    "100n": capacitor("100n", "GRM188R71H104KA93D", "Kemet C0603C104K5RACTU", "100 nF X7R 50 V 0603"),
    "1u": capacitor("1u", "GRM188R61E105KA12D", "Samsung CL10A105KA8NNNC", "1 uF X5R 25 V 0603"),
    "2u2": capacitor("2u2", "GRM188R61E225KA12D", "Samsung CL10A225KA8NNNC", "2.2 uF X5R 25 V 0603"),
    "4u7": capacitor("4u7", "GRM21BR61E475KA12L", "Samsung CL21A475KAQNNNE", "4.7 uF X5R 25 V 0805", C0805),
    "10u": capacitor("10u", "GRM21BR61E106KA73L", "Samsung CL21A106KAYNNNE", "10 uF X5R 25 V 0805", C0805),
    "47u": Kind("47u", "Device:C_Polarized", "Capacitor_SMD:CP_Elec_6.3x5.4", "Panasonic", "EEE-FK1E470P",
                "Nichicon UWT1E470MCL1GS", "capacitor 47 uF 25 V aluminium 6.3 x 5.4 mm"),
    # Semiconductors.
    "BAV199": Kind("BAV199", "Diode:BAV99", "Package_TO_SOT_SMD:SOT-23", "Nexperia", "BAV199,215",
                   "onsemi BAV199LT1G", "two diodes in series, 5 nA: a Schottky pair leaks 21 mV at the jack"),
    "SS14": Kind("SS14", "Diode:SS14", "Diode_SMD:D_SMA", "onsemi", "SS14", "Vishay SS14-E3/61T", "Schottky diode 40 V 1 A"),
    "2N7002": Kind("2N7002", "Transistor_FET:2N7002", "Package_TO_SOT_SMD:SOT-23", "Nexperia", "2N7002,215",
                   "onsemi 2N7002LT1G", "n-channel MOSFET 60 V"),
    "LED white": Kind("white", "Device:LED", "LED_THT:LED_D3.0mm", "Kingbright", "WP7104QWC/D",
                      "Lite-On LTW-1GHCX4 3 mm", "light-emitting diode 3 mm white"),
    "LED amber": Kind("amber", "Device:LED", "LED_THT:LED_D3.0mm", "Kingbright", "WP7104SYD",
                      "Lite-On LTL-1CHYE 3 mm", "light-emitting diode 3 mm amber"),
    "MCP6004": Kind("MCP6004", "Amplifier_Operational:MCP6004", "Package_SO:SOIC-14_3.9x8.7mm_P1.27mm", "Microchip",
                    "MCP6004-I/SL", "Texas Instruments TLV9004IDR", "four amplifiers, rail to rail, 1.8 to 5.5 V"),
    "MCP6564": Kind("MCP6564", "Amplifier_Operational:MCP6004", "Package_SO:SOIC-14_3.9x8.7mm_P1.27mm", "Microchip",
                    "MCP6564-E/SL", "Microchip MCP6569-E/SL (open drain: the Pico pulls up)", "four comparators, push-pull, 1 pA at the inputs"),
    "MCP6562": Kind("MCP6562", "Comparator:MCP6562", "Package_SO:SOIC-8_3.9x4.9mm_P1.27mm", "Microchip", "MCP6562-E/SN",
                    "Microchip MCP6562T-E/SN", "two comparators, push-pull"),
    "MCP3204": Kind("MCP3204", "Analog_ADC:MCP3204", "Package_SO:SOIC-14_3.9x8.7mm_P1.27mm", "Microchip",
                    "MCP3204-BI/SL", "Microchip MCP3204-CI/SL (INL twice as large)", "converter, 12 bit, 4 inputs"),
    "REF3030": Kind("REF3030", "Reference_Voltage:REF3030", "Package_TO_SOT_SMD:SOT-23", "Texas Instruments",
                    "REF3030AIDBZR", "Texas Instruments REF3130AIDBZR", "reference 3.0 V 0.2 % 75 ppm/K"),
    "TL072": Kind("TL072", "Amplifier_Operational:TL072", "Package_SO:SOIC-8_3.9x4.9mm_P1.27mm", "Texas Instruments",
                  "TL072CDR", "Texas Instruments OPA1678IDR", "two amplifiers for +-12 V"),
    "LP5907": Kind("LP5907-3.3", "Regulator_Linear:LP5907MFX-3.3", "Package_TO_SOT_SMD:SOT-23-5", "Texas Instruments",
                   "LP5907MFX-3.3/NOPB", "Texas Instruments TPS7A2033PDBVR", "quiet regulator 3.3 V 250 mA"),
    "R-78E5.0": Kind("R-78E5.0-0.5", "Converter_DCDC:R-78E5.0-0.5", "Converter_DCDC:Converter_DCDC_RECOM_R-78E-0.5_THT",
                     "Recom", "R-78E5.0-0.5", "Traco TSR 1-2450", "switching regulator 5 V 0.5 A, three pins"),
    "PCM5102A": Kind("PCM5102A", "Audio:PCM5102A", "Package_SO:TSSOP-20_4.4x6.5mm_P0.65mm", "Texas Instruments",
                     "PCM5102APWR", "Texas Instruments PCM5102PWR", "converter for audio, 2.1 V RMS, no settings"),
    "Si8640": Kind("Si8640BB", "Isolator:Si8640BB-B-IS1", "Package_SO:SOIC-16_3.9x9.9mm_P1.27mm", "Skyworks",
                   "SI8640BB-B-IS1", "Skyworks SI8640BC-B-IS1", "isolator, four ways in, low while its input side has no power"),
    "Pico": Kind("Raspberry Pi Pico", "MCU_Module:RaspberryPi_Pico", "Module:RaspberryPi_Pico_Common_THT", "Raspberry Pi",
                 "SC0915", "Raspberry Pi SC0917 (Pico H, pins already soldered)", "RP2040 with 2 MiB of flash on a board of its own"),
    # Panel and connectors.
    "jack": Kind("PJ398SM", "Connector_Audio:AudioJack2_SwitchT",
                 "Connector_Audio:Jack_3.5mm_QingPu_WQP-PJ398SM_Vertical_CircularHoles", "QingPu", "WQP-PJ398SM",
                 "Thonk Thonkiconn PJ398SM", "jack 3.5 mm mono, upright, switched tip"),
    "encoder": Kind("PEC11R", "Device:RotaryEncoder_Switch_MP",
                    "Rotary_Encoder:RotaryEncoder_Alps_EC11E-Switch_Vertical_H20mm", "Bourns", "PEC11R-4220F-S0024",
                    "Bourns PEC11R-4215F-S0024 (its thread ends within the panel: without nut)", "encoder, 24 detents, 24 pulses, with push"),
    "OLED": Kind("SH1106 1.3in", "Connector_Generic:Conn_01x04", "Connector_PinHeader_2.54mm:PinHeader_1x04_P2.54mm_Vertical",
                 "Waveshare or other", "OLED 1.3 inch 128x64 SH1106 I2C, pins GND VCC SCL SDA, 35.4 x 33.5 mm",
                 "Joy-IT SBC-OLED01.3", "display on a board with four pins"),
    "bus": Kind("Eurorack", "Connector_Generic:Conn_02x05_Odd_Even", "Connector_IDC:IDC-Header_2x05_P2.54mm_Vertical",
                "Amphenol", "T821110A1S100CEU", "CNC Tech 3020-10-0100-00", "box header 2 x 5, 2.54 mm, for the bus"),
    "Jetson": Kind("I2S", "Connector_Generic:Conn_01x06", "Connector_JST:JST_XH_B6B-XH-A_1x06_P2.50mm_Vertical", "JST",
                   "B6B-XH-A", "Adam Tech 2.5 mm XH compatible LHA-06-TS", "header with 6 pins, keyed"),
    "pad": Kind("pad", "Connector:TestPoint", "TestPoint:TestPoint_Pad_D1.0mm", "", "", "", "test pad", fit=False),
}
