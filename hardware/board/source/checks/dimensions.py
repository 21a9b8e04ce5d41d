"""Measures against Eurorack's specification and the parts' data sheets; the boards' files are read as text."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from geometry import BOARD_BOX, JACK, JACK_BODY, JACK_HOLE, LAMP, Faceplate, turn
from sexpr import Node, child, children, parse

HP = 5.08
HEIGHT, HOLE_FROM_EDGE, FIRST_HOLE = 128.5, 3.0, 7.5
"""Doepfer's A-100 construction details: height, rows of holes, first hole."""
NEAR = 0.011

BODIES = {"jack": (9.0, 10.5), "encoder": (12.5, 13.2), "display": (35.4, 33.5)}
"""PJ398SM, PEC11R with its terminals up and down, the 1.3 inch display's board; width and height as the table has them."""
BUSHING = {"jack": 6.0, "encoder": 7.0}
"""Threads that go through the panel: M6, M7."""


def eurorack(panel: Faceplate) -> Iterator[str]:
    """Eleven HP, three units, slots on the grid."""
    size = panel.table["panel"]
    if not 0.3 <= 11 * HP - size["width"] <= 0.45 or size["hp"] != 11:
        yield f"a panel of 11 HP is {11 * HP:.2f} mm less a third of a millimetre, not {size['width']}"
    if size["height"] != HEIGHT:
        yield f"a panel of 3 U is {HEIGHT} mm high, not {size['height']}"
    rows = set()
    for slot in panel.table["mounting"]:
        x, y = slot["centre"]
        steps = (x - FIRST_HOLE) / HP
        if abs(steps - round(steps)) * HP > NEAR:
            yield f"{slot['id']} lies {steps:.3f} HP from the first hole"
        if min(abs(y - HOLE_FROM_EDGE), abs(y - HEIGHT + HOLE_FROM_EDGE)) > NEAR:
            yield f"{slot['id']} lies {y} mm down"
        if slot["hole_d"] < 3.2:
            yield f"{slot['id']} is too narrow for M3"
        rows.add((round(steps), y < HEIGHT / 2))
    if len(rows) != 4:
        yield "there are not four slots in four places"
    if BOARD_BOX[2] - BOARD_BOX[0] > 55.5 or BOARD_BOX[0] < 0 or BOARD_BOX[2] > size["width"]:
        yield "the board is wider than its panel"
    if BOARD_BOX[1] < size["rail_keepout"] or BOARD_BOX[3] > HEIGHT - size["rail_keepout"]:
        yield "the board would touch a rail"


def body(entry: dict) -> tuple[float, float, float, float]:
    """What a part covers behind the panel."""
    (x, y), (dx, dy), (w, h) = entry["centre"], entry["body_offset"], entry["body"]
    return x + dx - w / 2, y + dy - h / 2, x + dx + w / 2, y + dy + h / 2


def bodies(panel: Faceplate) -> Iterator[str]:
    """Parts as large as their data sheets say, none in another's place."""
    entries = panel.table["components"]
    for entry in entries:
        kind = "jack" if entry["id"] in JACK else entry["kind"]
        if kind in BODIES and sorted(entry["body"]) != sorted(BODIES[kind]):
            yield f"{entry['id']} covers {entry['body']}, its part {BODIES[kind]}"
        if kind in BUSHING and not 0 < entry["hole_d"] - BUSHING[kind] <= 0.4:
            yield f"{entry['id']}: a thread of {BUSHING[kind]} mm in a hole of {entry['hole_d']}"
    for at, one in enumerate(entries):
        for other in entries[at + 1:]:
            a, b = body(one), body(other)
            if min(a[2], b[2]) - max(a[0], b[0]) > NEAR and min(a[3], b[3]) - max(a[1], b[1]) > NEAR:
                yield f"{one['id']} and {other['id']} are in each other's place"
    for name in JACK:
        turned = panel.jack_turn(name)
        x, y = panel.centre(name)
        corners = [turn(px, py, turned) for px, py in (JACK_BODY[:2], JACK_BODY[2:])]
        is_ = (x + min(p[0] for p in corners), y + min(p[1] for p in corners), x + max(p[0] for p in corners), y + max(p[1] for p in corners))
        if any(abs(p - q) > NEAR for p, q in zip(is_, body(panel.component(name)))):
            yield f"{name}: the jack's body lies at {is_}"


