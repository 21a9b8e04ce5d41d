"""The bill of materials: a line for each kind, and one for each place where a machine puts it."""

from __future__ import annotations

import csv
import io

from catalogue import KINDS
from design import Design

EXTRA = [("7", "knurled nut and washer of the jacks", "QingPu", "with the jack", ""),
         ("1", "knob 18 mm for a 6 mm shaft", "Davies or other", "1900H clone, 18 mm", "any knob up to 18 mm"),
         ("2", "screw M3 x 6 mm with washer for the rails", "any", "", ""),
         ("1", "cable for the bus, 10 to 16 pins", "any", "", ""),
         ("1", "USB isolator, full speed, only where it hums", "Adafruit", "2107 (ADuM4160)", "any with an ADuM3160 or ADuM4160"),
         ("1", "plug XHP-6 with 6 contacts SXH-001T-P0.6", "JST", "XHP-6", "ready-made XH cable, 6 pins, 15 cm")]
"""What belongs to a module and lies on no board."""


def rows(design: Design) -> list[list[str]]:
    """Lines of the bill: references, count, value, footprint, maker, number, alternate, description."""
    by_kind: dict[str, list[str]] = {}
    for part in design.parts.values():
        if KINDS[part.kind].fit:
            by_kind.setdefault(part.kind, []).append(part.ref)
    found = []
    for kind, refs in by_kind.items():
        line = KINDS[kind]
        refs.sort(key=lambda ref: (ref.rstrip("0123456789"), int("".join(c for c in ref if c.isdigit()))))
        found.append([" ".join(refs), str(len(refs)), line.value, line.footprint.split(":")[1], line.maker, line.number, line.alternate, line.what])
    return sorted(found, key=lambda row: (row[0].rstrip("0123456789 ")[:1], row[0]))


def text(design: Design) -> str:
    """The file."""
    into = io.StringIO()
    out = csv.writer(into, lineterminator="\n")
    out.writerow(["References", "Count", "Value", "Footprint", "Manufacturer", "MPN", "Alternate", "Description"])
    out.writerows(rows(design))
    for count, what, maker, number, alternate in EXTRA:
        out.writerow(["", count, "", "", maker, number, alternate, what])
    return into.getvalue()


def incomplete(design: Design) -> list[str]:
    """Kinds on the board without maker, number, alternate or description."""
    used = {part.kind for part in design.parts.values()}
    return [f"{kind} lacks {name}" for kind in sorted(used) if KINDS[kind].fit
            for name in ("maker", "number", "alternate", "what", "footprint") if not getattr(KINDS[kind], name)]
