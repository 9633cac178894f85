"""The gates of a donor, as records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bequest.model.donor import donor_from_facts, refusals
from bequest.model.enums import CustodyResult, DonorKind, Organ
from bequest.model.errors import InputError, RefusedError

AT = datetime(2026, 10, 31, 12, tzinfo=UTC)
LAWFUL: dict[str, object] = {
    "donor": "D-1",
    "kind": "deceased",
    "synthetic": True,
    "country": "ZZ",
    "hospital": "H-1",
    "identity_established": True,
    "consented_organs": "heart liver",
    "consent_basis": "registered_yes",
    "consent_recorded_at": AT,
    "objection_found": False,
    "custody_result": "clear",
    "custody_checked_at": AT + timedelta(hours=1),
    "death_criteria": "neurological",
    "death_declared_at": AT + timedelta(hours=2),
    "blood_group": "O",
    "age_years": 40,
}


def test_a_lawful_donor_keeps_the_stated_facts() -> None:
    donor = donor_from_facts({**LAWFUL, "weight_kg": 80.5, "hypertension": False}, place="row 1")
    assert donor.consent.organs == (Organ.HEART, Organ.LIVER)
    assert donor.facts["weight_kg"] == Decimal("80.5")
    assert donor.facts["hypertension"] is False
    assert "height_cm" not in donor.facts


def test_allocation_opens_when_consent_custody_and_death_are_all_there() -> None:
    assert donor_from_facts(LAWFUL, place="row 1").allocation_open_at == AT + timedelta(hours=2)


def test_an_open_circulatory_pathway_makes_offers_conditional() -> None:
    pathway = {"death_criteria": "circulatory", "death_declared_at": None, "pathway_opened_at": AT}
    donor = donor_from_facts({**LAWFUL, **pathway}, place="row 1")
    assert donor.conditional
    assert donor.allocation_open_at == AT + timedelta(hours=1)


def test_a_declared_death_makes_offers_unconditional() -> None:
    assert not donor_from_facts(LAWFUL, place="row 1").conditional


def test_a_living_donor_is_refused() -> None:
    with pytest.raises(RefusedError, match="the donor is living"):
        donor_from_facts({**LAWFUL, "kind": DonorKind.LIVING.value}, place="row 1")


@pytest.mark.parametrize(
    ("absent", "sentence"),
    [
        ("consent_basis", "Without a legal basis of consent there is no donor"),
        ("custody_result", "Without a custody check there is no donor"),
        ("death_declared_at", "Give the instant at which death was certified"),
        ("blood_group", "Give a value"),
    ],
)
def test_a_missing_gate_is_named_with_its_remedy(absent: str, sentence: str) -> None:
    with pytest.raises(InputError, match=rf"row 1, column '{absent}': missing\. {sentence}"):
        donor_from_facts({**LAWFUL, absent: None}, place="row 1")


def test_a_pathway_instant_is_no_death_by_neurological_criteria() -> None:
    with pytest.raises(InputError, match="column 'death_declared_at': missing"):
        donor_from_facts({**LAWFUL, "death_declared_at": None, "pathway_opened_at": AT}, place="row 1")


def test_everything_missing_is_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        donor_from_facts({**LAWFUL, "consent_basis": None, "custody_result": None}, place="row 1")
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    "result", [kind for kind in CustodyResult if kind.name not in {"CLEAR", "RELEASED_BY_MAGISTRATE"}]
)
def test_a_person_in_custody_is_refused(result: CustodyResult) -> None:
    with pytest.raises(RefusedError, match=f"the custody check says '{result.value}'"):
        donor_from_facts({**LAWFUL, "custody_result": result.value}, place="row 1")


def test_a_magistrates_release_opens_the_gate() -> None:
    donor = donor_from_facts({**LAWFUL, "custody_result": "released_by_magistrate"}, place="row 1")
    assert refusals(donor) == ()


@pytest.mark.parametrize(
    ("fact", "value", "sentence"),
    [
        ("objection_found", True, "an objection to donation was found"),
        ("identity_established", False, "the identity of the person is not established"),
        ("country", "AT", "synthetic people, and they alone, have country ZZ"),
        ("synthetic", False, "synthetic people, and they alone, have country ZZ"),
    ],
)
def test_a_closed_gate_is_refused(fact: str, value: object, sentence: str) -> None:
    with pytest.raises(RefusedError, match=sentence):
        donor_from_facts({**LAWFUL, fact: value}, place="row 1")


def test_an_unknown_organ_in_the_consent_is_named() -> None:
    with pytest.raises(InputError, match="'hart' is no organ; give some of: heart, lung"):
        donor_from_facts({**LAWFUL, "consented_organs": "hart"}, place="row 1")


def test_instants_are_kept_in_universal_time() -> None:
    facts = {**LAWFUL, "preserved_at": datetime.fromisoformat("2026-10-31T14:00:00+02:00")}
    assert donor_from_facts(facts, place="row 1").facts["preserved_at"] == AT
