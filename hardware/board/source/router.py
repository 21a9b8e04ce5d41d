"""Routes the board: shortest paths on a grid of two outer layers, vias into the planes, rip-up where a net finds no way.

Deterministic: the same placement gives the same `tracks.json`. KiCad's design rule check judges the result; this only has to find
it. Needs KiCad's Python and numpy; `main.py route` runs it, and only when placement or circuit changed.
"""

from __future__ import annotations

import heapq
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy
import pcbnew

from geometry import BOARD_BOX
from layout import ISLAND, TRACKS

STEP = 0.2
CLEARANCE = 0.185
"""A little more than the rule asks: a diagonal step comes nearer than its ends."""
VIA_R, VIA_HOLE = 0.3, 0.15
THIN, WIDE = 0.2, 0.4
WIDE_NETS = {"+12V", "-12V", "+5V", "VSYS", "BUS+12V", "BUS-12V", "+3V3", "JETSON_3V3", "JETSON_GND"}
PLANES = {"GND", "+3V3A"}
VIA_COST, FOREIGN_COST = 9.0, 25.0
FREE, SOFT, HARD = 0, 1, 2

WIDTH = int(round((BOARD_BOX[2] + 1) / STEP))
HEIGHT = int(round((BOARD_BOX[3] + 1) / STEP))
XS = numpy.arange(WIDTH) * STEP
YS = numpy.arange(HEIGHT) * STEP


@dataclass
class Pad:
    """A pad as the router sees it: centre, half sizes, corner radius (mm); layers; hole's radius."""

    net: str
    x: float
    y: float
    hx: float
    hy: float
    r: float
    layers: str
    hole: float


@dataclass
class Route:
    """What a net was given: runs of cells on a layer, and vias."""

    runs: list[tuple[int, float, list[tuple[int, int]]]] = field(default_factory=list)
    vias: list[tuple[int, int]] = field(default_factory=list)


def pads_of(board: pcbnew.BOARD) -> list[Pad]:
    """All pads; those without a net have names of their own."""
    found = []
    for footprint in sorted(board.GetFootprints(), key=lambda item: item.GetReference()):
        for at, pad in enumerate(footprint.Pads()):
            size = pad.GetSize()
            box = pad.GetBoundingBox()
            hx, hy = pcbnew.ToMM(box.GetWidth()) / 2, pcbnew.ToMM(box.GetHeight()) / 2
            centre = box.GetCenter()
            shape = pad.GetShape()
            round_pad = shape in (pcbnew.PAD_SHAPE_CIRCLE, pcbnew.PAD_SHAPE_OVAL)
            r = min(pcbnew.ToMM(size.x), pcbnew.ToMM(size.y)) / 2 if round_pad else 0.0
            through = pad.GetAttribute() in (pcbnew.PAD_ATTRIB_PTH, pcbnew.PAD_ATTRIB_NPTH)
            drill = pad.GetDrillSize()
            hole = max(pcbnew.ToMM(drill.x), pcbnew.ToMM(drill.y)) / 2 if through else 0.0
            layers = "FB" if through else ("B" if pad.IsOnLayer(pcbnew.B_Cu) else "F")
            net = pad.GetNetname() or f"{footprint.GetReference()}.{at}"
            found.append(Pad(net, pcbnew.ToMM(centre.x), pcbnew.ToMM(centre.y), hx, hy, r, layers, hole))
    return found


class Grid:
    """Who owns each cell, for tracks of two widths on two layers and for vias; 0 nobody, -1 several."""

    def __init__(self) -> None:
        shape = (HEIGHT, WIDTH)
        self.track = {(width, layer): numpy.zeros(shape, numpy.int16) for width in (THIN, WIDE) for layer in (0, 1)}
        self.via = numpy.zeros(shape, numpy.int16)

    def _mark(self, cells: numpy.ndarray, owner: int, x: float, y: float, hx: float, hy: float, r: float, reach: float) -> None:
        far = reach + 0.01
        x0, x1 = numpy.searchsorted(XS, [x - hx - far, x + hx + far])
        y0, y1 = numpy.searchsorted(YS, [y - hy - far, y + hy + far])
        dx = numpy.maximum(numpy.abs(XS[x0:x1] - x) - (hx - r), 0)
        dy = numpy.maximum(numpy.abs(YS[y0:y1] - y) - (hy - r), 0)
        near = numpy.hypot(dx[None, :], dy[:, None]) - r < reach
        part = cells[y0:y1, x0:x1]
        part[near & (part != owner) & (part != 0)] = -1
        part[near & (part == 0)] = owner

    def block(self, owner: int, x: float, y: float, hx: float, hy: float, r: float, layers: str, extra: float = 0.0) -> None:
        """A piece of copper keeps others away."""
        for name in layers:
            for width in (THIN, WIDE):
                self._mark(self.track[width, "FB".index(name)], owner, x, y, hx, hy, r, CLEARANCE + width / 2 + extra)
        self._mark(self.via, owner, x, y, hx, hy, r, CLEARANCE + VIA_R + extra)

    def hole(self, x: float, y: float, r: float) -> None:
        """No via near a hole, whoever it belongs to."""
        self._mark(self.via, -1, x, y, r, r, r, VIA_HOLE + 0.27)


