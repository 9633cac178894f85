"""Knows which policies of the library say that a longer wait is better, and from which date each counts it.

A policy says so of a date where every factor that the date is read by can only help as it grows: as an order key that
puts more first, or as a term whose points rise, where more points come first. Where a condition reads the factor, it
has to ask for more of it.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from bequest.model.column import Kind, Table
from bequest.policy.expression import references
from bequest.policy.policy import KeyKind
from library_pools import IDS, POLICIES, conditions

DATES = (
    "listed_on", "waiting_since_on", "dialysis_since_on", "urgency_since_on", "heart_status_since_on",
    "medically_urgent_since_on",
)  # fmt: skip
_ALWAYS_MET = frozenset({"active"})
"""Whoever was listed earlier is as active as before."""


def _counts_up(policy, since):
    """Tell whether a policy reads a date, and only in ways in which an earlier one helps."""
    read = {column for column in policy.reads if f"registration.{since}" in column.inputs} - {None}
    read = {column for column in read if column.name not in _ALWAYS_MET}
    judged = {reference.column for condition in conditions(policy) for reference in references(condition)}
    keys = [*policy.order, *(key for entry in _classes(policy) for key in entry.order or ())]
    own = [key for key in keys if key.of is not None and key.of.column in read]
    terms = [term for term in (policy.points.terms if policy.points else ()) if _reads(term, read)]
    by_points = [key.descending for key in keys if key.kind is KeyKind.POINTS]
    return (
        bool(own or terms)
        and all(column.kind in {Kind.WHOLE, Kind.DECIMAL} and column.table is Table.FACTOR for column in read)
        and not read & judged
        and all(key.descending for key in own)
        and all(_rises(term, read) for term in terms)
        and (not terms or all(by_points))
    )


def _classes(policy):
    return [entry for sequence in policy.sequences for listing in sequence.listings for entry in listing.classes]


def _reads(term, read):
    return any(reference is not None and reference.column in read for reference in (term.of, *term.times))


def _rises(term, read):
    """Tell whether a term never gives fewer points for more of what it reads."""
    knots = term.curve or term.steps or ()
    return (
        not term.relative_to_class
        and term.weight >= 0
        and all(first[1] <= second[1] for first, second in pairwise(knots))
        and all(reference.column.low >= 0 and reference.column not in read for reference in term.times)
    )


READS_OF_WAITING = {
    f"{name} by {since}": (policy, since)
    for name, policy in zip(IDS, POLICIES, strict=True)
    for since in DATES
    if _counts_up(policy, since)
}
"""Every policy with a date from which it counts a wait that can only help."""


def earlier(question, since, registration, *, days):
    """Return the question with one registration's date so many days earlier; a date that is missing stays so."""
    place = question.registrations["registration"].index(registration)
    changed = question.registrations[since].copy()
    changed[place] -= np.timedelta64(days, "D")
    moved = question.with_column(since, changed)
    return moved.with_column("consent_to_listing_on", changed) if since == "listed_on" else moved
