"""The circuit: which parts there are and which pins are joined. Everything else in this folder is made from this table.

References say where a part belongs: 1xx to 4xx are CV 1 to CV 4, 5xx and 6xx the gates, 7xx audio, 8xx the panel and the
micro-controller, 9xx power, 10xx the converter. A channel is written once and repeated.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Part:
    """One part on the board."""

    ref: str
    kind: str
    """Its line in the catalogue."""
    pins: dict[str, str]
    """The net of each pin by number; a pin that is not here is left open."""
    sheet: str
    note: str = ""
    """What the board prints beside it, where it prints something."""


@dataclass
class Design:
    """All parts, by reference."""

    parts: dict[str, Part] = field(default_factory=dict)

    def add(self, sheet: str, ref: str, kind: str, *nets: str | None, note: str = "", **pins: str) -> None:
        """Adds a part: nets of pins 1, 2, … in order (`None` leaves one open), or by number as `p3="GND"`."""
        by_number = {str(at + 1): net for at, net in enumerate(nets) if net is not None}
        by_number |= {name.removeprefix("p"): net for name, net in pins.items()}
        if ref in self.parts:
            raise ValueError(f"{ref} is there twice")
        self.parts[ref] = Part(ref, kind, by_number, sheet, note)

    def nets(self) -> dict[str, list[tuple[str, str]]]:
        """The pins `(reference, number)` of each net, in order."""
        joined: dict[str, list[tuple[str, str]]] = {}
        for part in self.parts.values():
            for number, net in part.pins.items():
                joined.setdefault(net, []).append((part.ref, number))
        return {net: sorted(pins) for net, pins in sorted(joined.items())}


SHEETS = ["cv", "converter", "gates", "mcu", "panel", "audio", "power"]
"""The sheets in order: a file, and a block on the first page."""

QUAD = {1: ("1", "2", "3"), 2: ("7", "6", "5"), 3: ("8", "9", "10"), 4: ("14", "13", "12")}
"""Output, inverting and other input of the four amplifiers in a package of fourteen pins."""

AMPLIFIER = {1: 2, 2: 3, 3: 1, 4: 4}
"""Which of them is whose: the one that lies towards the jack."""


def cv(design: Design, n: int) -> None:
    """CV `n`: -5 … +5 V behind 1k become 2.837 … 0.163 V at the converter; a plug opens the jack's switch."""
    add, h, net = design.add, n * 100, f"CV{n}_"
    add("cv", f"J{h + 1}", "jack", pS="GND", pT=net + "TIP", pTN=net + "SWITCH")
    add("cv", f"R{h + 1}", "100k 0.1%", net + "TIP", net + "SUM")
    add("cv", f"D{h + 1}", "BAV199", "GND", "+3V3A", net + "SUM")
    add("cv", f"R{h + 2}", "27k 0.1%", net + "SUM", net + "OUT")
    add("cv", f"C{h + 1}", "2n2", net + "SUM", net + "OUT")
    # 54k are two of the 27k: they drift together, and are one line less to buy.
    add("cv", f"R{h + 3}", "27k 0.1%", "-VREF", net + "SHIFT")
    add("cv", f"R{h + 4}", "27k 0.1%", net + "SHIFT", net + "SUM")
    add("cv", f"R{h + 5}", "220", net + "OUT", net + "ADC")
    add("cv", f"C{h + 2}", "10n", net + "ADC", "GND")
    add("cv", f"TP{h + 1}", "pad", net + "ADC", note=f"CV{n}")
    # The switch of the jack touches its tip, which 100k hold at 0 V. 10M pull it up where a plug opens it.
    add("cv", f"R{h + 6}", "10M", "VREF", net + "PLUG")
    add("cv", f"R{h + 7}", "100k", net + "SWITCH", net + "PLUG")
    add("cv", f"C{h + 3}", "1n", net + "PLUG", "GND")


def gate(design: Design, n: int) -> None:
    """Gate `n`: high from 2.49 V on, low from 2.16 V down."""
    add, h, net = design.add, (n + 4) * 100, f"GATE{n}"
    add("gates", f"J{h + 1}", "jack", pS="GND", pT=net + "_TIP", pTN="GND")
    add("gates", f"R{h + 1}", "100k", net + "_TIP", net + "_IN")
    add("gates", f"R{h + 2}", "49.9k", net + "_IN", "GND")
    add("gates", f"D{h + 1}", "BAV199", "GND", "+3V3A", net + "_IN")
    add("gates", f"C{h + 1}", "100p", net + "_IN", "GND")
    add("gates", f"R{h + 3}", "1M", net + "_IN", net)
    add("gates", f"Q{h + 1}", "2N7002", net, "GND", net + "_LED_K")
    add("gates", f"D{h + 2}", "LED white" if n == 1 else "LED amber", net + "_LED_K", net + "_LED_A")
    add("gates", f"R{h + 4}", "680", "VSYS", net + "_LED_A")
    add("gates", f"TP{h + 1}", "pad", net, note=f"G{n}")


