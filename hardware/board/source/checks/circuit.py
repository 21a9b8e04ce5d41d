"""The netlist walked from jack to pin, by what data sheets say and not by the table that it was made from.

A `Circuit` knows only what KiCad exported: which pins are joined, and each part's value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

Pin = tuple[str, str]

GPIO = {0: 1, 1: 2, 2: 4, 3: 5, 4: 6, 5: 7, 6: 9, 7: 10, 8: 11, 9: 12, 10: 14, 11: 15, 12: 16, 13: 17, 14: 19, 15: 20, 16: 21, 17: 22,
        18: 24, 19: 25, 20: 26, 21: 27, 22: 29, 26: 31, 27: 32, 28: 34}
"""Pins of a Raspberry Pi Pico by GPIO (its data sheet, figure 2)."""

UNITS = {"2": ("1", "3"), "6": ("7", "5"), "9": ("8", "10"), "13": ("14", "12")}
"""Output and other input of an amplifier or comparator by its inverting input: the same in all packages here."""

OPEN = {("J701", "TN"), ("U1002", "5"), ("U1002", "6"), ("U701", "7"), ("U902", "4")} | {
    ("U801", pin) for pin in ("1", "2", "11", "12", "17", "26", "27", "30", "31", "32", "34", "35", "37", "40")}
"""Pins that lead nowhere on purpose."""


@dataclass
class Circuit:
    """What KiCad read."""

    nets: dict[str, list[Pin]]
    values: dict[str, str]
    net_of: dict[Pin, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.net_of = {pin: net for net, pins in self.nets.items() for pin in pins}

    def net(self, ref: str, pin: str) -> str:
        """The net of a pin; raises `LookupError` where it has none."""
        if (ref, pin) not in self.net_of:
            raise LookupError(f"{ref} has nothing at pin {pin}")
        return self.net_of[ref, pin]

    def joined(self, *pins: str) -> list[str]:
        """What speaks against pins `R1.2` being one net."""
        nets = {pin: self.net(*pin.split(".")) for pin in pins}
        return [] if len(set(nets.values())) == 1 else [", ".join(f"{pin} is {net}" for pin, net in nets.items())]

    def between(self, a: str, b: str) -> list[str]:
        """Values of the two-pin parts between two nets."""
        found = []
        for ref, value in self.values.items():
            if re.match(r"[RC]\d", ref) and {self.net_of.get((ref, "1")), self.net_of.get((ref, "2"))} == {a, b} and a != b:
                found.append(value)
        return sorted(found)

    def across(self, net: str, value: str) -> str:
        """The net behind the only part of a value at a net."""
        behind = []
        for ref, pin in self.nets[net]:
            if re.match(r"[RC]\d", ref) and self.values[ref] == value:
                behind.append(self.net(ref, "2" if pin == "1" else "1"))
        if len(behind) != 1:
            raise LookupError(f"{net} should have one part of {value} and has {len(behind)}")
        return behind[0]

    def pin_at(self, net: str, value: str, among: set[str] | None = None) -> tuple[str, str]:
        """The only pin of parts of this value at a net."""
        found = [(ref, pin) for ref, pin in self.nets[net] if self.values[ref] == value and (among is None or pin in among)]
        if len(found) != 1:
            raise LookupError(f"{net} should reach one {value} and reaches {found}")
        return found[0]


def expect(what: str, is_: object, wanted: object) -> Iterator[str]:
    """A difference in words."""
    if is_ != wanted:
        yield f"{what}: {is_} instead of {wanted}"


def unit_of(plus: str) -> tuple[str, str]:
    """Inverting input and output of the amplifier with this other input; raises `LookupError` where it is none."""
    found = [(minus, out) for minus, (out, other) in UNITS.items() if other == plus]
    if not found:
        raise LookupError(f"pin {plus} is no input")
    return found[0]


def cv(c: Circuit, n: int) -> Iterator[str]:
    """CV `n`: jack, 100k, virtual ground, 27k and 2n2, 54k from -3.0 V, 220 and 10n, input n - 1 of the converter."""
    jack = f"J{n}01"
    gnd, tip = c.net("U801", "3"), c.net(jack, "T")
    yield from expect("sleeve", c.net(jack, "S"), gnd)
    total = c.across(tip, "100k 0.1%")
    ref, minus = c.pin_at(total, "MCP6004", set(UNITS))
    out_pin, plus = UNITS[minus]
    out = c.net(ref, out_pin)
    yield from expect("other input", c.net(ref, plus), gnd)
    yield from expect("feedback", c.between(total, out), ["27k 0.1%", "2n2"])
    halves = [net for net in (c.net(r, "2" if p == "1" else "1") for r, p in c.nets[total] if c.values[r] == "27k 0.1%") if net != out]
    yield from expect("offset resistors at the sum", len(halves), 1)
    yield from expect("the other 27k ends at -3.0 V", c.net("U703", "7") in [
        c.net(r, "2" if p == "1" else "1") for r, p in c.nets[halves[0]] if c.values[r] == "27k 0.1%"], True)
    clamp, _ = c.pin_at(total, "BAV199", {"3"})
    yield from expect("clamp below", c.net(clamp, "1"), gnd)
    yield from expect("clamp above", c.net(clamp, "2"), c.net(ref, "4"))
    adc = c.across(out, "220")
    yield from expect("input of the converter", c.pin_at(adc, "MCP3204")[1], str(n))
    yield from expect("last corner", c.between(adc, gnd), ["10n"])
    yield from expect("test pad", any(ref.startswith("TP") for ref, _ in c.nets[adc]), True)
    # The plug detector, from the jack's switch to the Pico.
    sense = c.across(c.net(jack, "TN"), "100k")
    yield from expect("pull-up", c.between(sense, c.net("U1001", "2")), ["10M"])
    yield from expect("hum", c.between(sense, gnd), ["1n"])
    ref, plus = c.pin_at(sense, "MCP6564")
    minus, out_pin = unit_of(plus)
    yield from expect("threshold", c.net(ref, minus), c.net("R1003", "2"))
    yield from expect("GPIO", c.net(ref, out_pin), c.net("U801", str(GPIO[n + 1])))


def gate(c: Circuit, n: int) -> Iterator[str]:
    """Gate `n`: jack, a third, comparator with 1M of feedback, GPIO and lamp."""
    jack = f"J{n + 4}01"
    gnd, inside = c.net("U801", "3"), c.across(c.net(jack, "T"), "100k")
    yield from expect("sleeve and switch", {c.net(jack, "S"), c.net(jack, "TN")}, {gnd})
    yield from expect("divider", c.between(inside, gnd), ["100p", "49.9k"])
    ref, plus = c.pin_at(inside, "MCP6562")
    minus, out_pin = unit_of(plus)
    out = c.net(ref, out_pin)
    yield from expect("hysteresis", c.between(inside, out), ["1M"])
    yield from expect("threshold", c.net(ref, minus), c.net("R1003", "2"))
    yield from expect("GPIO", out, c.net("U801", str(GPIO[n + 5])))
    clamp, _ = c.pin_at(inside, "BAV199", {"3"})
    yield from expect("clamps", (c.net(clamp, "1"), c.net(clamp, "2")), (gnd, c.net(ref, "8")))
    yield from lamp(c, out, "white" if n == 1 else "amber")


def lamp(c: Circuit, net: str, colour: str) -> Iterator[str]:
    """A lamp from VSYS through 680 ohms, switched by a transistor whose gate is this net."""
    q, _ = c.pin_at(net, "2N7002", {"1"})
    yield from expect("source", c.net(q, "2"), c.net("U801", "3"))
    led, pin = c.pin_at(c.net(q, "3"), colour)
    yield from expect("cathode at the transistor", pin, "1")
    yield from expect("anode", c.across(c.net(led, "2"), "680"), c.net("U801", "39"))


def supplies(c: Circuit) -> Iterator[str]:
    """Rails: where they come from and whom they feed."""
    gnd, plus, minus = c.net("U801", "3"), c.net("U703", "8"), c.net("U703", "4")
    yield from expect("bus, ground", {c.net("J901", str(pin)) for pin in range(3, 9)}, {gnd})
    yield from c.joined("J901.1", "J901.2", "D902.1")
    yield from c.joined("J901.9", "J901.10", "D901.2")
    yield from c.joined("D901.1", "U703.8", "U901.1", "C901.1", "C903.1")
    yield from c.joined("D902.2", "U703.4", "C902.2")
    yield from c.joined("U901.3", "D903.2", "C904.1")
    yield from c.joined("D903.1", "U801.39", "U902.1", "U902.3", "U1001.1", "C905.1", "C801.1", "C1001.1")
    analog = c.net("U902", "5")
    fed = {"U101": "4", "U102": "4", "U501": "8", "U1002": "14", "C906": "1", "C191": "1", "C192": "1", "C591": "1", "C1004": "1",
           "C703": "1", "C704": "1", "C705": "1", "C706": "1", "C713": "1"}
    for ref, pin in fed.items():
        yield from expect(f"{ref} at 3.3 V", c.net(ref, pin), analog)
    grounds = {"U101": "11", "U102": "11", "U501": "4", "U1002": "7", "U902": "2", "U1001": "3", "U901": "2", "C901": "2", "C902": "1",
               "C903": "2", "C904": "2", "C905": "2", "C906": "2", "C801": "2", "C1001": "2", "C1002": "2", "C1005": "2", "C191": "2",
               "C192": "2", "C591": "2", "C1004": "2", "C703": "2", "C704": "2", "C705": "2", "C706": "2", "C713": "2", "C724": "2",
               "C725": "2", "C802": "2", "C803": "2"}
    for ref, pin in grounds.items():
        yield from expect(f"{ref} at ground", c.net(ref, pin), gnd)
    for pin in ("3", "8", "13", "18", "23", "28", "33", "38"):
        yield from expect(f"Pico's ground {pin}", c.net("U801", pin), gnd)
    yield from expect("+12 V and -12 V differ", plus == minus, False)
    yield from c.joined("U703.8", "C724.1")
    yield from c.joined("U703.4", "C725.1")
    yield from c.joined("U801.36", "J801.2", "R801.1", "R802.1", "C802.1", "C803.1")
    for ref, value in {"C901": "47u", "C902": "47u", "C903": "10u", "C904": "10u", "C801": "10u", "C905": "1u", "C906": "1u",
                       "C1001": "1u", "C1002": "1u", "C1005": "1u", "C803": "1u", "D901": "SS14", "D902": "SS14",
                       "D903": "SS14"}.items() :
        yield from expect(ref, c.values[ref], value)
    for ref in ("C191", "C192", "C591", "C1004", "C704", "C706", "C713", "C724", "C725", "C802", "C712", "C1003"):
        yield from expect(ref, c.values[ref], "100n")


def reference(c: Circuit) -> Iterator[str]:
    """3.0 V, its negative, the threshold."""
    gnd, vref = c.net("U801", "3"), c.net("U1001", "2")
    yield from c.joined("U1001.2", "U1002.13", "C1002.1", "C1005.1")
    yield from expect("inverter's resistors", (c.between(vref, c.net("U703", "6")), c.between(c.net("U703", "6"), c.net("U703", "7"))),
                      (["10k 0.1%"], ["10k 0.1%"]))
    yield from expect("inverter's other input", c.net("U703", "5"), gnd)
    threshold = c.net("R1003", "2")
    yield from expect("threshold, above", c.between(vref, threshold), ["27.4k"])
    yield from expect("threshold, below", c.between(threshold, gnd), ["100n", "10k"])


def hands(c: Circuit) -> Iterator[str]:
    """Converter's bus, display, encoder, lamp at the Pico."""
    gnd = c.net("U801", "3")
    for gpio, ref, pin in ((16, "U1002", "10"), (17, "U1002", "8"), (18, "U1002", "11"), (19, "U1002", "9"), (14, "J801", "4"),
                           (15, "J801", "3"), (10, "SW801", "A"), (11, "SW801", "B"), (12, "SW801", "S1"), (22, "Q801", "1")):
        yield from c.joined(f"U801.{GPIO[gpio]}", f"{ref}.{pin}")
    for pin in ("C", "S2", "MP"):
        yield from expect(f"encoder {pin}", c.net("SW801", pin), gnd)
    yield from expect("display's ground", c.net("J801", "1"), gnd)
    yield from expect("converter's grounds", {c.net("U1002", "7"), c.net("U1002", "12")}, {gnd})
    for net, value in ((c.net("J801", "3"), "4.7k"), (c.net("J801", "4"), "4.7k")):
        yield from expect("pull-up", c.between(net, c.net("U801", "36")), [value])
    for pin in ("A", "B", "S1"):
        yield from expect(f"encoder {pin}, bounce", c.between(c.net("SW801", pin), gnd), ["10n"])
    yield from expect("lamp's pull-down", c.between(c.net("Q801", "1"), gnd), ["100k"])
    yield from lamp(c, c.net("Q801", "1"), "amber")


