"""Knows the published files that lie beside their tests, and how to change a copy of one."""

import json
from decimal import Decimal
from pathlib import Path

DATA = Path(__file__).parent / "published" / "data"


def content(name):
    """Return a published file, its numbers as they are written."""
    return json.loads((DATA / name).read_text(encoding="utf-8"), parse_float=Decimal)


def changed(name, *path, **fields):
    """Return a published file with fields replaced at a path."""
    found = content(name)
    _at(found, path).update(fields)
    return found


def without(name, *path):
    """Return a published file without the last field of a path."""
    found = content(name)
    del _at(found, path[:-1])[path[-1]]
    return found


def _at(found, path):
    for step in path:
        found = found[step]
    return found