def converter(design: Design) -> None:
    """The reference and its negative, the amplifiers' package, the comparators of the plugs, the MCP3204."""
    add = design.add
    cv_nets = {}
    plugs = {}
    for n, (out, minus, plus) in QUAD.items():
        plugs |= {f"p{out}": f"PLUG{n}", f"p{minus}": "VTH", f"p{plus}": f"CV{n}_PLUG"}
    for n, unit in AMPLIFIER.items():
        out, minus, plus = QUAD[unit]
        cv_nets |= {f"p{out}": f"CV{n}_OUT", f"p{minus}": f"CV{n}_SUM", f"p{plus}": "GND"}
    add("cv", "U101", "MCP6004", p4="+3V3A", p11="GND", **cv_nets)
    add("cv", "C191", "100n", "+3V3A", "GND")
    add("cv", "U102", "MCP6564", p4="+3V3A", p11="GND", **plugs)
    add("cv", "C192", "100n", "+3V3A", "GND")
    add("converter", "U1001", "REF3030", "VSYS", "VREF", "GND")
    add("converter", "C1001", "1u", "VSYS", "GND")
    add("converter", "C1002", "1u", "VREF", "GND")
    add("converter", "TP1001", "pad", "VREF", note="3V0")
    add("converter", "R1001", "10k 0.1%", "VREF", "INVERTER")
    add("converter", "R1002", "10k 0.1%", "INVERTER", "-VREF")
    add("converter", "TP1002", "pad", "-VREF", note="-3V0")
    add("converter", "R1003", "27.4k", "VREF", "VTH")
    add("converter", "R1004", "10k", "VTH", "GND")
    add("converter", "C1003", "100n", "VTH", "GND")
    add("converter", "TP1003", "pad", "VTH", note="0V8")
    add("converter", "U1002", "MCP3204", "CV1_ADC", "CV2_ADC", "CV3_ADC", "CV4_ADC", None, None, "GND", "ADC_SELECT", "ADC_TO",
        "ADC_FROM", "ADC_CLOCK", "GND", "VREF", "+3V3A")
    add("converter", "C1004", "100n", "+3V3A", "GND")
    add("converter", "C1005", "1u", "VREF", "GND")


def gates(design: Design) -> None:
    """The comparators of both gates in their package."""
    design.add("gates", "U501", "MCP6562", "GATE1", "VTH", "GATE1_IN", "GND", "GATE2_IN", "VTH", "GATE2", "+3V3A")
    design.add("gates", "C591", "100n", "+3V3A", "GND")


def mcu(design: Design) -> None:
    """The Pico: its pins as `hardware/firmware/src/pins.rs` has them (the checks compare the two)."""
    grounds = {f"p{pin}": "GND" for pin in (3, 8, 13, 18, 23, 28, 33, 38)}
    design.add(
        "mcu", "U801", "Pico", p4="PLUG1", p5="PLUG2", p6="PLUG3", p7="PLUG4", p9="GATE1", p10="GATE2", p14="ENCODER_A",
        p15="ENCODER_B", p16="ENCODER_PUSH", p19="OLED_SDA", p20="OLED_SCL", p21="ADC_FROM", p22="ADC_SELECT", p24="ADC_CLOCK",
        p25="ADC_TO", p29="LAMP", p36="+3V3", p39="VSYS", **grounds)
    design.add("mcu", "C801", "10u", "VSYS", "GND")
    design.add("mcu", "C802", "100n", "+3V3", "GND")
    design.add("mcu", "TP801", "pad", "+3V3", note="3V3")


def panel(design: Design) -> None:
    """Display, encoder and the lamp beside the output."""
    add = design.add
    add("panel", "J801", "OLED", "GND", "+3V3", "OLED_SCL", "OLED_SDA", note="GND VCC SCL SDA")
    add("panel", "R801", "4.7k", "+3V3", "OLED_SCL")
    add("panel", "R802", "4.7k", "+3V3", "OLED_SDA")
    add("panel", "C803", "1u", "+3V3", "GND")
    add("panel", "SW801", "encoder", pA="ENCODER_A", pB="ENCODER_B", pC="GND", pS1="ENCODER_PUSH", pS2="GND", pMP="GND")
    add("panel", "C804", "10n", "ENCODER_A", "GND")
    add("panel", "C805", "10n", "ENCODER_B", "GND")
    add("panel", "C806", "10n", "ENCODER_PUSH", "GND")
    add("panel", "Q801", "2N7002", "LAMP", "GND", "LAMP_K")
    add("panel", "D801", "LED amber", "LAMP_K", "LAMP_A")
    add("panel", "R803", "680", "VSYS", "LAMP_A")
    add("panel", "R804", "100k", "LAMP", "GND")


