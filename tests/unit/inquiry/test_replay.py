"""Replays: what leaves do not commit to is an integrity failure, another result a finding, an erased person neither."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bequest.inquiry.replay import replay, replayer_of
from bequest.inquiry.verify.bundle import verify_bundle
from bequest.inquiry.verify.evidence import MemoryEvidence
from bequest.inquiry.verify.finding import BrokenError
from bequest.ledger.bundle import BundleKind, bundle
from demo_years import small_year
from ledger_mutations import resigned


def replayed(files, *, full=True, **arguments):
    """Return what a replay says of a bundle."""
    replayer = replayer_of(verify_bundle(MemoryEvidence(files)))
    return list(replay(replayer, full=full, progress=lambda *_: None, **arguments))


def told(**fields):
    """Return what a replay says of a year in which the first run's leaf states other things, signed by everybody."""
    leaf = small_year().state.kept.runs[0].leaf

    def change(events):
        events[leaf] = replace(events[leaf], fields={**events[leaf].fields, **fields})

    return leaf, replayed(small_year().retold(change))


def test_a_year_is_replayed_run_by_run_and_row_by_row():
    assert replayed(small_year().bundle()) == []
    assert replayed(small_year().bundle(), full=False) == []


def test_several_processes_say_what_one_says():
    assert replayed(small_year().bundle(), workers=2) == []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"results": "0" * 64}, "comes out with other ranks or reasons than its leaf commits to"),
        ({"ranked": 9}, "ranked, and its leaf states 9"),
        ({"not_judged": 9}, "not_judged, and its leaf states 9"),
    ],
)
def test_another_result_than_the_leaf_states_is_found(fields, sentence):
    leaf, said = told(**fields)
    assert any(f"the run of leaf {leaf}" in each and sentence in each for each in said)


def test_other_rows_than_the_leaf_commits_to_are_found_by_a_full_replay():
    # Rows are shown under the root that the leaf states; where none are shown, the replay alone can tell.
    year = replace(small_year(), record=replace(small_year().record, rows={}))
    leaf = year.state.kept.runs[0].leaf

    def change(events):
        events[leaf] = replace(events[leaf], fields={**events[leaf].fields, "rows_root": "0" * 64})

    files = year.retold(change)
    assert replayed(files) == [f"the rows of the run of leaf {leaf} are not those that its leaf commits to"]
    assert replayed(files, full=False) == []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"list": "0" * 64}, "the list of the run of leaf"),
        ({"donor_facts": "0" * 64}, "is not described as the leaf commits to"),
        ({"places": "0" * 64}, "is not the table of places"),
        ({"inputs": "0" * 64}, "the balances and turns of"),
        ({"policy_hash": "0" * 64}, "the bundle lacks the list, the donor or the policy of"),
    ],
)
def test_a_record_that_is_not_what_the_leaf_commits_to_is_broken(fields, sentence):
    with pytest.raises(BrokenError, match=sentence):
        told(**fields)


def test_a_public_bundle_is_not_replayed():
    assert replayer_of(verify_bundle(MemoryEvidence(small_year().bundle(BundleKind.PUBLIC)))) is None


def lines(files, path, change):
    """Return a bundle in which the records of a file were changed, signed again by the operator."""
    records = [json.loads(line) for line in files[path].splitlines()]
    change(records)
    written = [json.dumps(each, sort_keys=True, separators=(",", ":"), ensure_ascii=False) for each in records]
    return resigned(small_year(), {**files, path: "".join(f"{each}\n" for each in written).encode()})


@pytest.mark.parametrize(
    ("path", "change", "sentence"),
    [
        ("registrations", lambda each: each.pop(), "has no entry in replay/registrations.jsonl"),
        ("registrations", lambda each: each.append(each[0]), "has two entries"),
        ("registrations", lambda each: each.reverse(), "not in the order of its leaves"),
        ("registrations", lambda each: each[0].update(leaf=0), "has an entry for leaf 0, which changes no list"),
        ("registrations", lambda each: each[0]["facts"].update(blood_group="AB"), "are not those that it commits to"),
        ("registrations", lambda each: each[0].update(registration="X-1"), "is of another registration than its facts"),
        ("registrations", lambda each: each[0].update(facts=None, erased=True), "no leaf subject.erased closed it"),
        ("donors", lambda each: each[0]["facts"].update(blood_group="AB"), "is not described as it commits to"),
        ("donors", lambda each: each.append(each[0]), "one entry for each"),
        ("runs", lambda each: each.pop(), "and not both"),
        ("runs", lambda each: each[0].update(run_key="00"), "is not 32 bytes in hexadecimal"),
        ("places", lambda each: each.pop(), "is not the table of places"),
        ("places", lambda each: each[0].update(facts={"centre": 1}), "holds a fact that is no text"),
    ],
    ids=range(13),
)
def test_an_altered_record_is_named(path, change, sentence):
    with pytest.raises(BrokenError, match=sentence):
        replayed(lines(small_year().bundle(), f"replay/{path}.jsonl", change))


