"""The panel as a board of two colours: white print and bare gold on black. Needs KiCad's own Python."""

from __future__ import annotations

from pathlib import Path

import pcbnew

from geometry import ROOT, Faceplate, faceplate
from layout import at, finish_line, mm, outline, save
from outline import Ink, artwork

NAME = "faceplate"
ART = ROOT / "static" / "faceplate.svg"
GAP = 0.12
"""White print keeps this far from bare copper: a mask's edge is not sharper."""


def holes(panel: Faceplate) -> list[tuple[str, float, float, float, float, float]]:
    """Every opening: id, centre, width, height, corner radius in millimetres."""
    found = []
    for entry in panel.table["mounting"]:
        (x, y), d = entry["centre"], entry["hole_d"]
        found.append((entry["id"], x, y, entry["slot_width"], d, d / 2))
    for entry in panel.table["components"]:
        x, y = entry["centre"]
        if entry["hole_d"]:
            found.append((entry["id"], x, y, entry["hole_d"], entry["hole_d"], entry["hole_d"] / 2))
        else:
            w, h = entry["window"]
            found.append((entry["id"], x, y, w, h, 0.5))
    return found


def cut(board: pcbnew.BOARD, x: float, y: float, w: float, h: float, r: float) -> None:
    """An opening."""
    if w == h == 2 * r:
        shape = pcbnew.PCB_SHAPE(board, pcbnew.SHAPE_T_CIRCLE)
        shape.SetCenter(at(x, y))
        shape.SetEnd(at(x + r, y))
        finish_line(board, shape)
    else:
        outline(board, (x - w / 2, y - h / 2, x + w / 2, y + h / 2), r)


def polygon(inks: list[Ink]) -> pcbnew.SHAPE_POLY_SET:
    """The area of inks. Outlines of a filled shape are combined by even and odd, as its holes are drawn."""
    whole = pcbnew.SHAPE_POLY_SET()
    for ink in inks:
        area = pcbnew.SHAPE_POLY_SET()
        if ink.width:
            for run in ink.runs:
                for a, b in zip(run, run[1:]):
                    line = pcbnew.PCB_SHAPE(None, pcbnew.SHAPE_T_SEGMENT)
                    line.SetStart(at(*a))
                    line.SetEnd(at(*b))
                    line.SetWidth(mm(ink.width))
                    line.TransformShapeToPolygon(area, pcbnew.F_SilkS, 0, mm(0.01), pcbnew.ERROR_INSIDE)
            area.Simplify()
        else:
            for run in ink.runs:
                one = pcbnew.SHAPE_POLY_SET()
                one.NewOutline()
                for x, y in run[:-1]:
                    one.Append(mm(x), mm(y))
                one.Simplify()
                area.BooleanXor(one)
        whole.BooleanAdd(area)
    return whole


def draw(board: pcbnew.BOARD, area: pcbnew.SHAPE_POLY_SET, layer: int) -> None:
    """Fills an area on a layer, a shape an island."""
    flat = pcbnew.SHAPE_POLY_SET(area)
    flat.Fracture()
    for index in range(flat.OutlineCount()):
        one = pcbnew.SHAPE_POLY_SET()
        one.AddOutline(flat.Outline(index))
        shape = pcbnew.PCB_SHAPE(board, pcbnew.SHAPE_T_POLY)
        shape.SetPolyShape(one)
        shape.SetFilled(True)
        shape.SetWidth(0)
        shape.SetLayer(layer)
        board.Add(shape)


def openings(panel: Faceplate, grow: float) -> pcbnew.SHAPE_POLY_SET:
    """The area of all openings and some more."""
    whole = pcbnew.SHAPE_POLY_SET()
    for _, x, y, w, h, _ in holes(panel):
        one = pcbnew.SHAPE_POLY_SET()
        one.NewOutline()
        w, h = w / 2 + grow, h / 2 + grow
        if w == h:
            from outline import circle

            for px, py in circle(x, y, w)[:-1]:
                one.Append(mm(px), mm(py))
        else:
            for px, py in ((x - w, y - h), (x + w, y - h), (x + w, y + h), (x - w, y + h)):
                one.Append(mm(px), mm(py))
        whole.BooleanAdd(one)
    return whole


def write(folder: Path) -> None:
    """Writes the panel's board."""
    panel = faceplate()
    board = pcbnew.BOARD()
    block = board.GetTitleBlock()
    block.SetTitle("Neurorack faceplate")
    block.SetRevision("1")
    board.SetTitleBlock(block)
    size = panel.table["panel"]
    outline(board, (0, 0, size["width"], size["height"]), size["corner_radius"])
    for _, x, y, w, h, r in holes(panel):
        cut(board, x, y, w, h, r)
    inks = artwork(ART)
    gold = polygon([ink for ink in inks if ink.group == "ink-2"])
    gold.BooleanSubtract(openings(panel, 0.45))
    white = polygon([ink for ink in inks if ink.group == "ink-1"])
    near = pcbnew.SHAPE_POLY_SET(gold)
    near.Inflate(mm(GAP), pcbnew.CORNER_STRATEGY_ROUND_ALL_CORNERS, mm(0.01))
    white.BooleanSubtract(near)
    white.BooleanSubtract(openings(panel, 0.15))
    draw(board, gold, pcbnew.F_Cu)
    draw(board, gold, pcbnew.F_Mask)
    draw(board, white, pcbnew.F_SilkS)
    save(board, folder / f"{NAME}.kicad_pcb")


def picture(panel: Faceplate) -> str:
    """The panel as SVG: the artwork as it is, its openings from the table."""
    text = ART.read_text(encoding="utf-8")
    begin = text.index('<g id="holes"')
    lines = []
    for name, x, y, w, h, r in holes(panel):
        if w == h == 2 * r:
            lines.append(f'<circle id="hole-{name}" cx="{x}" cy="{y}" r="{r}"/>')
        else:
            lines.append(f'<rect id="hole-{name}" x="{round(x - w / 2, 3)}" y="{round(y - h / 2, 3)}" width="{w}" height="{h}" rx="{r}"/>')
    return text[:begin] + '<g id="holes" fill="#000">\n' + "\n".join(lines) + "\n</g>\n</svg>\n"
