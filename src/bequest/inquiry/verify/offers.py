"""Knows how offers must go: down the committed ranks, each answered once and in time, each part held by one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from bequest.inquiry.verify.chains import donors_of
from bequest.inquiry.verify.donor_plans import donor_of, leads_wrongly
from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.openings import row_opened
from bequest.inquiry.verify.plain_json import bytes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bequest.inquiry.verify.leaves import Leaf
    from bequest.inquiry.verify.plain_json import Json

    Say = Callable[[str], None]

_ENDS = frozenset({"offer.accepted", "offer.refused", "offer.expired", "offer.withdrawn"})
_RETURNS = frozenset({"offer.refused", "offer.withdrawn"})
"""How an acceptance ends before the transplant: the parts are given or taken back."""
_BACKUP = "backup"
_SETTLING = frozenset({"offered", "exported"})
"""The acts of which a skip accounts for whoever was not offered the organ."""
_OF_ORGAN = {"islet": ("pancreas",)}
"""The organs whose parts an organ's list is offered, where its name does not say them."""
_CLASSES = {
    "policy_permitted": (
        "being_offered", "accepted", "declined", "declined_before", "programme_filter", "stage_not_begun",
        "follows_other_organ", "second_organ_missing", "graft_not_offered", "organ_taken", "combined_candidate",
        "backup_promoted", "no_longer_ranked",
    ),
    "patient_cause": (
        "candidate_removed", "candidate_suspended", "candidate_transplanted", "accepted_other_offer",
        "override_medical_emergency",
    ),
    "logistics": ("programme_paused", "no_contact_details", "override_logistics"),
    "organ_about_to_be_lost": ("rescue_stage", "override_time_limit"),
    "data_error": ("offer_taken_back", "override_data_error"),
    "unexplained": ("unexplained",),
}  # fmt: skip
"""The reasons for which somebody is passed over, by their class."""
_CLASS_OF = {reason: name for name, reasons in _CLASSES.items() for reason in reasons}


@dataclass
class Offers:
    """Count offers that follow the ranks, those under an approved departure, and places passed over.

    `passed` counts by reason, `classes` by the class of the reason.
    """

    following: int = 0
    departed: int = 0
    passed: Counter[str] = field(default_factory=Counter[str])
    classes: Counter[str] = field(default_factory=Counter[str])


@dataclass
class _Run:
    """Keep what happened to the order of one run so far; every rank below `lowest` was offered or passed over."""

    leaf: Leaf
    donor: object  # what all runs for one donor share
    ranks: dict[int, list[int]]  # of each opened row
    lowest: int = 1
    later: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])  # a heap of what is settled above it
    offers: dict[int, Leaf] = field(default_factory=dict[int, "Leaf"])
    answered: dict[int, str] = field(default_factory=dict[int, str])  # by offer, the kind of its last answer
    promoted: dict[int, Leaf] = field(default_factory=dict[int, "Leaf"])
    fallen: list[int] = field(
        default_factory=list[int]
    )  # rising: ranks whose offer was taken back, and nothing followed
    departure: bool = False

    def settle(self, first: int, last: int) -> None:
        """Take note that the ranks from first to last were offered or passed over."""
        heappush(self.later, (first, last))
        while self.later and self.later[0][0] <= self.lowest:
            self.lowest = max(self.lowest, heappop(self.later)[1] + 1)

    def explain(self, first: int, last: int) -> None:
        """Take note that whoever lost an offer, from the first to the last rank, was offered again or is a skip."""
        del self.fallen[bisect_left(self.fallen, first) : bisect_right(self.fallen, last)]


