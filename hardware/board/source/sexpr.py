"""S-expressions, the text in which KiCad keeps everything.

A list is a Python list, a bare word is a `str`, and a quoted text is a `Quoted`: the two differ in KiCad's files.
"""

from __future__ import annotations

import re

TOKEN = re.compile(r'\s*(?:(\()|(\))|"((?:[^"\\]|\\.)*)"|([^\s()"]+))', re.S)


class Quoted(str):
    """A text that stands in quotes."""


Node = list


def parse(text: str) -> Node:
    """Reads one expression. Raises `ValueError` where parentheses do not match."""
    stack: list[list] = [[]]
    position = 0
    end = len(text.rstrip())
    while position < end:
        match = TOKEN.match(text, position)
        if match is None:
            raise ValueError(f"no S-expression at character {position}")
        position = match.end()
        if match[1]:
            stack.append([])
        elif match[2]:
            done = stack.pop()
            if not stack:
                raise ValueError("a parenthesis closes that was never opened")
            stack[-1].append(done)
        elif match[3] is not None:
            stack[-1].append(Quoted(re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), match[3])))
        else:
            stack[-1].append(match[4])
    if len(stack) != 1 or len(stack[0]) != 1:
        raise ValueError("parentheses do not match")
    return stack[0][0]


def number(value: float) -> str:
    """A length in millimetres or an angle in degrees as KiCad writes it, to a nanometre."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def atom(value: object) -> str:
    """One word."""
    if isinstance(value, Quoted):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
        return f'"{escaped}"'
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return number(value)
    return str(value)


def text_of(node: object, depth: int = 0) -> str:
    """Writes an expression: short ones in one line, others a child a line."""
    if not isinstance(node, list):
        return atom(node)
    if all(not isinstance(child, list) for child in node):
        return "(" + " ".join(atom(child) for child in node) + ")"
    if node[0] == "pts":
        return "(pts " + " ".join(text_of(child) for child in node[1:]) + ")"
    flat = 0
    while flat < len(node) and not isinstance(node[flat], list):
        flat += 1
    head = " ".join(atom(child) for child in node[:flat])
    indent = "\t" * (depth + 1)
    rest = "".join("\n" + indent + text_of(child, depth + 1) for child in node[flat:])
    return "(" + head + rest + "\n" + "\t" * depth + ")"


def children(node: Node, name: str) -> list[Node]:
    """The children that begin with a name."""
    return [child for child in node if isinstance(child, list) and child and child[0] == name]


def child(node: Node, name: str) -> Node | None:
    """The first of them, or nothing."""
    return next(iter(children(node, name)), None)
