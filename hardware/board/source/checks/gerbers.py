"""Reads an archive of gerbers with gerbonara, which shares nothing with KiCad; run by a Python that has it."""

from __future__ import annotations

import sys
from pathlib import Path

from gerbonara import LayerStack

SIZES = {"neurorack": (54.5, 109.5, 4), "faceplate": (55.5, 128.5, 2)}


def main(path: Path) -> None:
    """Says what is in the archive; raises `ValueError` where something is missing."""
    stack = LayerStack.open(path)
    width, height, layers = SIZES[path.stem]
    (x0, y0), (x1, y1) = stack.outline.bounding_box(unit="mm")
    if abs(x1 - x0 - width) > 0.2 or abs(y1 - y0 - height) > 0.2:
        raise ValueError(f"the outline is {x1 - x0:.2f} x {y1 - y0:.2f} mm")
    copper = [layer for (side, use), layer in stack.graphic_layers.items() if use == "copper"]
    if len(copper) != layers or not all(layer for layer in copper[:1]):
        raise ValueError(f"{len(copper)} layers of copper")
    for want in (("top", "mask"), ("top", "silk")):
        if not stack.graphic_layers[want].objects:
            raise ValueError(f"nothing in {want}")
    drills = [hole for layer in stack.drill_layers for hole in layer.objects]
    for hole in drills:
        # A slot is a line; gerbonara 1.5 cannot tell its bounds.
        ends = [(hole.x, hole.y)] if hasattr(hole, "x") else [(hole.x1, hole.y1), (hole.x2, hole.y2)]
        for x, y in ends:
            if not (x0 < x < x1 and y0 < y < y1):
                raise ValueError(f"a hole beside the board at {x:.2f}, {y:.2f}")
    if layers == 4 and len(drills) < 100:
        raise ValueError(f"only {len(drills)} holes")
    objects = sum(len(layer.objects) for layer in stack.graphic_layers.values() if layer)
    print(f"{path.name}: {x1 - x0:.2f} x {y1 - y0:.2f} mm with half a line on each side, {len(copper)} layers of copper, {objects} shapes, "
          f"{len(drills)} holes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
