"""Knows how offers must go: down the committed ranks, each answered once and in time, each part held by one."""

from __future__ import annotations

from bisect import insort
from typing import TYPE_CHECKING

from bequest.inquiry.verify.chains import chain_starts, donors_of
from bequest.inquiry.verify.donor_plans import donor_of, leads_wrongly
from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.openings import row_opened
from bequest.inquiry.verify.order_so_far import (
    ANSWERS,
    WAITS,
    Follower,
    OfferSoFar,
    Place,
    RunSoFar,
    numbers,
    parts_of,
)
from bequest.inquiry.verify.plain_json import bytes_of
from bequest.inquiry.verify.skips import claim, follow_skip, say_unclaimed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bequest.inquiry.verify.leaves import Leaf
    from bequest.inquiry.verify.order_so_far import Offers
    from bequest.inquiry.verify.plain_json import Json

    Say = Callable[[str], None]

_RETURNS = frozenset({"offer.refused", "offer.withdrawn"})
"""How an acceptance ends before the transplant: the parts are given or taken back."""
_BACKUP = "backup"


def check_offers(leaves: Sequence[Leaf], rows: Mapping[int, list[dict[str, Json]]], say: Say) -> Offers:
    """Return how many offers follow the committed ranks; say each that does not.

    `rows` holds by the leaf of a run the opened rows of those who were offered. Raises BrokenError for a row that is
    not under the root of its run.
    """
    chains = chain_starts(leaves)
    runs = {
        leaf.number: RunSoFar(leaf, donor_of(leaf, leaves, chains), _ranks(leaf, rows.get(leaf.number, []), say))
        for leaf in leaves
        if leaf.kind == "match.run"
    }
    unknown = sorted(set(rows) - set(runs))
    if unknown:
        raise BrokenError(f"rows/{unknown[0]}.jsonl is of no match run")
    follower = Follower(leaves, runs, say)
    donors = donors_of(leaves, chains, "organ.discarded", {number: run.donor for number, run in runs.items()})
    for leaf in leaves:
        if leaf.kind == "export.ended":
            _returned(follower, leaf)
        elif leaf.kind == "organ.discarded":
            _discard(follower, leaf, donors.get(leaf.number, frozenset()))
        run = runs.get(leaf.integer("run")) if "run" in leaf.fields else None
        if run is not None and run.leaf.number < leaf.number:
            _follow(follower, leaf, run)
            if leaf.kind != "skip":
                say_unclaimed(follower, run.donor)
        _note(follower, leaf)
    for donor in list(follower.unclaimed):
        say_unclaimed(follower, donor)
    return follower.told


def _note(follower: Follower, leaf: Leaf) -> None:
    """Take note of what later reasons to pass somebody over are held to."""
    if leaf.kind == "offer.accepted":
        follower.accepted = True
    elif leaf.kind == "match.run" and "follows" in leaf.fields:
        follower.followed.add(leaf.integer("follows"))
    elif leaf.kind == "programme.paused":
        follower.paused[leaf.number] = leaf.fields.get("organ")
    elif leaf.kind == "programme.resumed":
        follower.paused.pop(leaf.integer("paused"), None)


def _follow(follower: Follower, leaf: Leaf, run: RunSoFar) -> None:
    if leaf.kind == "offer.made":
        _offer(follower, leaf, run)
    elif leaf.kind == "skip":
        follow_skip(follower, leaf, run)
    elif leaf.kind in {"override.approved", "override.refused"}:
        _decision(follower, leaf, run)
    elif leaf.kind == "offer.promoted":
        _promotion(follower, leaf, run)
    elif leaf.kind in ANSWERS:
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


