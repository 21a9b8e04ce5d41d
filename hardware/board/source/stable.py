"""A board's file in an order that stays: KiCad sorts by random identifiers, here they come from what a thing is."""

from __future__ import annotations

from pathlib import Path

from identity import identifier
from sexpr import Node, Quoted, child, parse, text_of

SORTED = {"footprint", "segment", "via", "arc", "zone", "gr_line", "gr_arc", "gr_text", "gr_rect", "gr_circle", "gr_poly", "pad",
          "fp_line", "fp_rect", "fp_poly", "fp_circle", "fp_arc", "fp_text"}


def without_ids(node: object) -> object:
    """The same without identifiers."""
    if not isinstance(node, list):
        return node
    return [without_ids(part) for part in node if not (isinstance(part, list) and part and part[0] in ("uuid", "tstamp"))]


def renamed(node: Node, name: str) -> None:
    """Gives identifiers by place."""
    for at, part in enumerate(node):
        if isinstance(part, list) and part:
            if part[0] == "uuid":
                part[1] = Quoted(identifier(name))
            else:
                renamed(part, f"{name}/{at}")


def sort(node: Node) -> Node:
    """Things of a kind in the order of what they say; the kinds stay where they were."""
    groups: dict[str, list[tuple[str, Node]]] = {}
    for part in node:
        if isinstance(part, list) and part and part[0] in SORTED:
            key = text_of(without_ids(part)) if part[0] != "footprint" else reference(part)
            groups.setdefault(part[0], []).append((key, sort(part) if part[0] == "footprint" else part))
    for group in groups.values():
        group.sort(key=lambda entry: entry[0])
    used = dict.fromkeys(groups, 0)
    done: Node = []
    for part in node:
        if isinstance(part, list) and part and part[0] in SORTED:
            done.append(groups[part[0]][used[part[0]]][1])
            used[part[0]] += 1
        else:
            done.append(part)
    return done


def reference(node: Node) -> str:
    """A footprint's reference."""
    return next(str(part[2]) for part in node if isinstance(part, list) and part[0] == "property" and part[1] == "Reference")


def stackup(layers: int) -> Node:
    """What the board is made of: black mask, white print, gold."""
    def copper(name: str, thickness: float) -> Node:
        return ["layer", Quoted(name), ["type", Quoted("copper")], ["thickness", thickness]]

    def dielectric(at: int, kind: str, thickness: float) -> Node:
        return ["layer", Quoted(f"dielectric {at}"), ["type", Quoted(kind)], ["thickness", thickness], ["material", Quoted("FR4")],
                ["epsilon_r", 4.5], ["loss_tangent", 0.02]]

    def outside(side: str, word: str) -> list[Node]:
        return [["layer", Quoted(f"{side}.SilkS"), ["type", Quoted(f"{word} Silk Screen")], ["color", Quoted("White")]],
                ["layer", Quoted(f"{side}.Paste"), ["type", Quoted(f"{word} Solder Paste")]],
                ["layer", Quoted(f"{side}.Mask"), ["type", Quoted(f"{word} Solder Mask")], ["color", Quoted("Black")],
                 ["thickness", 0.01]]]

    inside = [dielectric(1, "core", 1.51)] if layers == 2 else [
        dielectric(1, "prepreg", 0.21), copper("In1.Cu", 0.0152), dielectric(2, "core", 1.065), copper("In2.Cu", 0.0152),
        dielectric(3, "prepreg", 0.21)]
    return ["stackup", *outside("F", "Top"), copper("F.Cu", 0.035), *inside, copper("B.Cu", 0.035), *reversed(outside("B", "Bottom")),
            ["copper_finish", Quoted("ENIG")], ["dielectric_constraints", "no"]]


def settle(path: Path) -> None:
    """Rewrites a file."""
    root = sort(parse(path.read_text(encoding="utf-8")))
    setup = child(root, "setup")
    if child(setup, "stackup") is None:
        setup.insert(1, stackup(sum(str(layer[1]).endswith(".Cu") for layer in child(root, "layers")[1:])))
    renamed(root, path.name)
    generator = child(root, "generator_version")
    if generator is not None:
        generator[1] = Quoted("9.0")
    path.write_text(text_of(root) + "\n", encoding="utf-8")
