"""Where holes, jacks and labels sit: read from `static/faceplate.json`, the only place that says so.

Millimetres, x to the right, y down, from the panel's upper left corner as one sees it from the front; the board uses the same.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TABLE = Path(os.environ.get("NEURORACK_FACEPLATE", ROOT / "static" / "faceplate.json"))

BOARD_BOX = (0.5, 9.5, 55.0, 119.0)
"""The board behind the panel: left, top, right, bottom. It stays clear of the rails."""

JACK = {"cv1": "J101", "cv2": "J201", "cv3": "J301", "cv4": "J401", "gate1": "J501", "gate2": "J601", "out": "J701"}
LAMP = {"led-gate1": "D502", "led-gate2": "D602", "led-out": "D801"}

JACK_BODY = (-4.5, -4.5, 4.5, 6.0)
"""PJ398SM about its hole, tip away from y: the long side holds the tip's pin."""
JACK_HOLE = (0.0, 6.48)
"""The hole in the footprint's own frame: its sleeve pin is the origin."""


@dataclass(frozen=True)
class Faceplate:
    """The table."""

    table: dict

    def component(self, name: str) -> dict:
        """One entry by its id."""
        return next(entry for entry in self.table["components"] if entry["id"] == name)

    def centre(self, name: str) -> tuple[float, float]:
        """Where it sits."""
        x, y = self.component(name)["centre"]
        return float(x), float(y)

    def jack_turn(self, name: str) -> int:
        """How a jack lies, from where its long side points: 0 down, 90 right, 180 up, 270 left (degrees, anticlockwise)."""
        dx, dy = self.component(name)["body_offset"]
        return {(0, 1): 0, (1, 0): 90, (0, -1): 180, (-1, 0): 270}[(dx > 0) - (dx < 0), (dy > 0) - (dy < 0)]


def faceplate() -> Faceplate:
    """Reads the table."""
    return Faceplate(json.loads(TABLE.read_text(encoding="utf-8")))


def turn(x: float, y: float, degrees: int) -> tuple[float, float]:
    """A point turned anticlockwise as seen on the page, y down."""
    for _ in range(degrees % 360 // 90):
        x, y = y, -x
    return x, y