@dataclass
class _Follower:
    """Keep what the leaves so far tell of all runs."""

    leaves: Sequence[Leaf]
    runs: dict[int, _Run]
    say: Say
    told: Offers = field(default_factory=Offers)
    taken: dict[tuple[object, str], int] = field(default_factory=dict[tuple[object, str], int])  # acceptance by part
    held: dict[tuple[object, str], int] = field(default_factory=dict[tuple[object, str], int])  # its offer by part
    given: dict[int, int] = field(default_factory=dict[int, int])  # transplant by acceptance
    decided: dict[int, int] = field(default_factory=dict[int, int])  # decision by request of a departure
    away: dict[tuple[object, str], int] = field(
        default_factory=dict[tuple[object, str], int]
    )  # export or disposal by part
    back: dict[tuple[object, str], int] = field(default_factory=dict[tuple[object, str], int])  # return by part


def check_offers(leaves: Sequence[Leaf], rows: Mapping[int, list[dict[str, Json]]], say: Say) -> Offers:
    """Return how many offers follow the committed ranks; say each that does not.

    `rows` holds by the leaf of a run the opened rows of those who were offered. Raises BrokenError for a row that is
    not under the root of its run.
    """
    runs = {
        leaf.number: _Run(leaf, donor_of(leaf, leaves), _ranks(leaf, rows.get(leaf.number, []), say))
        for leaf in leaves
        if leaf.kind == "match.run"
    }
    unknown = sorted(set(rows) - set(runs))
    if unknown:
        raise BrokenError(f"rows/{unknown[0]}.jsonl is of no match run")
    follower = _Follower(leaves, runs, say)
    donors = donors_of(leaves, "organ.discarded", {number: run.donor for number, run in runs.items()})
    for leaf in leaves:
        if leaf.kind == "export.ended":
            _returned(follower, leaf)
        elif leaf.kind == "organ.discarded":
            _discard(follower, leaf, donors.get(leaf.number, frozenset()))
        run = runs.get(leaf.integer("run")) if "run" in leaf.fields else None
        if run is not None and run.leaf.number < leaf.number:
            _follow(follower, leaf, run)
    return follower.told


def _follow(follower: _Follower, leaf: Leaf, run: _Run) -> None:
    if leaf.kind == "offer.made":
        _offer(follower, leaf, run)
    elif leaf.kind == "skip":
        _skip(follower, leaf, run)
    elif leaf.kind in {"override.approved", "override.refused"}:
        _decision(follower, leaf, run)
    elif leaf.kind == "offer.promoted":
        _promotion(follower, leaf, run)
    elif leaf.kind in _ENDS:
        _end(follower, leaf, run)
    elif leaf.kind == "organ.transplanted":
        _transplant(follower, leaf, run)
    elif leaf.kind == "organ.exported":
        _export(follower, leaf, run)


def _ranks(run: Leaf, rows: list[dict[str, Json]], say: Say) -> dict[int, list[int]]:
    """Return the ranks of each opened row of a run, after each was found under the run's root."""
    found: dict[int, list[int]] = {}
    holder: dict[int, int] = {}
    root = bytes_of(run.text("rows_root"), 32, f"the rows of leaf {run.number}")
    last = -1
    for record in rows:
        row, size, shown = row_opened(record, root, f"a row of leaf {run.number}")
        if row <= last:
            raise BrokenError(f"the rows of leaf {run.number} are not in their order, or one comes twice")
        if size != run.integer("registrations"):
            raise BrokenError(f"a row of leaf {run.number} is of another number of rows than the run states")
        last, found[row] = row, ranks_of(shown.get("ranks", []), f"row {row} of leaf {run.number}")
        for rank in found[row]:
            if holder.setdefault(rank, row) != row:
                say(f"rank {rank} of the run of leaf {run.number} is that of rows {holder[rank]} and {row}")
    return found


def ranks_of(value: Json, what: str) -> list[int]:
    """Return the ranks of a row; raise BrokenError where they are not rising numbers from 1 on."""
    ranks = value if isinstance(value, list) else [None]
    found = [rank for rank in ranks if isinstance(rank, int) and not isinstance(rank, bool) and rank > 0]
    if len(found) != len(ranks) or found != sorted(set(found)):
        raise BrokenError(f"the ranks of {what} are not rising numbers")
    return found


