"""Knows whether what crossed the border, out or in, did so under an agreement that was in force with that country."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bequest.inquiry.verify.leaves import Leaf

    Say = Callable[[str], None]


@dataclass(frozen=True)
class Crossings:
    """Hold how many organs left the country, and how many donations came from abroad."""

    left: int
    came: int


@dataclass(frozen=True)
class _Way:
    """Hold what a leaf that crosses the border is called, and the words for where it went or came from."""

    noun: str
    country: str
    elsewhere: str
    stranger: str


_WAYS = {
    "organ.exported": _Way(
        "export", "to_country", "went to another country", "went to an organisation that the agreement"
    ),
    "import.attested": _Way(
        "import", "from_country", "came from another country", "was attested by an organisation that the agreement"
    ),
}


def check_exchanges(leaves: Sequence[Leaf], say: Say) -> Crossings:
    """Return how much crossed the border; say each that no agreement in force let go where it went, or come."""
    ended: dict[int, int] = {}
    enacted: dict[int, int] = {}
    counts = dict.fromkeys(_WAYS, 0)
    told: dict[tuple[int, str], int] = {}
    for leaf in leaves:
        if leaf.kind == "exchange.enacted":
            _enacted(leaf, leaves, enacted, say)
        elif leaf.kind == "exchange.ended":
            ended.setdefault(leaf.integer("enacted"), leaf.number)
        elif leaf.kind in _WAYS:
            _crossed(leaf, leaves, ended, say)
            counts[leaf.kind] += 1
        elif leaf.kind == "export.ended":
            _came_to(leaf, leaves, told, say)
    return Crossings(counts["organ.exported"], counts["import.attested"])


def _enacted(leaf: Leaf, leaves: Sequence[Leaf], enacted: dict[int, int], say: Say) -> None:
    proposed = _earlier(leaf, "proposed", leaves)
    if leaf.text("effective_on") < leaf.at.date().isoformat():
        say(f"leaf {leaf.number} puts an agreement in force for days that were past")
    if proposed is None:
        return  # `check_pointers` says it.
    names = ("country", "document")
    if [proposed.fields.get(name) for name in names] != [leaf.fields.get(name) for name in names]:
        say(f"leaf {leaf.number} puts another agreement in force than leaf {proposed.number} proposed")
    before = enacted.setdefault(proposed.number, leaf.number)
    if before != leaf.number:
        say(f"leaf {leaf.number} puts in force what leaf {before} had put in force")


def _crossed(leaf: Leaf, leaves: Sequence[Leaf], ended: dict[int, int], say: Say) -> None:
    """Say where a crossing is not one that its agreement lets be, or came before or after that was in force."""
    way, agreement = _WAYS[leaf.kind], _earlier(leaf, "agreement", leaves)
    if agreement is None or agreement.kind != "exchange.enacted":
        return  # `check_pointers` says it.
    what = f"the {way.noun} of leaf {leaf.number}"
    if agreement.number in ended:
        say(f"{what} came after leaf {ended[agreement.number]} had ended its agreement")
    if agreement.text("effective_on") > _day(leaf) or _was_before(leaf, agreement):
        say(f"{what} came before the agreement of leaf {agreement.number} was in force")
    if agreement.fields.get("country") != leaf.fields.get(way.country):
        say(f"{what} {way.elsewhere} than the agreement of leaf {agreement.number} is with")
    proposed = _earlier(agreement, "proposed", leaves)
    if proposed is None:
        return  # `check_pointers` says it.
    named = proposed.fields.get("organisations")
    if isinstance(named, list) and leaf.fields.get("organisation") not in named:
        say(f"{what} {way.stranger} of leaf {agreement.number} does not name")
    if [proposed.fields.get(name) for name in ("traceable_both_ways", "equivalent_standard")] != ["yes", "yes"]:
        say(f"{what} came where traceability both ways and an equivalent standard are not agreed")


def _came_to(leaf: Leaf, leaves: Sequence[Leaf], told: dict[tuple[int, str], int], say: Say) -> None:
    """Say where the end of an export is of what did not leave in it, was told before, or lacks its reason."""
    what, left = f"the end of an export in leaf {leaf.number}", _earlier(leaf, "exported", leaves)
    if (leaf.fields.get("ended_as") == "discarded") is not ("reason" in leaf.fields):
        say(f"{what} has a reason where nothing was discarded, or none where something was")
    if left is None or left.kind != "organ.exported":
        return  # `check_pointers` says it.
    for part in _parts(leaf):
        if part not in _parts(left):
            say(f"{what} is of the {part}, which did not leave by leaf {left.number}")
        before = told.setdefault((left.number, part), leaf.number)
        if before != leaf.number:
            say(f"{what} is of the {part}, of which leaf {before} had told the end")


def _parts(leaf: Leaf) -> list[str]:
    parts = leaf.fields.get("part")
    return [str(part) for part in parts] if isinstance(parts, list) else []


def _day(leaf: Leaf) -> str:
    """Return the day of something: on which it happened, where that is opened, or else was entered."""
    happened = leaf.fields.get("happened_at")
    return happened[:10] if isinstance(happened, str) else leaf.at.date().isoformat()


def _was_before(leaf: Leaf, agreement: Leaf) -> bool:
    """Tell whether something had happened before its agreement was put in force; where it is closed, it is not told."""
    happened = leaf.fields.get("happened_at")
    enacted = agreement.fields.get("recorded_late_at", agreement.fields.get("happened_at"))
    return isinstance(happened, str) and isinstance(enacted, str) and happened < enacted


def _earlier(leaf: Leaf, name: str, leaves: Sequence[Leaf]) -> Leaf | None:
    number = leaf.fields.get(name)
    return leaves[number] if isinstance(number, int) and number < leaf.number else None
