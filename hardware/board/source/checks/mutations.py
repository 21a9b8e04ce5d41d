"""Harm done on purpose: each of these must be noticed, or a check is worth nothing."""

from __future__ import annotations

import copy
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import netlist
import spice
from checks import circuit, dimensions, pins, simulation
from checks.circuit import Circuit
from design import Design, Part
from geometry import Faceplate
from sexpr import child, children, parse, text_of


HARMLESS = {("U702", "6", "7"), ("U702", "2", "4")}
"""Left and right, which are mixed, and the ends of the pump's capacitor, which has none."""


def noticed(c: Circuit, symbol_pins: dict[str, list[str]]) -> bool:
    """Whether any claim about the circuit fails."""
    try:
        if any(True for _ in circuit.loose_ends(c, symbol_pins)):
            return True
        return any(any(True for _ in claim(c)) for _, claim in circuit.CLAIMS)
    except (LookupError, ValueError, StopIteration):
        return True


def changed(c: Circuit, moves: dict[circuit.Pin, str | None], values: dict[str, str] | None = None) -> Circuit:
    """The same with pins at other nets, or at none, and with other values."""
    nets = {name: [pin for pin in joined if pin not in moves] for name, joined in c.nets.items()}
    for pin, net in moves.items():
        if net is not None:
            nets[net].append(pin)
    return Circuit({name: joined for name, joined in nets.items() if joined}, c.values | (values or {}))


def pulled(c: Circuit, symbol_pins: dict[str, list[str]]) -> Iterator[str]:
    """Each pin taken off its net."""
    for net, joined in c.nets.items():
        for pin in joined:
            if len(joined) > 1 and not noticed(changed(c, {pin: None}), symbol_pins):
                yield f"{pin[0]}.{pin[1]} off {net} is not noticed"


def swapped(c: Circuit, symbol_pins: dict[str, list[str]]) -> Iterator[str]:
    """Each pair of neighbouring pins of a chip, connector, diode or transistor exchanged."""
    for ref, numbers in symbol_pins.items():
        if ref[0] in "RC" and c.values.get(ref) != "47u":
            continue
        for a, b in zip(numbers, numbers[1:]):
            one, two = c.net_of.get((ref, a)), c.net_of.get((ref, b))
            led = one and two and not one.startswith("unconnected-") and not two.startswith("unconnected-")
            if led and one != two and (ref, a, b) not in HARMLESS and not noticed(changed(c, {(ref, a): two, (ref, b): one}), symbol_pins):
                yield f"{ref}.{a} and {ref}.{b} exchanged is not noticed"


def channels(c: Circuit, symbol_pins: dict[str, list[str]]) -> Iterator[str]:
    """Each pair of the converter's inputs exchanged."""
    for a in "1234":
        for b in "1234":
            if a < b:
                moves = {("U1002", a): c.net("U1002", b), ("U1002", b): c.net("U1002", a)}
                if not noticed(changed(c, moves), symbol_pins):
                    yield f"inputs {a} and {b} exchanged is not noticed"


def other_values(c: Circuit, symbol_pins: dict[str, list[str]]) -> Iterator[str]:
    """Each resistor and capacitor with another value."""
    for ref, value in c.values.items():
        if ref[0] in "RC":
            wrong = "22k" if ref[0] == "R" else "47n"
            if not noticed(changed(c, {}, {ref: wrong}), symbol_pins):
                yield f"{ref} of {wrong} instead of {value} is not noticed"


def moved_holes(panel: Faceplate, faceplate: Path, board: Path) -> Iterator[str]:
    """Each hole of the table a fifth of a millimetre away."""
    for at, entry in enumerate(panel.table["components"] + panel.table["mounting"]):
        table = copy.deepcopy(panel.table)
        (table["components"] + table["mounting"])[at]["centre"][0] += 0.2
        other = Faceplate(table)
        looks = [dimensions.cut(other, faceplate), dimensions.behind(other, board), dimensions.eurorack(other)]
        if not any(any(True for _ in look) for look in looks):
            yield f"{entry['id']} moved by 0.2 mm is not noticed"


