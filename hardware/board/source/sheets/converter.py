"""The 3.0 V reference, what is made from it, and the converter."""

from __future__ import annotations

from sheet import Sheet

TITLE = "Reference and converter"
PAPER = "A4"


def draw(sheet: Sheet) -> None:
    """Draws the page."""
    sheet.text(6, 8, "3.0 V reference")
    sheet.place("U1001", 20, 20)
    sheet.place("C1001", 12, 18)
    sheet.place("C1002", 28, 22)
    sheet.place("TP1001", 33, 20)
    sheet.wire("U1001.2", (28, 20), (33, 20), (36, 20))
    sheet.wire((28, 20), "C1002.1")
    sheet.text(46, 8, "Its negative, for the offset of the CV inputs (other half in the audio sheet)")
    sheet.place("R1001", 52, 18, rot=90)
    sheet.wire((48, 18), "R1001.1")
    sheet.place("U703", 66, 19, unit=2, mirror="x")
    sheet.wire("R1001.2", (58, 18), "U703.6")
    sheet.place("R1002", 66, 13, rot=90)
    sheet.wire((58, 18), (58, 13), "R1002.1")
    sheet.wire("R1002.2", (73, 13), (73, 19))
    sheet.wire("U703.7", (73, 19), (78, 19), (82, 19))
    sheet.place("TP1002", 78, 19)
    sheet.text(46, 32, "Threshold of gates and plugs: 0.80 V")
    sheet.place("R1003", 52, 38)
    sheet.place("R1004", 52, 46)
    sheet.wire("R1003.2", (52, 42), "R1004.1")
    sheet.place("C1003", 60, 45)
    sheet.place("TP1003", 66, 42)
    sheet.wire((52, 42), (60, 42), (66, 42), (70, 42))
    sheet.wire((60, 42), "C1003.1")
    sheet.text(6, 53, "Converter: CV 1 to CV 4 at inputs 0 to 3, full scale 3.0 V")
    sheet.place("U1002", 30, 65)
    sheet.wire("U1002.13", (29, 59), (25, 59))
    sheet.wire("U1002.14", (30, 58), (34, 58))
    sheet.wire("U1002.12", (29, 71), (30, 71), "U1002.7")
    sheet.wire((30, 71), (30, 73))
    sheet.place("C1004", 50, 61)
    sheet.place("C1005", 58, 61)
