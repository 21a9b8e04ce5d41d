"""Two gates: on at 2.49 V, off at 2.16 V; each lights its own lamp."""

from __future__ import annotations

from sheet import Sheet

TITLE = "Gates"
PAPER = "A4"


def draw(sheet: Sheet) -> None:
    """Draws the page."""
    sheet.text(6, 7, "On at 2.49 V, off at 2.16 V: a third of the input against 0.80 V, 1M for the hysteresis.")
    for n in (1, 2):
        channel(sheet, n, 8 + (n - 1) * 30)
    sheet.place("U501", 108, 20, unit=3)
    sheet.place("C591", 108, 36)


def channel(sheet: Sheet, n: int, top: float) -> None:
    """Draws gate `n`, its tip 11 steps below `top`."""
    h, y = (n + 4) * 100, top + 11
    out, plus = ("1", "3") if n == 1 else ("7", "5")
    sheet.box(5, top + 1, 103, top + 27)
    sheet.text(6, top + 3, f"Gate {n}", 3.0)
    sheet.place(f"J{h + 1}", 10, y, mirror="x")
    sheet.place(f"R{h + 1}", 18, y, rot=90)
    sheet.wire(f"J{h + 1}.T", f"R{h + 1}.1")
    sheet.place(f"R{h + 2}", 24, y + 5)
    sheet.place(f"C{h + 1}", 30, y + 5)
    sheet.wire(f"R{h + 1}.2", (24, y), (30, y), (38, y), (46, y))
    sheet.wire((24, y), f"R{h + 2}.1")
    sheet.wire((30, y), f"C{h + 1}.1")
    sheet.place(f"D{h + 1}", 38, y + 5, mirror="x")
    sheet.wire((38, y), f"D{h + 1}.3")
    sheet.place("U501", 54, y + 1, unit=n)
    sheet.wire((46, y), f"U501.{plus}")
    sheet.place(f"R{h + 3}", 54, y - 4, rot=90)
    sheet.wire((46, y), (46, y - 4), f"R{h + 3}.1")
    sheet.wire(f"R{h + 3}.2", (61, y - 4), (61, y + 1))
    sheet.place(f"TP{h + 1}", 66, y + 1)
    sheet.wire(f"U501.{out}", (61, y + 1), (66, y + 1), (74, y + 1), (74, y + 12))
    sheet.wire((74, y + 1), (78, y + 1))
    sheet.place(f"Q{h + 1}", 88, y + 12)
    sheet.wire((74, y + 12), f"Q{h + 1}.1")
    sheet.place(f"D{h + 2}", 89, y + 5, rot=90)
    sheet.wire(f"Q{h + 1}.3", f"D{h + 2}.1")
    sheet.place(f"R{h + 4}", 89, y - 1)
    sheet.wire(f"R{h + 4}.2", f"D{h + 2}.2")