class Router:
    """Finds ways for all nets."""

    def __init__(self, board: pcbnew.BOARD) -> None:
        self.pads = pads_of(board)
        names = sorted({pad.net for pad in self.pads})
        self.number = {name: at + 1 for at, name in enumerate(names)}
        self.by_net: dict[str, list[Pad]] = {}
        for pad in self.pads:
            self.by_net.setdefault(pad.net, []).append(pad)
        self.fixed = Grid()
        self.routes: dict[str, Route] = {}
        for pad in self.pads:
            self.fixed.block(self.number[pad.net], pad.x, pad.y, pad.hx, pad.hy, pad.r, pad.layers)
            if pad.hole:
                self.fixed.hole(pad.x, pad.y, pad.hole)
            else:
                # A hole in a pad would drink its solder.
                Grid._mark(self.fixed, self.fixed.via, -1, pad.x, pad.y, pad.hx, pad.hy, pad.r, VIA_R + 0.05)
        self._keep_out(board)
        self._edges()
        self.routed = Grid()

    def _keep_out(self, board: pcbnew.BOARD) -> None:
        """Where a footprint forbids tracks: under the metal of a jack."""
        for footprint in board.GetFootprints():
            for area in footprint.Zones():
                box = area.GetBoundingBox()
                x, y = pcbnew.ToMM(box.GetCenter().x), pcbnew.ToMM(box.GetCenter().y)
                hx, hy = pcbnew.ToMM(box.GetWidth()) / 2, pcbnew.ToMM(box.GetHeight()) / 2
                layers = ("F" if area.IsOnLayer(pcbnew.F_Cu) else "") + ("B" if area.IsOnLayer(pcbnew.B_Cu) else "")
                self.fixed.block(-1, x, y, hx, hy, min(hx, hy), layers, extra=0.05 - CLEARANCE)

    def _edges(self) -> None:
        x0, y0, x1, y1 = BOARD_BOX
        for cells, reach in [(cells, 0.42 + width / 2) for (width, _), cells in self.fixed.track.items()] + [(self.fixed.via, 0.75)]:
            cells[:, (XS < x0 + reach) | (XS > x1 - reach)] = -1
            cells[(YS < y0 + reach) | (YS > y1 - reach), :] = -1

    def island(self, net: str) -> numpy.ndarray:
        """Cells that a net may not enter: the Jetson's nets stay on their island, the others off it."""
        x0, y0, x1, y1 = ISLAND
        jetson = "JETSON" in net or "ISOLATOR" in net
        grow = -0.3 if jetson else 0.6
        inside = ((XS > x0 - grow) & (XS < x1 + grow))[None, :] & ((YS > y0 - grow) & (YS < y1 + grow))[:, None]
        return ~inside if jetson else inside

    def width(self, net: str) -> float:
        """How wide a net's tracks are."""
        return WIDE if net in WIDE_NETS else THIN

    def maps(self, net: str, width: float) -> tuple[list[bytearray], bytearray]:
        """For each cell whether it is free, another's track, or closed."""
        own = self.number[net]
        closed = self.island(net)

        def merged(fixed: numpy.ndarray, routed: numpy.ndarray) -> bytearray:
            cells = numpy.zeros(fixed.shape, numpy.uint8)
            cells[(routed != 0) & (routed != own)] = SOFT
            cells[((fixed != 0) & (fixed != own)) | closed] = HARD
            return bytearray(cells.tobytes())

        layers = [merged(self.fixed.track[width, layer], self.routed.track[width, layer]) for layer in (0, 1)]
        return layers, merged(self.fixed.via, self.routed.via)

    def cells(self, pad: Pad) -> list[int]:
        """Cells within a pad, as `layer * size + y * WIDTH + x`."""
        inside = []
        for gy in range(int((pad.y - pad.hy) / STEP), int((pad.y + pad.hy) / STEP) + 2):
            for gx in range(int((pad.x - pad.hx) / STEP), int((pad.x + pad.hx) / STEP) + 2):
                dx = max(abs(gx * STEP - pad.x) - (pad.hx - pad.r), 0)
                dy = max(abs(gy * STEP - pad.y) - (pad.hy - pad.r), 0)
                if dx * dx + dy * dy <= max(pad.r - 0.02, 0) ** 2 + 1e-9:
                    inside += [layer * WIDTH * HEIGHT + gy * WIDTH + gx for layer in (0, 1) if "FB"[layer] in pad.layers]
        return inside

    def search(self, layers: list[bytearray], via: bytearray, sources: dict[int, float], targets: set[int] | None,
               soft: bool) -> list[int] | None:
        """The cheapest path from a source to a target, or to any place where a via fits."""
        size = WIDTH * HEIGHT
        moves = [(1, 1.0), (-1, 1.0), (WIDTH, 1.0), (-WIDTH, 1.0), (WIDTH + 1, 1.415), (WIDTH - 1, 1.415), (1 - WIDTH, 1.415),
                 (-WIDTH - 1, 1.415)]
        if targets:
            tx = [cell % size % WIDTH for cell in targets]
            ty = [cell % size // WIDTH for cell in targets]
            bx0, bx1, by0, by1 = min(tx), max(tx), min(ty), max(ty)
        cost = dict(sources)
        before: dict[int, int] = {}
        queue = [(value, cell) for cell, value in sources.items()]
        heapq.heapify(queue)
        done: set[int] = set()
        limit = SOFT if soft else FREE
        while queue:
            _, cell = heapq.heappop(queue)
            if cell in done:
                continue
            done.add(cell)
            layer, at = divmod(cell, size)
            if (cell in targets) if targets else (via[at] <= limit):
                path = [cell]
                while path[-1] in before:
                    path.append(before[path[-1]])
                return path[::-1]
            here = cost[cell]
            blocked = layers[layer]
            steps = [(cell + move, at + move, price, blocked) for move, price in moves]
            if targets and via[at] <= limit:
                steps.append(((1 - layer) * size + at, at, VIA_COST + (FOREIGN_COST if via[at] else 0), layers[1 - layer]))
            for there, flat, price, cells in steps:
                state = cells[flat]
                if state > limit or there in done:
                    continue
                total = here + price + (FOREIGN_COST if state else 0)
                if total < cost.get(there, 1e9):
                    cost[there] = total
                    before[there] = cell
                    guess = 0.0
                    if targets:
                        x, y = flat % WIDTH, flat // WIDTH
                        guess = max(bx0 - x, x - bx1, by0 - y, y - by1, 0)
                    heapq.heappush(queue, (total + guess, there))
        return None

    def claim(self, net: str, route: Route) -> None:
        """A route's copper keeps others away."""
        own = self.number[net]
        for layer, width, points in route.runs:
            for (ax, ay), (bx, by) in zip(points, points[1:]):
                steps = max(abs(bx - ax), abs(by - ay), 1)
                for k in range(steps + 1):
                    x, y = (ax + (bx - ax) * k / steps) * STEP, (ay + (by - ay) * k / steps) * STEP
                    self.routed.block(own, x, y, width / 2, width / 2, width / 2, "FB"[layer])
        for x, y in route.vias:
            self.routed.block(own, x * STEP, y * STEP, VIA_R, VIA_R, VIA_R, "FB")
            self.routed.hole(x * STEP, y * STEP, VIA_HOLE)

    def rebuild(self) -> None:
        """All claims anew."""
        self.routed = Grid()
        for net, route in self.routes.items():
            self.claim(net, route)

    def take(self, route: Route, path: list[int], width: float) -> None:
        """Adds a path to a route."""
        size = WIDTH * HEIGHT
        run: list[tuple[int, int]] = []
        last = None
        for cell in path:
            layer, at = divmod(cell, size)
            point = (at % WIDTH, at // WIDTH)
            if last is not None and layer != last:
                route.runs.append((last, width, corners(run)))
                route.vias.append(point)
                run = []
            run.append(point)
            last = layer
        route.runs.append((last, width, corners(run)))

    def connect(self, net: str, soft: bool) -> Route | None:
        """Joins all pads of a net."""
        route = Route()
        if net in PLANES:
            layers, via = self.maps(net, THIN)
            for pad in self.by_net[net]:
                if pad.hole:
                    continue
                sources = dict.fromkeys(self.cells(pad), 0.0)
                path = self.search(layers, via, sources, None, soft=False)
                if path is None and soft:
                    path = self.search(layers, via, sources, None, soft=True)
                if path is None:
                    return None
                self.take(route, path, THIN)
                at = path[-1] % (WIDTH * HEIGHT)
                point = (at % WIDTH, at // WIDTH)
                route.vias.append(point)
                # The next via keeps its distance from this one's hole.
                marks = numpy.zeros((HEIGHT, WIDTH), numpy.int16)
                Grid._mark(self.routed, marks, 1, point[0] * STEP, point[1] * STEP, VIA_HOLE, VIA_HOLE, VIA_HOLE, VIA_HOLE + 0.27)
                for cell in numpy.flatnonzero(marks):
                    via[cell] = HARD
            return route
        width = self.width(net)
        layers, via = self.maps(net, width)
        groups = [set(self.cells(pad)) for pad in self.by_net[net]]
        joined = groups.pop(0)
        while groups:
            targets = set().union(*groups)
            path = self.search(layers, via, dict.fromkeys(sorted(joined), 0.0), targets, soft)
            if path is None:
                return None
            self.take(route, path, width)
            joined |= set(path)
            hit = next(group for group in groups if path[-1] in group)
            groups.remove(hit)
            joined |= hit
        return route

    def disturbed(self, net: str, route: Route) -> set[str]:
        """Nets whose copper a route crosses."""
        names = {number: name for name, number in self.number.items()}
        mine = Grid()
        for layer, width, points in route.runs:
            for (ax, ay), (bx, by) in zip(points, points[1:]):
                steps = max(abs(bx - ax), abs(by - ay), 1)
                for k in range(steps + 1):
                    x, y = int(round(ax + (bx - ax) * k / steps)), int(round(ay + (by - ay) * k / steps))
                    mine.track[width, layer][y, x] = 1
        for x, y in route.vias:
            mine.via[y, x] = 1
        hit: set[str] = set()
        for other, theirs in self.routes.items():
            if other == net:
                continue
            grid = Grid()
            self.routed, kept = grid, self.routed
            self.claim(other, theirs)
            self.routed = kept
            if any((mine.track[key] & (grid.track[key] != 0)).any() for key in mine.track) or (mine.via & (grid.via != 0)).any():
                hit.add(other)
        assert all(name in names.values() for name in hit)
        return hit

    def run(self) -> bool:
        """Routes everything; returns whether nothing is left."""
        def span(net: str) -> float:
            pads = self.by_net[net]
            return max(p.x for p in pads) - min(p.x for p in pads) + max(p.y for p in pads) - min(p.y for p in pads)

        nets = [net for net, pads in self.by_net.items() if len(pads) > 1]
        queue = sorted(nets, key=lambda net: (net not in PLANES, net not in WIDE_NETS, span(net), net))
        tries: dict[str, int] = {}
        rounds = 0
        while queue and rounds < 900:
            rounds += 1
            net = queue.pop(0)
            tries[net] = tries.get(net, 0) + 1
            route = self.connect(net, soft=False)
            if route is None:
                route = self.connect(net, soft=True)
                if route is None:
                    print(f"{net} finds no way at all")
                    continue
                hit = self.disturbed(net, route)
                print(f"{net} pushes away {sorted(hit)}", flush=True)
                for other in sorted(hit):
                    if other in PLANES:
                        print(f"  {other}: its vias move")
                    del self.routes[other]
                    queue.append(other)
                self.routes[net] = route
                self.rebuild()
                continue
            self.routes[net] = route
            self.claim(net, route)
        return not queue

    def write(self, path: Path) -> None:
        """Writes what was found."""
        tracks, vias = [], []
        for net in sorted(self.routes):
            route = self.routes[net]
            for layer, width, points in route.runs:
                if len(points) > 1:
                    tracks.append([net, "FB"[layer], width, *([round(x * STEP, 3), round(y * STEP, 3)] for x, y in points)])
            vias += [[net, round(x * STEP, 3), round(y * STEP, 3)] for x, y in route.vias]
        lines = ",\n".join(json.dumps(track) for track in tracks)
        points = ",\n".join(json.dumps(via) for via in vias)
        path.write_text('{"tracks": [\n' + lines + '\n],\n"vias": [\n' + points + "\n]}\n", encoding="utf-8")


def corners(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """A run without the points in the middle of straight parts."""
    kept = points[:1]
    for at in range(1, len(points) - 1):
        (ax, ay), (bx, by), (cx, cy) = points[at - 1], points[at], points[at + 1]
        if (bx - ax, by - ay) != (cx - bx, cy - by):
            kept.append(points[at])
    return kept + points[1:][-1:]


def route(board: pcbnew.BOARD) -> bool:
    """Routes a board that has its parts, and keeps the tracks."""
    router = Router(board)
    done = router.run()
    router.write(TRACKS)
    return done
