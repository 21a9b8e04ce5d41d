"""Identifiers that stay: each is derived from a name, so that the same design gives the same files."""

from __future__ import annotations

import uuid

SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://neurorack.example/board")


def identifier(*names: object) -> str:
    """The UUID of what these names say."""
    return str(uuid.uuid5(SPACE, "/".join(str(name) for name in names)))
