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
