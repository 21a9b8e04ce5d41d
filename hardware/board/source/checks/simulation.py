"""What ngspice says of the committed decks, and of a hundred modules with parts as far off as they may be."""

from __future__ import annotations

import random
import re
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from catalogue import KINDS
from design import Design
from geometry import ROOT
from spice import MODELS, amount

MODULES = 100
"""Modules in the Monte Carlo run, and its seed."""
SEED = 72

OFFSET_CV, OFFSET_INVERTER, REFERENCE = 4.5e-3, 10e-3, 0.002
"""Largest offsets of MCP6004 and TL072C, in volts, and the tolerance of REF3030 (their data sheets)."""


@cache
def measured(deck: Path) -> dict[str, float]:
    """Runs a deck; its measures by name. Raises `ValueError` where ngspice fails."""
    run = subprocess.run(["ngspice", "-b", deck.name], cwd=deck.parent, capture_output=True, text=True, check=False)
    found = {name: float(value) for name, value in re.findall(r"^(\w+)\s+=\s+([-+\d.eE]+)", run.stdout, re.M)}
    if not found:
        raise ValueError(f"ngspice measures nothing in {deck.name}: {(run.stderr or run.stdout)[-300:]}")
    return found


def nominal() -> tuple[float, float]:
    """Volts at the converter for 0 V, and for each volt, as the firmware's calibration takes them."""
    source = (ROOT / "hardware/protocol/src/calibration.rs").read_text(encoding="utf-8")
    number = {name: float(re.search(rf"const {name}: f32 = ([\d._]+);", source)[1].replace("_", "")) for name in (
        "NOMINAL_ZERO_V", "NOMINAL_GAIN", "MOST_ZERO_V", "MOST_GAIN")}
    return number["NOMINAL_ZERO_V"], number["NOMINAL_GAIN"]


def within(name: str, value: float, low: float, high: float) -> Iterator[str]:
    """A measure out of its bounds."""
    if not low <= value <= high:
        yield f"{name} is {value:.5g}, not {low:.5g} to {high:.5g}"


def transfer(folder: Path, n: int) -> Iterator[str]:
    """CV `n` is within 0.1 % of 10 V of what the firmware takes for nominal, without tolerances."""
    zero, gain = nominal()
    found = measured(folder / f"cv{n}.cir")
    for name, volts in (("m5", -5.0), ("m2", -2.5), ("z", 0.0), ("p2", 2.5), ("p5", 5.0)):
        wanted, share = zero - gain * volts, 0.001 * 10 * gain
        yield from within(f"at {volts} V the converter's input", found[f"adc_{name}"], wanted - share, wanted + share)
    yield from within("the gain", (found["adc_m5"] - found["adc_p5"]) / 10, gain * 0.999, gain * 1.001)


def corner(folder: Path, n: int) -> Iterator[str]:
    """CV `n` falls by 3 dB near 2.66 kHz."""
    yield from within("the corner in Hz", measured(folder / f"cv{n}.cir")["corner"], 2_500, 2_850)


def survives(folder: Path, n: int) -> Iterator[str]:
    """CV `n` at ±12 V and twice that: the converter's input stays between its rails, the amplifier's within a volt of them."""
    found = measured(folder / f"cv{n}.cir")
    for volts in ("m24", "m12", "p12", "p24"):
        yield from within(f"{volts}: the converter's input", found[f"adc_{volts}"], 0.0, 3.3)
        yield from within(f"{volts}: the amplifier's input", found[f"sum_{volts}"], -1.0, 4.3)


def thresholds(folder: Path, n: int) -> Iterator[str]:
    """Gate `n` goes on at 2.5 V and off at 2.2 V, each within 50 mV; at ±12 V its comparator stays within a volt of its rails."""
    found = measured(folder / f"gate{n}.cir")
    yield from within("on at", found["on"], 2.45, 2.55)
    yield from within("off at", found["off"], 2.11, 2.21)
    yield from within("lowest at the comparator", found["low"], -1.0, 0.0)
    yield from within("highest at the comparator", found["high"], 2.5, 4.3)


def plugs(folder: Path, n: int) -> Iterator[str]:
    """CV `n` without a plug reads less than 50 mV and its pin is low; with one the pin is high."""
    out, plugged = measured(folder / f"plug{n}_out.cir"), measured(folder / f"plug{n}_in.cir")
    yield from within("an empty jack's volts", out["tip"], -0.05, 0.05)
    yield from within("an empty jack at the comparator", out["sense"], -0.1, 0.4)
    yield from within("an empty jack's pin", out["pin"], -0.1, 0.5)
    yield from within("a plug at the comparator", plugged["sense"], 2.5, 3.1)
    yield from within("a plug's pin", plugged["pin"], 2.8, 3.4)


