"""Knows whether each organ that left the country did so under an agreement that was in force for that country."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bequest.inquiry.verify.leaves import Leaf

    Say = Callable[[str], None]


def check_exchanges(leaves: Sequence[Leaf], say: Say) -> int:
    """Return how many organs left the country; say each that no agreement in force let go where it went."""
    ended: dict[int, int] = {}
    enacted: dict[int, int] = {}
    count = 0
    for leaf in leaves:
        if leaf.kind == "exchange.enacted":
            _enacted(leaf, leaves, enacted, say)
        elif leaf.kind == "exchange.ended":
            ended.setdefault(leaf.integer("enacted"), leaf.number)
        elif leaf.kind == "organ.exported":
            _exported(leaf, leaves, ended, say)
            count += 1
    return count


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


def _exported(leaf: Leaf, leaves: Sequence[Leaf], ended: dict[int, int], say: Say) -> None:
    """Say where an export went elsewhere than its agreement says, or came before or after it was in force."""
    agreement, what = _earlier(leaf, "agreement", leaves), f"the export of leaf {leaf.number}"
    if agreement is None or agreement.kind != "exchange.enacted":
        return  # `check_pointers` says it.
    if agreement.number in ended:
        say(f"{what} came after leaf {ended[agreement.number]} had ended its agreement")
    if agreement.text("effective_on") > leaf.at.date().isoformat():
        say(f"{what} came before the agreement of leaf {agreement.number} was in force")
    if agreement.fields.get("country") != leaf.fields.get("to_country"):
        say(f"{what} went to another country than the agreement of leaf {agreement.number} is with")
    proposed = _earlier(agreement, "proposed", leaves)
    if proposed is None:
        return  # `check_pointers` says it.
    named = proposed.fields.get("organisations")
    if isinstance(named, list) and leaf.fields.get("organisation") not in named:
        say(f"{what} went to an organisation that the agreement of leaf {agreement.number} does not name")
    if [proposed.fields.get(name) for name in ("traceable_both_ways", "equivalent_standard")] != ["yes", "yes"]:
        say(f"{what} went where traceability both ways and an equivalent standard are not agreed")


def _earlier(leaf: Leaf, name: str, leaves: Sequence[Leaf]) -> Leaf | None:
    number = leaf.fields.get(name)
    return leaves[number] if isinstance(number, int) and number < leaf.number else None
