"""Knows how to explain one registration's place, or its absence, from the stored integers of the run.

It reads what was ranked and computes no rule anew, so it can never tell another story than the run.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np

from bequest.matching.evaluation import NO_CLASS
from bequest.matching.explanation import (
    BestNote,
    ClassNote,
    Explanation,
    PlaceNote,
    ScreenNote,
    StageNote,
    TermNote,
    ValueNote,
)
from bequest.matching.favourable import best_places
from bequest.matching.program import POINTS_KEY, screens_of
from bequest.matching.quantise import decimal_text
from bequest.matching.reasons import decisive, places_behind
from bequest.matching.scalar import holds
from bequest.matching.wording import facts_behind, value_of, value_text
from bequest.model.column import MISSING, Kind
from bequest.policy.exact import GUARD_DECIMALS, SHARE_DECIMALS
from bequest.policy.expression import references, spelled
from bequest.policy.spoken import name_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bequest.matching.match_run import MatchRun
    from bequest.matching.program import KeyPlan
    from bequest.matching.terms import TermPlan
    from bequest.policy.expression import Condition, Reference
    from bequest.policy.policy import Citation, PolicyClass


def explain(run: MatchRun, registration: str) -> Explanation:
    """Return the explanation of one registration; raise InputError if it is not in the pool."""
    row = run.pool.row(registration)
    places = np.flatnonzero(run.evaluation.order_row == row).tolist()
    return Explanation(
        registration=registration,
        donor=run.donor.donor,
        organ=run.organ.value,
        policy=f"{run.policy.name} ({run.policy.edition})",
        ranked=len(run),
        synthetic=run.donor.synthetic or run.pool.synthetic,
        places=tuple(_place(run, place) for place in places),
        screens=_screens(run, row),
        classes_not_judged=_classes_not_judged(run, row),
        best=None if places else _best(run, row),
    )


def _best(run: MatchRun, row: int) -> BestNote | None:
    """Return the best place that the missing facts allow; None for whom a known fact rules out."""
    if run.evaluation.failed[row]:
        return None
    place = best_places(run.policy, run.program, facts=run.facts, result=run.evaluation).get(row)
    if place is None:
        return None
    listing = run.program.sequence.listings[place.listing]
    entry = listing.classes[place.class_]
    return BestNote(place.rank, listing.offer_kind.value, entry.id, entry.say)


def _screens(run: MatchRun, row: int) -> tuple[ScreenNote, ...]:
    failed, unknown = int(run.evaluation.failed[row]), int(run.evaluation.unknown[row])
    return tuple(
        ScreenNote(
            id=screen.id,
            say=screen.say,
            values=_values(run, screen.when, row=row),
            cite=_cite(screen.cite),
            judged=bool(failed >> bit & 1),
        )
        for bit, screen in enumerate(screens_of(run.policy))
        if (failed | unknown) >> bit & 1
    )


def _place(run: MatchRun, place: int) -> PlaceNote:
    listing, row = _entry(run, place)
    of_listing, entry = run.program.sequence.listings[listing], _class(run, listing, row=row)
    points = int(run.evaluation.points[listing, row])
    return PlaceNote(
        rank=place + 1,
        offer_kind=of_listing.offer_kind.value,
        class_id=entry.id,
        say=entry.say,
        values=tuple([_value(run, each, row=row) for each in decisive(entry.when, run, row, verdict=True)]),
        cite=_cite(entry.cite),
        points=None if run.policy.points is None else decimal_text(points, run.program.decimals),
        terms=_terms(run, listing, row=row),
        behind=None if place == 0 else _behind(run, place),
        waits_for=_waits_for(run, entry),
    )


def _waits_for(run: MatchRun, entry: PolicyClass) -> StageNote | None:
    """Return the stage before which nobody of a class is offered the organ."""
    stages = {stage.id: StageNote(stage.id, stage.say, stage.begins) for stage in run.policy.stages}
    return None if entry.stage is None else stages[entry.stage]


def _entry(run: MatchRun, place: int) -> tuple[int, int]:
    """Return listing and row of a place in the order."""
    return int(run.evaluation.order_listing[place]), int(run.evaluation.order_row[place])


def _class(run: MatchRun, listing: int, *, row: int) -> PolicyClass:
    return run.program.sequence.listings[listing].classes[int(run.evaluation.class_[listing, row])]


def _terms(run: MatchRun, listing: int, *, row: int) -> tuple[TermNote, ...]:
    if run.policy.points is None:
        return ()
    # Terms read the same values and share their conditions: each is judged and put into words once.
    read = dict.fromkeys(reference for plan in run.program.terms for reference in plan.reads)
    notes = {reference: _value(run, reference, row=row) for reference in read}
    conditions = {id(term.when): term.when for term in run.policy.points.terms}
    truths = {key: True if when is None else holds(when, run, row) for key, when in conditions.items()}
    against = {
        key: decisive(when, run, row, verdict=False)
        for key, when in conditions.items()
        if when is not None and truths[key] is False
    }
    return tuple(
        TermNote(
            id=term.id,
            say=term.say,
            values=tuple([notes[reference] for reference in against.get(id(term.when), plan.reads)]),
            applies=truths[id(term.when)],
            points=decimal_text(
                _given(run, plan, listing=listing, row=row) if truths[id(term.when)] else 0, GUARD_DECIMALS
            ),
            cite=_cite(term.cite),
        )
        for term, plan in zip(run.policy.points.terms, run.program.terms, strict=True)
    )


def _given(run: MatchRun, term: TermPlan, *, listing: int, row: int) -> int:
    """Return what one term that applies gave, in 10**-GUARD_DECIMALS points."""
    x = 0 if term.column < 0 else run.facts.value(term.column, row)
    factors = [run.facts.value(factor, row) for factor in term.times]
    if MISSING in {x, *factors}:
        return term.missing
    if term.relative_to_class:
        x = _share(run, term.column, listing=listing, row=row)
    segment = bisect_right(term.edges, x)
    top, bottom = int(term.a[segment]) + int(term.b[segment]) * x, int(term.q[segment])
    for factor in factors:
        top *= factor
    return (2 * top + bottom) // (2 * bottom)


def _share(run: MatchRun, column: int, *, listing: int, row: int) -> int:
    class_ = run.evaluation.class_[listing]
    values = run.facts.columns[column].whole()
    largest = int(values[(class_ == class_[row]) & (values != MISSING)].max(initial=0))
    own = max(int(values[row]), 0) * 10**SHARE_DECIMALS
    return (2 * own + largest) // (2 * largest) if largest > 0 else 0


def _behind(run: MatchRun, place: int) -> str:
    """Return in words who is one place above, and why."""
    above, own = _entry(run, place - 1), _entry(run, place)
    other = f"{run.pool.registrations[above[1]]} (rank {place})"
    if above[1] == own[1]:
        kind = run.program.sequence.listings[above[0]].offer_kind.value.replace("_", " ")
        return f"nobody else: {other} is this registration's own place for {kind}."
    theirs = _class(run, above[0], row=above[1])
    if theirs.id != _class(run, own[0], row=own[1]).id:
        return f"{other}, who is in an earlier class, {theirs.id}: {theirs.say}."
    for key in run.program.class_keys[own[0]][int(run.evaluation.class_[own])]:
        plan = run.program.keys[key]
        values = [_key_value(run, plan, listing=listing, row=row) for listing, row in (above, own)]
        if values[0] != values[1]:
            return f"{other}, {_ahead(run, plan, theirs=values[0], ours=values[1])}"
    return f"{other}, who is equal in all that is compared; the earlier registration identifier comes first."


def _key_value(run: MatchRun, key: KeyPlan, *, listing: int, row: int) -> int:
    return int(run.evaluation.points[listing, row]) if key.column == POINTS_KEY else run.facts.value(key.column, row)


def _ahead(run: MatchRun, key: KeyPlan, *, theirs: int, ours: int) -> str:
    """Return in words what one key says about two entries with different values."""
    if key.column >= len(run.program.columns):
        return "who was drawn first by lot."
    if key.column == POINTS_KEY:
        name, yes_or_no = "points", False
        texts = [decimal_text(value, run.program.decimals) for value in (theirs, ours)]
    else:
        reference = run.program.columns[key.column]
        name, yes_or_no = name_text(reference), reference.column.kind is Kind.TRUTH
        texts = [value_text(value, reference.column) or "missing" for value in (theirs, ours)]
    if MISSING in {theirs, ours}:
        first = "a missing value" if key.missing_first else "a known value"
    elif yes_or_no:
        first = "yes" if key.descending else "no"
    else:
        first = "more" if key.descending else "less"
    return f"by {name}: {texts[0]} there, {texts[1]} here; {first} comes first."


def _classes_not_judged(run: MatchRun, row: int) -> tuple[ClassNote, ...]:
    """Return the classes before the candidate's own whose condition could not be judged, with the values they read."""
    found: list[PolicyClass] = []
    for place, listing in enumerate(run.program.sequence.listings):
        if run.evaluation.class_unknown[place, row]:
            own = int(run.evaluation.class_[place, row])
            earlier = listing.classes if own == NO_CLASS else listing.classes[:own]
            found += [entry for entry in earlier if holds(entry.when, run, row) is None]
    return tuple(ClassNote(entry.id, entry.say, _values(run, entry.when, row=row)) for entry in found)


def _values(run: MatchRun, condition: Condition, *, row: int) -> tuple[ValueNote, ...]:
    """Return what a condition read, each with the facts behind it."""
    return tuple(
        _value(run, reference, row=row, facts=facts_behind(run, reference, row=row))
        for reference in dict.fromkeys(references(condition))
    )


def _value(
    run: MatchRun, reference: Reference, *, row: int, facts: tuple[tuple[str, str | None], ...] = ()
) -> ValueNote:
    text = value_text(value_of(run, reference, row=row), reference.column)
    behind = (*facts, *places_behind(run, reference, row=row))
    return ValueNote(spelled(reference), name_text(reference), text, behind)


def _cite(cite: Iterable[Citation]) -> str:
    return "; ".join([f"{citation.key} {citation.locator}".strip() for citation in cite])