def audio(c: Circuit) -> Iterator[str]:
    """Jetson, isolator, converter, mixer, jack; the Jetson's ground stays apart."""
    gnd, island, far = c.net("U801", "3"), c.net("J702", "2"), c.net("J702", "1")
    yield from expect("the Jetson's ground is apart", island == gnd, False)
    yield from expect("isolator, far grounds", {c.net("U701", "2"), c.net("U701", "8")}, {island})
    yield from expect("isolator, near grounds", {c.net("U701", "9"), c.net("U701", "15")}, {gnd})
    yield from expect("isolator, far supply", c.net("U701", "1"), far)
    yield from expect("isolator, near supply and enable", {c.net("U701", "16"), c.net("U701", "10")}, {c.net("U902", "5")})
    for line, far_pin, near_pin, dac in (("3", "3", "14", "13"), ("4", "4", "13", "15"), ("5", "5", "12", "14")):
        yield from expect(f"line {line}", c.across(c.net("J702", line), "33"), c.net("U701", far_pin))
        yield from c.joined(f"U701.{near_pin}", f"U702.{dac}")
    loud = c.net("U701", "6")
    yield from expect("mute line", c.across(c.net("J702", "6"), "1k"), loud)
    yield from expect("mute, up and delay", (c.between(loud, far), c.between(loud, island)), (["100k"], ["4u7"]))
    yield from c.joined("U701.11", "U702.17")
    yield from expect("mute without a Jetson", c.between(c.net("U702", "17"), gnd), ["100k"])
    yield from expect("far decoupling", c.between(far, island), ["100n"])
    for pin in ("3", "9", "10", "12", "16", "19"):
        yield from expect(f"converter pin {pin}", c.net("U702", pin), gnd)
    for pin in ("1", "8", "11", "20"):
        yield from expect(f"converter pin {pin}", c.net("U702", pin), c.net("U902", "5"))
    yield from expect("pump", (c.between(c.net("U702", "2"), c.net("U702", "4")), c.between(c.net("U702", "5"), gnd)), (["2u2"], ["2u2"]))
    yield from expect("1.8 V", c.between(c.net("U702", "18"), gnd), ["1u"])
    mix, out = c.net("U703", "2"), c.net("U703", "1")
    for pin in ("6", "7"):
        line = c.across(c.net("U702", pin), "470")
        yield from expect(f"side at pin {pin}", (c.between(line, gnd), c.across(line, "19.6k")), (["2n2"], mix))
    yield from expect("mixer", (c.between(mix, out), c.net("U703", "3")), (["16.9k", "330p"], gnd))
    yield from expect("output", c.across(out, "1k"), c.net("J701", "T"))
    yield from expect("output's sleeve", c.net("J701", "S"), gnd)
    yield from expect("reserve at the pump and supply", (c.values["C703"], c.values["C705"]), ("2u2", "2u2"))


