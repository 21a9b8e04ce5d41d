"""The module's board, made from its source: `python3 main.py collect | generate`."""
from __future__ import annotations
import sys
from pathlib import Path
import library, project, schematic
from design import whole
BOARD = Path(__file__).resolve().parent.parent
if sys.argv[1] == "collect":
    library.collect()
elif sys.argv[1] == "route":
    import layout, router
    board, _ = layout.populate(whole(), BOARD / "kicad" / "neurorack.kicad_sch")
    print(router.route(board))
else:
    (BOARD / "kicad").mkdir(exist_ok=True)
    project.write(BOARD / "kicad", "neurorack")
    schematic.write(whole(), BOARD / "kicad")
    import layout
    layout.write(whole(), BOARD / "kicad", "neurorack")
    import faceplate
    project.write(BOARD / "kicad", "faceplate")
    faceplate.write(BOARD / "kicad")
