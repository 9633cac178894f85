"""Another wrapping key is put in force wholly or not at all, and the old one opens nothing from then on."""

from contextlib import suppress
from dataclasses import replace

import pytest
from django.db import DatabaseError

from bequest.ledger.errors import LedgerError
from bequest.ledger.vault import unseal
from bequest.model.errors import InputError
from bequest.registry.incidents import IncidentReported, report_incident, report_of
from bequest.registry.models import DonorCase, Event, OfficeKey
from bequest.registry.office_keys import Keyring, check_keys, open_for_office, rotate_wrapping_key, seal_for_office
from bequest.registry.rows import every, needed
from bequest.registry.secrecy import event_fields, identity_of, staff_pseudonym
from registry_attempts import attempt
from registry_offices import Donation, ask
from statement_cuts import Cut, PowerCutError

NEW = b"\x07" * 32


def reopened(office, key, further=None):
    """Return the office as a process sees it that begins with a wrapping key."""
    return replace(office, wrapping_key=key, next_wrapping_key=further, keys=Keyring())


def readable(office):
    """Return what every event says, and who the donors are, as this office opens them."""
    subjects = [case.subject_id for case in every(office.using, DonorCase)]
    told = [event_fields(office, each)["happened_at"] for each in every(office.using, Event)]
    return told, [identity_of(office, subject) for subject in subjects]


def test_what_was_sealed_before_is_opened_with_the_new_key_alone(office):
    Donation.reported(office)
    told = IncidentReported(office.clock.now, "minor", "family", "words")
    report = report_incident(office, ask(), told).event_id
    before, name = readable(office), staff_pseudonym(office, "nadia")
    assert rotate_wrapping_key(office, NEW) == 2
    after = reopened(office, NEW)
    assert readable(after) == before
    assert report_of(after, report) == "words"
    assert staff_pseudonym(after, "nadia") == name


def test_the_old_key_opens_nothing_any_more(office):
    rotate_wrapping_key(office, NEW)
    old = reopened(office, bytes(32))
    with pytest.raises(InputError, match="does not open the keys of this database"):
        check_keys(old)
    for row in every(office.using, OfficeKey):
        with pytest.raises(LedgerError):
            unseal(bytes(32), bytes(row.sealed), about=f"office key {row.generation}")


def test_a_process_with_both_keys_works_before_and_after(office):
    both = reopened(office, bytes(32), NEW)
    Donation.reported(both)
    rotate_wrapping_key(office, NEW)
    Donation.reported(both, 1)
    sealed = needed(office.using, Event, "", id=every(office.using, Event, "-at")[0].id)
    assert event_fields(reopened(office, NEW), sealed)
    assert {row.generation for row in every(office.using, OfficeKey)} == {1, 2}


def test_what_is_sealed_afterwards_is_of_a_key_that_no_older_copy_holds(office):
    before = {row.generation for row in every(office.using, OfficeKey)}
    rotate_wrapping_key(office, NEW)
    after = reopened(office, NEW)
    sealed = seal_for_office(after, b"content", "a thing")
    assert int.from_bytes(sealed[:2], "big") not in before
    assert open_for_office(after, sealed, "a thing") == b"content"


def test_a_crash_between_any_two_statements_leaves_the_one_key_in_force_or_the_other(office, monkeypatch):
    told, before = readable(office), 0
    while True:
        with monkeypatch.context() as patched:
            cut = Cut(patched, office, before)
            with suppress(PowerCutError), cut.wrapper:
                rotate_wrapping_key(reopened(office, bytes(32), NEW), NEW)
        if cut.left >= 0:
            break
        assert readable(reopened(office, bytes(32))) == told
        before += 1
    assert before > 4
    assert readable(reopened(office, NEW)) == told


def test_asked_again_it_is_done(office):
    assert rotate_wrapping_key(office, NEW) == 2
    assert rotate_wrapping_key(reopened(office, bytes(32), NEW), NEW) == 2
    assert rotate_wrapping_key(reopened(office, NEW), NEW) == 2


def test_a_key_of_another_length_is_refused(office):
    with pytest.raises(InputError, match="has 32 bytes, not 5"):
        rotate_wrapping_key(office, b"short")


@pytest.mark.parametrize("statement", [
    "DELETE FROM registry_officekey", "UPDATE registry_officekey SET generation = 7",
])  # fmt: skip
def test_no_key_of_the_office_is_taken_away(office, statement):
    with pytest.raises(DatabaseError):
        attempt(office, statement)
