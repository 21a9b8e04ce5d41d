"""The Raspberry Pi Pico; its own socket is the USB to the host."""

from __future__ import annotations

from sheet import Sheet

TITLE = "Micro-controller and USB"
PAPER = "A4"


def draw(sheet: Sheet) -> None:
    """Draws the page."""
    sheet.text(6, 8, "USB to the host is the Pico's own socket. Its diode and D903 keep the two feeds of 5 V apart.")
    sheet.text(6, 11, "Against ground loops: a full-speed USB isolator in the cable; the audio is isolated on the board (U701).")
    sheet.place("U801", 50, 40)
    sheet.place("C801", 84, 30)
    sheet.place("C802", 94, 30)
    sheet.place("TP801", 104, 28)
    sheet.wire("TP801.1", (107, 28))
