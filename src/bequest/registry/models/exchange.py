"""Knows the tables of agreements between countries, and of what crosses the border under them, as Django sees them."""

from __future__ import annotations

from django.db import models

from bequest.registry.fields import Row, number, of, one_of, text, text_or_nothing, truth, truth_or_nothing
from bequest.registry.models.allocation import MatchRun
from bequest.registry.models.donation import DonorCase, Organ, Part
from bequest.registry.models.people import Event


class ExchangeAgreement(Row):
    """Keep a published agreement with another country, as somebody proposed it."""

    event = one_of(Event, key=True)
    event_id: str
    country = text()
    document = text(unique=True)
    published_at = text()
    traceable_both_ways = truth_or_nothing()
    equivalent_standard = truth_or_nothing()
    joint_list = truth()
    proposed_by = text()


class ExchangeOrganisation(Row):
    """Keep an organisation of the other country that an agreement names."""

    pk = models.CompositePrimaryKey("agreement_id", "name")
    agreement = of(ExchangeAgreement)
    agreement_id: str
    name = text()
    kind = text()


class ExchangeEnactment(Row):
    """Keep from which day an agreement is in force, and who put it in force."""

    event = one_of(Event, key=True)
    event_id: str
    agreement = one_of(ExchangeAgreement)
    agreement_id: str
    enacted_on = text()
    effective_on = text()
    proposed_by = text()
    enacted_by = text()


class ExchangeEnd(Row):
    """Keep that an agreement is in force no longer."""

    event = one_of(Event, key=True)
    event_id: str
    agreement = one_of(ExchangeAgreement)
    agreement_id: str
    ended_by = text()


class Import(Row):
    """Keep under which agreement in force a donation comes from abroad, who attests it there, and the certificate."""

    event = one_of(Event, key=True)
    event_id: str
    case = one_of(DonorCase)
    case_id: str
    from_country = text()
    donor_kind = text()
    agreement = of(ExchangeAgreement)
    agreement_id: str
    agreement_idx = number()
    agreement_kind = text()
    organisation = text()
    certificate = text()
    attested_at = text()


class Export(Row):
    """Keep that parts of an organ leave the country, tied to the exhausted run and to what opened the organ."""

    event = one_of(Event, key=True)
    event_id: str
    case = of(DonorCase)
    case_id: str
    organ = of(Organ)
    organ_id: str
    run = of(MatchRun)
    run_id: str
    run_idx = number()
    run_kind = text()
    agreement = of(ExchangeAgreement)
    agreement_id: str
    country = text()
    organisation = text()
    exported_at = text()
    allocation_open_at = text()
    consent_idx = number()
    consent_kind = text()
    custody_idx = number()
    custody_kind = text()
    death_idx = number()
    death_kind = text()


class ExportedPart(Row):
    """Keep a part that left the country; it is in one export only, and offered at home no more."""

    part = one_of(Part, key=True)
    part_id: str
    export = of(Export)
    export_id: str
    case = of(DonorCase)
    case_id: str


class ExportEnd(Row):
    """Keep what became of parts that left the country, as the organisation abroad tells."""

    event = one_of(Event, key=True)
    event_id: str
    export = of(Export)
    export_id: str
    case = of(DonorCase)
    case_id: str
    ended_as = text()
    ended_on = text()
    reason = text_or_nothing()
    outcome = text_or_nothing()


class ExportEndPart(Row):
    """Keep a part whose end abroad is on record; it has one."""

    part = one_of(ExportedPart, key=True)
    part_id: str
    end = of(ExportEnd)
    end_id: str
    export = of(Export)
    export_id: str