def output(folder: Path) -> Iterator[str]:
    """9.9 V from peak to peak at full scale into 100k, 3 dB down near 28 kHz."""
    found = measured(folder / "output.cir")
    yield from within("peak to peak", found["swing"], 9.7, 10.1)
    yield from within("the corner in Hz", found["corner"], 25_000, 31_000)
    yield from within("dB at 20 kHz", found["at20k"], -2.1, 0.0)


def mute(folder: Path) -> Iterator[str]:
    """Silent for a fifth of a second at least after the Jetson's 3.3 V came, and for less than two."""
    yield from within("seconds", measured(folder / "mute.cir")["loud"], 0.2, 2.0)


def many(design: Design) -> str:
    """A deck of CV 1 a hundred times, each with parts of its own, at five voltages."""
    dice = random.Random(SEED)
    lines = ["CV 1, a hundred modules", MODELS, "Vin in 0 0", "V3 vdd 0 3.3"]

    def off(ref: str) -> float:
        share = 0.001 if "0.1" in design.parts[ref].kind else 0.01
        return float(amount(KINDS[design.parts[ref].kind].value).replace("k", "e3").replace("meg", "e6")) * (1 + dice.uniform(-share, share))

    for k in range(MODULES):
        vref = 3.0 * (1 + dice.uniform(-REFERENCE, REFERENCE))
        vos = dice.uniform(-OFFSET_INVERTER, OFFSET_INVERTER)
        negative = -vref * off("R1002") / off("R1001") + 2 * vos
        lines += [f"Vneg{k} neg{k} 0 {negative:.9g}", f"Rs{k} in tip{k} 1k", f"R1{k} tip{k} sum{k} {off('R101'):.9g}",
                  f"R2{k} sum{k} out{k} {off('R102'):.9g}", f"R3{k} neg{k} mid{k} {off('R103'):.9g}",
                  f"R4{k} mid{k} sum{k} {off('R104'):.9g}", f"R5{k} out{k} adc{k} {off('R105'):.9g}",
                  f"X{k} 0 sum{k} out{k} vdd 0 amp vos={dice.uniform(-OFFSET_CV, OFFSET_CV):.6g}",
                  f"Da{k} 0 sum{k} bav199", f"Db{k} sum{k} vdd bav199",
                  # The converter measures in its own reference: the same share of 3.0 V is the same code.
                  f"B{k} code{k} 0 V = V(adc{k})*3/{vref:.9g}"]
    lines += [".control", "set numdgt=8", "dc Vin -5 5 2.5"]
    for k in range(MODULES):
        lines += [f"meas dc v{k}_{at} find V(code{k}) at={volts}" for at, volts in enumerate((-5, -2.5, 0, 2.5, 5))]
    return "\n".join(lines + [".endc", ".end"]) + "\n"


def monte_carlo(design: Design) -> tuple[list[str], str]:
    """What is wrong in a hundred modules, and in words how far off they are before and after calibration."""
    with tempfile.TemporaryDirectory() as folder:
        deck = Path(folder) / "many.cir"
        deck.write_text(many(design), encoding="utf-8")
        found = measured(deck)
    zero, gain = nominal()
    volts = (-5.0, -2.5, 0.0, 2.5, 5.0)
    wrong, worst_zero, worst_gain, worst_after = [], 0.0, 0.0, 0.0
    for k in range(MODULES):
        seen = [found[f"v{k}_{at}"] for at in range(5)]
        x, y = [volts[at] for at in (0, 2, 4)], [seen[at] for at in (0, 2, 4)]
        slope = (y[2] - y[0]) / (x[2] - x[0])
        middle = sum(y) / 3
        after = max(abs((value - middle) / slope - at) for at, value in zip(volts, seen))
        worst_zero = max(worst_zero, abs((middle - zero) / gain))
        worst_gain = max(worst_gain, abs(-slope / gain - 1))
        worst_after = max(worst_after, after)
    for words, value, limit in (("zero in volts", worst_zero, 0.1), ("gain as a share", worst_gain, 0.012),
                                ("volts after calibration", worst_after, 0.001)):
        if value > limit:
            wrong.append(f"{words}: {value:.5f} where {limit} is the most")
    said = (f"{MODULES} modules: zero within {worst_zero * 1e3:.0f} mV, gain within {worst_gain * 100:.2f} %, after calibration within "
            f"{worst_after * 1e3:.2f} mV")
    return wrong, said
