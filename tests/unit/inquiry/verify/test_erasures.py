"""Erasures: what one accounts for may be closed and is named; nothing else may."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bequest.inquiry.replay import replay, replayer_of
from bequest.inquiry.verify.bundle import verify_bundle
from bequest.inquiry.verify.evidence import MemoryEvidence
from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.report import Verdict
from bequest.inquiry.verify.spans import spans
from bequest.ledger.bundle import BundleKind, bundle
from bequest.ledger.canonical import canonical_bytes
from bequest.ledger.commitment import opening
from bequest.ledger.erasure import narrowed
from bequest.ledger.leaf import Event
from bequest.ledger.leaf_kinds import public_names
from demo_years import small_year
from erased_years import erased_bundle, erased_record, erasure, leaves_of_candidate, leaves_of_donation
from ledger_mutations import resigned

SIGNER = small_year().signer
LAST = len(small_year().record.leaves)
"""The leaf of the erasure."""


def checked(files):
    return verify_bundle(MemoryEvidence(files))


def said(files):
    """Return by name of the check what is found in a bundle, and what is broken."""
    report = checked(files).report
    return {
        each.name: " ".join((each.words, *each.details))
        for each in report.checks
        if each.verdict in {Verdict.FINDING, Verdict.BROKEN}
    }


def words(report, name):
    return next(each.words for each in report.checks if each.name == name)


def replayed(files):
    replayer = replayer_of(checked(files))
    return replayer, list(replay(replayer, full=True, progress=lambda *_: None))


@pytest.mark.parametrize("kind", list(BundleKind))
@pytest.mark.parametrize("of", [leaves_of_candidate, leaves_of_donation])
def test_what_an_erasure_closed_is_no_finding_and_is_named(of, kind):
    # The inquiry is into the first donation; the one that is erased is the last.
    closed = of(-1)
    report = checked(erased_bundle(closed, kind)).report
    assert report.exit_code == 0, report.lines()
    assert "1 person was erased" in words(report, "erasures")
    told = report.to_data()["erasures"]
    assert told["persons"] == 1
    if kind is BundleKind.REPLAY:
        assert told["closed"] == [{"leaf": LAST, "leaves": closed}]
        assert spans(closed) in words(report, "erasures")
        assert f"{len(closed):,} leaves are closed" in " ".join(report.closing())


def test_a_public_bundle_opens_the_same_of_an_erased_person_as_before():
    closed = leaves_of_donation()
    files, before = erased_bundle(closed, BundleKind.PUBLIC), small_year().bundle(BundleKind.PUBLIC)
    assert files["openings.jsonl"].startswith(before["openings.jsonl"])
    assert not [path for path in files if path.startswith("erased/")]
    report = checked(files).report
    assert words(report, "erasures") == "1 person was erased; of their leaves the same is open as before."
    assert words(report, "offers") == words(checked(before).report, "offers")


def test_a_public_bundle_that_tells_which_leaves_are_of_one_person_is_found():
    closed = leaves_of_donation()
    files = erased_bundle(closed, BundleKind.PUBLIC)
    path = f"erased/{LAST}.jsonl"
    added = {path: erased_bundle(closed)[path]}
    openings = erased_bundle(closed)["openings.jsonl"].splitlines(keepends=True)[-1]
    public = files["openings.jsonl"].splitlines(keepends=True)
    added["openings.jsonl"] = b"".join([*public[:-1], openings])
    told = said(resigned(small_year(), {**files, **added}, BundleKind.PUBLIC))
    assert "tells which leaves are of one person" in told["erasures"]


def test_an_inquiry_names_closed_leaves_of_its_own_lists_and_no_others():
    mine, others = leaves_of_candidate(), leaves_of_donation(-1)
    files = erased_bundle(mine, BundleKind.INQUIRY)
    named = {json.loads(line)["leaf"] for line in files.get(f"erased/{LAST}.jsonl", b"").splitlines()}
    opened = {json.loads(line)["leaf"] for line in files["openings.jsonl"].splitlines()}
    assert named <= set(mine) & opened
    assert f"erased/{LAST}.jsonl" not in erased_bundle(others, BundleKind.INQUIRY)


def test_runs_with_an_erased_person_on_their_list_are_told_and_their_list_is_still_held_to_its_leaf():
    ranked = small_year().state.kept.ranked[-1]
    replayer, found = replayed(erased_bundle(leaves_of_candidate()))
    assert found == []
    assert ranked.kept.leaf in replayer.unrepeatable
    record = erased_record(leaves_of_candidate())
    other = str(ranked.run.pool.registrations[1])
    left = [each for each in record.replay["registrations"] if each["registration"] == other]
    kept = list(record.kept)
    for each in left:
        kept[each["leaf"]] = replace(kept[each["leaf"]], key=None, fields={}, left=())
    registrations = [each for each in record.replay["registrations"] if each not in left]
    fewer = replace(record, kept=kept, replay={**record.replay, "registrations": registrations})
    with pytest.raises(BrokenError, match="somebody is missing, too many or changed"):
        replayed(bundle(fewer, BundleKind.REPLAY, signer=SIGNER))


def test_runs_for_an_erased_donor_are_told_and_their_offers_are_still_followed():
    closed = leaves_of_donation()
    files = erased_bundle(closed)
    replayer, found = replayed(files)
    runs = {each.leaf for each in small_year().state.kept.runs}
    assert found == []
    assert replayer.unrepeatable == runs & set(closed) != frozenset()
    whole = checked(small_year().bundle()).report
    assert words(checked(files).report, "offers") == words(whole, "offers")


def test_a_leaf_closed_without_an_erasure_is_found():
    closed = leaves_of_candidate()
    files = erased_bundle(closed, told=[])
    assert f"does not open all of leaf {closed[0]} (listing.created)" in said(files)["leaves"]
    with pytest.raises(BrokenError, match=f"the facts of leaf {closed[0]} are gone, and no leaf subject.erased"):
        replayed(files)


def test_a_leaf_closed_with_the_erasure_of_somebody_else_is_found():
    closed, others = leaves_of_candidate(), leaves_of_candidate(1)
    files = erased_bundle(closed, committed=others)
    found = said(files)
    assert f"does not open all of leaf {closed[0]} (listing.created)" in found["leaves"]
    assert f"leaf {others[0]} (listing.created) was closed by leaf {LAST}, and its" in found["erasures"]
    path = f"erased/{LAST}.jsonl"
    forged = files[path].replace(b'"leaf":%d' % others[0], b'"leaf":%d' % closed[0])
    told = said(resigned(small_year(), {**files, path: forged}))
    assert told["leaves"] == f"leaf {closed[0]} is not one that the erasure of leaf {LAST} closed."


def test_a_leaf_closed_by_an_erasure_before_it_is_found():
    closed = leaves_of_candidate()
    created = small_year().state.journal.recorded[closed[0]].event
    later = Event(
        "listing.removed",
        small_year().state.journal.recorded[-1].event.at,
        "ZZ",
        {
            "registration": created.fields["registration"], "organ": created.fields["organ"],
            "reason": "candidate_wish", "previous": closed[-1],
        },
    )  # fmt: skip
    found = said(erased_bundle([*closed, LAST + 1], more=[later]))
    assert (
        f"leaf {LAST + 1} (listing.removed) comes after leaf {LAST}, which says that it closed it"
        in (found["erasures"])
    )
    assert f"does not open all of leaf {LAST + 1} (listing.removed)" in found["leaves"]


def test_a_leaf_that_is_about_no_person_is_closed_by_no_erasure():
    policy = small_year().first("policy.enacted")
    found = said(erased_bundle([policy]))
    assert f"leaf {policy} (policy.enacted) is about no person" in found["erasures"]


def test_an_erasure_of_part_of_a_person_is_found():
    closed = leaves_of_donation()
    left_out = next(number for number in closed if small_year().record.kept[number].fields.get("donation"))
    found = said(erased_bundle([number for number in closed if number != left_out]))
    assert (
        f"leaf {left_out} (donor.referred) is of the person whom leaf {LAST} erased, and is not closed"
        in (found["erasures"])
    )


@pytest.mark.parametrize(
    "others",
    [lambda: leaves_of_donation(-1), leaves_of_candidate, lambda: leaves_of_candidate(1)],
    ids=["donors", "donor and candidate", "candidates"],
)
def test_an_erasure_of_two_people_is_found(others):
    first = leaves_of_candidate() if others() == leaves_of_candidate(1) else leaves_of_donation()
    found = said(erased_bundle(sorted({*first, *others()})))
    assert "which are not of one person" in found["erasures"]


def test_a_leaf_closed_twice_is_found():
    closed = leaves_of_candidate()
    record = erased_record(closed, more=[erasure(closed, "court_order")])
    proofs = record.erased[LAST]
    twice = bundle(replace(record, erased={LAST: proofs, LAST + 1: proofs}), BundleKind.REPLAY, signer=SIGNER)
    told = f"leaf {closed[0]} is closed by leaf {LAST + 1} and by leaf {LAST}, and is of one person"
    assert told in said(twice)["erasures"]


def test_what_another_leaf_than_an_erasure_is_said_to_close_is_refused():
    record = erased_record(leaves_of_candidate())
    moved = bundle(replace(record, erased={LAST - 1: record.erased[LAST]}), BundleKind.REPLAY, signer=SIGNER)
    assert said(moved)["leaves"] == f"erased/{LAST - 1}.jsonl is of no leaf subject.erased."


def test_a_closed_leaf_of_which_more_is_closed_or_open_than_an_erasure_leaves_is_found():
    closed = leaves_of_candidate()

    def less(kind, salts, fields):
        return opening(salts, fields, [*public_names(kind), "registration", "facts"])

    def whole(_, salts, fields):
        return opening(salts, fields, fields)

    assert (
        f"leaf {closed[0]} (listing.created) was closed by leaf {LAST}, which leaves its 'organ' open"
        in (said(erased_bundle(closed, left=less))["erasures"])
    )
    assert (
        f"leaf {closed[0]} (listing.created) was closed by leaf {LAST}, and its 'happened_at' is open"
        in (said(erased_bundle(closed, left=whole))["erasures"])
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda lines: lines[::-1], "does not name leaves of this log in their order"),
        (lambda lines: [{**lines[0], "extra": 1}], "does not name leaves of this log in their order"),
        (lambda lines: [{**lines[0], "leaf": 10**6}], "does not name leaves of this log in their order"),
        (lambda lines: [{**lines[0], "salt": "00" * 32}], "is not one that the erasure"),
        (lambda lines: [{**lines[0], "index": 1}], "is not one that the erasure"),
        (lambda lines: [{**lines[0], "salt": "00"}], "is not 32 bytes in hexadecimal"),
    ],
    ids=range(6),
)
def test_an_altered_file_of_an_erasure_is_named(change, sentence):
    files, path = erased_bundle(leaves_of_donation()), f"erased/{LAST}.jsonl"
    lines = change([json.loads(line) for line in files[path].splitlines()])
    spelled = b"".join(json.dumps(each, sort_keys=True, separators=(",", ":")).encode() + b"\n" for each in lines)
    assert sentence in said(resigned(small_year(), {**files, path: spelled}))["leaves"]


def test_a_leaf_that_an_inquiry_opens_in_part_is_found():
    year = small_year()
    number = next(n for n, kept in enumerate(year.record.kept) if kept.fields.get("donation") == year.case)
    files = year.bundle(BundleKind.INQUIRY)
    lines = [json.loads(line) for line in files["openings.jsonl"].splitlines()]
    record = next(each for each in lines if each["leaf"] == number)
    record["fields"] = narrowed(record["fields"], ["donation"])
    openings = b"".join(canonical_bytes(each) + b"\n" for each in lines)
    told = said(resigned(year, {**files, "openings.jsonl": openings}, BundleKind.INQUIRY))["leaves"]
    assert f"as a whole or as every bundle does, and does not open all of leaf {number} (donor.referred)" in told


def test_many_leaves_are_named_in_few_words():
    assert spans([]) == ""
    assert spans([3, 5, 6, 7, 9]) == "3, 5 to 7, 9"