def test_a_bundled_policy_that_cannot_be_read_is_broken():
    year = small_year()
    policies = dict.fromkeys(year.record.policies, "policy: [")
    with pytest.raises(BrokenError, match="a bundled policy cannot be read"):
        replayed(bundle(replace(year.record, policies=policies), BundleKind.REPLAY, signer=year.signer))


def test_a_bundled_policy_under_the_hash_of_another_is_broken():
    year = small_year()
    one, other, *_ = year.record.policies
    swapped = {**year.record.policies, one: year.record.policies[other]}
    with pytest.raises(BrokenError, match="holds a policy of another hash"):
        replayed(bundle(replace(year.record, policies=swapped), BundleKind.REPLAY, signer=year.signer))


def listed(change):
    """Return the bundle of the year in which the entries of lists were changed, signed again by the log's key."""
    files = small_year().bundle()
    entries = [json.loads(line) for line in files["replay/registrations.jsonl"].splitlines()]
    change(entries)
    lines = [json.dumps(each, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() for each in entries]
    return resigned(small_year(), {**files, "replay/registrations.jsonl": b"".join(line + b"\n" for line in lines)})


def removal(entries):
    return next(place for place, entry in enumerate(entries) if entry["facts"] is None)


def test_entries_that_are_not_in_the_order_of_their_leaves_are_refused():
    def change(entries):
        place = next(at for at in range(len(entries)) if entries[at]["organ"] != entries[at + 1]["organ"])
        entries[place], entries[place + 1] = entries[place + 1], entries[place]

    with pytest.raises(BrokenError, match="order of its leaves"):
        replayed(listed(change))


def test_a_removal_of_somebody_else_than_its_leaf_says_is_refused():
    def change(entries):
        entries[removal(entries)]["registration"] = "L-999999"

    with pytest.raises(BrokenError, match="is of another registration than its leaf"):
        replayed(listed(change))


def test_a_registration_with_two_keys_is_refused():
    def change(entries):
        entries[removal(entries)]["subject_key"] = "0" * 64

    with pytest.raises(BrokenError, match="is of another person than"):
        replayed(listed(change))


def test_an_entry_left_out_of_what_is_removed_is_refused():
    with pytest.raises(BrokenError, match="has no entry"):
        replayed(listed(lambda entries: entries.pop(removal(entries))))


def test_two_registrations_of_one_list_with_one_key_are_found():
    def change(entries):
        of_one_list = [entry for entry in entries if entry["organ"] == entries[0]["organ"]]
        names = {of_one_list[0]["registration"], of_one_list[1]["registration"]}
        for entry in entries:
            if entry["registration"] in names:
                entry["subject_key"] = "7" * 64

    assert any("two registrations on the list of the run" in each for each in replayed(listed(change), full=False))


def test_an_entry_of_a_leaf_counted_from_the_end_is_refused():
    def change(entries):
        entries.insert(0, {**entries.pop(removal(entries)), "leaf": -1})

    with pytest.raises(BrokenError, match="without its leaf"):
        replayed(listed(change))


def passed_over(reason):
    """Return what a replay says where somebody who was asked and declined is told to have been passed over."""
    year = small_year()
    recorded = year.state.journal.recorded
    offer, refused = year.first("offer.made"), year.first("offer.refused")
    event = recorded[offer].event
    assert recorded[refused].event.fields["offer"] == offer
    place = {"first_rank": event.fields["rank"], "last_rank": event.fields["rank"], "act": "offered"}

    def change(events):
        events[offer] = replace(event, kind="skip", fields={"run": event.fields["run"], **place, "reason": reason})
        events[refused] = replace(events[refused], kind="service.degraded", fields={"part": "allocation"})

    return offer, replayed(year.retold(change))


@pytest.mark.parametrize("reason", ["candidate_removed", "candidate_transplanted", "candidate_suspended"])
def test_who_is_on_the_list_cannot_be_passed_over_as_if_they_were_not(reason):
    offer, said = passed_over(reason)
    assert any(f"leaf {offer} passes over place" in each and "the list says otherwise" in each for each in said)


@pytest.mark.parametrize("reason", ["stage_not_begun", "graft_not_offered"])
def test_who_is_in_no_stage_and_is_offered_the_whole_organ_is_not_passed_over_as_if_not(reason):
    offer, said = passed_over(reason)
    assert any(f"leaf {offer} passes over place" in each and "the policy says otherwise" in each for each in said)


def test_a_reason_that_no_list_can_tell_is_left_to_the_log():
    assert passed_over("programme_filter")[1] == []
