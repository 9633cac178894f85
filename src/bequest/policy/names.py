"""Knows what a name in a policy means, and which names no policy may read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.model.column import Kind, Table
from bequest.model.columns import FORBIDDEN_WORDS, candidate_column, column, columns_of
from bequest.model.errors import PolicyError
from bequest.policy.expression import Reference, Space
from bequest.policy.section import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.model.column import Column
    from bequest.model.enums import Organ
    from bequest.policy.expression import Condition
    from bequest.policy.policy import Geography, InputDeclaration, Parameter

RESERVED = frozenset({
    "always", "never", "true", "false", "candidate", "donor", "input", "geography", "and", "or", "not", "in",
})  # fmt: skip
"""Words of the language; no parameter, condition, input or table may be called so."""

_READABLE = (Kind.TRUTH, Kind.WHOLE, Kind.DECIMAL, Kind.CODE)
_DECLARED = frozenset({Space.INPUT, Space.GEOGRAPHY})
_SCORES_ONLY = frozenset({"sex", "gender"})


@dataclass(frozen=True, slots=True)
class Names:
    """Hold what a policy declares itself.

    `organ` None: the file names no organ, and columns are not judged by it. `broken`: names whose declaration has a
    mistake that is already told (with `input.` or `geography.` before them); a rule that reads one is not judged again.
    """

    organ: Organ | None
    parameters: Mapping[str, Parameter]
    inputs: Mapping[str, InputDeclaration]
    geography: Mapping[str, Geography]
    conditions: Mapping[str, Condition]
    broken: frozenset[str]

    def declared(self, reference: Reference) -> InputDeclaration | Geography | None:
        """Return the input or the geography table that a reference reads, None for a column of the dictionary."""
        return declared(self.inputs, self.geography, reference.space, reference.name)


def declared(
    inputs: Mapping[str, InputDeclaration], geography: Mapping[str, Geography], space: Space, name: str
) -> InputDeclaration | Geography | None:
    """Return what a policy declares under a name of one space, None for a space that the dictionary fills."""
    if space is Space.INPUT:
        return inputs.get(name)
    return geography.get(name) if space is Space.GEOGRAPHY else None


def refer(names: Names, space: Space, name: str) -> Reference:
    """Return what `space.name` reads; raise PolicyError with one sentence when no policy may read it."""
    spelled = name if space is Space.CANDIDATE else f"{space.value}.{name}"
    word = forbidden_word(name)
    if name in _SCORES_ONLY:
        raise PolicyError(f"'{spelled}' is read by cited clinical scores only, and by no policy; name the score")
    if word is not None:
        raise PolicyError(f"'{spelled}' stands for {FORBIDDEN_WORDS[word]}, which no policy may read; remove it")
    found = _column(names, space, name)
    if found is None:
        raise PolicyError(unknown(names, spelled))
    if space in _DECLARED:
        return Reference(space, name, found)
    if not (found.in_policies and found.kind in _READABLE):
        raise PolicyError(_unreadable(found, spelled, names))
    if names.organ is not None and not _fits(found, names):
        lists = ", ".join(organ.value for organ in found.organs)
        raise PolicyError(f"'{spelled}' is a column of the lists {lists}, not of {names.organ.value}; remove it")
    derived = forbidden_input(found)
    if derived is not None:
        raise PolicyError(derived)
    return Reference(space, name, found)


def unknown(names: Names, spelled: str) -> str:
    """Return the sentence about a name that means nothing, with the nearest name that does."""
    allowed = allowed_names(names)
    bare = spelled.rpartition(".")[2]
    same = next((name for name in allowed if name.rpartition(".")[2] == bare), None)
    hint = f"did you mean {same}?" if same else nearest(spelled, allowed)
    return f"'{spelled}' is no column, parameter or condition; {hint or 'the data dictionary lists every name'}"


def allowed_names(names: Names) -> tuple[str, ...]:
    """Return every name that a condition of this policy may read, sorted."""
    candidates = columns_of(Table.FACTOR) + columns_of(Table.REGISTRATION)
    of_candidate = (entry.name for entry in candidates if _open(entry, names))
    of_donor = (f"donor.{entry.name}" for entry in columns_of(Table.DONOR) if _open(entry, names))
    of_inputs = (f"input.{name}" for name in names.inputs)
    of_geography = (f"geography.{name}" for name in names.geography)
    return tuple(sorted({*of_candidate, *of_donor, *of_inputs, *of_geography, *names.parameters, *names.conditions}))


def forbidden_word(name: str) -> str | None:
    """Return the first forbidden word that stands in a name, or None."""
    words = f"_{name.lower().replace('-', '_')}_"
    return next((word for word in sorted(FORBIDDEN_WORDS) if f"_{word}_" in words), None)


def forbidden_input(entry: Column) -> str | None:
    """Return the sentence about a column that is computed from something no policy may read, or None.

    Sex may stand behind a clinical score, because only a cited formula can read it.
    """
    for source in entry.inputs:
        name = source.rpartition(".")[2]
        word = forbidden_word(name)
        if word is not None and word not in _SCORES_ONLY:
            reason = f"'{source}', which stands for {FORBIDDEN_WORDS[word]}"
            return f"'{entry.name}' is computed from {reason}; no policy may read it; remove it"
    return None


def _column(names: Names, space: Space, name: str) -> Column | None:
    if space in _DECLARED:
        own = declared(names.inputs, names.geography, space, name)
        return None if own is None else own.column
    return column(Table.DONOR, name) if space is Space.DONOR else candidate_column(name)


def _open(entry: Column, names: Names) -> bool:
    return entry.in_policies and entry.kind in _READABLE and _fits(entry, names)


def _fits(entry: Column, names: Names) -> bool:
    return not entry.organs or names.organ is None or names.organ in entry.organs


def _unreadable(entry: Column, spelled: str, names: Names) -> str:
    full = f"{entry.table.value}.{entry.name}"
    factors = [factor.name for factor in columns_of(Table.FACTOR) if full in factor.inputs and _open(factor, names)]
    remedy = f"read a factor computed from it: {', '.join(factors)}" if factors else "remove it"
    return f"'{spelled}' holds {entry.meaning}, and no policy reads it as it is; {remedy}"
