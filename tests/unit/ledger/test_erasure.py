"""An erasure commits to the leaves that it closes one by one, and leaves open what every bundle opened before."""

from __future__ import annotations

from bequest.inquiry.verify.openings import opened
from bequest.inquiry.verify.tree import check_inclusion, of_leaf
from bequest.ledger.commitment import commitment, event_salts
from bequest.ledger.erasure import LEFT_OPEN, closed_leaves, closed_root, left_open, narrowed, open_fields
from bequest.ledger.leaf_kinds import fields_of, public_names
from bequest.ledger.record_files import read_record, record_files
from demo_years import small_year
from erased_years import erased_record, leaves_of_donation

KEY = bytes(range(32))


def test_each_closed_leaf_is_proved_without_the_others():
    numbers = [3, 8, 9, 400]
    root = bytes.fromhex(closed_root(KEY, numbers))
    for proof in closed_leaves(KEY, numbers):
        check_inclusion(
            of_leaf(bytes.fromhex(proof["salt"]) + str(proof["leaf"]).encode()), index=proof["index"],
            size=proof["size"], proof=[bytes.fromhex(each) for each in proof["path"]], root=root,
        )  # fmt: skip


def test_equal_leaves_have_another_root_under_another_key():
    assert closed_root(KEY, [1, 2]) != closed_root(bytes(32), [1, 2])


def test_what_is_left_open_is_what_every_bundle_opens_and_what_lists_and_referrals_are_counted_by():
    fields = {"registration": "a" * 32, "organ": "heart", "facts": "b" * 64, "happened_at": "2026", "corrects": 3}
    left = left_open("listing.created", event_salts(KEY), fields)
    assert open_fields(left) == {name: fields[name] for name in ("registration", "organ", "facts", "corrects")}
    assert opened(left, "it").root == commitment(event_salts(KEY), fields)
    assert left_open("care_team.declared", event_salts(KEY), {"registration": "a" * 32}) == []


def test_an_opening_is_narrowed_to_the_same_commitment():
    fields = {"registration": "a" * 32, "organ": "heart", "corrects": 3}
    left = left_open("listing.created", event_salts(KEY), fields)
    found = narrowed(left, public_names("listing.created"))
    assert open_fields(found) == {"corrects": 3}
    assert opened(found, "it").root == commitment(event_salts(KEY), fields)


def test_the_fields_that_are_left_open_are_fields_of_their_kinds():
    for kind, names in LEFT_OPEN.items():
        assert set(names) - {"facts", "previous"} <= fields_of(kind).keys()


def test_a_record_with_an_erased_person_is_kept_in_files_and_read_again():
    record = erased_record(leaves_of_donation())
    files = record_files(record)
    found = read_record(files.get, leaves=record.leaves, checkpoints=record.checkpoints)
    assert [list(each.left) for each in found.kept] == [list(each.left) for each in record.kept]
    assert [each.key for each in found.kept] == [each.key for each in record.kept]
    assert found.erased == record.erased
    assert found.rows.keys() == small_year().record.rows.keys()
