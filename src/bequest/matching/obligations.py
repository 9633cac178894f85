"""Knows obligations: who owes whom an organ for one that was sent abroad, and whose turn it is to be paid back.

A party is a country, or in some countries a centre. Whoever receives an organ from abroad owes one of the same blood
group to the party of the donor. Facts: world-policies.md 7.7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """Hold one organ that went abroad: from the creditor to the debtor, with the donor's blood group."""

    creditor: str
    debtor: str
    blood_group: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Obligation:
    """Hold one open debt: an organ of that blood group, owed since an instant."""

    debtor: str
    creditor: str
    blood_group: str
    since: datetime


def open_obligations(sent: Iterable[Sent]) -> tuple[Obligation, ...]:
    """Return the debts that are open after all these organs, the oldest first.

    An organ that goes the other way pays the oldest debt. Otherwise it makes a debt, which is joined to others into
    one: A owes B and B owes C becomes A owes C. The joined debt has the debtor of the oldest debt that is owed to the
    new debtor, and the creditor and the beginning of the oldest debt of the new creditor.
    """
    owed: tuple[Obligation, ...] = ()
    for each in sorted(sent, key=lambda one: (one.at, one.blood_group, one.debtor, one.creditor)):
        owed = _after(owed, Obligation(each.debtor, each.creditor, each.blood_group, each.at))
    return owed


def creditor_ranks(owed: Iterable[Obligation], *, debtor: str, blood_group: str) -> dict[str, int]:
    """Return for each creditor of a debtor its rank by its oldest debt: 1 for the youngest, the most for the oldest."""
    oldest: dict[str, datetime] = {}
    for each in owed:
        if (each.debtor, each.blood_group) == (debtor, blood_group):
            oldest[each.creditor] = min(each.since, oldest.get(each.creditor, each.since))
    youngest_first = sorted(oldest, key=lambda creditor: (oldest[creditor], creditor), reverse=True)
    return {creditor: rank for rank, creditor in enumerate(youngest_first, start=1)}


def ranks_at_centres(ranks: Mapping[str, int], party_of: Mapping[str, str]) -> dict[str, int]:
    """Return the ranks of parties as ranks of the centres that belong to them, which is what a run reads."""
    return {centre: ranks[party] for centre, party in sorted(party_of.items()) if party in ranks}


def _after(owed: Sequence[Obligation], new: Obligation) -> tuple[Obligation, ...]:
    if new.debtor == new.creditor:
        return tuple(owed)
    group = [each for each in owed if each.blood_group == new.blood_group]
    paid = next((each for each in group if (each.debtor, each.creditor) == (new.creditor, new.debtor)), None)
    if paid is not None:
        return tuple(each for each in owed if each is not paid)
    before = next((each for each in group if each.creditor == new.debtor), None)
    behind = next((each for each in group if each.debtor == new.creditor), None)
    joined = Obligation(
        debtor=new.debtor if before is None else before.debtor,
        creditor=new.creditor if behind is None else behind.creditor,
        blood_group=new.blood_group,
        since=new.since if behind is None else behind.since,
    )
    rest = [each for each in owed if each is not before and each is not behind]
    return tuple(sorted((*rest, joined), key=lambda each: each.since))
