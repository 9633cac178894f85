"""Knows how columns, and the checks that many tables share, are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from enum import Enum

LATER = "DEFERRABLE INITIALLY DEFERRED"
OF_CASE = "{text} NOT NULL REFERENCES registry_donorcase (donation)"
ONE_OF_CASE = "{text} NOT NULL UNIQUE REFERENCES registry_donorcase (donation)"
OWN_EVENT = f"{{text}} PRIMARY KEY REFERENCES registry_event (id) {LATER}"


def codes(name: str, allowed: Iterable[str]) -> str:
    """Return the check that a column holds one of some codes."""
    listed = ", ".join(f"'{code}'" for code in allowed)
    return f"CHECK ({name} IN ({listed}))"


def values(name: str, allowed: type[Enum]) -> str:
    """Return the check that a column holds the value of one member of a closed set."""
    return codes(name, (str(member.value) for member in allowed))


def instant(name: str) -> str:
    """Return the check that a text is an instant as leaves write it, so that texts sort as instants do."""
    return f"CHECK (length({name}) = 27 AND {name} LIKE '____-__-__T__:__:__.______Z')"


def gate(name: str, kinds: Iterable[str]) -> str:
    """Return the two columns that name a leaf of certain kinds."""
    return f"{name}_idx {{bigint}} NOT NULL,\n  {name}_kind {{text}} NOT NULL {codes(f'{name}_kind', kinds)}"


def leaf(name: str) -> str:
    """Return the key by which those two columns refer to a leaf, which has to be there when the row is written."""
    return f"FOREIGN KEY ({name}_idx, {name}_kind) REFERENCES ledger_entry (idx, kind)"


def packed(name: str) -> str:
    """Return the two columns of a text with one value a place of a run, each filled up with blanks to one width."""
    return (
        f"{name}_width {{bigint}} NOT NULL CHECK ({name}_width > 0),\n"
        f"  {name} {{text}} NOT NULL CHECK (length({name}) = places * {name}_width)"
    )


GATES = ",\n  ".join([
    gate("consent", ["consent.verified"]),
    gate("custody", ["custody.checked"]),
    gate("death", ["death.certified", "dcd.opened"]),
])  # fmt: skip
GATE_LEAVES = ",\n  ".join(leaf(name) for name in ("consent", "custody", "death"))
DECEASED = "{text} NOT NULL CHECK ({name} = 'deceased')"
