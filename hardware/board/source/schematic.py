"""The schematic's files: a first page with a block for each sheet, and the sheets."""

from __future__ import annotations

import copy
from pathlib import Path

from catalogue import KINDS
from design import SHEETS, Design
from identity import identifier
from library import GROUNDS, RAILS, footprint_name, pins, symbol_name, symbols
from sexpr import Node, Quoted, children, text_of
from sheet import Placed, Sheet
from sheets import draw

PROJECT = "neurorack"
TITLE = "Neurorack module"
GRID = 2.54

BLURB = {
    "cv": "CV inputs and plug detection",
    "converter": "Reference and converter",
    "gates": "Gates",
    "mcu": "Micro-controller and USB",
    "panel": "Display, encoder, lamp",
    "audio": "Audio from the Jetson",
    "power": "Power",
}


def q(text: str) -> Quoted:
    """Short for a quoted text."""
    return Quoted(text)


def effects(size: float = 1.27, justify: str = "", hide: bool = False) -> Node:
    """How a text looks."""
    node: Node = ["effects", ["font", ["size", size, size]]]
    if justify:
        node.append(["justify", *justify.split()])
    if hide:
        node.append(["hide", "yes"])
    return node


def root_id() -> str:
    """The first page's identifier."""
    return identifier("root")


def sheet_id(key: str) -> str:
    """A block's identifier on the first page."""
    return identifier("block", key)


def symbol_id(ref: str, unit: int = 1) -> str:
    """A symbol's identifier; a footprint names that of unit 1."""
    return identifier("symbol", ref, unit)


def mm(value: float) -> float:
    """Steps in millimetres."""
    return round(value * GRID, 4)


def header(uuid: str, paper: str, title: str) -> Node:
    """What every page begins with."""
    block = ["title_block", ["title", q(title)], ["rev", q("1")], ["company", q(TITLE)],
             ["comment", "1", q("CERN-OHL-P-2.0. Made by hardware/board/source, not by hand")]]
    return ["kicad_sch", ["version", "20250114"], ["generator", q("neurorack")], ["generator_version", q("9.0")], ["uuid", q(uuid)],
            ["paper", q(paper)], block]


def used_symbols(names: set[str]) -> Node:
    """Copies of the symbols that a page shows."""
    nodes = []
    for name in sorted(names):
        node = copy.deepcopy(symbols()[name])
        node[1] = q(f"neurorack:{name}")
        nodes.append(node)
    return ["lib_symbols", *nodes]


def fields_at(placed: Placed, name: str) -> list[tuple[float, float, str]]:
    """Where reference and value stand beside a symbol: dx, dy in steps, and how they are set."""
    if name in ("R", "C", "C_Polarized", "LED", "SS14"):
        if name in ("LED", "SS14") and placed.rot % 180:
            return [(-2.4, -0.4, ""), (-2.4, 0.5, "")]
        vertical = (placed.rot % 180 == 0) == (name in ("R", "C", "C_Polarized"))
        return [(0.9, -0.45, "left"), (0.9, 0.55, "left")] if vertical else [(0, -0.8, ""), (0, 0.85, "")] if name == "R" else [(0, -1.15, ""), (0, 1.25, "")]
    if name == "TestPoint":
        return [(0, -2.9, ""), (0, -2.1, "")]
    if name == "BAV99":
        return [(0, 1.3, ""), (0, 2.1, "")]
    if name == "2N7002":
        return [(2.2, -0.4, "left"), (2.2, 0.5, "left")]
    if name in ("MCP6004", "MCP6562", "TL072"):
        power = placed.unit == (5 if name == "MCP6004" else 3)
        return [(0.6, -1.2, "left"), (0.6, 1.4, "left")] if power else [(0.2, -1.9, "left"), (0.2, 2.0, "left")]
    if name == "AudioJack2_SwitchT":
        return [(0, -2.6, ""), (0, 2.8, "")]
    ys = [-p[2] / GRID for p in pins(name).values()]
    low, high = min(ys), max(ys)
    return [(1.6, low + (0.2 if name in ("RaspberryPi_Pico", "PCM5102A", "MCP3204", "REF3030") else -2.2), "left"),
            (1.6, high + (-0.4 if name in ("RaspberryPi_Pico", "PCM5102A", "MCP3204", "REF3030", "LP5907MFX-3.3", "R-78E5.0-0.5")
                          else 2.4), "left")]


