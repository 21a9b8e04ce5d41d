"""The board's file: parts, outline, tracks from `tracks.json`, planes. Needs KiCad's own Python."""

from __future__ import annotations

import json
from pathlib import Path

import pcbnew

import netlist
from catalogue import KINDS
from design import Design, Part
from geometry import BOARD_BOX, JACK_HOLE
from geometry import turn as turn_point
from library import FOOTPRINTS, footprint_name
from placement import places
from schematic import BLURB, root_id, sheet_id, symbol_id
from stable import settle

TRACKS = Path(__file__).resolve().parent / "tracks.json"

ISLAND = (22.9, 34.3, 45.9, 48.7)
"""Where the Jetson's ground rules: left, top, right, bottom."""

LABEL_ABOVE = {"TP301", "TP401"}
"""Test pads whose name stands above them."""

LAYERS = {"F": pcbnew.F_Cu, "B": pcbnew.B_Cu}


def mm(value: float) -> int:
    """Millimetres in KiCad's nanometres."""
    return pcbnew.FromMM(value)


def at(x: float, y: float) -> pcbnew.VECTOR2I:
    """A point."""
    return pcbnew.VECTOR2I(mm(x), mm(y))


def begin(title: str) -> pcbnew.BOARD:
    """An empty board of four layers."""
    board = pcbnew.BOARD()
    board.SetCopperLayerCount(4)
    board.SetLayerType(pcbnew.In1_Cu, pcbnew.LT_POWER)
    board.SetLayerType(pcbnew.In2_Cu, pcbnew.LT_POWER)
    block = board.GetTitleBlock()
    block.SetTitle(title)
    block.SetRevision("1")
    board.SetTitleBlock(block)
    return board


def outline(board: pcbnew.BOARD, box: tuple[float, float, float, float], radius: float) -> None:
    """A rectangle with round corners."""
    x0, y0, x1, y1 = box
    lines = [((x0 + radius, y0), (x1 - radius, y0)), ((x1, y0 + radius), (x1, y1 - radius)),
             ((x1 - radius, y1), (x0 + radius, y1)), ((x0, y1 - radius), (x0, y0 + radius))]
    for a, b in lines:
        if abs(a[0] - b[0]) + abs(a[1] - b[1]) < 1e-4:
            continue
        shape = pcbnew.PCB_SHAPE(board, pcbnew.SHAPE_T_SEGMENT)
        shape.SetStart(at(*a))
        shape.SetEnd(at(*b))
        finish_line(board, shape)
    if radius:
        half = radius * 2**-0.5
        for cx, cy, dx, dy in ((x0 + radius, y0 + radius, -1, -1), (x1 - radius, y0 + radius, 1, -1),
                               (x1 - radius, y1 - radius, 1, 1), (x0 + radius, y1 - radius, -1, 1)):
            shape = pcbnew.PCB_SHAPE(board, pcbnew.SHAPE_T_ARC)
            a, b = (cx + dx * radius, cy), (cx, cy + dy * radius)
            if dx * dy < 0:
                a, b = b, a
            shape.SetArcGeometry(at(*a), at(cx + dx * half, cy + dy * half), at(*b))
            finish_line(board, shape)


def finish_line(board: pcbnew.BOARD, shape: pcbnew.PCB_SHAPE) -> None:
    """A line of the outline."""
    shape.SetLayer(pcbnew.Edge_Cuts)
    shape.SetWidth(mm(0.1))
    board.Add(shape)


def text(board: pcbnew.BOARD, words: str, x: float, y: float, layer: int, size: float = 0.8, turn: float = 0) -> None:
    """Words on a layer, mirrored where it is the back's."""
    item = pcbnew.PCB_TEXT(board)
    item.SetText(words)
    item.SetPosition(at(x, y))
    item.SetTextSize(pcbnew.VECTOR2I(mm(size), mm(size)))
    item.SetTextThickness(mm(max(0.11, size * 0.15)))
    item.SetLayer(layer)
    item.SetMirrored(layer in (pcbnew.B_SilkS, pcbnew.B_Cu, pcbnew.B_Mask))
    item.SetTextAngleDegrees(turn)
    board.Add(item)