def audio(design: Design) -> None:
    """From the Jetson's I2S through an isolator and a converter to the output; silent while the Jetson is off."""
    add = design.add
    add("audio", "J702", "Jetson", "JETSON_3V3", "JETSON_GND", "JETSON_BCK", "JETSON_LRCK", "JETSON_DATA", "JETSON_MUTE",
        note="3V3 GND BCK LR DAT MUTE")
    for at, line in enumerate(("BCK", "LRCK", "DATA")):
        add("audio", f"R{711 + at}", "33", f"JETSON_{line}", f"ISOLATOR_{line}")
    # The Jetson's 3.3 V ends the mute half a second after it came; its pin may mute again.
    add("audio", "R714", "1k", "JETSON_MUTE", "ISOLATOR_LOUD")
    add("audio", "R715", "100k", "JETSON_3V3", "ISOLATOR_LOUD")
    add("audio", "C711", "4u7", "ISOLATOR_LOUD", "JETSON_GND")
    add("audio", "C712", "100n", "JETSON_3V3", "JETSON_GND")
    add("audio", "U701", "Si8640", "JETSON_3V3", "JETSON_GND", "ISOLATOR_BCK", "ISOLATOR_LRCK", "ISOLATOR_DATA", "ISOLATOR_LOUD",
        None, "JETSON_GND", "GND", "+3V3A", "LOUD", "I2S_DATA", "I2S_LRCK", "I2S_BCK", "GND", "+3V3A")
    add("audio", "C713", "100n", "+3V3A", "GND")
    add("audio", "R716", "100k", "LOUD", "GND")
    add("audio", "U702", "PCM5102A", "+3V3A", "PUMP_P", "GND", "PUMP_N", "DAC_VNEG", "DAC_L", "DAC_R", "+3V3A", "GND", "GND",
        "+3V3A", "GND", "I2S_BCK", "I2S_DATA", "I2S_LRCK", "GND", "LOUD", "DAC_1V8", "GND", "+3V3A")
    add("audio", "C701", "2u2", "PUMP_P", "PUMP_N")
    add("audio", "C702", "2u2", "DAC_VNEG", "GND")
    add("audio", "C703", "2u2", "+3V3A", "GND")
    add("audio", "C704", "100n", "+3V3A", "GND")
    add("audio", "C705", "2u2", "+3V3A", "GND")
    add("audio", "C706", "100n", "+3V3A", "GND")
    add("audio", "C707", "1u", "DAC_1V8", "GND")
    for at, side in enumerate("LR"):
        add("audio", f"R{701 + at}", "470", f"DAC_{side}", f"LINE_{side}")
        add("audio", f"C{721 + at}", "2n2", f"LINE_{side}", "GND")
        add("audio", f"R{703 + at}", "19.6k", f"LINE_{side}", "MIX")
    add("audio", "R705", "16.9k", "MIX", "MIX_OUT")
    add("audio", "C723", "330p", "MIX", "MIX_OUT")
    add("audio", "U703", "TL072", "MIX_OUT", "MIX", "GND", "-12V", "GND", "INVERTER", "-VREF", "+12V")
    add("audio", "C724", "100n", "+12V", "GND")
    add("audio", "C725", "100n", "-12V", "GND")
    add("audio", "R706", "1k 1206", "MIX_OUT", "OUT_TIP")
    add("audio", "J701", "jack", pS="GND", pT="OUT_TIP")
    add("audio", "TP701", "pad", "MIX_OUT", note="OUT")
    add("audio", "TP702", "pad", "JETSON_3V3", note="J3V")
    add("audio", "TP703", "pad", "JETSON_GND", note="JG")


def power(design: Design) -> None:
    """From the bus to every rail; a Schottky in each rail keeps a turned plug from doing harm."""
    add = design.add
    bus = ["BUS-12V"] * 2 + ["GND"] * 6 + ["BUS+12V"] * 2
    add("power", "J901", "bus", *bus, note="-12V")
    add("power", "D901", "SS14", "+12V", "BUS+12V")
    add("power", "D902", "SS14", "BUS-12V", "-12V")
    add("power", "C901", "47u", "+12V", "GND")
    add("power", "C902", "47u", "GND", "-12V")
    add("power", "C903", "10u", "+12V", "GND")
    add("power", "U901", "R-78E5.0", "+12V", "GND", "+5V")
    add("power", "C904", "10u", "+5V", "GND")
    # The Pico has such a diode from its USB socket: of two feeds of 5 V neither feeds the other.
    add("power", "D903", "SS14", "VSYS", "+5V")
    add("power", "U902", "LP5907", "VSYS", "GND", "VSYS", None, "+3V3A")
    add("power", "C905", "1u", "VSYS", "GND")
    add("power", "C906", "1u", "+3V3A", "GND")
    for at, (rail, name) in enumerate([("+12V", "+12"), ("-12V", "-12"), ("+5V", "5V"), ("VSYS", "VSYS"), ("+3V3A", "3V3A"),
                                       ("GND", "GND")]):
        add("power", f"TP{901 + at}", "pad", rail, note=name)


def whole() -> Design:
    """The module."""
    design = Design()
    for n in (1, 2, 3, 4):
        cv(design, n)
    converter(design)
    for n in (1, 2):
        gate(design, n)
    gates(design)
    mcu(design)
    panel(design)
    audio(design)
    power(design)
    return design
