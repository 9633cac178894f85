"""Knows what must hold of one donation: its own gates, nothing after a withdrawal, each part at one place.

`prev_same_case` of each leaf, which every bundle shows, makes the leaves of a donation a chain; what else is checked
here is closed in a public bundle, and checked wherever a bundle opens it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bequest.inquiry.verify.leaves import Leaf
    from bequest.inquiry.verify.plain_json import Json

    Say = Callable[[str], None]

_GATES = ("consent", "custody", "death")
_ON_THE_WAY = frozenset({
    "organ.available", "match.run", "offer.made", "offer.accepted", "organ.transplanted",
    "organ.exported",
})  # fmt: skip
_LAST = frozenset({"organ.transplanted", "organ.exported"})
_FREE = frozenset({"clear", "released_by_magistrate"})
_UNTIED = "none"
_SHORTEST_LOOKBACK = 12
_TWO = 2


@dataclass
class _Case:
    """Keep what is known of one chain of leaves so far, each by the leaf that says it."""

    donation: Json = None
    identity: int | None = None
    death: int | None = None
    stood_down: int | None = None
    stopped: int | None = None
    unfree: int | None = None  # the newest custody check, where it did not find the donor free
    pauses: set[int] = field(default_factory=set[int])
    gone: dict[str, int] = field(default_factory=dict[str, int])  # parts transplanted, discarded or exported


@dataclass
class _Follower:
    """Keep what the leaves so far tell of all donations."""

    leaves: Sequence[Leaf]
    say: Say
    cases: dict[int, _Case] = field(default_factory=dict[int, _Case])  # by the first leaf of the chain
    first: list[int] = field(default_factory=list[int])  # by leaf, the first of its chain
    before: dict[int, int] = field(default_factory=dict[int, int])  # who names a leaf as the one before
    revoked: dict[int, int] = field(default_factory=dict[int, int])  # by consent.recorded
    of_donation: dict[str, int] = field(default_factory=dict[str, int])  # the first leaf of its chain

    def at(self, leaf: Leaf, name: str) -> Leaf | None:
        """Return the earlier leaf that a field names; None where there is none, which the gates say."""
        number = leaf.fields.get(name)
        return self.leaves[number] if isinstance(number, int) and number < leaf.number else None


def check_donations(leaves: Sequence[Leaf], say: Say) -> int:
    """Return how many organs were released; say each leaf of a donation that its earlier leaves do not allow."""
    follower = _Follower(leaves, say)
    for leaf in leaves:
        case = _joined(follower, leaf)
        if leaf.kind in _ON_THE_WAY:
            _gates(follower, leaf, case)
        _note(follower, leaf, case)
        _opened(leaf, say)
    return sum(leaf.kind == "organ.available" for leaf in leaves)


def _joined(follower: _Follower, leaf: Leaf) -> _Case:
    """Return the chain that a leaf belongs to; say where a chain forks, or holds leaves of two donations."""
    previous, number = leaf.previous, leaf.number
    first = number if previous is None else follower.first[previous]
    follower.first.append(first)
    case = follower.cases.setdefault(first, _Case())
    if previous is not None and follower.before.setdefault(previous, number) != number:
        follower.say(f"leaf {number} and leaf {follower.before[previous]} both name leaf {previous} as the one before")
    donation = leaf.fields.get("donation")
    if isinstance(donation, str):
        if case.donation is None:
            case.donation = donation
        if case.donation != donation or follower.of_donation.setdefault(donation, first) != first:
            follower.say(f"leaf {number} ({leaf.kind}) is not of the donation whose leaves it continues")
    return case


def _gates(follower: _Follower, leaf: Leaf, case: _Case) -> None:
    """Say where a step has no release behind it that still holds, all of one donation."""
    released = _released(follower, leaf)
    if released is None:
        return  # `check_pointers` says it.
    what, say = f"leaf {leaf.number} ({leaf.kind})", follower.say
    first = follower.first[leaf.number]
    if follower.first[released.number] != first:
        say(f"{what} is not of the donation that released its organ")
    if leaf is released:
        _release(follower, leaf, case)
    elif case.unfree is not None:
        say(f"{what} comes after leaf {case.unfree}, which did not find the donor to be free")
    verified = follower.at(released, "consent")
    recorded = None if verified is None else follower.at(verified, "consent")
    if recorded is not None and recorded.number in follower.revoked:
        say(f"{what} comes after leaf {follower.revoked[recorded.number]} had withdrawn the consent")
    _check_going(what, case, follower.at(released, "death"), say)
    if leaf.kind == "match.run" and leaf.fields.get("organ") != released.fields.get("organ"):
        say(f"{what} ranks the list of another organ than leaf {released.number} released")
    if leaf.kind == "match.run" and leaf.fields.get("donor_facts", "") != released.fields.get("facts", ""):
        say(f"{what} ranks for other facts of the donor than leaf {released.number} released")
    if leaf.kind in _LAST:
        _after_death(leaf, case, say)


def _check_going(what: str, case: _Case, death: Leaf | None, say: Say) -> None:
    """Say where a step comes after its donation was stopped, or after the pathway upon which it was released ended."""
    if case.stopped is not None:
        say(f"{what} comes after leaf {case.stopped} had stopped the donation for good")
    if death is not None and death.kind == "dcd.opened" and (case.stood_down or 0) > death.number:
        say(f"{what} comes after leaf {case.stood_down} had ended the circulatory pathway")


def _released(follower: _Follower, leaf: Leaf) -> Leaf | None:
    """Return the leaf that released the organ of a step."""
    if leaf.kind == "organ.available":
        return leaf
    run = leaf if leaf.kind == "match.run" else follower.at(leaf, "run")
    found = None if run is None else follower.at(run, "available")
    return found if found is not None and found.kind == "organ.available" else None


def _release(follower: _Follower, leaf: Leaf, case: _Case) -> None:
    """Say where an organ is released by gates of another donor, or by gates that were not passed."""
    what, say = f"leaf {leaf.number} ({leaf.kind})", follower.say
    for name in _GATES:
        gate = follower.at(leaf, name)
        if gate is not None and follower.first[gate.number] != follower.first[leaf.number]:
            say(f"{what} names as its '{name}' leaf {gate.number}, which is of another donation")
    custody = follower.at(leaf, "custody")
    if custody is not None and (case.unfree is not None or _is_unfree(custody)):
        say(f"{what} comes after leaf {case.unfree or custody.number}, which did not find the donor to be free")
    if case.identity is None:
        say(f"{what} releases an organ before the identity of its donor was established")
    verified = follower.at(leaf, "consent")
    recorded = None if verified is None else follower.at(verified, "consent")
    organs, organ = None if recorded is None else recorded.fields.get("organs"), leaf.fields.get("organ")
    if recorded is not None and isinstance(organs, list) and organ not in organs:
        say(f"{what} releases the {organ}, which the consent of leaf {recorded.number} does not name")
    if recorded is not None and recorded.fields.get("tied_to", _UNTIED) != _UNTIED:
        say(f"{what} releases an organ upon the consent of leaf {recorded.number}, which is tied to somebody")


def _after_death(leaf: Leaf, case: _Case, say: Say) -> None:
    if case.death is None:
        say(f"leaf {leaf.number} ({leaf.kind}) comes before any death was recorded in its donation")
    if case.pauses:
        say(f"leaf {leaf.number} ({leaf.kind}) comes while the pause of leaf {min(case.pauses)} goes on")


def _note(follower: _Follower, leaf: Leaf, case: _Case) -> None:
    """Take note of what a leaf changes for those behind it."""
    number = leaf.number
    match leaf.kind:
        case "identity.verified":
            case.identity = number
        case "death.certified":
            case.death = number
        case "custody.checked":
            case.unfree = number if _is_unfree(leaf) else None
        case "dcd.stood_down":
            case.stood_down = number
        case "recovery.stopped":
            case.stopped = number
        case "consent.revoked":
            follower.revoked.setdefault(leaf.integer("consent"), number)
        case "recovery.paused":
            case.pauses.add(number)
        case "recovery.resumed":
            case.pauses.discard(leaf.integer("paused"))
        case "organ.transplanted" | "organ.discarded" | "organ.exported" | "export.ended":
            _part(leaf, case, follower.say)
        case _:
            pass


def _part(leaf: Leaf, case: _Case, say: Say) -> None:
    if leaf.kind == "export.ended":
        for part in _parts(leaf) if leaf.fields.get("ended_as") == "returned" else []:
            case.gone.pop(part, None)
        return
    for part in _parts(leaf):
        before = case.gone.setdefault(part, leaf.number)
        if before != leaf.number:
            say(f"leaf {leaf.number} ({leaf.kind}) is of the {part}, of which leaf {before} had told the end")


def _parts(leaf: Leaf) -> list[str]:
    parts = leaf.fields.get("part")
    return [str(part) for part in parts] if isinstance(parts, list) else []


def _opened(leaf: Leaf, say: Say) -> None:
    """Say what fields that are closed in public do not allow by themselves."""
    what, fields = f"leaf {leaf.number} ({leaf.kind})", leaf.fields
    declared, happened = fields.get("declared_at"), fields.get("happened_at")
    if isinstance(declared, str) and isinstance(happened, str) and declared > happened:
        say(f"{what} states a death that was still to come")
    signers = fields.get("signers")
    if isinstance(signers, list) and len({str(each) for each in signers}) < _TWO:
        say(f"{what} is not signed by two persons")


def _is_unfree(custody: Leaf) -> bool:
    """Tell whether a custody check is opened and did not find the donor free, for as long as is asked."""
    result, months = custody.fields.get("result", "clear"), custody.fields.get("lookback_months", _SHORTEST_LOOKBACK)
    return result not in _FREE or (isinstance(months, int) and months < _SHORTEST_LOOKBACK)