def _offer(follower: _Follower, leaf: Leaf, run: _Run) -> None:
    rank, row, say = leaf.integer("rank"), leaf.integer("row"), follower.say
    what = f"the offer of leaf {leaf.number}"
    run.offers[leaf.number] = leaf
    for known in (rank, *run.ranks.get(row, ())):
        run.explain(known, known)
    lowest = run.lowest
    run.settle(rank, rank)
    _join(follower, leaf, run)
    _leads(follower, leaf, run)
    _still_here(follower, leaf, run)
    organ = run.leaf.text("organ")
    if not {part.partition("-")[0] for part in _parts(leaf)} & set(_OF_ORGAN.get(organ, organ.split("-"))):
        say(f"{what} is of no part of the {organ} that was ranked")
    if rank not in run.ranks.get(row, []):
        say(
            f"{what} names rank {rank}, but no row with that rank is opened for it in the run of leaf {run.leaf.number}"
        )
    elif lowest >= rank:
        follower.told.following += 1
    elif run.departure:
        follower.told.departed += 1
    else:
        say(f"{what} went to rank {rank} while rank {lowest} was neither offered nor passed over with a reason")


def _still_here(follower: _Follower, leaf: Leaf, run: _Run) -> None:
    """Say what is offered, or accepted, after it had left the country or was disposed of."""
    for part in _parts(leaf):
        back = follower.back.get((run.donor, part))
        if back is not None and run.leaf.number < back:
            ranked = f"by the run of leaf {run.leaf.number}"
            follower.say(
                f"leaf {leaf.number} ({leaf.kind}) is of the {part} {ranked}, which leaf {back} had brought back since"
            )
        before = follower.away.get((run.donor, part))
        if before is not None:
            gone = _gone(follower, before)
            follower.say(f"leaf {leaf.number} ({leaf.kind}) is of the {part}, which leaf {before} had {gone}")


def _gone(follower: _Follower, number: int) -> str:
    return "disposed of" if follower.leaves[number].kind == "organ.discarded" else "let leave"


def _returned(follower: _Follower, leaf: Leaf) -> None:
    """Take note of parts that came back into the country."""
    number = leaf.integer("exported")
    left = follower.leaves[number] if number < leaf.number else leaf
    run = follower.runs.get(left.integer("run")) if left.kind == "organ.exported" else None
    if run is None or leaf.fields.get("ended_as") != "returned":
        return  # `check_pointers` says it.
    for part in _parts(leaf):
        follower.away.pop((run.donor, part), None)
        follower.back[run.donor, part] = leaf.number


def _discard(follower: _Follower, leaf: Leaf, donors: frozenset[object]) -> None:
    """Say where somebody held a part that was disposed of, or was offered it and had not answered."""
    what, say, parts = f"the disposal of leaf {leaf.number}", follower.say, set(_parts(leaf))
    for run in follower.runs.values():
        if run.donor in donors:
            for number in sorted(set(run.offers) - set(run.answered)):
                if parts & set(_parts(run.offers[number])):
                    say(f"{what} came while the offer of leaf {number} waited for its answer")
    for donor, part in sorted(((donor, part) for donor in donors for part in parts), key=str):
        holder = follower.taken.get((donor, part))
        if holder is not None:
            say(f"{what} is of the {part}, which leaf {holder} had accepted")
        follower.away.setdefault((donor, part), leaf.number)


