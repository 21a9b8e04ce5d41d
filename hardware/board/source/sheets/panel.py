"""What the fingers and eyes meet: display, encoder, lamp."""

from __future__ import annotations

from sheet import Sheet

TITLE = "Display, encoder, lamp"
PAPER = "A4"


def draw(sheet: Sheet) -> None:
    """Draws the page."""
    sheet.text(6, 8, "Display: 128x64, SH1106 at address 3C. Some boards have VCC and GND exchanged: look before it is soldered.")
    sheet.place("J801", 14, 20, mirror="y")
    sheet.wire("J801.1", (21, 19))
    sheet.wire("J801.2", (18, 20), (18, 17))
    sheet.wire("J801.3", (30, 21), (36, 21))
    sheet.wire("J801.4", (24, 22), (36, 22))
    sheet.place("R801", 30, 16)
    sheet.wire("R801.2", (30, 21))
    sheet.place("R802", 24, 16)
    sheet.wire("R802.2", (24, 22))
    sheet.place("C803", 46, 18)
    sheet.text(6, 34, "Encoder: A closes before B when it is turned clockwise; the chip pulls up.")
    sheet.place("SW801", 20, 46)
    sheet.wire("SW801.C", (10, 46))
    sheet.place("C804", 44, 46)
    sheet.place("C805", 52, 46)
    sheet.place("C806", 60, 46)
    sheet.text(72, 34, "Lamp beside the output")
    sheet.place("Q801", 86, 56)
    sheet.place("D801", 87, 49, rot=90)
    sheet.wire("Q801.3", "D801.1")
    sheet.place("R803", 87, 43)
    sheet.wire("R803.2", "D801.2")
    sheet.place("R804", 80, 60)
    sheet.wire((76, 56), (80, 56), "Q801.1")
    sheet.wire((80, 56), "R804.1")
