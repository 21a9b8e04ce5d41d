"""The firmware's pins, read out of its Rust source, against the netlist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from checks.circuit import GPIO, Circuit

ENDS = {"from": ("U1002", "10"), "clock": ("U1002", "11"), "to": ("U1002", "9"), "SELECT": ("U1002", "8"), "one": ("U501", "1"),
        "two": ("U501", "7"), "a": ("SW801", "A"), "b": ("SW801", "B"), "push": ("SW801", "S1"), "jack 1": ("U102", "1"),
        "jack 2": ("U102", "7"), "jack 3": ("U102", "8"), "jack 4": ("U102", "14"), "data": ("J801", "4"),
        "display clock": ("J801", "3"), "lamp": ("Q801", "1")}
"""Where each of the firmware's pins must lead: part and pin by data sheet."""


def of_firmware(source: str) -> dict[str, int]:
    """GPIO by the firmware's name for it."""
    found = {"SELECT": int(re.search(r"SELECT: usize = (\d+);", source)[1])}
    body = source[source.index("impl Board"):]
    for group, fields in re.findall(r"(\w+): \w+ \{([^{}]*)\}", body):
        for name, gpio in re.findall(r"(\w+): p\.PIN_(\d+)", fields):
            found["display clock" if (group, name) == ("display", "clock") else name] = int(gpio)
        for at, gpio in enumerate(re.findall(r"PIN_(\d+)", (re.search(r"jacks: \(([^)]*)\)", fields) or [""])[0])):
            found[f"jack {at + 1}"] = int(gpio)
    found["lamp"] = int(re.search(r"lamp: p\.PIN_(\d+)", body)[1])
    return found


def pins(c: Circuit, firmware: Path) -> Iterator[str]:
    """Every pin of the firmware leads where its name says."""
    found = of_firmware((firmware / "src" / "pins.rs").read_text(encoding="utf-8"))
    if set(found) != set(ENDS):
        yield f"pins.rs names {sorted(set(found) ^ set(ENDS))} otherwise than this check"
    for name, gpio in found.items():
        if name in ENDS and c.net("U801", str(GPIO[gpio])) != c.net(*ENDS[name]):
            ref, pin = ENDS[name]
            yield f"{name} is GPIO {gpio} in the firmware; on the board pin {GPIO[gpio]} does not lead to {ref}.{pin}"


def readme(firmware: Path) -> Iterator[str]:
    """The table of pins in the firmware's README says the same."""
    text = (firmware / "README.md").read_text(encoding="utf-8")
    table = text[text.index("| GPIO | what |"):]
    said = set()
    for cell in re.findall(r"^\| ([\d, to]+) \|", table, re.M):
        ends = [int(word) for word in re.findall(r"\d+", cell)]
        said |= set(range(ends[0], ends[-1] + 1)) if "to" in cell else set(ends)
    used = set(of_firmware((firmware / "src" / "pins.rs").read_text(encoding="utf-8")).values())
    if said != used:
        yield f"README.md and pins.rs differ in GPIO {sorted(said ^ used)}"


def emulator(firmware: Path) -> Iterator[str]:
    """The emulator listens at the same pins."""
    text = (firmware.parent / "emulator" / "src" / "board.mjs").read_text(encoding="utf-8")
    found = of_firmware((firmware / "src" / "pins.rs").read_text(encoding="utf-8"))
    wanted = (f"[[{found['one']}, {found['two']}], {found['a']}, {found['b']}, {found['push']}, "
              f"[{', '.join(str(found[f'jack {n}']) for n in (1, 2, 3, 4))}], {found['lamp']}]")
    if wanted not in text:
        yield f"hardware/emulator/src/board.mjs does not hold {wanted}"
