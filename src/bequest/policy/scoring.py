"""Knows how a policy file writes its points: terms with weight, curve or bands, factors and conditions."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from bequest.model.column import Kind
from bequest.model.errors import PolicyError
from bequest.policy.cite import citations, refuse_who
from bequest.policy.declare import condition_of
from bequest.policy.exact import sum_problem, term_problem
from bequest.policy.parse import identifiers, read_reference
from bequest.policy.policy import Points, Rounding, Term
from bequest.policy.section import (
    child,
    children,
    choice,
    complain,
    identifier,
    items,
    kind,
    number,
    only,
    optional_text,
    text,
    whole,
)

if TYPE_CHECKING:
    from bequest.policy.declare import Context
    from bequest.policy.document import Value
    from bequest.policy.expression import Condition, Reference
    from bequest.policy.policy import Knots
    from bequest.policy.section import Section

_TERM_KEYS = (
    "id", "of", "value", "weight", "curve", "steps", "times", "when", "missing", "relative_to", "say", "cite",
)  # fmt: skip
_NEEDS_OF = ("weight", "curve", "steps", "relative_to")
_MISSING = "write the points that a missing value gives"


def points(section: Section, context: Context) -> Points | None:
    """Return the points block, or None when the file has none."""
    block = child(section, "points", where="points")
    if block is None:
        return None
    only(block, ("decimals", "rounding", "terms"))
    blocks = children(block, "terms", noun="term")
    if not blocks:
        complain(block, "there are no terms; write at least one, or remove `points`")
    _check_unique(blocks)
    decimals = whole(block, "decimals", low=0, high=6)
    rounding = choice(block, "rounding", Rounding)
    before = len(block.problems)
    terms = tuple(_fitting_term(each, context) for each in blocks)
    # Only terms without a mistake can be summed.
    sentence = sum_problem(terms) if len(block.problems) == before else None
    if sentence is not None:
        complain(block, sentence, key="terms")
    return Points(decimals, rounding, terms)


def _fitting_term(section: Section, context: Context) -> Term:
    before = len(section.problems)
    term = _term(section, context)
    # A stand-in for a mistake is not judged.
    sentence = term_problem(term) if len(section.problems) == before else None
    if sentence is not None:
        complain(section, sentence)
    return term


def _term(section: Section, context: Context) -> Term:
    only(section, _TERM_KEYS)
    cite = citations(section, context.sources)
    refuse_who(section, cite, context.sources)
    _check_either(section)
    of = _factor(section, section.content["of"], context, key="of") if "of" in section.content else None
    times = _times(section, context)
    when, written = _when(section, context)
    return Term(
        id=identifier(section),
        of=of,
        weight=_weight(section),
        curve=_knots(section, "curve", fewest=2) if "curve" in section.content else None,
        steps=_knots(section, "steps", fewest=1) if "steps" in section.content else None,
        times=times,
        when=when,
        text=written,
        missing=_missing(section),
        relative_to_class=_relative_to_class(section),
        say=optional_text(section, "say", remedy="say in words what gives points") or "",
        cite=cite,
    )


def _check_either(section: Section) -> None:
    if ("of" in section.content) is ("value" in section.content):
        complain(section, "a term gives points either `of` a column or as a fixed `value`; write one of the two")
    if "value" in section.content:
        for key in _NEEDS_OF:
            if key in section.content:
                complain(section, f"'{key}' goes with `of`, not with a fixed `value`; remove it", key=key)
    if "curve" in section.content and "steps" in section.content:
        complain(section, "a term has a curve or steps, not both; remove one", key="steps")


def _weight(section: Section) -> Decimal:
    if "value" in section.content:
        return number(section, "value", remedy="write the points as a number")
    if "weight" not in section.content:
        return Decimal(1)
    return number(section, "weight", remedy="write the weight as a number")


def _missing(section: Section) -> Decimal:
    needed = "of" in section.content or "times" in section.content
    if not needed and "missing" in section.content:
        complain(section, "nothing of this term can be missing; remove `missing`", key="missing")
    return number(section, "missing", remedy=_MISSING) if needed else Decimal(0)


def _relative_to_class(section: Section) -> bool:
    if "relative_to" not in section.content:
        return False
    written = text(section, "relative_to", remedy="write `relative_to: class`")
    if written and written != "class":
        complain(section, f"'relative_to' cannot be '{written}'; write `relative_to: class`", key="relative_to")
    return True


def _when(section: Section, context: Context) -> tuple[Condition | None, str]:
    return condition_of(section, "when", context.names) if "when" in section.content else (None, "")


def _times(section: Section, context: Context) -> tuple[Reference, ...]:
    value = section.content.get("times", ())
    entries = value if isinstance(value, tuple) else (value,)
    if "times" in section.content and not entries:
        complain(section, "'times' names no column; name one, or leave it out", key="times")
    found = (_factor(section, entry, context, key="times") for entry in entries)
    return tuple(reference for reference in found if reference is not None)


def _factor(section: Section, value: Value, context: Context, *, key: str) -> Reference | None:
    if not isinstance(value, str) or not value.strip():
        complain(section, f"'{key}' must be the name of a column, and is {kind(value)}; write one name", key=key)
        return None
    if identifiers(value) & context.names.broken:
        return None
    try:
        reference = read_reference(value, context.names)
    except PolicyError as error:
        complain(section, str(error), key=key)
        return None
    if reference.column.kind not in (Kind.WHOLE, Kind.DECIMAL):
        complain(section, f"'{value}' is no number; write a fixed `value` with `when: {value}` for it", key=key)
    return reference


def _knots(section: Section, key: str, *, fewest: int) -> Knots:
    found: list[tuple[Decimal, Decimal]] = []
    for entry in items(section, key):
        match entry:
            case (Decimal() as x, Decimal() as y):
                found.append((x, y))
            case _:
                complain(section, f"'{key}' must hold pairs of numbers, as in [365, 1]; correct it", key=key)
                return ()
    if len(found) < fewest:
        complain(section, f"'{key}' needs at least {fewest} pairs; add some", key=key)
    if any(later[0] <= earlier[0] for earlier, later in pairwise(found)):
        complain(section, f"the first numbers of '{key}' must rise from pair to pair; correct them", key=key)
    return tuple(found)


def _check_unique(blocks: tuple[Section, ...]) -> None:
    seen: set[str] = set()
    for block in blocks:
        name = str(block.content.get("id", ""))
        if name and name in seen:
            complain(block, f"the id '{name}' stands at two places; give each its own", key="id")
        seen.add(name)
