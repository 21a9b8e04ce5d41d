"""Outlines of the artwork: SVG paths as points, curves flattened."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as tree
from dataclasses import dataclass
from pathlib import Path

Point = tuple[float, float]
SVG = "{http://www.w3.org/2000/svg}"
STEPS = 6
"""Pieces of a curve: letters are two millimetres high."""


@dataclass(frozen=True)
class Ink:
    """A filled shape (closed outlines) or a line (`width` above 0)."""

    group: str
    runs: tuple[tuple[Point, ...], ...]
    width: float


def quadratic(a: Point, c: Point, b: Point) -> list[Point]:
    """A curve with one control point, without its beginning."""
    done = []
    for k in range(1, STEPS + 1):
        t = k / STEPS
        done.append(tuple((1 - t) ** 2 * p + 2 * t * (1 - t) * q + t * t * r for p, q, r in zip(a, c, b)))
    return done


def arc(a: Point, r: float, large: bool, sweep: bool, b: Point) -> list[Point]:
    """A piece of a circle, without its beginning (SVG 1.1, F.6.5 for one radius)."""
    mx, my = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    dx, dy = b[0] - a[0], b[1] - a[1]
    half = math.hypot(dx, dy) / 2
    r = max(r, half)
    away = math.sqrt(max(r * r - half * half, 0)) / (2 * half)
    if large == sweep:
        away = -away
    cx, cy = mx - dy * away, my + dx * away
    begin, end = math.atan2(a[1] - cy, a[0] - cx), math.atan2(b[1] - cy, b[0] - cx)
    if sweep and end < begin:
        end += math.tau
    if not sweep and end > begin:
        end -= math.tau
    count = max(2, int(abs(end - begin) / 0.15))
    points = [(cx + r * math.cos(begin + (end - begin) * k / count), cy + r * math.sin(begin + (end - begin) * k / count))
              for k in range(1, count)]
    return [*points, b]


def flattened(path: str) -> list[list[Point]]:
    """The runs of a path's absolute commands M, L, H, V, Q, A, Z; others raise `ValueError`."""
    words = re.findall(r"[A-Za-z]|-?\d*\.?\d+(?:e-?\d+)?", path)
    runs: list[list[Point]] = []
    at = (0.0, 0.0)
    command = ""
    position = 0

    def take(count: int) -> list[float]:
        nonlocal position
        values = [float(word) for word in words[position:position + count]]
        position += count
        return values

    while position < len(words):
        if words[position].isalpha():
            command = words[position]
            position += 1
        if command == "Z":
            runs[-1].append(runs[-1][0])
            at = runs[-1][0]
            continue
        if command == "M":
            at = tuple(take(2))
            runs.append([at])
            command = "L"
            continue
        if command == "L":
            new = [tuple(take(2))]
        elif command == "H":
            new = [(take(1)[0], at[1])]
        elif command == "V":
            new = [(at[0], take(1)[0])]
        elif command == "Q":
            cx, cy, x, y = take(4)
            new = quadratic(at, (cx, cy), (x, y))
        elif command == "A":
            r, _, _, large, sweep, x, y = take(7)
            new = arc(at, r, bool(large), bool(sweep), (x, y))
        else:
            raise ValueError(f"the artwork uses {command}, which nobody reads")
        runs[-1] += new
        at = runs[-1][-1]
    return [run for run in runs if len(run) > 1]


def circle(cx: float, cy: float, r: float) -> list[Point]:
    """A circle as a closed run."""
    return [(cx + r * math.cos(k * math.tau / 72), cy + r * math.sin(k * math.tau / 72)) for k in range(73)]


def rounded(x: float, y: float, w: float, h: float, r: float) -> list[Point]:
    """A rectangle with round corners as a closed run."""
    run: list[Point] = []
    for cx, cy, begin in ((x + w - r, y + r, -90), (x + w - r, y + h - r, 0), (x + r, y + h - r, 90), (x + r, y + r, 180)):
        run += [(cx + r * math.cos(math.radians(begin + 15 * k)), cy + r * math.sin(math.radians(begin + 15 * k))) for k in range(7)]
    return [*run, run[0]]


def artwork(path: Path) -> list[Ink]:
    """All inks of the panel's picture, in its order; groups `ink-1` and `ink-2`."""
    found: list[Ink] = []

    def walk(node: tree.Element, ink: str, stroke: float) -> None:
        name = node.get("id", "")
        ink = name if name.startswith("ink-") else ink
        if node.get("stroke-width"):
            stroke = float(node.get("stroke-width"))
        if node.get("fill", "none") != "none":
            stroke = 0.0
        if name == "holes":
            return
        runs: list[list[Point]] = []
        number = {key: float(value) for key, value in node.items() if re.fullmatch(r"-?\d*\.?\d+", value)}
        if node.tag == SVG + "path":
            runs = flattened(node.get("d", ""))
        elif node.tag == SVG + "circle":
            runs = [circle(number["cx"], number["cy"], number["r"])]
        elif node.tag == SVG + "rect" and ink:
            runs = [rounded(number["x"], number["y"], number["width"], number["height"], number.get("rx", 0.01))]
        if runs and ink:
            found.append(Ink(ink, tuple(tuple(run) for run in runs), stroke))
        for below in node:
            walk(below, ink, stroke)

    walk(tree.parse(path).getroot(), "", 0.0)
    return found