def edges(board: Node) -> list[tuple[str, list[float]]]:
    """Lines and circles of a board's outline."""
    found = []
    for kind in ("gr_line", "gr_circle", "gr_arc"):
        for node in children(board, kind):
            if child(node, "layer")[1] == "Edge.Cuts":
                found.append((kind, [float(v) for name in ("start", "mid", "end", "center") if child(node, name) for v in child(node, name)[1:]]))
    return found


def cut(panel: Faceplate, path: Path) -> Iterator[str]:
    """The panel's file has each hole of the table where the table says, and no other."""
    found = edges(parse(path.read_text(encoding="utf-8")))
    circles = {(round(v[2], 3), round(v[3], 3), round(math.hypot(v[0] - v[2], v[1] - v[3]), 3)) for kind, v in found if kind == "gr_circle"}
    wanted = {(round(x, 3), round(y, 3), round(entry["hole_d"] / 2, 3)) for entry in panel.table["components"] if entry["hole_d"]
              for x, y in [entry["centre"]]}
    for x, y, r in sorted(circles ^ wanted):
        yield f"a hole of {2 * r} mm at {x}, {y} is only in the {'file' if (x, y, r) in circles else 'table'}"
    lines = [v for kind, v in found if kind == "gr_line"]
    size = panel.table["panel"]
    xs, ys = [v for line in lines for v in line[::2]], [v for line in lines for v in line[1::2]]
    if (min(xs), min(ys), max(xs), max(ys)) != (0, 0, size["width"], size["height"]):
        yield "the outline is not the panel's"
    for slot in panel.table["mounting"]:
        (x, y), w, d = slot["centre"], slot["slot_width"], slot["hole_d"]
        for edge in (y - d / 2, y + d / 2):
            ends = sorted((x - w / 2 + d / 2, x + w / 2 - d / 2))
            if not any(abs(v[1] - edge) < NEAR and abs(v[3] - edge) < NEAR and all(
                    abs(p - q) < NEAR for p, q in zip(sorted((v[0], v[2])), ends)) for v in lines):
                yield f"{slot['id']} has no edge at {edge:.2f} mm"
    w, h = panel.component("oled")["window"]
    x, y = panel.centre("oled")
    for edge in (x - w / 2, x + w / 2):
        if not any(abs(v[0] - edge) < NEAR and abs(v[2] - edge) < NEAR and abs(v[1] - v[3]) > h / 2 for v in lines):
            yield f"the window has no edge at {edge:.2f} mm"


def behind(panel: Faceplate, path: Path) -> Iterator[str]:
    """On the board, jacks, lamps and encoder stand behind their holes."""
    board = parse(path.read_text(encoding="utf-8"))
    at = {}
    for node in children(board, "footprint"):
        ref = next(part[2] for part in node if isinstance(part, list) and part[0] == "property" and part[1] == "Reference")
        at[str(ref)] = [float(v) for v in child(node, "at")[1:]] + [0.0], str(child(node, "layer")[1])
    middle = {"encoder": ("SW801", (7.5, 2.5))} | {name: (ref, JACK_HOLE) for name, ref in JACK.items()} | {
        name: (ref, (1.27, 0.0)) for name, ref in LAMP.items()}
    for name, (ref, (dx, dy)) in middle.items():
        (x, y, angle, *_), layer = at[ref]
        dx, dy = turn(dx, dy, int(angle))
        px, py = panel.centre(name)
        if math.hypot(x + dx - px, y + dy - py) > NEAR or layer != "F.Cu":
            yield f"{ref} stands at {x + dx:.2f}, {y + dy:.2f} on {layer}, its hole {name} at {px}, {py}"
    xs = [v for kind, line in edges(board) if kind == "gr_line" for v in line[::2]]
    if max(xs) - min(xs) > 55.5:
        yield f"the board is {max(xs) - min(xs):.2f} mm wide"


def printed(panel: Faceplate, path: Path) -> Iterator[str]:
    """The page's picture has its holes where the table says."""
    text = path.read_text(encoding="utf-8")
    for entry in panel.table["components"]:
        if entry["hole_d"]:
            x, y = entry["centre"]
            if f'cx="{x}" cy="{y}" r="{entry["hole_d"] / 2}"' not in text:
                yield f"{path.name} has no hole {entry['id']} at {x}, {y}"