def _offer(follower: Follower, leaf: Leaf, run: RunSoFar) -> None:
    rank, row, say = leaf.integer("rank"), leaf.integer("row"), follower.say
    what = f"the offer of leaf {leaf.number}"
    run.offers[leaf.number] = leaf
    offer = follower.offers[leaf.number] = OfferSoFar(WAITS, [])
    follower.place(offer, Place(run, rank, row))
    for known in (rank, *run.ranks.get(row, ())):
        run.explain(known, known)
    lowest = run.lowest
    run.settle(rank, rank)
    _join(follower, leaf, run, offer)
    _leads(follower, leaf, run)
    _still_here(follower, leaf, run)
    if not any(run.is_of(part) for part in parts_of(leaf)):
        say(f"{what} is of no part of the {run.leaf.text('organ')} that was ranked")
    approved = run.departures[rank] > 0
    run.departures[rank] -= approved
    if rank not in run.ranks.get(row, []):
        say(
            f"{what} names rank {rank}, but no row with that rank is opened for it in the run of leaf {run.leaf.number}"
        )
    elif approved:
        follower.told.departed += 1
    elif lowest >= rank:
        follower.told.following += 1
    else:
        say(f"{what} went to rank {rank} while rank {lowest} was neither offered nor passed over with a reason")


def _still_here(follower: Follower, leaf: Leaf, run: RunSoFar) -> None:
    """Say what is offered, or accepted, after it had left the country or was disposed of."""
    for part in parts_of(leaf):
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


def _gone(follower: Follower, number: int) -> str:
    return "disposed of" if follower.leaves[number].kind == "organ.discarded" else "let leave"


def _returned(follower: Follower, leaf: Leaf) -> None:
    """Take note of parts that came back into the country."""
    number = leaf.integer("exported")
    left = follower.leaves[number] if number < leaf.number else leaf
    run = follower.runs.get(left.integer("run")) if left.kind == "organ.exported" else None
    if run is None or leaf.fields.get("ended_as") != "returned":
        return  # `check_pointers` says it.
    for part in parts_of(leaf):
        follower.away.pop((run.donor, part), None)
        follower.back[run.donor, part] = leaf.number


def _discard(follower: Follower, leaf: Leaf, donors: frozenset[object]) -> None:
    """Say where somebody held a part that was disposed of, or was offered it and had not answered."""
    what, say, parts = f"the disposal of leaf {leaf.number}", follower.say, set(parts_of(leaf))
    for run in follower.runs.values():
        if run.donor in donors:
            for number in sorted(set(run.offers) - set(run.answered)):
                if parts & set(parts_of(run.offers[number])):
                    say(f"{what} came while the offer of leaf {number} waited for its answer")
    for donor, part in sorted(((donor, part) for donor in donors for part in parts), key=str):
        holder = follower.taken.get((donor, part))
        if holder is not None:
            say(f"{what} is of the {part}, which leaf {holder} had accepted")
        follower.parts.setdefault(donor, set()).add(part)
        follower.away.setdefault((donor, part), leaf.number)


def _export(follower: Follower, leaf: Leaf, run: RunSoFar) -> None:
    """Say where an organ left the country before the newest run of it had ended without a recipient."""
    what, say = f"the export of leaf {leaf.number}", follower.say
    if run.lowest <= run.leaf.integer("ranked"):
        say(f"{what} came while rank {run.lowest} was neither offered nor passed over with a reason")
    for number in sorted(set(run.offers) - set(run.answered)):
        say(f"{what} came while the offer of leaf {number} waited for its answer")
    same = (each for each in follower.runs.values() if each.listed == run.listed)
    newer = [each.leaf.number for each in same if run.leaf.number < each.leaf.number < leaf.number]
    if newer:
        say(f"{what} follows the run of leaf {run.leaf.number}, and leaf {newer[-1]} is a newer one")
    for part in parts_of(leaf):
        key = (run.donor, part)
        holder = follower.taken.get(key)
        if holder is not None:
            say(f"{what} is of the {part}, which leaf {holder} had accepted")
        follower.parts.setdefault(run.donor, set()).add(part)
        before = follower.away.setdefault(key, leaf.number)
        if before != leaf.number:
            say(f"{what} is of the {part}, which leaf {before} had {_gone(follower, before)}")