def footprint(board: pcbnew.BOARD, part: Part, nets: dict[tuple[str, str], pcbnew.NETINFO_ITEM]) -> pcbnew.FOOTPRINT:
    """A part on the board, its pads joined to their nets."""
    kind = KINDS[part.kind]
    name = footprint_name(kind.footprint)
    item = pcbnew.FootprintLoad(str(FOOTPRINTS), name)
    item.SetFPID(pcbnew.LIB_ID("neurorack", name))
    item.SetReference(part.ref)
    item.SetValue(part.note or kind.value if not kind.fit else kind.value)
    item.SetPath(pcbnew.KIID_PATH(f"/{sheet_id(part.sheet)}/{symbol_id(part.ref)}"))
    item.SetSheetname(BLURB[part.sheet])
    item.SetSheetfile(f"{part.sheet}.kicad_sch")
    if not kind.fit:
        item.SetExcludedFromBOM(True)
        item.SetExcludedFromPosFiles(True)
    for label, words in (("Description", kind.what), ("Manufacturer", kind.maker), ("MPN", kind.number),
                         ("Alternate", kind.alternate)):
        if words and (kind.fit or label == "Description"):
            item.SetField(label, words)
            item.GetFieldByName(label).SetVisible(False)
            item.GetFieldByName(label).SetLayer(pcbnew.F_Fab)
    board.Add(item)
    x, y, turn, side = places()[part.ref]
    item.SetPosition(at(x, y))
    item.SetOrientationDegrees(turn)
    if side == "B":
        item.Flip(at(x, y), pcbnew.FLIP_DIRECTION_LEFT_RIGHT)
    label = item.Reference()
    label.SetTextSize(pcbnew.VECTOR2I(mm(0.8), mm(0.8)))
    label.SetTextThickness(mm(0.13))
    label.SetVisible((part.ref[0] == "U" and "SOT-23" not in kind.footprint) or part.kind == "jack")
    if label.IsVisible():
        # In the middle of the body: read before it is soldered, and in nobody's way.
        box = item.GetCourtyard(pcbnew.B_CrtYd if side == "B" else pcbnew.F_CrtYd).BBox()
        label.SetPosition(box.GetCenter() if part.kind != "jack" else item.GetPosition() + toward_hole(turn))
        label.SetTextAngleDegrees(90 if len(part.ref) > 4 else 0)
    if not kind.fit and part.note:
        text(board, part.note, x, y + (-1.4 if part.ref in LABEL_ABOVE else 1.4), pcbnew.B_SilkS, 0.7)
    for pad in item.Pads():
        net = nets.get((part.ref, pad.GetNumber()))
        if net is not None:
            pad.SetNet(net)
    return item


def toward_hole(turned: int) -> pcbnew.VECTOR2I:
    """From a jack's origin to its hole."""
    return at(*turn_point(*JACK_HOLE, turned))


def forbid_pours(board: pcbnew.BOARD, layer: int, box: tuple[float, float, float, float]) -> None:
    """No plane in a rectangle."""
    x0, y0, x1, y1 = box
    item = pcbnew.ZONE(board)
    item.SetIsRuleArea(True)
    item.SetDoNotAllowCopperPour(True)
    for forbid in (item.SetDoNotAllowTracks, item.SetDoNotAllowVias, item.SetDoNotAllowPads, item.SetDoNotAllowFootprints):
        forbid(False)
    item.SetLayer(layer)
    item.SetZoneName(f"no pour {pcbnew.LayerName(layer)}")
    item.Outline().NewOutline()
    for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1)):
        item.Outline().Append(mm(x), mm(y))
    board.Add(item)


def zone(board: pcbnew.BOARD, net: pcbnew.NETINFO_ITEM, layer: int, box: tuple[float, float, float, float], priority: int,
         clearance: float) -> None:
    """A plane in a rectangle."""
    x0, y0, x1, y1 = box
    item = pcbnew.ZONE(board)
    item.SetLayer(layer)
    item.SetNet(net)
    item.SetAssignedPriority(priority)
    item.SetLocalClearance(mm(clearance))
    item.SetMinThickness(mm(0.2))
    item.SetThermalReliefGap(mm(0.25))
    item.SetThermalReliefSpokeWidth(mm(0.4))
    item.SetIslandRemovalMode(pcbnew.ISLAND_REMOVAL_MODE_ALWAYS)
    item.SetZoneName(f"{net.GetShortNetname()} {pcbnew.LayerName(layer)}")
    outline_of = item.Outline()
    outline_of.NewOutline()
    for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1)):
        outline_of.Append(mm(x), mm(y))
    board.Add(item)


