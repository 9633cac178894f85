"""A candidate is listed, changed, suspended and removed, each with a leaf; the facts before stay."""

import pytest

from bequest.ledger.facts import facts_digest
from bequest.model.errors import InputError
from bequest.registry.listings import (
    Change,
    Listing,
    Removal,
    Suspension,
    change_registration,
    facts_of,
    list_candidate,
    remove_registration,
    suspend_registration,
)
from bequest.registry.models import Candidate, Event, Version
from bequest.registry.rows import every, leaf_of, needed
from bequest.registry.secrecy import event_fields, identity_of
from bequest.registry.versions import newest_version
from registry_offices import ask, kinds, people

NAME = "R-000001"


def new(**changed):
    """Return the facts of somebody who is on no list yet; None takes one away."""
    facts = {**people(13).registrations[12], "registration": "R-777777", "candidate": "C-777777", **changed}
    return {name: text for name, text in facts.items() if text is not None}


def test_the_facts_are_kept_as_they_were_given_with_the_digest_that_the_leaf_commits_to(office):
    entered = list_candidate(office, ask(), Listing(new(), identity="A name"))
    version = needed(office.using, Version, "", event_id=entered.event_id)
    assert facts_of(version) == new()
    fields = event_fields(office, needed(office.using, Event, "", id=entered.event_id))
    assert fields["facts"] == version.digest == facts_digest(new())
    assert kinds(office)[-1] == "listing.created"


def test_who_a_candidate_is_stands_sealed_in_the_vault_and_nowhere_else(office):
    list_candidate(office, ask(), Listing(new(), identity="A name"))
    candidate = needed(office.using, Candidate, "", id="C-777777")
    assert identity_of(office, candidate.subject_id) == "A name"
    assert all("A name" not in str(version.facts) for version in every(office.using, Version))


def test_every_change_is_a_version_of_its_own_and_points_at_the_one_before(office):
    before = newest_version(office.using, NAME)
    changed = change_registration(office, ask(), Change(NAME, {"weight_kg": "70.5", "height_cm": None}))
    suspended = suspend_registration(office, ask(), Suspension(NAME, "medical"))
    assert facts_of(before)["status"] in {"active", "suspended"}
    now = facts_of(newest_version(office.using, NAME))
    assert (now["weight_kg"], now["status"], "height_cm" in now) == ("70.5", "suspended", False)
    fields = event_fields(office, needed(office.using, Event, "", id=suspended.event_id))
    assert fields["previous"] == changed.index
    first = event_fields(office, needed(office.using, Event, "", id=changed.event_id))
    assert first["previous"] == leaf_of(office.using, before.event_id)
    assert kinds(office)[-2:] == ["listing.changed", "listing.suspended"]


def test_who_was_removed_is_on_no_list_and_can_be_listed_anew(office):
    facts = facts_of(newest_version(office.using, NAME))
    remove_registration(office, ask(), Removal(NAME, "recovered"))
    assert kinds(office)[-1] == "listing.removed"
    for step in (
        lambda: remove_registration(office, ask(), Removal(NAME, "died")),
        lambda: suspend_registration(office, ask(), Suspension(NAME, "medical")),
        lambda: change_registration(office, ask(), Change(NAME, {"weight_kg": "70.5"})),
    ):
        with pytest.raises(InputError, match="has left its list"):
            step()
    list_candidate(office, ask(), Listing({**facts, "registration": "R-777777"}))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"height_cm": "9999.0"}, "height_cm"),
        ({"weight_kg": "seventy"}, "weight_kg"),
        ({"listed_on": "2020-01-01", "consent_to_listing_on": "2021-01-01"}, "nobody is listed without consent"),
        ({"consent_to_listing_on": None}, "consent_to_listing_on"),
        ({"centre": "NOWHERE"}, "not in the table of places"),
        ({"synthetic": "no", "country": "CH"}, "Invented people"),
        ({"status": "removed"}, "put on no list"),
        ({"custody_result": "clear"}, "custody_result"),
        ({"registration": NAME}, "is there already"),
        ({"candidate": "C-000001", "centre": people().registrations[0]["centre"]}, "already, as R-000001"),
    ],
    ids=str,
)
def test_what_is_no_registration_of_this_office_is_told(office, changed, said):
    leaves = kinds(office)
    with pytest.raises(InputError, match=said):
        list_candidate(office, ask(), Listing(new(**changed)))
    assert kinds(office) == leaves


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"organ": "liver"}, "never changes"),
        ({"status": "removed"}, "with a reason"),
        ({"weight_kg": "-1.0"}, "weight_kg"),
    ],
    ids=str,
)
def test_what_is_no_change_is_told(office, changed, said):
    with pytest.raises(InputError, match=said):
        change_registration(office, ask(), Change(NAME, changed))


def test_a_candidate_may_be_on_one_list_at_several_centres(office):
    elsewhere = next(
        facts["centre"] for facts in people().registrations if facts["centre"] != people().registrations[0]["centre"]
    )
    list_candidate(office, ask(), Listing(new(candidate="C-000001", centre=elsewhere)))
    assert kinds(office)[-1] == "listing.created"


def test_an_unknown_registration_is_told(office):
    with pytest.raises(InputError, match="no registration 'R-999999'"):
        suspend_registration(office, ask(), Suspension("R-999999", "medical"))


@pytest.mark.parametrize(("name", "text"), [("hla", "A1 QQ7"), ("unacceptable_antigens", "QQ7")])
def test_nobody_is_listed_with_a_typing_that_no_run_could_read(office, name, text):
    before = kinds(office)
    with pytest.raises(InputError, match=f"'{name}'.*QQ7"):
        list_candidate(office, ask(), Listing(new(**{name: text})))
    assert kinds(office) == before
