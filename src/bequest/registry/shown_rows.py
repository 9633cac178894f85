"""Knows the rows of match runs that bundles show: of everybody who was offered to or passed over, the ranks alone.

They are made of the run ranked anew. Nobody can do that once somebody whom it ranked is erased, so that they are kept
before; and once a day, so that an erasure has few runs to rank.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from typing import TYPE_CHECKING, cast

from bequest.ledger.canonical import canonical_bytes
from bequest.ledger.rows import row_openings
from bequest.registry.match_runs import ranked_anew, run_key
from bequest.registry.models import (
    Closing,
    MatchRun,
    Offer,
    OfferSeat,
    Organ,
    PassedOver,
    Promotion,
    PromotionSeat,
    RecoveryStop,
    ShownRow,
    StandDown,
)
from bequest.registry.rows import add_all, durable, every, found, lock_name, needed, store_of
from bequest.registry.run_orders import places_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bequest.registry.office import Office

_SHOWN_TABLES = (Offer, OfferSeat, Promotion, PromotionSeat)
_RUNS_OF_LIST = (
    "SELECT l.idx, m.event_id FROM registry_matchrun m JOIN registry_organ o ON o.event_id = m.organ_id"
    " JOIN ledger_entry l ON l.event_id = m.event_id WHERE o.organ = ? ORDER BY l.idx"
)
_VERSIONS = (
    "SELECT l.idx, v.digest, r.waiting_list_id FROM registry_version v"
    " JOIN registry_registration r ON r.id = v.registration_id"
    " JOIN ledger_entry l ON l.event_id = v.event_id WHERE v.registration_id = ? ORDER BY l.idx"
)
_OF_RUN = " OR ".join(
    f"EXISTS (SELECT 1 FROM registry_{table} x WHERE x.run_id = m.event_id)"  # noqa: S608  our own names
    for table in ("offer", "offerseat", "promotion", "promotionseat", "passedover")
)
_OVER = " OR ".join(
    f"EXISTS (SELECT 1 FROM registry_{table} x WHERE x.case_id = o.case_id)"  # noqa: S608  our own names
    for table in ("closing", "standdown", "recoverystop")
)
_TO_KEEP = (
    "SELECT m.event_id FROM registry_matchrun m JOIN registry_organ o ON o.event_id = m.organ_id"  # noqa: S608  our own names
    f" WHERE ({_OVER}) AND ({_OF_RUN})"
    " AND NOT EXISTS (SELECT 1 FROM registry_shownrow s WHERE s.run_id = m.event_id) ORDER BY m.event_id"
)
_NEVER = (1 << 63) - 1


def shown_rows(office: Office, run: MatchRun) -> list[dict[str, object]]:
    """Return the rows of a run that were offered to or passed over, with their ranks and nothing else."""
    wanted = _wanted(office.using, run, whole=False)
    kept = {each.row: each.opening for each in every(office.using, ShownRow, run_id=run.event_id)}
    made = {**kept, **_made(office, run, wanted - kept.keys())}
    return [cast("dict[str, object]", json.loads(made[row])) for row in sorted(wanted)]


def keep_shown_rows(office: Office, runs: Iterable[str]) -> int:
    """Keep the rows of runs that bundles show, in the open transaction; return of how many runs there was one to keep.

    While the organ of a run may still be offered, every place of it may be shown, and is kept.
    """
    count = 0
    for name in sorted(runs):
        # A second worker waits here, and then finds the rows.
        lock_name(office.using, f"rows of run {name}")
        run = needed(office.using, MatchRun, "There is no such match run; check its event.", event_id=name)
        kept = {each.row for each in every(office.using, ShownRow, run_id=name)}
        made = _made(office, run, _wanted(office.using, run, whole=not _is_over(office.using, run)) - kept)
        add_all(
            office.using,
            ShownRow,
            (ShownRow(run_id=name, row=row, opening=opening) for row, opening in sorted(made.items())),
        )
        count += bool(made)
    return count


def runs_to_keep(using: str) -> list[str]:
    """Return the runs whose donation is over, of which bundles show rows and none is kept."""
    return [str(run) for (run,) in store_of(using).run(_TO_KEEP).fetchall()]


def keep_apart(office: Office, runs: Sequence[str]) -> int:
    """Keep the rows of runs, each in a transaction of its own."""
    count = 0
    for run in runs:
        with durable(office.using):
            count += keep_shown_rows(office, [run])
    return count


def runs_with(using: str, registrations: Iterable[str]) -> list[str]:
    """Return the runs that had one of some registrations on their list."""
    store = store_of(using)
    of_list: dict[str, list[tuple[int, str]]] = {}
    runs: set[tuple[int, str]] = set()
    for name in registrations:
        versions = store.run(_VERSIONS, (name,)).fetchall()
        until = [cast("int", row[0]) for row in versions[1:]] + [_NEVER]
        for (since, digest, organ), end in zip(versions, until, strict=True):
            if digest is None:
                continue
            if organ not in of_list:
                rows = store.run(_RUNS_OF_LIST, (organ,)).fetchall()
                of_list[str(organ)] = [(cast("int", leaf), str(run)) for leaf, run in rows]
            ranked = of_list[str(organ)]
            first = bisect_right(ranked, cast("int", since), key=lambda each: each[0])
            runs.update(ranked[first : bisect_right(ranked, end, key=lambda each: each[0])])
    return [run for _, run in sorted(runs)]


def runs_for(using: str, donation: str) -> list[str]:
    """Return the runs for the organs of a donation."""
    organs = [each.event_id for each in every(using, Organ, case_id=donation)]
    return [each.event_id for each in every(using, MatchRun, "event_id", organ_id__in=organs)]


def _is_over(using: str, run: MatchRun) -> bool:
    organ = needed(using, Organ, "A run has an organ.", event_id=run.organ_id)
    return any(found(using, table, case_id=organ.case_id) for table in (Closing, StandDown, RecoveryStop))


def _wanted(using: str, run: MatchRun, *, whole: bool) -> set[int]:
    """Return the rows of a run that bundles show, or, while more may be offered to, all that have a place."""
    of_rank = {place.rank: place.row for place in places_of(using, run.event_id)}
    if whole:
        return set(of_rank.values())
    ranks = {seat.rank for table in _SHOWN_TABLES for seat in every(using, table, run_id=run.event_id)}
    for passed in every(using, PassedOver, run_id=run.event_id):
        ranks |= set(range(passed.first_rank, passed.last_rank + 1))
    return {of_rank[rank] for rank in ranks}


def _made(office: Office, run: MatchRun, wanted: Iterable[int]) -> dict[int, str]:
    """Return the openings of rows, made of the run ranked anew; nothing is ranked where none is wanted."""
    rows = sorted(wanted)
    if not rows:
        return {}
    made = row_openings(ranked_anew(office, run).rows, rows, run_key=run_key(office, run), names=["ranks"])
    return {row: canonical_bytes(opening).decode() for row, opening in zip(rows, made, strict=True)}