def _further(follower: Follower, leaf: Leaf, run: RunSoFar) -> list[tuple[RunSoFar, int, int]]:
    """Return the run, rank and row of each further organ of a combined offer; say what names none of this donor."""
    lists = [numbers(leaf, name) for name in ("second_runs", "second_ranks", "second_rows")]
    places = [(follower.runs.get(number), rank, row) for number, rank, row in zip(*lists, strict=False)]
    whole = len({len(each) for each in lists}) == 1
    found = [(into, rank, row) for into, rank, row in places if into is not None and into.donor == run.donor]
    if not whole or len(found) < len(places) or any(into.leaf.number > leaf.number for into, _, _ in found):
        follower.say(f"leaf {leaf.number} ({leaf.kind}) names further places that no run of its donor has")
    return found


def _leads(follower: Follower, leaf: Leaf, run: RunSoFar) -> None:
    """Say where organs are offered together and the donor plan does not say that the first of them leads."""
    further = [follower.runs[number] for number in numbers(leaf, "second_runs") if number in follower.runs]
    known = [each.leaf for each in follower.runs.values() if each.donor == run.donor and each.leaf.number < leaf.number]
    for sentence in leads_wrongly(leaf, [each.leaf.text("organ") for each in (run, *further)], known):
        follower.say(sentence)


def _join(follower: Follower, leaf: Leaf, run: RunSoFar, offer: OfferSoFar) -> None:
    """Follow the further places of a combined offer down their own orders, as its first place is followed."""
    for into, rank, row in _further(follower, leaf, run):
        follower.place(offer, Place(into, rank, row))
        claim(follower, into, leaf.kind, rank)
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


def _decision(follower: Follower, leaf: Leaf, run: RunSoFar) -> None:
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
        rank = requested.fields.get("rank")
        if leaf.kind == "override.approved" and isinstance(rank, int):
            run.departures[rank] += 1
        if _whole(leaf) and _whole(requested) and leaf.fields.get("actor") in (None, requested.fields.get("actor")):
            follower.say(f"{what} is not by another person than the one who asked for it")


def _end(follower: Follower, leaf: Leaf, run: RunSoFar) -> None:
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
    follower.answer(number, ANSWERS[leaf.kind])
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


def _give_back(follower: Follower, number: int) -> None:
    """Let the parts of an acceptance that was given or taken back be free again."""
    for key in [key for key, offer in follower.held.items() if offer == number]:
        del follower.held[key], follower.taken[key]


def _promotion(follower: Follower, leaf: Leaf, run: RunSoFar) -> None:
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


def _into(follower: Follower, leaf: Leaf, run: RunSoFar) -> None:
    """Take note of the place that a promoted offer has in the newest run; everybody above it is accounted for."""
    into, rank, row = follower.runs.get(leaf.integer("into")), leaf.integer("rank"), leaf.integer("row")
    if into is None or into.donor != run.donor:
        follower.say(f"leaf {leaf.number} (offer.promoted) names a run of another donor")
        return
    claim(follower, into, leaf.kind, rank)
    offer = follower.offers[leaf.integer("offer")]
    if into is run and all((each.rank, each.row) != (rank, row) for each in offer.places if each.run is run):
        follower.say(f"leaf {leaf.number} (offer.promoted) names another place than the offer that it promotes")
    elif rank not in into.ranks.get(row, []):
        follower.say(f"leaf {leaf.number} (offer.promoted) names rank {rank}, and no row with that rank is opened")
    else:
        if into is not run and into.lowest < rank:
            follower.say(
                f"leaf {leaf.number} (offer.promoted) went to rank {rank} while rank {into.lowest} was neither offered "
                "nor passed over with a reason"
            )
        into.settle(rank, rank)
        follower.place(offer, Place(into, rank, row))
        _join(follower, leaf, into, offer)