def _export(follower: _Follower, leaf: Leaf, run: _Run) -> None:
    """Say where an organ left the country before the newest run of it had ended without a recipient."""
    what, say = f"the export of leaf {leaf.number}", follower.say
    if run.lowest <= run.leaf.integer("ranked"):
        say(f"{what} came while rank {run.lowest} was neither offered nor passed over with a reason")
    for number in sorted(set(run.offers) - set(run.answered)):
        say(f"{what} came while the offer of leaf {number} waited for its answer")
    same = (each for each in follower.runs.values() if (each.donor, each.leaf.fields.get("organ")) == _of(run))
    newer = [each.leaf.number for each in same if run.leaf.number < each.leaf.number < leaf.number]
    if newer:
        say(f"{what} follows the run of leaf {run.leaf.number}, and leaf {newer[-1]} is a newer one")
    for part in _parts(leaf):
        key = (run.donor, part)
        holder = follower.taken.get(key)
        if holder is not None:
            say(f"{what} is of the {part}, which leaf {holder} had accepted")
        before = follower.away.setdefault(key, leaf.number)
        if before != leaf.number:
            say(f"{what} is of the {part}, which leaf {before} had {_gone(follower, before)}")


def _of(run: _Run) -> tuple[object, object]:
    return run.donor, run.leaf.fields.get("organ")


def _further(follower: _Follower, leaf: Leaf, run: _Run) -> list[tuple[_Run, int, int]]:
    """Return the run, rank and row of each further organ of a combined offer; say what names none of this donor."""
    lists = [_numbers(leaf, name) for name in ("second_runs", "second_ranks", "second_rows")]
    places = [(follower.runs.get(number), rank, row) for number, rank, row in zip(*lists, strict=False)]
    whole = len({len(each) for each in lists}) == 1
    found = [(into, rank, row) for into, rank, row in places if into is not None and into.donor == run.donor]
    if not whole or len(found) < len(places) or any(into.leaf.number > leaf.number for into, _, _ in found):
        follower.say(f"leaf {leaf.number} ({leaf.kind}) names further places that no run of its donor has")
    return found


def _leads(follower: _Follower, leaf: Leaf, run: _Run) -> None:
    """Say where organs are offered together and the donor plan does not say that the first of them leads."""
    further = [follower.runs[number] for number in _numbers(leaf, "second_runs") if number in follower.runs]
    known = [each.leaf for each in follower.runs.values() if each.donor == run.donor and each.leaf.number < leaf.number]
    for sentence in leads_wrongly(leaf, [each.leaf.text("organ") for each in (run, *further)], known):
        follower.say(sentence)


def _join(follower: _Follower, leaf: Leaf, run: _Run) -> None:
    """Follow the further places of a combined offer down their own orders, as its first place is followed."""
    for into, rank, row in _further(follower, leaf, run):
        if rank not in into.ranks.get(row, []):
            follower.say(
                f"leaf {leaf.number} ({leaf.kind}) names rank {rank}, but no row with that rank is opened for it in "
                f"the run of leaf {into.leaf.number}"
            )
        elif into.lowest < rank:
            follower.say(
                f"leaf {leaf.number} ({leaf.kind}) went to rank {rank} of the run of leaf {into.leaf.number} while "
                f"rank {into.lowest} was neither offered nor passed over with a reason"
            )
        into.settle(rank, rank)


def _numbers(leaf: Leaf, name: str) -> list[int]:
    value = leaf.fields.get(name, [])
    return [each for each in value if isinstance(each, int)] if isinstance(value, list) else []


def _skip(follower: _Follower, leaf: Leaf, run: _Run) -> None:
    first, last = leaf.integer("first_rank"), min(leaf.integer("last_rank"), run.leaf.integer("ranked"))
    if not 1 <= first <= last:
        follower.say(f"leaf {leaf.number} passes over places that its run does not have")
        return
    reason, act = leaf.text("reason"), leaf.text("act")
    if act in _SETTLING:
        run.settle(first, last)
    run.explain(first, last)
    follower.told.passed[reason] += last - first + 1
    named = _CLASS_OF.get(reason, "unexplained")
    follower.told.classes[named] += last - first + 1
    if named == "unexplained":
        follower.say(
            f"leaf {leaf.number} passes over ranks {first} to {last} of the run of leaf {run.leaf.number} and nothing "
            f"explains it; the organ was {act} past them"
        )