def symbol_node(design: Design, sheet: Sheet, placed: Placed) -> Node:
    """A part on a page."""
    part = design.parts[placed.ref]
    kind = KINDS[part.kind]
    name = symbol_name(kind.symbol)
    node: Node = ["symbol", ["lib_id", q(f"neurorack:{name}")], ["at", mm(placed.x), mm(placed.y), placed.rot]]
    if placed.mirror:
        node.append(["mirror", placed.mirror])
    bought = "yes" if kind.fit else "no"
    node += [["unit", placed.unit], ["exclude_from_sim", "no"], ["in_bom", bought], ["on_board", "yes"], ["dnp", "no"],
             ["uuid", q(symbol_id(placed.ref, placed.unit))]]
    (rx, ry, rj), (vx, vy, vj) = fields_at(placed, name)
    turn = 90 if placed.rot in (90, 270) else 0
    flips = placed.rot in (180, 270) or placed.mirror == "y"

    def field(label: str, text: str, x: float, y: float, justify: str, hide: bool = False) -> Node:
        if flips and justify:
            justify = "right" if justify == "left" else "left"
        return ["property", q(label), q(text), ["at", mm(placed.x + x), mm(placed.y + y), turn], effects(1.27, justify, hide)]

    value = part.note or kind.value if not kind.fit else kind.value
    node.append(field("Reference", placed.ref, rx, ry, rj))
    node.append(field("Value", value, vx, vy, vj))
    node.append(field("Footprint", f"neurorack:{footprint_name(kind.footprint)}", 0, 0, "", hide=True))
    node.append(field("Datasheet", "", 0, 0, "", hide=True))
    node.append(field("Description", kind.what, 0, 0, "", hide=True))
    if kind.fit:
        node.append(field("Manufacturer", kind.maker, 0, 0, "", hide=True))
        node.append(field("MPN", kind.number, 0, 0, "", hide=True))
        node.append(field("Alternate", kind.alternate, 0, 0, "", hide=True))
    for number in pins(name):
        node.append(["pin", q(number), ["uuid", q(identifier("pin", placed.ref, placed.unit, number))]])
    path = f"/{root_id()}/{sheet_id(sheet.key)}"
    node.append(["instances", ["project", q(PROJECT), ["path", q(path), ["reference", q(placed.ref)], ["unit", placed.unit]]]])
    return node


def power_node(sheet: Sheet, symbol: str, net: str, at: tuple[float, float], count: int, rot: int = 0) -> Node:
    """An arrow of a rail, a ground, or a flag."""
    ref = f"#{'FLG' if symbol == 'PWR_FLAG' else 'PWR'}{SHEETS.index(sheet.key) + 1}{count:02d}"
    down = net in GROUNDS or "-12" in net
    offset = (1.5 if down else -1.45) if symbol != "PWR_FLAG" else (-1.6 if rot == 0 else 1.6)
    hidden = symbol == "PWR_FLAG"
    node: Node = ["symbol", ["lib_id", q(f"neurorack:{symbol}")], ["at", mm(at[0]), mm(at[1]), rot], ["unit", 1],
                  ["exclude_from_sim", "no"], ["in_bom", "yes"], ["on_board", "yes"], ["dnp", "no"],
                  ["uuid", q(sheet.id(symbol, count))],
                  ["property", q("Reference"), q(ref), ["at", mm(at[0]), mm(at[1]), 0], effects(hide=True)],
                  ["property", q("Value"), q(symbol), ["at", mm(at[0]), mm(at[1] + offset), 0], effects(1.0, hide=hidden)],
                  ["property", q("Footprint"), q(""), ["at", mm(at[0]), mm(at[1]), 0], effects(hide=True)],
                  ["property", q("Datasheet"), q(""), ["at", mm(at[0]), mm(at[1]), 0], effects(hide=True)]]
    node.append(["pin", q("1"), ["uuid", q(sheet.id(symbol, count, "pin"))]])
    path = f"/{root_id()}/{sheet_id(sheet.key)}"
    node.append(["instances", ["project", q(PROJECT), ["path", q(path), ["reference", q(ref)], ["unit", 1]]]])
    return node


