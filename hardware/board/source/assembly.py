"""Drawings for the bench: where each part lies, with its reference, as one looks at that side."""

from __future__ import annotations

import math
from functools import cache

from catalogue import KINDS
from design import Design
from geometry import BOARD_BOX
from library import FOOTPRINTS, footprint_name
from placement import places
from sexpr import child, parse

SCALE = 3.0
"""Drawn three times as large as it is."""


@cache
def body(footprint: str) -> tuple[tuple[float, float, float, float], tuple[float, float]]:
    """A footprint's drawn body (left, top, right, bottom) and its first pad, in its own frame."""
    node = parse((FOOTPRINTS / f"{footprint}.kicad_mod").read_text(encoding="utf-8"))
    xs: list[float] = []
    ys: list[float] = []
    first = None
    for part in node:
        if not isinstance(part, list):
            continue
        if part[0] == "pad" and first is None:
            first = tuple(float(v) for v in child(part, "at")[1:3])
        layer = child(part, "layer")
        if layer is None or layer[1] != "F.Fab" or part[0] not in ("fp_line", "fp_rect", "fp_circle", "fp_poly"):
            continue
        if part[0] == "fp_circle":
            (cx, cy), (ex, ey) = ([float(v) for v in child(part, name)[1:]] for name in ("center", "end"))
            r = math.hypot(ex - cx, ey - cy)
            xs += [cx - r, cx + r]
            ys += [cy - r, cy + r]
        points = [child(part, name)[1:] for name in ("start", "end") if child(part, name)]
        points += [point[1:] for point in child(part, "pts")[1:]] if child(part, "pts") else []
        xs += [float(point[0]) for point in points]
        ys += [float(point[1]) for point in points]
    if not xs:
        xs, ys = [-0.5, 0.5], [-0.5, 0.5]
    return (min(xs), min(ys), max(xs), max(ys)), first or (0.0, 0.0)


def drawing(design: Design, side: str) -> str:
    """One side as SVG; the back as one sees it from behind."""
    x0, y0, x1, y1 = BOARD_BOX

    def seen(x: float, y: float) -> tuple[float, float]:
        return (x - x0 if side == "F" else x1 - x), y - y0

    shapes = []
    for ref, (x, y, turned, of) in sorted(places().items()):
        if of != side:
            continue
        kind = KINDS[design.parts[ref].kind]
        (left, top, right, bottom), first = body(footprint_name(kind.footprint))
        cos, sin = math.cos(math.radians(turned)), math.sin(math.radians(turned))

        def there(px: float, py: float) -> tuple[float, float]:
            # A turn is anticlockwise as seen from that side.
            sx, sy = seen(x, y)
            return sx + px * cos + py * sin, sy - px * sin + py * cos

        corners = [there(px, py) for px, py in ((left, top), (right, bottom))]
        ax, bx = sorted(p[0] for p in corners)
        ay, by = sorted(p[1] for p in corners)
        fx, fy = there(*first)
        w, h = bx - ax, by - ay
        size = max(0.85, min(1.5, 1.5 * max(w, h) / (0.6 * len(ref) + 0.6)))
        upright = h > w * 1.4
        mx, my = (ax + bx) / 2, (ay + by) / 2
        spin = f' transform="rotate(-90 {mx:.2f} {my:.2f})"' if upright else ""
        shapes.append(f'<rect x="{ax:.2f}" y="{ay:.2f}" width="{w:.2f}" height="{h:.2f}"/>')
        if len(design.parts[ref].pins) > 2 or kind.symbol.endswith(("LED", "SS14", "C_Polarized")):
            shapes.append(f'<circle cx="{fx:.2f}" cy="{fy:.2f}" r="0.35" fill="#c33" stroke="none"/>')
        shapes.append(f'<text x="{mx:.2f}" y="{my + size * 0.35:.2f}" font-size="{size:.2f}"{spin}>{ref}</text>')
    width, height = x1 - x0, y1 - y0
    title = {"F": "front", "B": "back"}[side]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{(width + 4) * SCALE:.0f}mm" height="{(height + 8) * SCALE:.0f}mm" '
            f'viewBox="-2 -6 {width + 4:.1f} {height + 8:.1f}">\n'
            f'<rect x="-2" y="-6" width="{width + 4:.1f}" height="{height + 8:.1f}" fill="#fff"/>\n'
            f'<text x="0" y="-2.5" font-size="2.4" font-family="sans-serif">Board 1, {title}; a red dot is pin 1, of lamps and diodes the '
            f'cathode, of C901 and C902 plus</text>\n'.replace("2.4", "1.6") +
            f'<g fill="none" stroke="#555" stroke-width="0.12"><rect width="{width}" height="{height}" rx="1"/></g>\n'
            f'<g fill="none" stroke="#222" stroke-width="0.1" font-family="sans-serif" text-anchor="middle">\n'
            + "\n".join(shapes).replace("<text ", '<text fill="#124" stroke="none" ') + "\n</g>\n</svg>\n")