def _decision(follower: _Follower, leaf: Leaf, run: _Run) -> None:
    """Let a departure be, where it was asked for in this run, is decided for the first time, and by somebody else."""
    number = leaf.integer("requested")
    if number >= leaf.number or follower.leaves[number].kind != "override.requested":
        return  # `check_pointers` says it.
    requested = follower.leaves[number]
    what = f"leaf {leaf.number} ({leaf.kind})"
    before = follower.decided.setdefault(number, leaf.number)
    if requested.fields.get("run") != run.leaf.number:
        follower.say(f"{what} decides a departure that was asked for in another run")
    elif before != leaf.number:
        follower.say(f"{what} decides what leaf {before} had decided")
    else:
        run.departure = run.departure or leaf.kind == "override.approved"
        if _whole(leaf) and _whole(requested) and leaf.fields.get("actor") in (None, requested.fields.get("actor")):
            follower.say(f"{what} is not by another person than the one who asked for it")


def _end(follower: _Follower, leaf: Leaf, run: _Run) -> None:
    number, what = leaf.integer("offer"), f"leaf {leaf.number} ({leaf.kind})"
    offer = run.offers.get(number)
    if offer is None:
        follower.say(f"{what} answers an offer that was not made in this run")
        return
    before = run.answered.get(number)
    returned = before == "offer.accepted" and leaf.kind in _RETURNS
    if before is not None and not returned:
        follower.say(f"{what} answers an offer that had ended")
    run.answered[number] = leaf.kind
    if returned:
        _give_back(follower, number)
        if leaf.kind == "offer.withdrawn":
            insort(run.fallen, offer.integer("rank"))
        return
    _in_time(follower, leaf, offer)
    if leaf.kind == "offer.accepted":
        _acceptance(follower, leaf, offer, run)
    elif leaf.kind == "offer.withdrawn":
        insort(run.fallen, offer.integer("rank"))


def _give_back(follower: _Follower, number: int) -> None:
    """Let the parts of an acceptance that was given or taken back be free again."""
    for key in [key for key, offer in follower.held.items() if offer == number]:
        del follower.held[key], follower.taken[key]


def _promotion(follower: _Follower, leaf: Leaf, run: _Run) -> None:
    """Let a backup offer be the first in line; if it was accepted, its parts are held from now on."""
    number, what = leaf.integer("offer"), f"leaf {leaf.number} ({leaf.kind})"
    offer = run.offers.get(number)
    last = run.answered.get(number)
    if offer is None or offer.fields.get("kind") != _BACKUP or number in run.promoted:
        follower.say(f"{what} promotes what is no backup offer of this run, or was promoted before")
    elif last not in {None, "offer.accepted"}:
        follower.say(f"{what} promotes an offer that had ended")
    else:
        run.promoted[number] = leaf
        _into(follower, leaf, run)
        if last == "offer.accepted":
            _hold(follower, leaf, number, run)


def _into(follower: _Follower, leaf: Leaf, run: _Run) -> None:
    """Take note of the place that a promoted offer has in the newest run; everybody above it is accounted for."""
    into, rank, row = follower.runs.get(leaf.integer("into")), leaf.integer("rank"), leaf.integer("row")
    if into is None or into.donor != run.donor:
        follower.say(f"leaf {leaf.number} (offer.promoted) names a run of another donor")
    elif rank not in into.ranks.get(row, []):
        follower.say(f"leaf {leaf.number} (offer.promoted) names rank {rank}, and no row with that rank is opened")
    else:
        if into is not run and into.lowest < rank:
            follower.say(
                f"leaf {leaf.number} (offer.promoted) went to rank {rank} while rank {into.lowest} was neither offered "
                "nor passed over with a reason"
            )
        into.settle(rank, rank)
        _join(follower, leaf, into)


