"""An organ comes from abroad under an agreement that two people put in force, attested by whom that names."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError

from bequest.model.enums import DonorKind
from bequest.model.errors import InputError
from bequest.registry.closed_days import close_day, days_to_close
from bequest.registry.exchanges import ExchangeEnacted, ExchangeEnded, Organisation, enact_exchange, end_exchange
from bequest.registry.imports import ImportAttested, attest_import
from bequest.registry.models import Event, ExchangeAgreement, ExchangeEnactment, Import
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import every, leaf_of, needed
from bequest.registry.secrecy import event_fields
from registry_attempts import UndoneError, insert, row
from registry_bundles import signed, verified
from registry_exports import ABROAD, DOCUMENT, agreed
from registry_offices import Donation, ask, kinds, loose_ends, opened_office

ATTESTED = ImportAttested("", "YY", DonorKind.DECEASED, DOCUMENT, ABROAD.name, "cd" * 32)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def office(request):
    with opened_office(request.param) as office:
        yield office


def come(office, donation, **changed):
    """Have an organisation abroad attest the donor of a donation."""
    return attest_import(office, ask(), replace(ATTESTED, donation=donation.donation, **changed))


def refused(office, donation, words, **changed):
    """Hold that an import is refused in these words, and is a leaf."""
    with pytest.raises(GateRefusedError, match=words) as told:
        come(office, donation, **changed)
    assert (told.value.rule, told.value.step, kinds(office)[-1]) == ("TRC-09", "import", "gate.refused")
    assert every(office.using, Import) == []


def test_an_import_points_at_the_leaf_that_put_its_agreement_in_force(office):
    agreed(office)
    donation = Donation.reported(office)
    entered = come(office, donation)
    known = needed(office.using, Import, "", event_id=entered.event_id)
    (enacted,) = every(office.using, ExchangeEnactment)
    index = leaf_of(office.using, enacted.event_id)
    fields = event_fields(office, needed(office.using, Event, "", id=entered.event_id))
    assert (fields["agreement"], known.agreement_idx, kinds(office)[index]) == (index, index, "exchange.enacted")
    assert (fields["from_country"], fields["organisation"]) == ("YY", ABROAD.name)
    assert loose_ends(office) == (0, 0, 0)


def test_an_import_is_attested_once_and_opens_no_gate_by_itself(office):
    agreed(office)
    donation = Donation.reported(office)
    come(office, donation)
    with pytest.raises(InputError, match="attested already"):
        come(office, donation)
    with pytest.raises(GateRefusedError):
        donation.open()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"donor_kind": DonorKind.LIVING}, "living"),
        ({"donor_kind": None}, "not said"),
        ({"certificate": None}, "certificate"),
        ({"from_country": "XX"}, "is with YY and not with XX"),
        ({"organisation": "a-broker"}, "names no organisation of this name"),
        ({"document": "cd" * 32}, "No published agreement"),
    ],
    ids=str,
)
def test_nothing_comes_of_a_living_donor_or_otherwise_than_agreed(office, changed, words):
    agreed(office)
    refused(office, Donation.reported(office), words, **changed)


@pytest.mark.parametrize("term", ["traceable_both_ways", "equivalent_standard"])
@pytest.mark.parametrize("said", [False, None])
def test_nothing_comes_where_the_agreement_itself_promises_less(office, term, said):
    agreed(office, **{term: said})
    refused(office, Donation.reported(office), "(?i)traceability")


def test_nothing_comes_under_an_agreement_that_nobody_put_in_force_or_that_is_still_to_come_or_over(office):
    donation = Donation.reported(office)
    refused(office, donation, "No published agreement")
    agreed(office, enacted=False)
    refused(office, donation, "No published agreement")
    enact_exchange(office, ask("committee"), ExchangeEnacted(DOCUMENT, office.clock.now.date() + timedelta(days=2)))
    refused(office, donation, "No published agreement")
    office.clock.advance(days=2)
    end_exchange(office, ask("priya"), ExchangeEnded(DOCUMENT))
    refused(office, donation, "No published agreement")


def test_an_import_from_the_own_country_is_told(office):
    agreed(office)
    with pytest.raises(InputError, match="does not come from abroad"):
        come(office, Donation.reported(office), from_country="ZZ")


@pytest.mark.parametrize(
    "changed",
    [
        {"agreement_id": "none"},
        {"agreement_idx": 0},
        {"agreement_kind": "exchange.proposed"},
        {"from_country": "XX"},
        {"organisation": "a-broker"},
        {"donor_kind": "living"},
        {"certificate": "none"},
        {"attested_at": "2026-01-01T00:00:00.000000Z"},
    ],
    ids=str,
)
def test_the_database_lets_nothing_come_otherwise(office, changed):
    wanted = another(office)
    with pytest.raises(UndoneError):
        insert(office, "registry_import", wanted)
    with pytest.raises(IntegrityError):
        insert(office, "registry_import", {**wanted, **changed})


def another(office):
    """Return the columns of an import that could be attested: that of a second donation, like the first."""
    agreed(office)
    come(office, Donation.reported(office))
    fresh = Donation.reported(office, 1)
    return {**row(office, "registry_import"), "event_id": "new", "case_id": fresh.donation}


def test_the_database_asks_for_an_agreement_in_force_its_own_leaf_and_its_terms(office):
    wanted = another(office)
    agreed(office, "cd" * 32, traceable_both_ways=None)
    lower = needed(office.using, ExchangeAgreement, "", document="cd" * 32)
    enacted = needed(office.using, ExchangeEnactment, "", agreement_id=lower.event_id)
    with pytest.raises(IntegrityError, match="leaf that put its own agreement"):
        insert(office, "registry_import", {**wanted, "agreement_idx": leaf_of(office.using, enacted.event_id)})
    lowered = {"agreement_id": lower.event_id, "agreement_idx": leaf_of(office.using, enacted.event_id)}
    with pytest.raises(IntegrityError, match="equivalent standard are agreed"):
        insert(office, "registry_import", {**wanted, **lowered, "attested_at": "2026-03-01T09:00:00.000000Z"})
    end_exchange(office, ask("priya"), ExchangeEnded(DOCUMENT))
    with pytest.raises(IntegrityError, match="agreement that is in force"):
        insert(office, "registry_import", wanted)


def test_the_database_lets_nothing_come_under_an_agreement_that_was_only_proposed(office):
    wanted = another(office)
    agreed(office, "cd" * 32, enacted=False)
    proposed = needed(office.using, ExchangeAgreement, "", document="cd" * 32).event_id
    changed = {"agreement_id": proposed, "agreement_idx": leaf_of(office.using, proposed)}
    for kind in ("exchange.proposed", "exchange.enacted"):
        with pytest.raises(IntegrityError):
            insert(office, "registry_import", {**wanted, **changed, "agreement_kind": kind})


def test_the_database_lets_nothing_come_before_its_agreement_was_put_in_force_on_that_day(office):
    wanted = another(office)
    begun = needed(office.using, ExchangeEnactment, "", agreement_id=wanted["agreement_id"]).enacted_on
    with pytest.raises(IntegrityError, match="agreement that is in force"):
        insert(office, "registry_import", {**wanted, "attested_at": f"{begun}T00:00:00.000000Z"})


def test_an_import_is_verified_from_outside(office, tmp_path, capsys):
    agreed(office, organisations=(ABROAD, Organisation("another.example", "transplant_centre")))
    come(office, Donation.reported(office).steps())
    office.clock.advance(days=1)
    for day in days_to_close(office, office.clock.now):
        close_day(office, ask(), day)
    assert verified(signed(office), tmp_path) == 0
    assert "0 organs left the country and 1 donations came" in capsys.readouterr().out
