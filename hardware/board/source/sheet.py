"""One page of the schematic: symbols, wires between their pins, and names where a wire ends.

Lengths are steps of 2.54 mm, y down. A page says where symbols stand and which wires are drawn; whatever a pin has no wire for gets
the net's name. `finish` proves that the drawing joins what the design joins, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from catalogue import KINDS
from design import Design
from identity import identifier
from library import GROUNDS, RAILS, pins, symbol_name

Point = tuple[float, float]
DIRECTIONS = {0: (1, 0), 90: (0, -1), 180: (-1, 0), 270: (0, 1)}


def turned(x: float, y: float, rot: int, mirror: str) -> Point:
    """A point of a symbol as it stands on the page: mirrored, then turned anticlockwise; y down."""
    if mirror == "x":
        y = -y
    elif mirror == "y":
        x = -x
    for _ in range(rot // 90):
        x, y = y, -x
    return x, y


@dataclass
class Placed:
    """A symbol, or one unit of it."""

    ref: str
    x: float
    y: float
    rot: int
    unit: int
    mirror: str


@dataclass
class Name:
    """A net's name at a point, written away from it."""

    net: str
    at: Point
    angle: int


@dataclass
class Sheet:
    """A page under construction."""

    key: str
    title: str
    design: Design
    paper: str = "A4"
    placed: list[Placed] = field(default_factory=list)
    segments: list[tuple[Point, Point]] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    texts: list[tuple[float, float, str, float]] = field(default_factory=list)
    flags: list[tuple[Point, bool]] = field(default_factory=list)
    open_pins: list[Point] = field(default_factory=list)
    junctions: list[Point] = field(default_factory=list)
    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)
    pin_at: dict[tuple[str, str], tuple[Point, int]] = field(default_factory=dict)

    def place(self, ref: str, x: float, y: float, rot: int = 0, unit: int = 1, mirror: str = "") -> None:
        """Puts a symbol, or one unit of it, with its origin at a point."""
        self.placed.append(Placed(ref, x, y, rot, unit, mirror))
        kind = KINDS[self.design.parts[ref].kind]
        for number, (of, px, py, angle, _) in pins(symbol_name(kind.symbol)).items():
            if of not in (0, unit):
                continue
            dx, dy = turned(px / 2.54, -py / 2.54, rot, mirror)
            # A pin's angle points to the body; the wire goes the other way.
            out = DIRECTIONS[angle]
            ox, oy = turned(-out[0], -out[1], rot, mirror)
            away = next(a for a, d in DIRECTIONS.items() if (round(ox), round(oy)) == d)
            self.pin_at[ref, number] = ((round(x + dx, 3), round(y + dy, 3)), away)

    def point(self, end: str | Point) -> Point:
        """Where a pin named `R1.2` is, or the point itself."""
        if isinstance(end, str):
            ref, number = end.split(".")
            return self.pin_at[ref, number][0]
        return end

    def wire(self, *ends: str | Point) -> None:
        """Draws from end to end, horizontally first where two are not in line."""
        points = [self.point(end) for end in ends]
        for (ax, ay), (bx, by) in zip(points, points[1:]):
            if ax != bx and ay != by:
                self.segments += [((ax, ay), (bx, ay)), ((bx, ay), (bx, by))]
            else:
                self.segments.append(((ax, ay), (bx, by)))

    def text(self, x: float, y: float, words: str, size: float = 2.0) -> None:
        """Writes on the page; `size` in millimetres."""
        self.texts.append((x, y, words, size))

    def box(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """A dashed frame around what belongs together."""
        self.boxes.append((x0, y0, x1, y1))

    def flag(self, x: float, y: float, up: bool = True) -> None:
        """Tells KiCad's check that what a wire leads comes from outside; the point lies on a wire."""
        self.flags.append(((x, y), up))

    def finish(self) -> None:
        """Names what has no wire and proves the drawing; raises `ValueError` where it says something else than the design."""
        nets = {(ref, number): net for ref, part in self.design.parts.items() for number, net in part.pins.items()}
        for (ref, number), (at, away) in self.pin_at.items():
            if (ref, number) not in nets:
                if not self._touching(at):
                    self.open_pins.append(at)
                continue
            stacked = [key for key, (where, _) in self.pin_at.items() if where == at]
            if not self._touching(at) and not any(name.at == at for name in self.names) and stacked[0] == (ref, number):
                self._name(nets[ref, number], at, away, stub=True)
        ends = [point for segment in self.segments for point in segment]
        for at in sorted(set(ends)):
            loose = ends.count(at) == 1 and not any(where == at for where, _ in self.pin_at.values())
            if loose and not self._inside(at) and not any(name.at == at for name in self.names):
                net = self._net_at(at, nets)
                other = next(b if a == at else a for a, b in self.segments if at in (a, b))
                angle = 0 if at[0] > other[0] else 180 if at[0] < other[0] else 90 if at[1] < other[1] else 270
                self._name(net, at, angle, stub=False)
        self._junctions()
        self._split()
        self._prove(nets)

    def _name(self, net: str, at: Point, away: int, stub: bool) -> None:
        """Writes a net's name at a pin or a wire's end; arrows of rails always point up, grounds down."""
        upright = net in GROUNDS or net in RAILS
        if not upright:
            self.names.append(Name(net, at, away))
            return
        wanted = 270 if net in GROUNDS or "-12" in net else 90
        if stub and away != wanted:
            dx, dy = DIRECTIONS[away]
            end = (at[0] + dx, at[1] + dy) if away in (0, 180) else at
            if end != at:
                self.segments.append((at, end))
            at = end
        self.names.append(Name(net, at, wanted))

    def _touching(self, at: Point) -> bool:
        return any(at in segment for segment in self.segments) or self._inside(at)

    def _inside(self, at: Point) -> bool:
        return any(_between(at, a, b) for a, b in self.segments)

    def _groups(self) -> dict[Point, Point]:
        """Each point of a wire and the one that stands for all that are joined with it."""
        parent: dict[Point, Point] = {}

        def find(p: Point) -> Point:
            while parent.setdefault(p, p) != p:
                p = parent[p]
            return p

        points = {p for segment in self.segments for p in segment} | {at for at, _ in self.pin_at.values()}
        points |= {name.at for name in self.names}
        for a, b in self.segments:
            parent[find(a)] = find(b)
            for p in points:
                if _between(p, a, b):
                    parent[find(p)] = find(a)
        return {p: find(p) for p in points}

    def _net_at(self, at: Point, nets: dict[tuple[str, str], str]) -> str:
        groups = self._groups()
        for key, (where, _) in self.pin_at.items():
            if key in nets and groups[where] == groups[at]:
                return nets[key]
        raise ValueError(f"{self.key}: the wire that ends at {at} joins no pin")

    def _junctions(self) -> None:
        ends: dict[Point, int] = {}
        for segment in self.segments:
            for p in segment:
                ends[p] = ends.get(p, 0) + 1
        for at in [where for where, _ in self.pin_at.values()] + [where for where, _ in self.flags]:
            if at in ends or self._inside(at):
                ends[at] = ends.get(at, 0) + 1
        for p, count in sorted(ends.items()):
            if count + 2 * sum(_between(p, a, b) for a, b in self.segments) >= 3:
                self.junctions.append(p)

    def _split(self) -> None:
        """Cuts wires where others meet them, as KiCad keeps them: it loses the rest of a wire that it has to cut itself."""
        points = {p for segment in self.segments for p in segment} | {at for at, _ in self.pin_at.values()} | set(self.junctions)
        whole, self.segments = self.segments, []
        for a, b in whole:
            through = sorted({a, b} | {p for p in points if _between(p, a, b)})
            self.segments += [segment for segment in zip(through, through[1:]) if segment not in self.segments]

    def _prove(self, nets: dict[tuple[str, str], str]) -> None:
        groups = self._groups()
        said: dict[Point, set[str]] = {}
        for key, (at, _) in self.pin_at.items():
            if key in nets:
                said.setdefault(groups[at], set()).add(nets[key])
        for name in self.names:
            said.setdefault(groups[name.at], set()).add(name.net)
        for at, found in said.items():
            if len(found) != 1:
                raise ValueError(f"{self.key}: the drawing joins {sorted(found)} at {at}")
        named = {(groups[name.at], name.net) for name in self.names}
        parts: dict[str, set[Point]] = {}
        for key, (at, _) in self.pin_at.items():
            if key in nets:
                parts.setdefault(nets[key], set()).add(groups[at])
        for net, places in parts.items():
            if len(places) > 1 or self.leaves(net):
                for place in places:
                    if (place, net) not in named:
                        raise ValueError(f"{self.key}: {net} needs its name at {place}")

    def leaves(self, net: str) -> bool:
        """Whether a net has pins on other pages."""
        return any((part.ref, number) not in self.pin_at
                   for part in self.design.parts.values() for number, of in part.pins.items() if of == net)

    def id(self, *names: object) -> str:
        """An identifier of something on this page."""
        return identifier("sheet", self.key, *names)


def _between(p: Point, a: Point, b: Point) -> bool:
    """Whether a point lies on a wire, not at its ends."""
    if p in (a, b):
        return False
    (ax, ay), (bx, by) = a, b
    if ax == bx == p[0]:
        return min(ay, by) < p[1] < max(ay, by)
    return ay == by == p[1] and min(ax, bx) < p[0] < max(ax, bx)
