"""Both boards in a folder. Needs KiCad's own Python."""

from __future__ import annotations

from pathlib import Path

import faceplate
import layout
import project
import schematic
from design import Design


def write(design: Design, folder: Path) -> None:
    """Writes projects, schematic and boards."""
    for name in ("neurorack", "faceplate"):
        project.write(folder, name)
    schematic.write(design, folder)
    layout.write(design, folder, "neurorack")
    faceplate.write(folder)
