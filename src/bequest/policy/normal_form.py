"""Knows the disjunctive normal form of a condition, which matching compiles into decision tables.

Only laws that hold in three-valued logic are used: double negation, De Morgan, distribution, repetition and
absorption. So the normal form is true, false and unknown for the same values as the condition; a contradiction such
as `x and not x` stays, because it is unknown where x is.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, TypeAlias

from bequest.model.errors import PolicyError
from bequest.policy.expression import And, Atom, Compare, Condition, Constant, Member, Not, Or, Truth

if TYPE_CHECKING:
    from collections.abc import Iterable

Signed: TypeAlias = tuple[Atom, bool]
"""An atom, and whether it must hold (True) or its negation must (False)."""
Conjunction: TypeAlias = tuple[Signed, ...]
"""Signed atoms that must all be true; the empty one is always true."""

MAX_CONJUNCTIONS = 512


def normal_form(condition: Condition) -> tuple[Conjunction, ...]:
    """Return the conjunctions of which one must be true, in the order of the text; none means never.

    Raise PolicyError with one sentence when there would be more than MAX_CONJUNCTIONS of them.
    """
    return _form(condition, positive=True)


def holds(forms: tuple[Conjunction, ...], judged: dict[Atom, bool | None]) -> bool | None:
    """Return whether a normal form is true, false or unknown (None), given what each atom is."""
    unknown = False
    for conjunction in forms:
        signs = [_signed(judged[atom], positive=positive) for atom, positive in conjunction]
        if False in signs:
            continue
        if None not in signs:
            return True
        unknown = True
    return None if unknown else False


def _form(condition: Condition, *, positive: bool) -> tuple[Conjunction, ...]:
    match condition:
        case Constant(value):
            return ((),) if value is positive else ()
        case Not(of):
            return _form(of, positive=not positive)
        case And(parts) | Or(parts):
            forms = [_form(part, positive=positive) for part in parts]
            return _joined(forms) if isinstance(condition, And) is positive else _either(forms)
        case Compare() | Member() | Truth():
            return (((condition, positive),),)


def _joined(forms: list[tuple[Conjunction, ...]]) -> tuple[Conjunction, ...]:
    so_far: tuple[Conjunction, ...] = ((),)
    for form in forms:
        so_far = _without_absorbed(tuple(dict.fromkeys((*one, *other))) for one, other in product(so_far, form))
    return so_far


def _either(forms: list[tuple[Conjunction, ...]]) -> tuple[Conjunction, ...]:
    return _without_absorbed(conjunction for form in forms for conjunction in form)


def _without_absorbed(conjunctions: Iterable[Conjunction]) -> tuple[Conjunction, ...]:
    kept: dict[frozenset[Signed], Conjunction] = {}
    for conjunction in conjunctions:
        atoms = frozenset(conjunction)
        if any(fewer <= atoms for fewer in kept):
            continue
        for more in [other for other in kept if atoms < other]:
            del kept[more]
        kept[atoms] = conjunction
        if len(kept) > MAX_CONJUNCTIONS:
            raise PolicyError(
                f"the condition unfolds into more than {MAX_CONJUNCTIONS} alternatives; name a factor for a part of it"
            )
    return tuple(kept.values())


def _signed(judged: bool | None, *, positive: bool) -> bool | None:  # noqa: FBT001  three-valued sign
    return None if judged is None else judged is positive
