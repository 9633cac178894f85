"""Receipts: one candidate's own row, proved, in at most 3 KB, and nothing about anybody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.receipt import read_receipt, read_source_receipt, receipt_lines, source_lines
from bequest.inquiry.verify.trust import read_trust
from bequest.ledger.commitment import commitment
from bequest.ledger.leaf import leaf_bytes
from bequest.ledger.merkle import inclusion_path, leaf_hash
from bequest.ledger.proof import TlogProof
from bequest.ledger.receipt import receipt, source_receipt
from bequest.ledger.rows import RunRows, row_salts
from demo_years import small_year


def runs():
    """Return the runs of the year, those that rank the most people first."""
    return sorted(small_year().state.kept.ranked, key=lambda ranked: -len(ranked.run))


def made(registration=None, run=0):
    """Return a receipt of a run, of the first on its order or of somebody named."""
    year, ranked = small_year(), runs()[run]
    name = registration or str(ranked.run.ranked(1)[0].registration)
    hashes = [leaf_hash(leaf) for leaf in year.record.leaves]
    proof = TlogProof(ranked.kept.leaf, inclusion_path(hashes, ranked.kept.leaf), year.record.checkpoints[-1])
    opened = year.record.kept[ranked.kept.leaf]
    return receipt(
        year.record.leaves[ranked.kept.leaf], opened.fields, event_key=opened.key, rows=ranked.rows,
        run_key=ranked.kept.run_key, registration=name, proof=proof,
    )  # fmt: skip


def trusted():
    return read_trust(small_year().trust)


def test_a_receipt_says_the_rank_and_proves_it():
    found = read_receipt(made(), trusted())
    assert found.ranks == [1]
    assert (found.witnesses, found.has_quorum) == (3, True)
    assert "Your rank: 1." in receipt_lines(found)


def test_a_receipt_says_why_somebody_has_no_rank():
    run = runs()[0].run
    left = run.not_ranked()[0]
    found = read_receipt(made(str(left.registration)), trusted())
    assert (tuple(found.failed), tuple(found.unknown)) == (left.failed, left.unknown)
    assert any(line.startswith("Not ranked.") for line in receipt_lines(found))


def test_a_receipt_has_at_most_3_kilobytes_and_names_nobody_else():
    data, ranked = made(), runs()[0]
    assert 1_000 < len(data) <= 3_000
    others = [row.who for row in ranked.rows.rows if row.who.encode() not in data]
    assert len(others) == len(ranked.rows.rows) - 1
    assert not [name for name in ranked.rows.registrations if name.encode() in data]


def test_a_receipt_without_a_trust_file_says_that_nobody_was_checked():
    found = read_receipt(made(), None)
    assert not found.trusted
    assert any("was NOT checked" in line for line in receipt_lines(found))


@pytest.mark.parametrize("line", range(4))
def test_a_receipt_without_one_of_its_lines_is_none(line):
    lines = made().split(b"\n")
    with pytest.raises(BrokenError):
        read_receipt(b"\n".join(lines[:line] + lines[line + 1 :]), trusted())


def test_a_changed_byte_of_a_receipt_is_noticed_or_changes_nothing_but_who_is_seen_to_have_signed():
    data, whole = made(), read_receipt(made(), trusted())
    refused = 0
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1
        try:
            found = read_receipt(bytes(changed), trusted())
        except BrokenError:
            refused += 1
        else:
            assert replace(found, witnesses=3, has_quorum=True) == whole
    assert refused > 0.9 * len(data)


def test_a_receipt_of_another_run_does_not_fit_this_one():
    one, other = (made(run=number).split(b"\n") for number in (0, 1))
    with pytest.raises(BrokenError):
        read_receipt(b"\n".join([*one[:3], other[3], *one[4:]]), trusted())


def test_the_receipt_of_a_national_list_in_a_log_of_a_million_leaves_has_at_most_3_kilobytes():
    hashes_of_20_000_rows, hashes_of_a_million_leaves = 15, 20
    ranked, year = runs()[0], small_year()
    path = inclusion_path([leaf_hash(leaf) for leaf in year.record.leaves], ranked.kept.leaf)
    more = 44 * (hashes_of_20_000_rows - len(ranked.rows.path(0))) + 45 * (hashes_of_a_million_leaves - len(path))
    assert len(made()) + more <= 3 * 1024


def of_source(leaf):
    year = small_year()
    hashes = [leaf_hash(each) for each in year.record.leaves]
    proof = TlogProof(leaf, inclusion_path(hashes, leaf), year.record.checkpoints[-1])
    return source_receipt(
        year.record.leaves[leaf], year.record.kept[leaf].fields, event_key=year.record.kept[leaf].key, proof=proof
    )


def test_a_source_sees_that_what_it_attested_stands_in_the_log():
    leaf = small_year().first("custody.checked")
    found = read_source_receipt(of_source(leaf), trusted())
    assert (found.leaf.kind, found.leaf.fields["result"], found.has_quorum) == ("custody.checked", "clear", True)
    assert "  result: clear" in source_lines(found)
    assert source_lines(found)[-1] == "Does not show: that the facts were true."


def test_a_receipt_of_a_source_with_a_closed_or_changed_field_is_refused():
    data = of_source(small_year().first("custody.checked"))
    with pytest.raises(BrokenError, match="is not what it commits to"):
        read_source_receipt(data.replace(b'"value":"clear"', b'"value":"unknown"'), trusted())
    with pytest.raises(BrokenError, match="no receipt"):
        read_source_receipt(made(), trusted())


def forged(**changes):
    """Return the receipt of a run whose operator wrote something else into the row of the first, and signed it all."""
    year, ranked = small_year(), runs()[0]
    kept = ranked.kept
    name = str(ranked.run.ranked(1)[0].registration)
    place = ranked.rows.registrations.index(name)
    rows = list(ranked.rows.rows)
    rows[place] = replace(rows[place], **changes)
    hashes = [leaf_hash(commitment(row_salts(kept.run_key, row.who), row.fields())) for row in rows]
    told = RunRows(rows, lambda: hashes, ranked.rows.names, ranked.rows.order)
    event, key = year.state.journal.recorded[kept.leaf].event, year.record.kept[kept.leaf].key
    event = replace(event, fields={**event.fields, "rows_root": told.root().hex()})
    leaves = list(year.record.leaves)
    leaves[kept.leaf] = leaf_bytes(event, key)
    hashes = [leaf_hash(leaf) for leaf in leaves]
    proof = TlogProof(kept.leaf, inclusion_path(hashes, kept.leaf), year.with_leaves(leaves).checkpoints[-1])
    return receipt(
        leaves[kept.leaf], event.committed(), event_key=key, rows=told, run_key=kept.run_key, registration=name,
        proof=proof,
    )  # fmt: skip


def test_a_forged_row_of_the_right_form_is_read():
    assert read_receipt(forged(ranks=[7]), trusted()).ranks == [7]


@pytest.mark.parametrize(
    "changes",
    [
        {"ranks": [True]},
        {"ranks": [2, 1]},
        {"ranks": [1], "result": [["size"], [], None]},
        {"ranks": [], "score": []},
        {"ranks": [], "score": [], "result": [["Your rank: 1. All others"], [], None]},
        {"ranks": [], "score": [], "result": [["size", {"a": 1}], [], None]},
        {"ranks": [], "score": [], "result": [[], ["size"], True]},
        {"ranks": [1], "score": []},
        {"ranks": [1], "score": [["single", "urgent", "many"]]},
        {"ranks": [1], "score": [["single", "urgent. Your rank: 1", "1.0"]]},
    ],
    ids=range(10),
)
def test_a_row_that_speaks_for_the_program_or_says_two_things_is_refused(changes):
    with pytest.raises(BrokenError):
        read_receipt(forged(**changes), trusted())


def test_who_also_lacks_a_fact_is_told_both():
    told = receipt_lines(read_receipt(forged(ranks=[], score=[], result=[["size"], ["age"], None]), trusted()))
    assert "Not ranked. These requirements were not met: size." in told
    assert "  These could not be judged, because facts were missing: age." in told
