"""What the engine refuses, whoever calls it and whatever file the facts came from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

import bequest
from bequest.matching.pool import Pool, build_pool
from bequest.model.column import Table
from bequest.model.columns import columns_of
from bequest.model.donor import Donor, donor_from_facts
from bequest.model.enums import Organ
from bequest.model.errors import InputError, RefusedError

AT = datetime(2026, 11, 1, tzinfo=UTC)
LAWFUL: dict[str, object] = {
    "donor": "D-1",
    "kind": "deceased",
    "synthetic": True,
    "country": "ZZ",
    "hospital": "H-1",
    "identity_established": True,
    "consented_organs": "heart",
    "consent_basis": "registered_yes",
    "consent_recorded_at": AT - timedelta(hours=3),
    "objection_found": False,
    "custody_result": "clear",
    "custody_checked_at": AT - timedelta(hours=2),
    "death_criteria": "neurological",
    "death_declared_at": AT - timedelta(hours=1),
    "blood_group": "O",
    "age_years": 40,
}
POLICY = bequest.policy("core/heart", on="2026-11-01")


def empty_pool(organ: Organ = Organ.HEART) -> Pool:
    return build_pool(
        organ,
        as_of=AT,
        registrations={column.name: [] for column in columns_of(Table.REGISTRATION)},
        centres={"centre": ["H-1"], "country": ["ZZ"], "latitude_deg": [50.0], "longitude_deg": [8.0]},
    )


def donor(**facts: object) -> Donor:
    return donor_from_facts({**LAWFUL, **facts}, place="the donor")


def test_donors_and_registrations_cannot_change_places() -> None:
    with pytest.raises(RefusedError, match="Nobody is searched for as a source"):
        bequest.run(POLICY, cast("Donor", empty_pool()), organ="heart", pool=cast("Pool", donor()), at=AT)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"kind": "living"}, "the donor is living. Bequest offers organs of deceased donors only"),
        ({"consent_basis": None}, "Without a legal basis of consent there is no donor"),
        ({"custody_result": None}, "Without a custody check there is no donor"),
        ({"death_declared_at": None}, "without either nobody is a donor"),
        (
            {"custody_result": "prisoner"},
            "Organs of a person in custody, or whose custody is not known, are never offered",
        ),
        (
            {"custody_result": "unknown"},
            "Organs of a person in custody, or whose custody is not known, are never offered",
        ),
        ({"objection_found": True}, "an objection to donation was found; nobody can override it"),
        ({"identity_established": False}, "the identity of the person is not established"),
    ],
)
def test_there_is_no_such_donor(facts: dict[str, object], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        donor(**facts)


def test_an_organ_beyond_the_consent_is_refused() -> None:
    policy = bequest.policy("core/liver", on="2026-11-01")
    with pytest.raises(RefusedError, match="consent covers heart, not liver"):
        bequest.run(policy, donor(), organ="liver", pool=empty_pool(Organ.LIVER), at=AT)


def test_nothing_is_offered_before_the_allocation_gate_opens() -> None:
    with pytest.raises(RefusedError, match="allocation opens at 2026-10-31T23:00:00Z"):
        bequest.run(POLICY, donor(), organ="heart", pool=empty_pool(), at=AT - timedelta(hours=2))


def test_a_lawful_donor_is_ranked_for() -> None:
    result = bequest.run(POLICY, donor(), organ="heart", pool=empty_pool(), at=AT, evaluator="numpy")
    assert (result.ranked(), result.not_ranked()) == ([], [])
