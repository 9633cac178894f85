"""No statement opens an organ of somebody in detention, nor by a custody check that looks back too short."""

import pytest
from django.db import IntegrityError

from bequest.model.custody import FROM_FATAL_EVENT, OPENING_RESULTS
from bequest.model.enums import CustodyResult
from bequest.registry import models
from organ_attempts import organ_upon
from registry_attempts import UndoneError, insert
from registry_offices import Donation, opened_office

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
DETAINED = sorted(set(CustodyResult) - OPENING_RESULTS - FROM_FATAL_EVENT, key=lambda each: each.value)


@pytest.fixture(params=DATABASES)
def office(request):
    with opened_office(request.param) as given:
        yield given


def found(office, result=CustodyResult.CLEAR, **changed):
    """Return a donation of whose custody one check says this."""
    donation = Donation.reported(office).steps("checked")
    donation.checked(result, **changed)
    return donation


@pytest.mark.parametrize(
    "checked", [*({"result": result} for result in DETAINED), {"lookback_months": 11}, {"lookback_months": 0}], ids=str
)
def test_no_statement_opens_an_organ_of_somebody_detained_or_checked_too_short(office, checked):
    known = organ_upon(office, found(office, **checked))
    with pytest.raises(IntegrityError, match="somebody in detention"):
        insert(office, "registry_organ", known)
    with pytest.raises(IntegrityError, match="somebody in detention"):
        models.Organ.objects.using(office.using).create(**known)


def test_the_attempts_are_refused_for_the_custody_check_and_nothing_else(office):
    with pytest.raises(UndoneError):
        insert(office, "registry_organ", organ_upon(office, found(office)))
