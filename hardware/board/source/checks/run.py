"""All checks, in the order from cheap to dear; what this machine cannot look at is skipped and counted."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import assembly
import bom
import netlist
import schematic
import spice
from catalogue import KINDS
from checks import certificate, circuit, dimensions, mutations, pins, simulation
from checks.report import Report
from design import Design, whole
from geometry import ROOT, faceplate
from library import BOARD, pins as symbol_pins, symbol_name

KICAD, DECKS, FAB, PICTURES = BOARD / "kicad", BOARD / "spice", BOARD / "fab", BOARD / "pictures"
FIRMWARE = ROOT / "hardware" / "firmware"
NETLIST = KICAD / "netlist.txt"


def has_kicad() -> bool:
    """Whether KiCad 9 and its Python are here."""
    if shutil.which("kicad-cli") is None:
        return False
    version = subprocess.run(["kicad-cli", "version"], capture_output=True, text=True, check=False).stdout
    try:
        import pcbnew  # noqa: F401
    except ImportError:
        return False
    return version.startswith("9.")


def same(committed: Path, made: str) -> list[str]:
    """Where a committed file differs from what the source makes."""
    if not committed.exists():
        return [f"{committed.name} is missing; run `cargo xtask hardware generate`"]
    lines, wanted = committed.read_text(encoding="utf-8").splitlines(), made.splitlines()
    for at, (a, b) in enumerate(zip(lines, wanted)):
        if a != b:
            return [f"{committed.name}:{at + 1} is not what the source makes: {a.strip()[:80]} / {b.strip()[:80]}"]
    return [] if len(lines) == len(wanted) else [f"{committed.name} has {len(lines)} lines, the source makes {len(wanted)}"]


def read_circuit(path: Path = NETLIST) -> circuit.Circuit:
    """The committed netlist."""
    return circuit.Circuit(*netlist.plain(path.read_text(encoding="utf-8")))


def all_pins(design: Design) -> dict[str, list[str]]:
    """Every pin that a part has, by its symbol."""
    return {part.ref: list(symbol_pins(symbol_name(KINDS[part.kind].symbol))) for part in design.parts.values()}


def everywhere(report: Report, design: Design) -> None:
    """What needs nothing but Python."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        schematic.write(design, made)
        for page in sorted(made.glob("*.kicad_sch")):
            report.claim(f"{page.name} is what the source makes", same(KICAD / page.name, page.read_text(encoding="utf-8")))
    for name, text in spice.decks(design).items():
        report.claim(f"spice/{name} is what the source makes", same(DECKS / name, text))
    report.claim("the bill of materials is what the source makes", same(FAB / "bom.csv", bom.text(design)))
    for side in "FB":
        drawn = PICTURES / f"assembly-{'front' if side == 'F' else 'back'}.svg"
        report.claim(f"{drawn.name} is what the source makes", same(drawn, assembly.drawing(design, side)))
    report.claim("each part has a maker's number and an alternate", bom.incomplete(design))
    panel = faceplate()
    report.attempt("the panel has 11 HP and 3 U, its slots lie on the grid", lambda: list(dimensions.eurorack(panel)))
    report.attempt("parts behind the panel are as large as their data sheets say and do not touch", lambda: list(dimensions.bodies(panel)))
    report.attempt("the faceplate's file has the table's holes", lambda: list(dimensions.cut(panel, KICAD / "faceplate.kicad_pcb")))
    report.attempt("the page's picture has the table's holes", lambda: list(dimensions.printed(panel, ROOT / "static/faceplate.svg")))
    report.attempt("jacks, lamps and encoder stand behind their holes",
                   lambda: list(dimensions.behind(panel, KICAD / "neurorack.kicad_pcb")))
    c = read_circuit()
    for words, claim in circuit.CLAIMS:
        report.attempt(words, lambda claim=claim: list(claim(c)))
    report.attempt("every pin leads somewhere, or is open on purpose", lambda: list(circuit.loose_ends(c, all_pins(design))))
    report.attempt("the firmware's pins are the board's", lambda: list(pins.pins(c, FIRMWARE)))
    report.attempt("the firmware's README names its pins", lambda: list(pins.readme(FIRMWARE)))
    report.attempt("the emulator listens at the firmware's pins", lambda: list(pins.emulator(FIRMWARE)))
    report.attempt("a certificate says PASS only where all passed and was measured", lambda: list(certificate.honest()))
    every = all_pins(design)
    report.attempt("mutation: any pin taken off its net is noticed", lambda: list(mutations.pulled(c, every)))
    report.attempt("mutation: any two neighbouring pins exchanged are noticed", lambda: list(mutations.swapped(c, every)))
    report.attempt("mutation: any two inputs of the converter exchanged are noticed", lambda: list(mutations.channels(c, every)))
    report.attempt("mutation: any resistor or capacitor of another value is noticed", lambda: list(mutations.other_values(c, every)))
    report.attempt("mutation: any hole moved by 0.2 mm is noticed",
                   lambda: list(mutations.moved_holes(panel, KICAD / "faceplate.kicad_pcb", KICAD / "neurorack.kicad_pcb")))
    report.attempt("mutation: any two neighbouring pins of the firmware exchanged are noticed",
                   lambda: list(mutations.firmware(c, FIRMWARE)))


