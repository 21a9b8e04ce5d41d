"""What a fab house takes: gerbers and drill files of both boards, positions; and the pictures of the guide. Needs KiCad."""

from __future__ import annotations

import io
import subprocess
import tempfile
import zipfile
from pathlib import Path

LAYERS = {"neurorack": "F.Cu,In1.Cu,In2.Cu,B.Cu,F.Paste,B.Paste,F.SilkS,B.SilkS,F.Mask,B.Mask,Edge.Cuts",
          "faceplate": "F.Cu,B.Cu,F.SilkS,B.SilkS,F.Mask,B.Mask,Edge.Cuts"}
LONG_AGO = (1980, 1, 1, 0, 0, 0)


def kicad(*words: str) -> None:
    """Runs KiCad; raises `CalledProcessError` where it fails."""
    subprocess.run(["kicad-cli", *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def without_dates(text: str) -> str:
    """A gerber, drill or job file without the hour that it was written."""
    dated = ("CreationDate", "G04 Created by KiCad", "; DRILL file")
    return "".join(line for line in text.splitlines(keepends=True) if not any(word in line for word in dated))


def gerbers(boards: Path, name: str) -> dict[str, str]:
    """The files of a board by name."""
    with tempfile.TemporaryDirectory() as folder:
        board = str(boards / f"{name}.kicad_pcb")
        kicad("pcb", "export", "gerbers", "--layers", LAYERS[name], "--no-protel-ext", "--precision", "6", "-o", folder + "/", board)
        kicad("pcb", "export", "drill", "--excellon-separate-th", "--excellon-oval-format", "route", "--format", "excellon", "-o", folder + "/", board)
        found = {file.name: without_dates(file.read_text(encoding="utf-8")) for file in sorted(Path(folder).iterdir())
                 if file.suffix != ".gbrjob"}
    return found


def packed(files: dict[str, str]) -> bytes:
    """An archive that is the same each time."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, LONG_AGO), text, zipfile.ZIP_DEFLATED)
    return into.getvalue()


def unpacked(path: Path) -> dict[str, str]:
    """The files of an archive."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


def positions(boards: Path) -> str:
    """Where a machine puts the parts of the back."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "positions.csv"
        kicad("pcb", "export", "pos", "--format", "csv", "--units", "mm", "--side", "back", "--smd-only", "--exclude-dnp", "-o", str(out),
              str(boards / "neurorack.kicad_pcb"))
        return out.read_text(encoding="utf-8")


def pictures(boards: Path, into: Path) -> None:
    """Renders of board and panel, and the drawings of where each part lies."""
    into.mkdir(exist_ok=True)
    for name, side, picture in (("neurorack", "top", "board-front"), ("neurorack", "bottom", "board-back"), ("faceplate", "top", "faceplate")):
        kicad("pcb", "render", "--side", side, "-w", "760", "-h", "1500", "--quality", "basic", "--background", "opaque", "-o",
              str(into / f"{picture}.png"), str(boards / f"{name}.kicad_pcb"))


def write(boards: Path, into: Path) -> None:
    """Writes everything."""
    into.mkdir(exist_ok=True)
    for name in LAYERS:
        (into / f"{name}.zip").write_bytes(packed(gerbers(boards, name)))
    (into / "positions.csv").write_text(positions(boards), encoding="utf-8")
    pictures(boards, into.parent / "pictures")
