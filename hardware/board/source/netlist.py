"""The netlist as KiCad reads it out of the schematic: what board and checks go by."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from sexpr import child, children, parse

Pin = tuple[str, str]


def read(path: Path) -> dict[str, list[Pin]]:
    """The pins of each net in an exported file."""
    root = parse(path.read_text(encoding="utf-8"))
    nets = {}
    for net in children(child(root, "nets"), "net"):
        nets[str(child(net, "name")[1])] = [(str(child(node, "ref")[1]), str(child(node, "pin")[1])) for node in children(net, "node")]
    return nets


def values(path: Path) -> dict[str, str]:
    """The value of each part in an exported file."""
    root = parse(path.read_text(encoding="utf-8"))
    return {str(child(part, "ref")[1]): str(child(part, "value")[1]) for part in children(child(root, "components"), "comp")}


def export(schematic: Path, into: Path) -> Path:
    """Has KiCad export a netlist; raises `CalledProcessError` where it cannot."""
    subprocess.run(["kicad-cli", "sch", "export", "netlist", "-o", str(into), str(schematic)], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    return into


def of(schematic: Path) -> dict[str, list[Pin]]:
    """The netlist of a schematic."""
    with tempfile.TemporaryDirectory() as folder:
        return read(export(schematic, Path(folder) / "netlist.net"))


def text(path: Path) -> str:
    """An exported netlist in an order that stays: `value REF VALUE` and `net NAME: REF.PIN …`, a line each."""
    lines = [f"value {ref} {value}" for ref, value in sorted(values(path).items())]
    lines += [f"net {name}: " + " ".join(f"{ref}.{pin}" for ref, pin in sorted(pins)) for name, pins in sorted(read(path).items())]
    return "\n".join(lines) + "\n"


def plain(said: str) -> tuple[dict[str, list[Pin]], dict[str, str]]:
    """Nets and values of such a text."""
    nets: dict[str, list[Pin]] = {}
    found: dict[str, str] = {}
    for line in said.splitlines():
        if line.startswith("value "):
            _, ref, value = line.split(" ", 2)
            found[ref] = value
        else:
            name, pins = line.removeprefix("net ").rsplit(": ", 1)
            nets[name] = [tuple(pin.split(".")) for pin in pins.split()]
    return nets, found
