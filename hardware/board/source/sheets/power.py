"""From the bus to the rails."""

from __future__ import annotations

from sheet import Sheet

TITLE = "Power"
PAPER = "A4"


def draw(sheet: Sheet) -> None:
    """Draws the page."""
    sheet.text(6, 8, "Bus: red stripe at pins 1 and 2, -12 V. D901 and D902 block a plug that is turned round.")
    sheet.place("J901", 16, 20)
    for pins, x, out in (("13579", 12, 8), (("2", "4", "6", "8", "10"), 21, 25)):
        sheet.wire(f"J901.{pins[0]}", (out, 18))
        sheet.wire(f"J901.{pins[1]}", (x, 19), (x, 20), (x, 21), (x, 24))
        for pin in pins[2:4]:
            sheet.wire(f"J901.{pin}", (x, sheet.point(f"J901.{pin}")[1]))
        sheet.wire(f"J901.{pins[4]}", (out, 22))
    sheet.place("D901", 36, 14, rot=180)
    sheet.wire((28, 14), (31, 14), "D901.2")
    sheet.flag(31, 14)
    sheet.place("C901", 42, 17)
    sheet.place("C903", 48, 17)
    sheet.wire("D901.1", (42, 14), (45, 14), (48, 14), (51, 14))
    sheet.flag(45, 14)
    sheet.wire((42, 14), "C901.1")
    sheet.wire((48, 14), "C903.1")
    sheet.place("D902", 34, 30)
    sheet.place("C902", 42, 27)
    sheet.wire("C902.1", (42, 24), (45, 24))
    sheet.wire("D902.1", (28, 30), (24, 30))
    sheet.flag(28, 30)
    sheet.wire("D902.2", (39, 30), (42, 30), (46, 30))
    sheet.flag(39, 30, up=False)
    sheet.wire((42, 30), "C902.2")
    sheet.text(58, 13, "5 V, and what runs from it or from USB")
    sheet.place("U901", 66, 20)
    sheet.wire((61, 20), "U901.1")
    sheet.place("C904", 74, 24)
    sheet.place("D903", 80, 20, rot=180)
    sheet.wire("U901.3", (74, 20), (76, 20), "D903.2")
    sheet.wire((74, 20), "C904.1")
    sheet.wire((76, 20), (76, 17))
    sheet.wire("D903.1", (84, 20), (88, 20))
    sheet.flag(84, 20)
    sheet.text(56, 34, "3.3 V for all that measures and sounds")
    sheet.place("U902", 72, 44)
    sheet.wire("U902.1", (66, 43), (62, 43), (60, 43))
    sheet.wire("U902.3", (66, 44), (66, 43))
    sheet.place("C905", 62, 47)
    sheet.wire((62, 43), "C905.1")
    sheet.place("C906", 80, 47)
    sheet.wire("U902.5", (80, 43), (84, 43))
    sheet.wire((80, 43), "C906.1")
    for at in range(6):
        sheet.place(f"TP{901 + at}", 12 + 7 * at, 62)
        sheet.wire(f"TP{901 + at}.1", (15 + 7 * at, 62))
    sheet.text(6, 56, "Test points")
