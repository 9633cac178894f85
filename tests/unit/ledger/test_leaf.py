"""Leaves: enumerated fields of closed forms, no free text, canonical bytes, the exact time behind the commitment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from bequest.inquiry.verify.leaves import kinds as verifier_kinds
from bequest.inquiry.verify.leaves import read_leaf
from bequest.ledger.canonical import canonical_value
from bequest.ledger.errors import LedgerError
from bequest.ledger.leaf import LARGEST_LEAF_BYTES, Event, instant_text, leaf_bytes
from bequest.ledger.leaf_kinds import EVERY, check_fields, codes, fields_of, fits, kinds, public_names
from bequest.model.enums import ConsentBasis, CustodyResult, DeathCriteria, Organ, OrganPart
from bequest.model.tables import read_rows

KEY = bytes(32)
AT = datetime(2026, 11, 1, 3, 4, 5, 678901, tzinfo=UTC)
CLOSED = Event("service.degraded", AT, "ZZ", {"part": "allocation"})
TYPES = sorted({entry.type for kind in kinds() for entry in fields_of(kind).values()})
PROSE = ("the patient was unwell", "Mustermann, Erika", "1967-04-30 male", "A1 A2 B7", "ten\nlines", "ä" * 4, "x" * 500)
NEEDED = {
    "consent.recorded", "consent.verified", "consent.revoked", "donor.referred", "donor.closed", "death.certified",
    "observation.started", "observation.ended", "organ.available", "organ.declined_medical", "listing.created",
    "listing.changed", "listing.suspended", "listing.removed", "lab.attested", "policy.proposed", "policy.enacted",
    "waitlist.snapshot", "match.run", "offer.made", "offer.accepted", "offer.refused", "offer.expired", "skip",
    "override.requested", "override.approved", "override.refused", "recovery.ordered", "recovery.stopped",
    "organ.transplanted", "organ.discarded", "outcome", "access.breakglass", "subject.erased", "export.published",
    "service.degraded", "service.restored", "key.rotated", "log.recovery", "custody.checked", "identity.verified",
    "coroner.released", "dcd.opened", "dcd.stood_down", "roster.declared", "theatre.booked", "candidate.admitted",
    "crossmatch.done", "gate.refused", "incident.reported", "import.attested", "exception.requested",
    "exception.decided", "appeal.opened", "appeal.decided", "recovery.paused", "recovery.resumed",
    "referral.day_closed",
}  # fmt: skip


def test_every_kind_of_leaf_is_there_for_writer_and_verifier():
    assert set(kinds()) >= NEEDED
    assert set(kinds()) == verifier_kinds()


def test_no_field_of_any_kind_takes_free_text():
    assert not [(type_, text) for type_ in TYPES for text in PROSE if fits(type_, text) or fits(type_, [text])]


@given(st.text(min_size=1, max_size=100))
def test_whatever_text_a_field_takes_is_of_one_word(text):
    if any(fits(type_, text) for type_ in TYPES):
        assert text.isascii()
        assert not any(each.isspace() for each in text)


def test_no_field_is_about_money():
    money = ("price", "pay", "cost", "fee", "insur", "amount", "currency")
    names = [row["field"] for row in read_rows("ledger/leaf_fields.csv")]
    listed = [row["code"] for row in read_rows("ledger/leaf_codes.csv")]
    assert not [name for name in (*names, *listed) if any(word in name for word in money)]


@pytest.mark.parametrize(
    ("name", "enum"),
    [("consent_basis", ConsentBasis), ("organ", Organ), ("part", OrganPart), ("custody", CustodyResult),
     ("death_criteria", DeathCriteria)],
)  # fmt: skip
def test_the_codes_are_those_of_the_model(name, enum):
    assert codes(name) == {each.value for each in enum}


def test_every_list_of_codes_is_used_and_every_used_list_is_there():
    used = {type_.removeprefix("code:").removesuffix("[]") for type_ in TYPES if type_.startswith("code:")}
    assert used == {row["list"] for row in read_rows("ledger/leaf_codes.csv")}


def test_every_kind_says_what_it_means():
    rows = read_rows("ledger/leaf_kinds.csv")
    assert all(row["meaning"] for row in rows)
    assert {row["kind"] for row in read_rows("ledger/leaf_fields.csv")} <= {EVERY, *kinds()}


def test_a_leaf_is_canonical_json_with_the_minute_alone():
    data = leaf_bytes(CLOSED, KEY)
    found = canonical_value(data)
    assert data == rfc8785.dumps(found)
    assert set(found) == {"v", "type", "at", "jur", "policy", "commit"}
    assert found["at"] == "2026-11-01T03:04:00.000000Z"
    assert b"allocation" not in data


def test_a_leaf_names_the_leaf_before_it_of_the_same_case():
    event = Event("service.degraded", AT, "ZZ", {"part": "allocation"}, policy_hash="0" * 64, previous=7)
    leaf = read_leaf(leaf_bytes(event, KEY), 8)
    assert (leaf.previous, leaf.policy) == (7, "0" * 64)


def test_the_largest_leaf_fits_an_entry_of_a_tile():
    assert len(leaf_bytes(CLOSED, KEY)) < 400 < LARGEST_LEAF_BYTES


def test_an_instant_is_written_in_utc_and_without_zone_refused():
    assert instant_text(AT.astimezone(timezone(timedelta(hours=5)))) == "2026-11-01T03:04:05.678901Z"
    with pytest.raises(LedgerError, match="time zone"):
        instant_text(AT.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        ("nothing", {}, "'nothing' is no kind of leaf"),
        ("service.degraded", {"part": "the weather"}, "holds no code:service"),
        ("service.degraded", {}, "the field 'happened_at'; it is missing"),
        ("service.degraded", {"happened_at": instant_text(AT)}, "the field 'part'; it is missing"),
        ("service.degraded", {"note": "x"}, "has no field 'note'"),
        ("offer.made", {"rank": -1}, "holds no count"),
        ("offer.made", {"rank": True}, "holds no count"),
        ("offer.made", {"part": ["heart"] * 65}, r"holds no code:part\[\]"),
        ("offer.made", {"part": "heart"}, r"holds no code:part\[\]"),
    ],
)
def test_a_field_of_another_form_is_refused(kind, fields, sentence):
    with pytest.raises(LedgerError, match=sentence):
        check_fields(kind, fields)


def test_what_a_public_bundle_opens_names_nobody():
    closed = {
        "hospital",
        "centre",
        "donation",
        "registration",
        "subject",
        "facts",
        "happened_at",
        "actor",
        "certifiers",
    }
    opened = [(kind, name) for kind in kinds() for name in public_names(kind) if name in closed]
    # Which place may do what is published anyway, and no person stands beside it.
    assert opened == [("place.authorised", "centre")]
