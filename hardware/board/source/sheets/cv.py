"""Four CV inputs, drawn alike, and their plug detectors."""

from __future__ import annotations

from design import AMPLIFIER, QUAD
from sheet import Sheet

TITLE = "CV inputs and plug detection"
PAPER = "A3"


def draw(sheet: Sheet) -> None:
    """Draws the page."""
    sheet.text(8, 6, "Each input: 27k/(100k + 1k of the source) turned over, and 1.5 V from -3.0 V through 54k: -5/0/+5 V become 2.837/1.500/0.163 V. "
                     "-3 dB at 2.66 kHz.")
    sheet.text(92, 6, "A plug lets the jack's switch go: 10M pull it above 0.8 V.")
    for n in (1, 2, 3, 4):
        channel(sheet, n, 6 + 25 * (n - 1))
    sheet.place("U101", 143, 25, unit=5)
    sheet.place("C191", 149, 25)
    sheet.place("U102", 143, 45, unit=5)
    sheet.place("C192", 149, 45)


def channel(sheet: Sheet, n: int, top: float) -> None:
    """Draws CV `n`, its tip 14 steps below `top`."""
    h, y = n * 100, top + 14
    out, minus, plus = QUAD[AMPLIFIER[n]]
    sheet.box(7, top + 1.5, 133, top + 24)
    sheet.text(8, top + 4, f"CV {n}", 3.0)
    sheet.place(f"J{h + 1}", 12, y, mirror="x")
    sheet.wire(f"J{h + 1}.TN", (15, y - 1), (15, y - 2), (16, y - 2))
    sheet.place(f"R{h + 1}", 23, y, rot=90)
    sheet.wire(f"J{h + 1}.T", f"R{h + 1}.1")
    sheet.place("U101", 44, y + 1, unit=AMPLIFIER[n], mirror="x")
    sheet.wire(f"R{h + 1}.2", (30, y), (34, y), f"U101.{minus}")
    sheet.place(f"D{h + 1}", 30, y + 5, mirror="x")
    sheet.wire((30, y), f"D{h + 1}.3")
    sheet.place(f"R{h + 3}", 16, y - 6, rot=90)
    sheet.place(f"R{h + 4}", 23, y - 6, rot=90)
    sheet.wire(f"R{h + 3}.2", f"R{h + 4}.1")
    sheet.wire(f"R{h + 4}.2", (31, y - 6), (31, y - 5), (34, y - 5))
    sheet.wire((34, y), (34, y - 5))
    sheet.place(f"R{h + 2}", 43, y - 5, rot=90)
    sheet.place(f"C{h + 1}", 43, y - 9, rot=90)
    sheet.wire((34, y - 5), f"R{h + 2}.1")
    sheet.wire((34, y - 5), (34, y - 9), f"C{h + 1}.1")
    sheet.wire(f"U101.{out}", (51, y + 1))
    sheet.wire((51, y + 1), (51, y - 5), f"R{h + 2}.2")
    sheet.wire((51, y - 5), (51, y - 9), f"C{h + 1}.2")
    sheet.place(f"R{h + 5}", 58, y + 1, rot=90)
    sheet.wire((51, y + 1), f"R{h + 5}.1")
    sheet.place(f"C{h + 2}", 65, y + 4.5)
    sheet.wire(f"R{h + 5}.2", (65, y + 1), (70, y + 1), (74, y + 1))
    sheet.wire((65, y + 1), f"C{h + 2}.1")
    sheet.place(f"TP{h + 1}", 70, y + 1)
    sheet.place(f"R{h + 7}", 98, y, rot=90)
    sheet.wire((93, y), f"R{h + 7}.1")
    out, minus, plus = QUAD[n]
    sheet.place("U102", 116, y + 1, unit=n)
    sheet.wire(f"R{h + 7}.2", (105, y), f"U102.{plus}")
    sheet.place(f"R{h + 6}", 105, y - 5)
    sheet.wire(f"R{h + 6}.2", (105, y))
    sheet.place(f"C{h + 3}", 105, y + 5)
    sheet.wire((105, y), f"C{h + 3}.1")
    sheet.wire(f"U102.{out}", (123, y + 1))