def firmware(c: Circuit, folder: Path) -> Iterator[str]:
    """Each pin of the firmware exchanged with its neighbour."""
    text = (folder / "src" / "pins.rs").read_text(encoding="utf-8")
    used = sorted(set(pins.of_firmware(text).values()))
    for a, b in zip(used, used[1:]):
        with tempfile.TemporaryDirectory() as other:
            (Path(other) / "src").mkdir()
            said = text.replace(f"PIN_{a}", "PIN_X").replace(f"PIN_{b}", f"PIN_{a}").replace("PIN_X", f"PIN_{b}")
            said = said.replace("usize = 17", f"usize = {a if b == 17 else b}") if 17 in (a, b) else said
            (Path(other) / "src" / "pins.rs").write_text(said, encoding="utf-8")
            if not any(True for _ in pins.pins(c, Path(other))):
                yield f"GPIO {a} and {b} exchanged in the firmware is not noticed"


def wrong_resistors(design: Design) -> Iterator[str]:
    """In SPICE, each resistor that makes a measure is noticed where its value is wrong."""
    cases = [("R101", "10k 0.1%", "cv1.cir", lambda d: simulation.transfer(d, 1)),
             ("R202", "10k 0.1%", "cv2.cir", lambda d: simulation.transfer(d, 2)),
             ("R304", "10k 0.1%", "cv3.cir", lambda d: simulation.transfer(d, 3)),
             ("C401", "1n", "cv4.cir", lambda d: simulation.corner(d, 4)),
             ("R503", "100k", "gate1.cir", lambda d: simulation.thresholds(d, 1)),
             ("R602", "27.4k", "gate2.cir", lambda d: simulation.thresholds(d, 2)),
             ("R705", "10k", "output.cir", simulation.output), ("C723", "1n", "output.cir", simulation.output),
             ("R715", "10k", "mute.cir", simulation.mute)]
    for ref, kind, deck, look in cases:
        other = Design(dict(design.parts))
        part = other.parts[ref]
        other.parts[ref] = Part(part.ref, kind, part.pins, part.sheet, part.note)
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / deck).write_text(spice.decks(other)[deck], encoding="utf-8")
            if not any(True for _ in look(Path(folder))):
                yield f"{ref} of {kind} passes in ngspice"


def cut_wires(kicad: Path, committed: str) -> Iterator[str]:
    """In the schematic's files, wires taken away (every seventh, each page) change what KiCad reads."""
    with tempfile.TemporaryDirectory() as folder:
        there = Path(folder)
        for file in [*kicad.glob("*.kicad_sch"), kicad / "neurorack.kicad_pro"]:
            shutil.copy(file, there / file.name)
        for page in sorted(kicad.glob("*.kicad_sch")):
            root = parse(page.read_text(encoding="utf-8"))
            wires = children(root, "wire")
            for wire in wires[3::37]:
                without = [node for node in root if node is not wire]
                (there / page.name).write_text(text_of(without), encoding="utf-8")
                if netlist.text(netlist.export(there / "neurorack.kicad_sch", there / "n.net")) == committed:
                    yield f"{page.name}: the wire at {child(wire, 'pts')[1][1:]} is missed by nobody"
            shutil.copy(page, there / page.name)


def cut_tracks(kicad: Path) -> Iterator[str]:
    """On the board, a track taken away leaves something unjoined."""
    root = parse((kicad / "neurorack.kicad_pcb").read_text(encoding="utf-8"))
    tracks = [node for node in children(root, "segment") if "CV" in str(child(node, "net")) or float(child(node, "width")[1]) > 0.3]
    tracks = tracks or children(root, "segment")
    for track in (tracks[0], tracks[len(tracks) // 2]):
        with tempfile.TemporaryDirectory() as folder:
            there = Path(folder)
            shutil.copy(kicad / "neurorack.kicad_pro", there / "neurorack.kicad_pro")
            (there / "neurorack.kicad_pcb").write_text(text_of([node for node in root if node is not track]), encoding="utf-8")
            subprocess.run(["kicad-cli", "pcb", "drc", "--severity-all", "-o", str(there / "drc.rpt"), str(there / "neurorack.kicad_pcb")],
                           check=False, capture_output=True)
            said = (there / "drc.rpt").read_text(encoding="utf-8")
            if "[unconnected_items]" not in said and "[track_dangling]" not in said:
                yield f"a track at {child(track, 'start')[1:]} is missed by nobody"