def _place(follower: Follower, offer: Leaf, run: RunSoFar) -> tuple[RunSoFar, int]:
    """Return the run and the rank that an offer has now."""
    promoted = run.promoted.get(offer.number)
    if promoted is None:
        return run, offer.integer("rank")
    return follower.runs.get(promoted.integer("into"), run), promoted.integer("rank")


def _in_turn(follower: Follower, leaf: Leaf, offer: Leaf, run: RunSoFar) -> None:
    """Say whom an acceptance or a transplant passed over because their own offer was taken back."""
    into, rank = _place(follower, offer, run)
    if into.fallen and into.fallen[0] < rank:
        follower.say(
            f"leaf {leaf.number} ({leaf.kind}) is of rank {rank} while the offer to rank {into.fallen[0]} had "
            "been taken back, and no skip says so"
        )


def _in_time(follower: Follower, leaf: Leaf, offer: Leaf) -> None:
    """Say who accepted after the offer had lapsed, and whose offer lapsed before its time; to the minute at least."""
    lapses, exact, minute = offer.fields.get("expires_at"), leaf.fields.get("happened_at"), leaf.at.isoformat()[:16]
    if not isinstance(lapses, str):
        return
    earliest, latest = (exact, exact) if isinstance(exact, str) else (minute, f"{minute}:59.999999Z")
    if leaf.kind == "offer.accepted" and earliest > lapses:
        follower.say(f"leaf {leaf.number} accepts the offer of leaf {offer.number} after it had lapsed")
    if leaf.kind == "offer.expired" and latest < lapses:
        follower.say(f"leaf {leaf.number} lets the offer of leaf {offer.number} lapse before its time")


def _acceptance(follower: Follower, leaf: Leaf, offer: Leaf, run: RunSoFar) -> None:
    what = f"leaf {leaf.number} ({leaf.kind})"
    parts = parts_of(leaf)
    promoted = run.promoted.get(offer.number)
    if not parts or not set(parts) <= set(parts_of(offer if promoted is None else promoted)):
        follower.say(f"{what} accepts something else than leaf {offer.number} offered")
    _in_turn(follower, leaf, offer, run)
    # A backup that is accepted holds nothing before it is the first in line.
    if offer.fields.get("kind") != _BACKUP or promoted is not None:
        _hold(follower, leaf, offer.number, run)


def _hold(follower: Follower, leaf: Leaf, offer: int, run: RunSoFar) -> None:
    _still_here(follower, leaf, run)
    for part in parts_of(leaf):
        key = (run.donor, part)
        if key in follower.taken:
            what = f"leaf {leaf.number} ({leaf.kind})"
            follower.say(f"{what} accepts {part}, which leaf {follower.taken[key]} had accepted")
        follower.taken[key], follower.held[key] = leaf.number, offer
        follower.parts.setdefault(run.donor, set()).add(part)


def _transplant(follower: Follower, leaf: Leaf, run: RunSoFar) -> None:
    number = leaf.integer("accepted")
    if number >= leaf.number:
        return  # `check_pointers` says it.
    accepted = follower.leaves[number]
    if accepted.kind != "offer.accepted":
        return  # `check_pointers` says it.
    offer = accepted.integer("offer")
    held = {part for (_, part), holder in follower.held.items() if holder == offer}
    if accepted.fields.get("run") != leaf.fields.get("run") or held != set(parts_of(leaf)):
        follower.say(f"the transplant of leaf {leaf.number} is not what leaf {accepted.number} accepted")
    made = run.offers.get(offer)
    if made is not None:
        _in_turn(follower, leaf, made, run)
    before = follower.given.setdefault(number, leaf.number)
    if before != leaf.number:
        follower.say(f"the transplant of leaf {leaf.number} is of what leaf {before} had transplanted")


def _whole(leaf: Leaf) -> bool:
    return len(leaf.fields) == len(leaf.hashes) > 0
