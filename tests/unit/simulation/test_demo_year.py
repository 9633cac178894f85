"""A demo year: the same arguments give the same leaves, gates come before runs, every organ ends somewhere."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date

from bequest.inquiry.verify.bundle import verify_bundle
from bequest.inquiry.verify.evidence import MemoryEvidence
from bequest.ledger.leaf_kinds import kinds
from bequest.simulation.demo_year.state import Asked
from bequest.simulation.demo_year.year import played
from demo_years import SMALL, small_year


def leaves_of(asked):
    state = [state for state, _ in played(asked)][-1]
    return [each.leaf for each in state.journal.recorded]


def test_the_same_arguments_give_the_same_leaves():
    digest = hashlib.sha256(b"".join(leaves_of(SMALL))).hexdigest()
    assert digest == hashlib.sha256(b"".join(small_year().record.leaves)).hexdigest()


def test_another_seed_gives_another_year():
    other = Asked(SMALL.seed + 1, SMALL.candidates, SMALL.donors, SMALL.begins, SMALL.days)
    assert leaves_of(other) != list(small_year().record.leaves)


def test_events_stand_in_the_order_of_their_instants():
    instants = [each.event.at for each in small_year().state.journal.recorded]
    assert instants == sorted(instants)


def test_every_offer_is_answered_and_every_part_ends_somewhere():
    count = Counter(each.event.kind for each in small_year().state.journal.recorded)
    assert count["offer.made"] == count["offer.accepted"] + count["offer.refused"]
    assert count["organ.transplanted"] == count["offer.accepted"]
    assert count["match.run"] == count["organ.available"] > 0
    assert set(count) <= set(kinds())


def test_nobody_who_was_transplanted_is_on_a_later_list():
    year = small_year()
    gone = {name: leaf for leaf, name, _, facts in year.state.kept.registrations if facts is None}
    for ranked in year.state.kept.ranked:
        listed = set(ranked.run.pool.registrations.tolist())
        assert not [name for name, leaf in gone.items() if leaf < ranked.kept.leaf and name in listed]


def test_a_year_of_few_days_closes_each_of_them():
    state = [state for state, _ in played(Asked(1, 5, 1, date(2026, 1, 1), 6))][-1]
    days = {each.event.fields["day"] for each in state.journal.recorded if each.event.kind == "referral.day_closed"}
    assert len(days) == 6


def test_an_offer_to_somebody_who_accepted_another_one_meanwhile_is_withdrawn():
    crowded = small_year(Asked(1, 10, 60, date(2026, 1, 1), 8))
    count = Counter(each.event.kind for each in crowded.state.journal.recorded)
    assert count["offer.withdrawn"] > 0
    assert count["offer.made"] == count["offer.accepted"] + count["offer.refused"] + count["offer.withdrawn"]
    report = verify_bundle(MemoryEvidence(crowded.bundle())).report
    assert report.exit_code == 0, report.lines()