def page(design: Design, sheet: Sheet) -> str:
    """A sheet's file."""
    sheet.finish()
    node = header(identifier("page", sheet.key), sheet.paper, sheet.title)
    names = {symbol_name(KINDS[design.parts[placed.ref].kind].symbol) for placed in sheet.placed}
    names |= {name.net for name in sheet.names if name.net in RAILS + GROUNDS}
    if sheet.flags:
        names.add("PWR_FLAG")
    node.append(used_symbols(names))
    for at, (x0, y0, x1, y1) in enumerate(sheet.boxes):
        node.append(["rectangle", ["start", mm(x0), mm(y0)], ["end", mm(x1), mm(y1)], ["stroke", ["width", 0.15], ["type", "dash"]],
                     ["fill", ["type", "none"]], ["uuid", q(sheet.id("box", at))]])
    for at, (x, y, words, size) in enumerate(sheet.texts):
        node.append(["text", q(words), ["exclude_from_sim", "no"], ["at", mm(x), mm(y), 0], effects(size, "left bottom"),
                     ["uuid", q(sheet.id("text", at))]])
    for x, y in sheet.junctions:
        node.append(["junction", ["at", mm(x), mm(y)], ["diameter", 0], ["color", 0, 0, 0, 0], ["uuid", q(sheet.id("junction", x, y))]])
    for x, y in sheet.open_pins:
        node.append(["no_connect", ["at", mm(x), mm(y)], ["uuid", q(sheet.id("open", x, y))]])
    for (ax, ay), (bx, by) in sheet.segments:
        node.append(["wire", ["pts", ["xy", mm(ax), mm(ay)], ["xy", mm(bx), mm(by)]], ["stroke", ["width", 0], ["type", "default"]],
                     ["uuid", q(sheet.id("wire", ax, ay, bx, by))]])
    count = 0
    for name in sheet.names:
        if name.net in RAILS + GROUNDS:
            count += 1
            node.append(power_node(sheet, name.net, name.net, name.at, count))
            continue
        elsewhere = sheet.leaves(name.net)
        justify = "right" if name.angle in (180, 270) else "left"
        label: Node = ["global_label" if elsewhere else "label", q(name.net)]
        if elsewhere:
            label.append(["shape", "passive"])
        label += [["at", mm(name.at[0]), mm(name.at[1]), name.angle], effects(1.27, justify if elsewhere else f"{justify} bottom"),
                  ["uuid", q(sheet.id("name", name.net, *name.at))]]
        node.append(label)
    for at, (point, up) in enumerate(sheet.flags):
        node.append(power_node(sheet, "PWR_FLAG", "PWR_FLAG", point, at + 1, 0 if up else 180))
    for placed in sheet.placed:
        node.append(symbol_node(design, sheet, placed))
    node.append(["embedded_fonts", "no"])
    return text_of(node) + "\n"


def first_page(sheets: list[Sheet]) -> str:
    """The page that shows the sheets as blocks."""
    node = header(root_id(), "A4", TITLE)
    node.append(["lib_symbols"])
    words = "CV and gates in, impacts out. Each block is a page; nets of the same name are joined across pages."
    node.append(["text", q(words), ["exclude_from_sim", "no"], ["at", 25.4, 25.4, 0], effects(2.5, "left bottom"),
                 ["uuid", q(identifier("root", "words"))]])
    for at, sheet in enumerate(sheets):
        x, y = 25.4 + (at % 3) * 83.82, 38.1 + (at // 3) * 45.72
        lines = wrapped(sorted(crossing(sheet.design, sheet.key)))
        node.append(["text", q(lines), ["exclude_from_sim", "no"], ["at", x + 2.54, y + 5.08, 0], effects(1.27, "left top"),
                     ["uuid", q(identifier("root", sheet.key, "nets"))]])
        node.append(["sheet", ["at", x, y], ["size", 76.2, 33.02], ["exclude_from_sim", "no"], ["in_bom", "yes"], ["on_board", "yes"],
                     ["dnp", "no"], ["stroke", ["width", 0.2], ["type", "solid"]], ["fill", ["color", 0, 0, 0, 0]],
                     ["uuid", q(sheet_id(sheet.key))],
                     ["property", q("Sheetname"), q(BLURB[sheet.key]), ["at", x, y - 0.8, 0], effects(1.8, "left bottom")],
                     ["property", q("Sheetfile"), q(f"{sheet.key}.kicad_sch"), ["at", x, y + 34, 0], effects(1.27, "left top")],
                     ["instances", ["project", q(PROJECT), ["path", q(f"/{root_id()}"), ["page", q(str(at + 2))]]]]])
    node.append(["sheet_instances", ["path", q("/"), ["page", q("1")]]])
    node.append(["embedded_fonts", "no"])
    return text_of(node) + "\n"


def crossing(design: Design, key: str) -> set[str]:
    """Nets that a sheet shares with others, rails apart."""
    nets: dict[str, set[str]] = {}
    for part in design.parts.values():
        for net in part.pins.values():
            nets.setdefault(net, set()).add(part.sheet)
    return {net for net, where in nets.items() if key in where and len(where) > 1 and net not in RAILS + GROUNDS}


def wrapped(words: list[str], width: int = 48) -> str:
    """Words in lines."""
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] += word + "  "
    return "\n".join(line.strip() for line in lines)


def write(design: Design, folder: Path) -> None:
    """Writes all pages."""
    sheets = [draw(key, design) for key in SHEETS]
    for sheet in sheets:
        (folder / f"{sheet.key}.kicad_sch").write_text(page(design, sheet), encoding="utf-8")
    (folder / f"{PROJECT}.kicad_sch").write_text(first_page(sheets), encoding="utf-8")
    drawn = {placed.ref for sheet in sheets for placed in sheet.placed}
    missing = set(design.parts) - drawn
    if missing:
        raise ValueError(f"no page shows {sorted(missing)}")
