"""Knows how people of a small demo year are erased, and how a log's operator would cheat about it."""

from __future__ import annotations

import json
from dataclasses import replace

from bequest.ledger.bundle import BundleKind, Kept, bundle
from bequest.ledger.commitment import event_salts
from bequest.ledger.erasure import closed_leaves, closed_root, left_open, open_fields
from bequest.ledger.leaf import Event, leaf_bytes
from bequest.ledger.merkle import Frontier
from bequest.simulation.demo_year.record import grown, signed_checkpoint
from demo_years import small_year

KEY = bytes(range(32))


def leaves_of_candidate(place=0):
    """Return the leaves of somebody who stood on the list of the year's last run, in their order."""
    year = small_year()
    name = str(year.state.kept.ranked[-1].run.pool.registrations[place])
    pseudonym = next(
        year.record.kept[each["leaf"]].fields["registration"]
        for each in year.record.replay["registrations"]
        if each["registration"] == name
    )
    return [
        number for number, kept in enumerate(year.record.kept) if kept.fields.get("registration") == pseudonym
    ]  # fmt: skip


def leaves_of_donation(place=0):
    """Return the leaves of one donation with match runs, in their order."""
    year = small_year()
    run = sorted({each.leaf for each in year.state.kept.runs})[place]
    previous = [json.loads(leaf).get("prev_same_case") for leaf in year.record.leaves]
    firsts = []
    for number, before in enumerate(previous):
        firsts.append(number if before is None else firsts[before])
    kinds = [json.loads(leaf)["type"] for leaf in year.record.leaves]
    return [
        number for number, first in enumerate(firsts) if first == firsts[run] and kinds[number] != "gate.refused"
    ]  # fmt: skip


def erasure(closed, basis="subject_request"):
    """Return the event of an erasure that commits to leaves."""
    at = small_year().state.journal.recorded[-1].event.at
    return Event("subject.erased", at, "ZZ", {"basis": basis, "closed": closed_root(KEY, closed)})


def erased_record(closed, *, committed=None, told=None, left=left_open, more=()):
    """Return the record of the year with leaves closed, and an erasure of them at its end.

    `committed` are the leaves to which the erasure commits, `told` those that the bundle says it closed; `left` gives
    what stays open of a leaf; `more` are events after the erasure.
    """
    year = small_year()
    committed = closed if committed is None else committed
    events = [*(each.event for each in year.state.journal.recorded), erasure(committed), *more]
    keys = [year.state.journal.secrets.key("event", number) for number in range(len(events))]
    leaves = [leaf_bytes(event, key) for event, key in zip(events, keys, strict=True)]
    kept = [Kept(key, event.committed()) for event, key in zip(events, keys, strict=True)]
    for number in closed:
        opening = left(events[number].kind, event_salts(keys[number]), kept[number].fields)
        kept[number] = Kept(None, open_fields(opening), opening)
    number, proofs = len(year.record.leaves), closed_leaves(KEY, committed)
    told = committed if told is None else told
    checkpoint = signed_checkpoint(year.state, grown(Frontier(), leaves), events[-1].at)
    return replace(
        year.record,
        leaves=leaves,
        kept=kept,
        checkpoints=[checkpoint],
        replay=_replay(year.record, frozenset(closed)),
        erased={number: [each for each in proofs if each["leaf"] in told]},
    )


def erased_bundle(closed, kind=BundleKind.REPLAY, **how):
    """Return the files of a bundle of `erased_record`."""
    year = small_year()
    return bundle(erased_record(closed, **how), kind, signer=year.signer, case=year.case)


def _replay(record, closed):
    gone = {each["registration"] for each in record.replay["registrations"] if each["leaf"] in closed}
    return {
        **record.replay,
        "registrations": [
            {**each, "facts": None, "subject_key": None, **({} if each["facts"] is None else {"erased": True})}
            if each["registration"] in gone and each["leaf"] in closed
            else each
            for each in record.replay["registrations"]
        ],
        "donors": [each for each in record.replay["donors"] if each["leaf"] not in closed],
        "runs": [each for each in record.replay["runs"] if each["leaf"] not in closed],
    }