def _place(follower: _Follower, offer: Leaf, run: _Run) -> tuple[_Run, int]:
    """Return the run and the rank that an offer has now."""
    promoted = run.promoted.get(offer.number)
    if promoted is None:
        return run, offer.integer("rank")
    return follower.runs.get(promoted.integer("into"), run), promoted.integer("rank")


def _in_turn(follower: _Follower, leaf: Leaf, offer: Leaf, run: _Run) -> None:
    """Say whom an acceptance or a transplant passed over because their own offer was taken back."""
    into, rank = _place(follower, offer, run)
    if into.fallen and into.fallen[0] < rank:
        follower.say(
            f"leaf {leaf.number} ({leaf.kind}) is of rank {rank} while the offer to rank {into.fallen[0]} had "
            "been taken back, and no skip says so"
        )


def _in_time(follower: _Follower, leaf: Leaf, offer: Leaf) -> None:
    """Say who accepted after the offer had lapsed, and whose offer lapsed before its time; to the minute at least."""
    lapses, exact, minute = offer.fields.get("expires_at"), leaf.fields.get("happened_at"), leaf.at.isoformat()[:16]
    if not isinstance(lapses, str):
        return
    earliest, latest = (exact, exact) if isinstance(exact, str) else (minute, f"{minute}:59.999999Z")
    if leaf.kind == "offer.accepted" and earliest > lapses:
        follower.say(f"leaf {leaf.number} accepts the offer of leaf {offer.number} after it had lapsed")
    if leaf.kind == "offer.expired" and latest < lapses:
        follower.say(f"leaf {leaf.number} lets the offer of leaf {offer.number} lapse before its time")


def _acceptance(follower: _Follower, leaf: Leaf, offer: Leaf, run: _Run) -> None:
    what = f"leaf {leaf.number} ({leaf.kind})"
    parts = _parts(leaf)
    promoted = run.promoted.get(offer.number)
    if not parts or not set(parts) <= set(_parts(offer if promoted is None else promoted)):
        follower.say(f"{what} accepts something else than leaf {offer.number} offered")
    _in_turn(follower, leaf, offer, run)
    # A backup that is accepted holds nothing before it is the first in line.
    if offer.fields.get("kind") != _BACKUP or promoted is not None:
        _hold(follower, leaf, offer.number, run)


def _hold(follower: _Follower, leaf: Leaf, offer: int, run: _Run) -> None:
    _still_here(follower, leaf, run)
    for part in _parts(leaf):
        key = (run.donor, part)
        if key in follower.taken:
            what = f"leaf {leaf.number} ({leaf.kind})"
            follower.say(f"{what} accepts {part}, which leaf {follower.taken[key]} had accepted")
        follower.taken[key], follower.held[key] = leaf.number, offer


def _transplant(follower: _Follower, leaf: Leaf, run: _Run) -> None:
    number = leaf.integer("accepted")
    if number >= leaf.number:
        return  # `check_pointers` says it.
    accepted = follower.leaves[number]
    if accepted.kind != "offer.accepted":
        return  # `check_pointers` says it.
    offer = accepted.integer("offer")
    held = {part for (_, part), holder in follower.held.items() if holder == offer}
    if accepted.fields.get("run") != leaf.fields.get("run") or held != set(_parts(leaf)):
        follower.say(f"the transplant of leaf {leaf.number} is not what leaf {accepted.number} accepted")
    made = run.offers.get(offer)
    if made is not None:
        _in_turn(follower, leaf, made, run)
    before = follower.given.setdefault(number, leaf.number)
    if before != leaf.number:
        follower.say(f"the transplant of leaf {leaf.number} is of what leaf {before} had transplanted")


def _whole(leaf: Leaf) -> bool:
    return len(leaf.fields) == len(leaf.hashes) > 0


def _parts(leaf: Leaf) -> list[str]:
    parts = leaf.fields.get("part")
    return [part for part in parts if isinstance(part, str)] if isinstance(parts, list) else []
