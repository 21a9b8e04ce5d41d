"""The module's board, made from its source.

    main.py generate   everything that is committed: schematic, boards, decks, bill of materials
    main.py check      what must be true of it
    main.py fab        gerbers, drill files, positions, pictures
    main.py route      the tracks anew, where placement or circuit changed
    main.py collect    symbols and footprints anew from an installed KiCad
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import assembly
import bom
import library
import netlist
import spice
from checks import run
from design import whole


def generate() -> None:
    """Writes what is committed. Needs KiCad's own Python."""
    import boards
    import faceplate

    run.KICAD.mkdir(exist_ok=True)
    run.FAB.mkdir(exist_ok=True)
    design = whole()
    boards.write(design, run.KICAD)
    spice.write(design, run.DECKS)
    run.PICTURES.mkdir(exist_ok=True)
    for side, name in (("F", "front"), ("B", "back")):
        (run.PICTURES / f"assembly-{name}.svg").write_text(assembly.drawing(design, side), encoding="utf-8")
    (run.FAB / "bom.csv").write_text(bom.text(design), encoding="utf-8")
    (run.FAB / "faceplate.svg").write_text(faceplate.picture(faceplate.faceplate()), encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        exported = netlist.export(run.KICAD / "neurorack.kicad_sch", Path(folder) / "n.net")
        run.NETLIST.write_text(netlist.text(exported), encoding="utf-8")


def fabricate() -> None:
    """Writes what a fab house takes."""
    import fab

    fab.write(run.KICAD, run.FAB)


def route() -> None:
    """Routes the board anew."""
    import layout
    import router

    board, _ = layout.populate(whole(), run.KICAD / "neurorack.kicad_sch")
    if not router.route(board):
        sys.exit("some nets found no way: move parts apart in placement.py")


COMMANDS = {"generate": generate, "fab": fabricate, "check": lambda: sys.exit(run.main()), "route": route, "collect": library.collect}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    COMMANDS[sys.argv[1]]()
