"""Every organ can be followed both ways."""

from dataclasses import replace
from datetime import date

import pytest

from bequest.model.enums import DonorKind
from bequest.model.identifiers import PersonId
from bequest.safeguards.jurisdiction import Parameter
from bequest.safeguards.provenance import Provenance
from bequest.safeguards.traceability import (
    Deletion,
    ImportedOrgan,
    LabelItem,
    OrganClosing,
    OrganHandling,
    TransportLabel,
    closed_with_both_ends,
    import_attested,
    kept_long_enough,
    label_complete,
    provenance_verified,
)
from donor_files import ELSEWHERE, REFERRED, hours, law_without, said

IMPORTED = ImportedOrgan(
    DonorKind.DECEASED,
    "agreement 7",
    hours(-100),
    traceable_both_ways=True,
    equivalent_standard=True,
    certificate_hash="aa",
)
CLOSING = OrganClosing("N-1", "product", "donor", "recipient", None, hours(1))


@pytest.mark.parametrize("changes", [{}, {"recipient_pseudonym": None, "disposal_witness": PersonId("P-1")}])
def test_an_organ_with_both_ends_may_be_closed(changes):
    assert closed_with_both_ends(replace(CLOSING, **changes), ELSEWHERE) == ()


@pytest.mark.parametrize("field", ["donation", "product_code", "donor_pseudonym", "recipient_pseudonym"])
def test_an_organ_without_one_end_stays_open(field):
    found = said(closed_with_both_ends(replace(CLOSING, **{field: None}), ELSEWHERE))
    assert [verdict for verdict, _ in found] == ["blocked"]


@pytest.mark.parametrize(
    ("ended_at", "law"),
    [(hours(-13), ELSEWHERE.law), (None, ELSEWHERE.law), (hours(1), law_without(Parameter.CLOSING_HOURS))],
)
def test_one_that_stays_open_too_long_is_flagged(ended_at, law):
    closing = replace(CLOSING, donation=None, ended_at=ended_at)
    found = said(closed_with_both_ends(closing, replace(ELSEWHERE, law=law)))
    assert [verdict for verdict, _ in found] == ["blocked", "flagged"]


def test_on_the_last_hour_it_is_not_yet_too_long():
    found = said(closed_with_both_ends(replace(CLOSING, donation=None, ended_at=hours(-12)), ELSEWHERE))
    assert [verdict for verdict, _ in found] == ["blocked"]


@pytest.mark.parametrize(
    ("donated_on", "at", "verdicts"),
    [
        (date(1996, 11, 1), REFERRED, []),
        (date(1996, 11, 2), REFERRED, ["blocked"]),
        (date(1996, 2, 29), REFERRED.replace(month=2, day=28), ["blocked"]),
        (date(1996, 2, 29), REFERRED.replace(month=3, day=1), []),
        (None, REFERRED, ["blocked"]),
    ],
)
def test_records_are_kept_thirty_years(donated_on, at, verdicts):
    found = said(kept_long_enough(Deletion(donated_on), replace(ELSEWHERE, at=at)))
    assert [verdict for verdict, _ in found] == verdicts


def test_records_are_kept_where_the_law_does_not_say_how_long():
    law = law_without(Parameter.RETENTION_YEARS)
    assert len(kept_long_enough(Deletion(date(1900, 1, 1)), replace(ELSEWHERE, law=law))) == 1


def test_a_label_shows_everything_or_waits():
    assert label_complete(TransportLabel(tuple(LabelItem)), ELSEWHERE) == ()
    label = TransportLabel(tuple(item for item in LabelItem if item is not LabelItem.DESTINATION))
    assert said(label_complete(label, ELSEWHERE)) == [("held", "The transport label lacks: destination.")]


@pytest.mark.parametrize(
    ("provenance", "verdicts"),
    [
        (Provenance.VERIFIED, []),
        (Provenance.ILLICIT, ["blocked"]),
        (Provenance.UNKNOWN, ["blocked"]),
        (None, ["blocked"]),
    ],
)
def test_an_organ_of_unverified_origin_goes_nowhere(provenance, verdicts):
    found = said(provenance_verified(OrganHandling(provenance), ELSEWHERE))
    assert [verdict for verdict, _ in found] == verdicts


@pytest.mark.parametrize(
    ("changes", "verdicts"),
    [
        ({}, []),
        ({"donor_kind": DonorKind.LIVING}, ["blocked"]),
        ({"donor_kind": None}, ["blocked"]),
        ({"agreement": None}, ["blocked"]),
        ({"agreement_published_at": hours(13)}, ["blocked"]),
        ({"traceable_both_ways": None}, ["blocked"]),
        ({"equivalent_standard": False}, ["blocked"]),
        ({"certificate_hash": None}, ["held"]),
    ],
)
def test_an_organ_from_abroad_comes_under_a_published_agreement_with_its_certificate(changes, verdicts):
    found = said(import_attested(replace(IMPORTED, **changes), ELSEWHERE))
    assert [verdict for verdict, _ in found] == verdicts
