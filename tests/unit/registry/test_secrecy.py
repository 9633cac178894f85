"""Whoever destroys the key of a person closes all that is sealed about them, and nothing else."""

import pytest
from django.db import connections

from bequest.model.errors import InputError
from bequest.registry.models import Candidate, DonorCase, Event
from bequest.registry.office import Office, Request
from bequest.registry.rows import every, needed
from bequest.registry.secrecy import event_fields, identity_of, staff_pseudonym
from registry_offices import Clock, Donation, Entropy


def test_a_destroyed_key_closes_the_events_of_its_person_and_no_others(office):
    donation = Donation.reported(office)
    subject = needed(office.using, DonorCase, "", donation=donation.donation).subject_id
    assert identity_of(office, subject) == "A name"
    with connections[office.using].cursor() as cursor:
        cursor.execute(
            "UPDATE registry_vault SET wrapped_key = NULL, identity = NULL, destroyed_at = %s WHERE id = %s",
            ["2026-03-02T00:00:00.000000Z", subject],
        )
    for event in every(office.using, Event):
        if event.subject_id == subject:
            with pytest.raises(InputError, match="was destroyed"):
                event_fields(office, event)
        else:
            assert event_fields(office, event)["happened_at"]


def test_another_wrapping_key_opens_nothing(office):
    other = Office("ZZ", b"\x01" * 32, Clock(), Entropy(), using=office.using)
    event = every(office.using, Event)[0]
    with pytest.raises(InputError, match="does not open the keys of this database"):
        event_fields(other, event)
    with pytest.raises(InputError, match="does not open the keys of this database"):
        identity_of(other, every(office.using, Candidate)[0].subject_id)


def test_staff_have_one_pseudonym_in_an_office_and_another_elsewhere(office):
    other = Office("ZZ", bytes(32), Clock(), Entropy())
    other.keys.opened[1] = b"\x01" * 32
    assert staff_pseudonym(office, "nadia") == staff_pseudonym(office, "nadia")
    assert (
        len({staff_pseudonym(office, "nadia"), staff_pseudonym(office, "tomas"), staff_pseudonym(other, "nadia")}) == 3
    )


def test_an_office_has_a_country_and_a_key_of_32_bytes_and_a_request_a_key_and_an_actor():
    for arguments in (("ZZ", b"short"), ("Utopia", bytes(32))):
        with pytest.raises(InputError):
            Office(*arguments, Clock(), Entropy())
    for arguments in (("", "nadia"), ("key", "")):
        with pytest.raises(InputError):
            Request(*arguments)
    assert Office("ZZ", bytes(32), Clock(), Entropy()).synthetic
    assert not Office("CH", bytes(32), Clock(), Entropy()).synthetic
