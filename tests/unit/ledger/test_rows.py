"""Rows of a run: every registration once, in the order of names that no other run has, each a commitment of its own."""

from __future__ import annotations

import hashlib

import pytest

from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.openings import row_opened
from bequest.ledger import rows as ledger_rows
from bequest.ledger.commitment import commitment
from bequest.ledger.merkle import leaf_hash
from bequest.ledger.rows import FIELDS, row_opening, row_salts, rows_of
from library_pools import POLICIES, question_of

RUN_KEY, RUN_ID = bytes(range(32)), "ab" * 16
POLICY = {policy.name: policy for policy in POLICIES}


def subject_key(name):
    return hashlib.sha256(name.encode()).digest()


def rows(name="core/kidney", seed=1, run_id=RUN_ID):
    run = question_of(POLICY[name], seed).run()
    return run, rows_of(run, run_id=run_id, run_key=RUN_KEY, subject_key=subject_key)


@pytest.mark.parametrize("name", ["core/kidney", "core/heart", "us/kidney", "eurotransplant/etkas"])
def test_each_row_is_the_commitment_to_its_fields(name):
    _, found = rows(name, 2)
    expected = [leaf_hash(commitment(row_salts(RUN_KEY, row.who), row.fields())) for row in found.rows]
    assert list(found.hashes) == expected


@pytest.mark.jit
@pytest.mark.parametrize("name", ["core/kidney", "core/heart", "us/kidney", "eurotransplant/etkas"])
def test_rows_hashed_at_once_are_those_hashed_one_by_one(name, monkeypatch):
    _, one_by_one = rows(name, 2)
    monkeypatch.setattr(ledger_rows, "MANY", 1)
    _, at_once = rows(name, 2)
    assert at_once.hashes == one_by_one.hashes
    assert at_once.registrations == one_by_one.registrations
    assert list(at_once.rows) == list(one_by_one.rows)
    assert at_once.root() == one_by_one.root()


@pytest.mark.parametrize("name", ["core/kidney", "us/kidney"])
def test_everybody_has_a_row_with_the_ranks_or_the_reasons_of_the_run(name):
    run, found = rows(name, 2)
    assert sorted(found.registrations) == run.pool.registrations.tolist()
    left = {str(entry.registration): entry for entry in run.not_ranked()}
    for row, registration in zip(found.rows, found.registrations, strict=True):
        assert tuple(row.ranks) == run.rank_of(registration)
        if registration in left:
            entry = left[registration]
            assert row.result == [list(entry.failed), list(entry.unknown), entry.optimistic_rank]
        else:
            ranked = [entry for entry in run.ranked() if entry.registration == registration]
            assert row.score == [[entry.offer_kind.value, entry.class_id, entry.points] for entry in ranked]


def test_the_names_of_two_runs_have_nothing_in_common():
    (_, one), (_, other) = rows(), rows(run_id="cd" * 16)
    assert not {row.who for row in one.rows} & {row.who for row in other.rows}
    assert not set(one.hashes) & set(other.hashes)


def test_the_order_of_the_rows_tells_nothing_of_the_order_of_the_list():
    _, found = rows()
    assert [row.who for row in found.rows] == sorted(row.who for row in found.rows)
    assert list(found.registrations) != sorted(found.registrations)


def test_a_row_is_shown_alone_and_its_ranks_without_whose_they_are():
    _, found = rows()
    whole = row_opening(found, 3, run_key=RUN_KEY, names=FIELDS)
    assert row_opened(whole, found.root(), "a row") == (3, len(found.rows), found.rows[3].fields())
    part = row_opening(found, 3, run_key=RUN_KEY, names=["ranks"])
    assert row_opened(part, found.root(), "a row")[2] == {"ranks": found.rows[3].ranks}
    assert found.rows[3].who not in str(part)


def test_a_row_shown_otherwise_is_refused():
    _, found = rows()
    whole = row_opening(found, 3, run_key=RUN_KEY, names=FIELDS)
    with pytest.raises(BrokenError):
        row_opened({**whole, "row": 4}, found.root(), "a row")