def simulated(report: Report, design: Design) -> None:
    """What needs ngspice."""
    if shutil.which("ngspice") is None:
        report.skip("transfer, thresholds, level and survival: ngspice is not here (apt install ngspice)")
        return
    for n in (1, 2, 3, 4):
        report.attempt(f"CV {n} is within 0.1 % of the firmware's nominal", lambda n=n: list(simulation.transfer(DECKS, n)))
        report.attempt(f"CV {n} ends at 2.66 kHz", lambda n=n: list(simulation.corner(DECKS, n)))
        report.attempt(f"CV {n} survives ±12 V and ±24 V", lambda n=n: list(simulation.survives(DECKS, n)))
        report.attempt(f"CV {n} knows whether a plug is in", lambda n=n: list(simulation.plugs(DECKS, n)))
    for n in (1, 2):
        report.attempt(f"Gate {n} goes on at 2.5 V and off at 2.2 V, and survives ±12 V", lambda n=n: list(simulation.thresholds(DECKS, n)))
    report.attempt("the output has 9.9 V from peak to peak and ends at 28 kHz", lambda: list(simulation.output(DECKS)))
    report.attempt("the output is silent until the Jetson is up", lambda: list(simulation.mute(DECKS)))

    def many() -> list[str]:
        wrong, said = simulation.monte_carlo(design)
        print(f"       {said}")
        return wrong

    report.attempt("any module can be calibrated", many)
    report.attempt("mutation: a wrong resistor or capacitor is heard in ngspice", lambda: list(mutations.wrong_resistors(design)))


def judged(report: Report, design: Design) -> None:
    """What needs KiCad."""
    if not has_kicad():
        report.skip("electrical and design rules, and whether both boards are what the source makes: KiCad 9 is not here")
        return
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        text = netlist.text(netlist.export(KICAD / "neurorack.kicad_sch", made / "n.net"))
        report.claim("netlist.txt is what KiCad reads", same(NETLIST, text))
        for kind, name, options in (("sch", "neurorack.kicad_sch", []), ("pcb", "neurorack.kicad_pcb", ["--schematic-parity"]),
                                    ("pcb", "faceplate.kicad_pcb", [])):
            verb = "erc" if kind == "sch" else "drc"
            out = made / f"{name}.rpt"
            subprocess.run(["kicad-cli", kind, verb, *options, "--severity-all", "-o", str(out), str(KICAD / name)], check=False,
                           capture_output=True)
            said = out.read_text(encoding="utf-8") if out.exists() else "[no report]"
            wrong = [line for line in said.splitlines() if line.startswith("[")]
            words = {"erc": "KiCad finds no electrical fault in", "drc": "KiCad finds every net joined and no fault in"}[verb]
            report.claim(f"{words} {name}", wrong)
        import boards

        boards.write(design, made)
        for name in ("neurorack.kicad_pcb", "faceplate.kicad_pcb"):
            report.claim(f"{name} is what the source makes", same(KICAD / name, (made / name).read_text(encoding="utf-8")))
        import fab
        import faceplate as panel_board

        report.claim("fab/faceplate.svg is what the source makes", same(FAB / "faceplate.svg", panel_board.picture(faceplate())))
        for name in fab.LAYERS:
            stale = [file for file, text in fab.gerbers(KICAD, name).items() if fab.unpacked(FAB / f"{name}.zip").get(file) != text]
            report.claim(f"fab/{name}.zip is what the board's file gives", [f"{file} differs" for file in stale])
        report.claim("fab/positions.csv is what the board's file gives", same(FAB / "positions.csv", fab.positions(KICAD)))
        report.attempt("mutation: a wire taken out of the schematic is noticed", lambda: list(mutations.cut_wires(KICAD, text)))
        report.attempt("mutation: a track taken off the board is noticed", lambda: list(mutations.cut_tracks(KICAD)))


def read_back(report: Report) -> None:
    """What a reader of gerbers that is not KiCad's sees in the archives."""
    reader = os.environ.get("NEURORACK_GERBER_PYTHON", "")
    if not reader:
        report.skip("the gerbers, as another program reads them: `cargo xtask hardware check` fetches gerbonara for it")
        return
    for name in ("neurorack", "faceplate"):
        run = subprocess.run([reader, "-B", str(Path(__file__).parent / "gerbers.py"), str(FAB / f"{name}.zip")], capture_output=True, text=True,
                             check=False)
        print(f"       {run.stdout.strip()}")
        report.claim(f"gerbonara reads fab/{name}.zip", [] if run.returncode == 0 else (run.stderr or run.stdout).strip().splitlines()[-1:])


def main() -> int:
    """Runs everything; returns the exit status."""
    report, design = Report(), whole()
    everywhere(report, design)
    simulated(report, design)
    judged(report, design)
    read_back(report)
    return report.close()