def planes(board: pcbnew.BOARD, nets: dict[str, pcbnew.NETINFO_ITEM]) -> None:
    """Ground on three layers, 3.3 V on the fourth, the Jetson's ground in its island on all."""
    x0, y0, x1, y1 = BOARD_BOX
    inner = (x0 + 0.5, y0 + 0.5, x1 - 0.5, y1 - 0.5)
    for layer in (pcbnew.F_Cu, pcbnew.In1_Cu, pcbnew.B_Cu):
        zone(board, nets["GND"], layer, inner, 0, 0.25)
    zone(board, nets["+3V3A"], pcbnew.In2_Cu, inner, 0, 0.25)
    forbid_pours(board, pcbnew.F_Cu, ISLAND)
    for layer in (pcbnew.In1_Cu, pcbnew.In2_Cu, pcbnew.B_Cu):
        zone(board, nets["JETSON_GND"], layer, ISLAND, 1, 0.5)


def wire(board: pcbnew.BOARD, nets: dict[str, pcbnew.NETINFO_ITEM]) -> None:
    """Tracks and vias as the router left them."""
    if not TRACKS.exists():
        return
    kept = json.loads(TRACKS.read_text(encoding="utf-8"))
    for net, layer, width, *points in kept["tracks"]:
        for a, b in zip(points, points[1:]):
            track = pcbnew.PCB_TRACK(board)
            track.SetStart(at(*a))
            track.SetEnd(at(*b))
            track.SetWidth(mm(width))
            track.SetLayer(LAYERS[layer])
            track.SetNet(nets[net])
            board.Add(track)
    for net, x, y in kept["vias"]:
        via = pcbnew.PCB_VIA(board)
        via.SetPosition(at(x, y))
        via.SetWidth(mm(0.6))
        via.SetDrill(mm(0.3))
        via.SetNet(nets[net])
        board.Add(via)


def populate(design: Design, schematic: Path) -> tuple[pcbnew.BOARD, dict[str, pcbnew.NETINFO_ITEM]]:
    """A board with all parts, without tracks."""
    board = begin("Neurorack module")
    nets: dict[str, pcbnew.NETINFO_ITEM] = {}
    by_pin: dict[tuple[str, str], pcbnew.NETINFO_ITEM] = {}
    for name, pins in netlist.of(schematic).items():
        nets[name] = pcbnew.NETINFO_ITEM(board, name)
        board.Add(nets[name])
        by_pin |= {pin: nets[name] for pin in pins}
    for part in design.parts.values():
        footprint(board, part, by_pin)
    outline(board, BOARD_BOX, 1.0)
    return board, nets


def words(board: pcbnew.BOARD) -> None:
    """What the board says about itself."""
    text(board, "NEURORACK  board 1  CERN-OHL-P-2.0", 27.75, 67.6, pcbnew.F_SilkS, 1.2)
    for at_pin, name in enumerate(("GND", "VCC", "SCL", "SDA")):
        x, y, _, _ = places()["J801"]
        text(board, name, x + 2.54 * at_pin, y + 2.0, pcbnew.F_SilkS, 0.7)
    text(board, "RED STRIPE", 49.6, 32.9, pcbnew.B_SilkS)
    for at_pin, name in enumerate(("3V3", "GND", "BCK", "LR", "DAT", "MUT")):
        x, y, _, _ = places()["J702"]
        text(board, name, x - 2.5 * at_pin, y + 4.7, pcbnew.B_SilkS, 0.7)
    text(board, "JETSON, ISOLATED", 32.3, 47.8, pcbnew.B_SilkS)
    text(board, "USB", 11.3, 62.8, pcbnew.B_SilkS, 1.0)


def write(design: Design, folder: Path, name: str) -> None:
    """Writes the board's file."""
    board, nets = populate(design, folder / f"{name}.kicad_sch")
    wire(board, nets)
    planes(board, nets)
    words(board)
    path = folder / f"{name}.kicad_pcb"
    save(board, path)


def save(board: pcbnew.BOARD, path: Path) -> None:
    """Fills the planes, saves, and puts the file into an order that stays."""
    project = path.with_suffix(".kicad_pro").read_bytes()
    pcbnew.SaveBoard(str(path), board)
    path.with_suffix(".kicad_pro").write_bytes(project)
    # A board that was never a file has no rules to fill by.
    settle(path)
    board = pcbnew.LoadBoard(str(path))
    pcbnew.ZONE_FILLER(board).Fill(board.Zones())
    pcbnew.SaveBoard(str(path), board)
    path.with_suffix(".kicad_pro").write_bytes(project)
    path.with_suffix(".kicad_prl").unlink(missing_ok=True)
    settle(path)
