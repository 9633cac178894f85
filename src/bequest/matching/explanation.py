"""Knows how an explanation is told: as lines that are understood in ten seconds, as HTML, and as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import NamedTuple


class ValueNote(NamedTuple):
    """Hold one value that a rule read: its name in the policy, the same in words, and the value with its unit.

    `read_from` holds the facts behind a computed value, in words; where the value is missing, those that are missing.
    """

    name: str
    words: str
    value: str | None  # None: missing
    read_from: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class ScreenNote:
    """Hold one screen that kept a registration out."""

    id: str
    say: str
    values: tuple[ValueNote, ...]
    cite: str
    judged: bool  # False: it could not be judged


class TermNote(NamedTuple):
    """Hold one term of the points: the values it read and the points it gave, as decimal text.

    `applies`: whether its condition holds; None when that could not be judged. Where it does not hold, `values` are
    those that decided so.
    """

    id: str
    say: str
    values: tuple[ValueNote, ...]
    applies: bool | None
    points: str
    cite: str


class StageNote(NamedTuple):
    """Hold the stage before which nobody of a class is offered the organ, in words, and when it begins."""

    id: str
    say: str
    begins: str


@dataclass(frozen=True, slots=True)
class PlaceNote:
    """Hold one place in the order: its class in words, its points, and why the one above was ahead."""

    rank: int
    offer_kind: str
    class_id: str
    say: str
    values: tuple[ValueNote, ...]  # those that put the registration into the class
    cite: str
    points: str | None
    terms: tuple[TermNote, ...]
    behind: str | None
    waits_for: StageNote | None


@dataclass(frozen=True, slots=True)
class ClassNote:
    """Hold one class that might have come first but could not be judged, with the values its condition read."""

    id: str
    say: str
    values: tuple[ValueNote, ...]


class BestNote(NamedTuple):
    """Hold the place of one who cannot be judged with every missing fact in their favour, and the class it assumes."""

    rank: int
    offer_kind: str
    class_id: str
    say: str


@dataclass(frozen=True, slots=True, repr=False)
class Explanation:
    """Hold why a registration has its place: prints as text, shows as HTML in a notebook, `to_dict` for machines."""

    registration: str
    donor: str
    organ: str
    policy: str
    ranked: int
    synthetic: bool
    places: tuple[PlaceNote, ...]
    screens: tuple[ScreenNote, ...]
    classes_not_judged: tuple[ClassNote, ...]
    best: BestNote | None  # of one who cannot be judged, if a class of the list could take them

    def __str__(self) -> str:
        """Return the explanation as plain text, several lines."""
        return "\n".join(_lines(self))

    def __repr__(self) -> str:
        """Return the text: what a prompt shows."""
        return str(self)

    def _repr_html_(self) -> str:
        lines = _lines(self)
        return f"<p><strong>{escape(lines[0])}</strong></p><pre>{escape(chr(10).join(lines[1:]))}</pre>"

    def to_dict(self) -> dict[str, object]:
        """Return the explanation as plain data."""
        return {
            "registration": self.registration,
            "donor": self.donor,
            "organ": self.organ,
            "policy": self.policy,
            "synthetic": self.synthetic,
            "ranked_entries": self.ranked,
            "places": [_place_data(place) for place in self.places],
            "screens": [
                {
                    "id": screen.id,
                    "say": screen.say,
                    "result": "failed" if screen.judged else "cannot be judged",
                    "values": [_value_data(value) for value in screen.values],
                    "cite": screen.cite,
                }
                for screen in self.screens
            ],
            "classes_not_judged": [
                {"id": each.id, "say": each.say, "values": [_value_data(value) for value in each.values]}
                for each in self.classes_not_judged
            ],
            "optimistic_rank": None if self.best is None else self.best.rank,
            "optimistic_class": None if self.best is None else {"id": self.best.class_id, "say": self.best.say},
        }


def _place_data(place: PlaceNote) -> dict[str, object]:
    return {
        "rank": place.rank,
        "offer_kind": place.offer_kind,
        "class": {
            "id": place.class_id,
            "say": place.say,
            "values": [_value_data(value) for value in place.values],
            "cite": place.cite,
        },
        "points": place.points,
        "terms": [
            {
                "id": term.id,
                "say": term.say,
                "values": [_value_data(value) for value in term.values],
                "applies": term.applies,
                "points": term.points,
                "cite": term.cite,
            }
            for term in place.terms
        ],
        "behind": place.behind,
        "stage": None if place.waits_for is None else place.waits_for.id,
    }


def _value_data(value: ValueNote) -> dict[str, object]:
    return {"name": value.name, "value": value.value, "read_from": dict(value.read_from)}


def _lines(told: Explanation) -> list[str]:
    head = f"{told.registration}, {told.organ} of donor {told.donor}, policy {told.policy}"
    lines = [head + (" [synthetic: true]" if told.synthetic else "")]
    if not told.places:
        lines += _left_lines(told)
    for screen in told.screens:
        lines.append(f"  {screen.id} {'failed' if screen.judged else 'cannot be judged'}. Required: {screen.say}.")
        lines += [f"    {_value_line(value)}" for value in screen.values]
        lines.append(f"    [{screen.cite}]")
    for place in told.places:
        lines += _place_lines(place, told.ranked)
    for each in told.classes_not_judged:
        lines.append(f"  Class {each.id} could not be judged and was passed over: {each.say}.")
        lines += [f"    {_value_line(value)}" for value in each.values]
    return lines


def _left_lines(told: Explanation) -> list[str]:
    if any(screen.judged for screen in told.screens):
        return ["Not ranked."]
    if told.screens or told.classes_not_judged:
        lines = ["Cannot be judged, so not ranked."]
        if told.best is not None:
            kind = _kind(told.best.offer_kind)
            lines.append(f"  With the missing facts in their favour, the rank would be {told.best.rank} at best{kind},")
            lines.append(f"  in class {told.best.class_id}: {told.best.say}.")
        return lines
    return ["Not ranked.", "  Nothing rules this person out, but no class of the list fits."]


def _place_lines(place: PlaceNote, ranked: int) -> list[str]:
    lines = [
        f"Rank {place.rank} of {ranked}{_kind(place.offer_kind)}.",
        f"  Class {place.class_id}: {place.say}.",
    ]
    if place.values:
        lines.append(f"    because {', '.join(_value_line(value) for value in place.values)}")
    lines.append(f"    [{place.cite}]")
    if place.waits_for is not None:
        lines.append(f"  Offered only from stage {place.waits_for.id} on: {place.waits_for.say}.")
        lines.append(f"    It begins: {place.waits_for.begins}")
    if place.points is not None:
        lines.append(f"  Points {place.points}:")
        lines += [line for term in place.terms for line in _term_lines(term)]
    lines.append("  Nobody is ahead." if place.behind is None else f"  Behind {place.behind}")
    return lines


def _kind(offer_kind: str) -> str:
    return "" if offer_kind == "single" else f" for {offer_kind.replace('_', ' ')}"


def _term_lines(term: TermNote) -> list[str]:
    points = term.points.rstrip("0").rstrip(".")
    verdict = {True: "", False: " does not apply", None: " could not be judged"}[term.applies]
    read = ", ".join(_value_line(value) for value in term.values)
    lines = [f"    {points:>13}  {term.id}{verdict}" + (f" ({read})" if read else "")]
    if term.applies is not False:
        lines += [f"    {'':>13}  {words}" for words in (term.say, f"[{term.cite}]") if words]
    return lines


def _value_line(value: ValueNote) -> str:
    read = "; ".join(f"{words}: {'missing' if text is None else text}" for words, text in value.read_from)
    return f"{value.words}: {'missing' if value.value is None else value.value}" + (f" ({read})" if read else "")