def loose_ends(c: Circuit, pins: dict[str, list[str]]) -> Iterator[str]:
    """Every pin leads to another, but for those that are open on purpose."""
    for ref, numbers in pins.items():
        for number in numbers:
            alone = len(c.nets.get(c.net_of.get((ref, number), ""), [])) < 2
            if alone != ((ref, number) in OPEN):
                yield f"{ref}.{number} {'leads nowhere' if alone else 'should be open'}"


def test_pads(c: Circuit) -> Iterator[str]:
    """A pad for every rail and channel."""
    wanted = {"TP901": ("U703", "8"), "TP902": ("U703", "4"), "TP903": ("U901", "3"), "TP904": ("U801", "39"), "TP905": ("U902", "5"),
              "TP906": ("U801", "3"), "TP801": ("U801", "36"), "TP1001": ("U1001", "2"), "TP1002": ("U703", "7"), "TP1003": ("R1003", "2"),
              "TP701": ("U703", "1"), "TP702": ("J702", "1"), "TP703": ("J702", "2"), "TP501": ("U801", "9"), "TP601": ("U801", "10")}
    for pad, (ref, pin) in wanted.items():
        yield from expect(pad, c.net(pad, "1"), c.net(ref, pin))


CLAIMS = [(f"CV {n} reaches input {n - 1} of the converter, and its plug GPIO {n + 1}", lambda c, n=n: cv(c, n)) for n in (1, 2, 3, 4)]
CLAIMS += [(f"Gate {n} reaches GPIO {n + 5} and its lamp", lambda c, n=n: gate(c, n)) for n in (1, 2)]
CLAIMS += [("rails come from the bus and feed everyone", supplies), ("3.0 V, -3.0 V and the threshold are made as drawn", reference),
           ("display, encoder, converter's bus and lamp reach their GPIO", hands),
           ("audio goes from the Jetson through the isolator to the jack", audio), ("every rail and channel has a test pad", test_pads)]
