"""The project's own copies of KiCad's symbols and footprints.

`collect` copies what the catalogue names out of an installed KiCad 9; everything else reads the copies, so that another KiCad
makes the same files.
"""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path

from catalogue import KINDS
from sexpr import Node, Quoted, child, children, parse, text_of

BOARD = Path(__file__).resolve().parent.parent
LIBRARY = BOARD / "library"
SYMBOLS = LIBRARY / "neurorack.kicad_sym"
FOOTPRINTS = LIBRARY / "neurorack.pretty"
INSTALLED = Path("/usr/share/kicad")

RAILS = ["+12V", "-12V", "+5V", "+3V3", "+3V3A", "VSYS", "VREF", "BUS+12V", "BUS-12V", "JETSON_3V3"]
"""Nets that have an arrow in the schematic; the negative ones point down."""
GROUNDS = ["GND", "JETSON_GND"]


def symbol_name(symbol: str) -> str:
    """The name in our library."""
    return symbol.split(":")[1]


def footprint_name(footprint: str) -> str:
    """The name in our library."""
    return footprint.split(":")[1]


def _flat(library: Node, name: str) -> Node:
    """A symbol with what it takes from the one it extends."""
    symbol = next(node for node in children(library, "symbol") if node[1] == name)
    extends = child(symbol, "extends")
    if extends is None:
        return copy.deepcopy(symbol)
    base = _flat(library, extends[1])
    own = {node[1]: node for node in children(symbol, "property")}
    merged = [own.get(node[1], node) if isinstance(node, list) and node[0] == "property" else node for node in base]
    merged[1] = Quoted(name)
    for node in children(merged, "symbol"):
        node[1] = Quoted(node[1].replace(extends[1], name, 1))
    return merged


def _power(template: Node, old: str, name: str) -> Node:
    """A power symbol under another name."""
    symbol = parse(text_of(template).replace(f'"{old}"', f'"{name}"').replace(f'"{old}_', f'"{name}_'))
    for node in children(symbol, "property"):
        if node[1] == "Description":
            node[2] = Quoted(f"The net {name}")
    return symbol


def courtyard(node: Node, box: tuple[float, float, float, float]) -> None:
    """Replaces what a footprint keeps free around its body."""
    node[:] = [part for part in node if not (isinstance(part, list) and str(part[0]).startswith("fp_")
                                             and child(part, "layer")[1] == "F.CrtYd")]
    node.append(["fp_rect", ["start", box[0], box[1]], ["end", box[2], box[3]], ["stroke", ["width", 0.05], ["type", "solid"]],
                 ["fill", "no"], ["layer", Quoted("F.CrtYd")]])


def fitted(node: Node, name: str) -> None:
    """Changes three footprints for this board, where KiCad leaves more room than eleven HP have."""
    if name.startswith("Jack_3.5mm"):
        # The body as drawn; KiCad counts the soldered sleeve pin and half a millimetre on each side.
        courtyard(node, (-4.55, 1.95, 4.55, 12.5))
    elif name == "LED_D3.0mm":
        courtyard(node, (-0.7, -1.97, 3.24, 1.97))
        node[:] = [part for part in node if not (isinstance(part, list) and part[0] in ("fp_arc", "fp_line")
                                                 and child(part, "layer")[1] == "F.SilkS")]
    elif name.startswith("RotaryEncoder"):
        # Bourns asks for slots of 2.6 x 1.8 mm, 13.2 mm from outside to outside; Alps has them narrower.
        for pad in children(node, "pad"):
            if pad[1] == "MP":
                at, size, drill = child(pad, "at"), child(pad, "size"), child(pad, "drill")
                at[2] = -3.15 if float(at[2]) < 0 else 8.15
                size[1:] = [3.2, 2.3]
                drill[1:] = ["oval", 2.7, 1.9]
    elif name.startswith("RaspberryPi_Pico"):
        # Smaller rings let the encoder's lug pass; the outline is the board's own edge.
        node[:] = [part for part in node if not (isinstance(part, list) and (part[0] == "zone" or (
            str(part[0]) in ("fp_line", "fp_arc", "fp_text") and child(part, "layer")[1] == "F.SilkS")))]
        for pad in children(node, "pad"):
            size = child(pad, "size")
            size[1:] = [min(float(size[1]), 1.5), min(float(size[2]), 1.5)]


def collect() -> None:
    """Copies symbols and footprints from the installed KiCad."""
    read: dict[str, Node] = {}

    def library(name: str) -> Node:
        if name not in read:
            read[name] = parse((INSTALLED / "symbols" / f"{name}.kicad_sym").read_text(encoding="utf-8"))
        return read[name]

    wanted = sorted({kind.symbol for kind in KINDS.values()})
    symbols = [_flat(library(name.split(":")[0]), symbol_name(name)) for name in wanted]
    for pico in (node for node in symbols if node[1] == "RaspberryPi_Pico"):
        # Its two grounds are one piece of copper; KiCad takes them for two supplies.
        for pin in (pin for unit in children(pico, "symbol") for pin in children(unit, "pin")):
            if child(pin, "number")[1] == "33":
                pin[1] = "passive"
    power = library("power")
    symbols.append(_flat(power, "PWR_FLAG"))
    symbols += [_power(_flat(power, "-12V" if name.startswith(("-", "BUS-")) else "+5V"),
                       "-12V" if name.startswith(("-", "BUS-")) else "+5V", name) for name in RAILS]
    symbols += [_power(_flat(power, "GND"), "GND", name) for name in GROUNDS]
    head = ["kicad_symbol_lib", ["version", "20241209"], ["generator", Quoted("neurorack")], ["generator_version", Quoted("9.0")]]
    LIBRARY.mkdir(exist_ok=True)
    SYMBOLS.write_text(text_of(head + symbols) + "\n", encoding="utf-8")
    FOOTPRINTS.mkdir(exist_ok=True)
    for name in sorted({kind.footprint for kind in KINDS.values()}):
        nick, bare = name.split(":")
        node = parse((INSTALLED / "footprints" / f"{nick}.pretty" / f"{bare}.kicad_mod").read_text(encoding="utf-8"))
        # Pictures of parts need no models: they are megabytes, and not ours.
        node = [part for part in node if not (isinstance(part, list) and part[0] in ("model", "embedded_fonts"))]
        fitted(node, bare)
        (FOOTPRINTS / f"{bare}.kicad_mod").write_text(text_of(node) + "\n", encoding="utf-8")


@cache
def symbols() -> dict[str, Node]:
    """Every symbol by name."""
    return {node[1]: node for node in children(parse(SYMBOLS.read_text(encoding="utf-8")), "symbol")}


@cache
def pins(name: str) -> dict[str, tuple[int, float, float, int, str]]:
    """Pins of a symbol by number: unit, x, y (millimetres, y up), direction towards the body in degrees, electrical type."""
    found = {}
    for unit in children(symbols()[name], "symbol"):
        for pin in children(unit, "pin"):
            x, y, angle = (float(word) for word in child(pin, "at")[1:4])
            found[str(child(pin, "number")[1])] = (int(unit[1].rsplit("_", 2)[1]), x, y, int(angle), pin[1])
    return found
