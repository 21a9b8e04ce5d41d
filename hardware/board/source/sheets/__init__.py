"""Where everything stands on the pages of the schematic, a page a file."""

from __future__ import annotations

from design import Design
from sheet import Sheet
from sheets import audio, converter, cv, gates, mcu, panel, power

PAGES = {"cv": cv, "converter": converter, "gates": gates, "mcu": mcu, "panel": panel, "audio": audio, "power": power}


def draw(key: str, design: Design) -> Sheet:
    """A page, not yet finished."""
    page = PAGES[key]
    sheet = Sheet(key, page.TITLE, design, page.PAPER)
    page.draw(sheet)
    return sheet
