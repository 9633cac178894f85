"""Knows what is asked at every offer: authorised places, reach, residence, borders, blood group, characterisation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from bequest.model.team import Role
from bequest.safeguards.finding import ALLOWED, RuleId, blocked, flagged, held, known_by
from bequest.safeguards.release import released
from bequest.safeguards.rule_text import annex_a

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from bequest.model.donor_file import DonorFile, LiveOffer
    from bequest.model.enums import BloodGroup, Organ
    from bequest.model.identifiers import CentreId
    from bequest.safeguards.finding import Findings, Setting

_ENOUGH = 2
_RESIDENCE, _CHARACTERISATION = RuleId("ALC-06"), RuleId("TRC-03")


class Activity(Enum):
    """Name what a place is authorised for."""

    PROCUREMENT = "procurement"
    TRANSPLANT = "transplant"


@dataclass(frozen=True, slots=True)
class Authorisation:
    """Hold one authorisation; `organ` None stands for every organ, an end that is None is not known."""

    place: CentreId
    activity: Activity
    organ: Organ | None
    from_at: datetime
    until_at: datetime | None


@dataclass(frozen=True, slots=True)
class PreservationForecast:
    """Hold the expected hours of preservation, their limit, and whether distance was a reason to skip."""

    hours: Decimal | None
    limit_hours: Decimal | None
    skipped_for_distance: bool | None


@dataclass(frozen=True, slots=True)
class Residence:
    """Hold what is known of the candidate's residence.

    `resident_as_urgent`: whether a resident of equal or greater urgency is ranked.
    """

    resident: bool | None
    agreement: str | None
    resident_as_urgent: bool | None


@dataclass(frozen=True, slots=True)
class Exchange:
    """Hold the exchange of an organ between countries.

    `joint_list`: whether a published agreement makes both countries one list. Then its run is the national one.
    """

    agreement: str | None
    agreement_published_at: datetime | None
    traceable_both_ways: bool | None
    equivalent_standard: bool | None
    joint_list: bool | None
    national_run_exhausted_at: datetime | None


@dataclass(frozen=True, slots=True)
class OfferCheck:
    """Hold one offer about to be made of one organ, with the file of its donor; the file's live offers hold it too.

    `ranked_group` is the donor's blood group by which the list was ranked.
    """

    file: DonorFile
    offer: LiveOffer
    organ: Organ
    centre: CentreId
    centre_country: str | None
    authorisations: tuple[Authorisation, ...]
    forecast: PreservationForecast | None
    residence: Residence | None
    exchange: Exchange | None
    ranked_group: BloodGroup | None


@dataclass(frozen=True, slots=True)
class ExportCheck:
    """Hold one organ about to be handed over to an organisation of another country, with the file of its donor.

    `ranked_group` is the donor's blood group by which the list at home was ranked.
    """

    file: DonorFile
    organ: Organ
    centre_country: str
    authorisations: tuple[Authorisation, ...]
    exchange: Exchange | None
    ranked_group: BloodGroup | None


Check: TypeAlias = OfferCheck | ExportCheck


def within_preservation(check: OfferCheck, _setting: Setting) -> Findings:
    """Find an organ that would come too late, and a skip for distance of somebody within reach (ALC-05)."""
    forecast = check.forecast
    if forecast is None or forecast.hours is None or forecast.limit_hours is None:
        return held("The expected preservation hours or their limit are not known.", Role.ALLOCATOR)
    hours, limit = f"{forecast.hours:f}", f"{forecast.limit_hours:f}"
    if forecast.hours > forecast.limit_hours:
        return blocked(f"The organ would be preserved for {hours} hours, beyond the limit of {limit}.")
    if forecast.skipped_for_distance is not False:
        return flagged(f"Distance is a reason to skip, or may be one, at {hours} of {limit} hours.", Role.ALLOCATOR)
    return ALLOWED


def resident_first(check: OfferCheck, setting: Setting) -> Findings:
    """Find a candidate who is not resident, without agreement or before a resident as urgent (ALC-06)."""
    about = check.residence
    if about is None or about.resident is None:
        return held("Whether the candidate is resident is not known.", Role.TRANSPLANT_CENTRE)
    if about.resident:
        return ALLOWED
    if about.agreement is not None and about.resident_as_urgent is False:
        return ALLOWED
    if released(check.file.releases, _RESIDENCE, at=setting.at, not_before=check.file.referral.referred_at):
        return flagged("The candidate is not resident; the competent authority released the offer.")
    return held(
        "The candidate is not resident, and there is no agreement, or a resident may be as urgent.",
        Role.COMPETENT_AUTHORITY,
    )


def characterised(check: Check, setting: Setting) -> Findings:
    """Find fields of Annex A without a value; two doctors may let the organ pass in an emergency (TRC-03)."""
    absent = [words for name, words in annex_a().items() if name not in check.file.characterised]
    if not absent:
        return ALLOWED
    sentence = f"The donor is not characterised by: {'; '.join(absent)}."
    if released(check.file.releases, _CHARACTERISATION, at=setting.at, not_before=check.file.referral.referred_at):
        return flagged(f"{sentence} Two doctors signed that expected benefit outweighs it.")
    return blocked(sentence)


def authorised_places(check: Check, setting: Setting) -> Findings:
    """Find a hospital or centre that is not authorised on the day for what it is to do (TRC-04).

    Abroad it is the agreement that names who is authorised.
    """
    wanted = [(check.file.hospital, Activity.PROCUREMENT)]
    if isinstance(check, OfferCheck):
        wanted.append((check.centre, Activity.TRANSPLANT))
    return tuple(
        finding
        for place, activity in wanted
        if not any(_covers(each, place, activity, check.organ, setting) for each in check.authorisations)
        for finding in blocked(f"'{place}' is not authorised for {activity.value} of the organ '{check.organ.value}'.")
    )


def exchange_agreed(check: Check, setting: Setting) -> Findings:
    """Find an organ that crosses a border without traceability, equal standard and published agreement (TRC-06)."""
    if check.centre_country is None:
        return held("In which country the transplant centre lies is not known.", Role.ALLOCATOR)
    if check.centre_country == check.file.country:
        return ALLOWED
    exchange = check.exchange
    if exchange is None or not exchange.agreement or not known_by(exchange.agreement_published_at, setting.at):
        return blocked("The organ would cross a border without a published agreement.")
    if exchange.traceable_both_ways is False or exchange.equivalent_standard is False:
        return blocked("The organ would cross a border without traceability both ways and an equivalent standard.")
    if None in {exchange.traceable_both_ways, exchange.equivalent_standard}:
        return held("Traceability or standard on the other side is not known.", Role.COMPETENT_AUTHORITY)
    return ALLOWED


def export_after_national_run(check: Check, setting: Setting) -> Findings:
    """Find an organ that would leave before the national match run ended without a recipient (ALC-12)."""
    if check.centre_country is None:
        return held("In which country the transplant centre lies is not known.", Role.ALLOCATOR)
    if check.centre_country == check.file.country:
        return ALLOWED
    exchange = check.exchange
    if exchange is not None and exchange.joint_list is True:
        return ALLOWED
    if exchange is not None and known_by(exchange.national_run_exhausted_at, setting.at):
        return ALLOWED
    return blocked("The organ would leave the country before the national run ended without a recipient.")


def blood_group_twice(check: Check, setting: Setting) -> Findings:
    """Find a blood group without two samples, drawn by two people, that agree with what was ranked by (TRC-08)."""
    if check.ranked_group is None:
        return held("By which blood group the list was ranked is not known.", Role.ALLOCATOR)
    results = [each for each in check.file.blood_groups if each.group is not None]
    groups = {each.group.value.translate(_UNSUBTYPED) for each in results if each.group is not None}
    if len(groups) > 1:
        return blocked(f"The blood groups read differ: {', '.join(sorted(groups))}.")
    ranked_by = check.ranked_group.value.translate(_UNSUBTYPED)
    if groups - {ranked_by}:
        return blocked(f"The list was ranked by blood group {ranked_by}, and the samples read {groups.pop()}.")
    done = [each for each in results if known_by(each.resulted_at, setting.at)]
    samples, people = {each.sample for each in done}, {each.drawn_by for each in done}
    if len(samples) >= _ENOUGH and len(people) >= _ENOUGH:
        return ALLOWED
    return blocked("The blood group is not confirmed by two samples that two people drew.")


_UNSUBTYPED = str.maketrans("", "", "12")


def _covers(held_one: Authorisation, place: CentreId, activity: Activity, organ: Organ, setting: Setting) -> bool:
    if (held_one.place, held_one.activity) != (place, activity) or held_one.organ not in {None, organ}:
        return False
    return held_one.from_at <= setting.at and held_one.until_at is not None and setting.at < held_one.until_at
