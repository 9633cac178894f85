"""Knows how identity, custody check and death of a donor are recorded: whatever they say, facts are never refused."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.model.enums import DeathCriteria
from bequest.model.errors import InputError
from bequest.registry import rules
from bequest.registry.donor_file import newest
from bequest.registry.donors import open_case
from bequest.registry.instants import past
from bequest.registry.models import Certifier as CertifierRow
from bequest.registry.models import CustodyCheck, DeathDeclaration, IdentityCheck
from bequest.registry.models import Examination as ExaminationRow
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rows import add_all, added, found
from bequest.registry.secrecy import staff_pseudonym
from bequest.safeguards.jurisdiction import Parameter, number_of

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.model.death import Certifier, DeathManner, Examination
    from bequest.model.enums import CustodyResult
    from bequest.registry.models import DonorCase
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit

_TWO = 2


@dataclass(frozen=True, slots=True)
class IdentityEstablished:
    """Hold how the identity of a donor was established: a code of the list `identity_method` of leaves."""

    donation: str
    method: str


@dataclass(frozen=True, slots=True)
class CustodyChecked:
    """Hold what a register said about custody; `register` is a code of the list `register` of leaves.

    `register_run_by` is who keeps that register, `signer` who signed its answer; `died_in_detention` and
    `began_with_fatal_event` are as in `model.custody.CustodyCheck`. None is not known, and opens nothing.
    """

    donation: str
    result: CustodyResult
    register: str
    lookback_months: int
    checked_at: datetime
    register_run_by: str | None = None
    signer: str | None = None
    died_in_detention: bool | None = None
    began_with_fatal_event: bool | None = None


@dataclass(frozen=True, slots=True)
class DeathCertified:
    """Hold that death was certified, when, by which criteria, by whom, and after which examinations.

    `manner` None is not known, and opens nothing.
    """

    donation: str
    criteria: DeathCriteria
    declared_at: datetime
    certifiers: tuple[Certifier, ...]
    examinations: tuple[Examination, ...] = ()
    manner: DeathManner | None = None


def establish_identity(office: Office, request: Request, established: IdentityEstablished) -> Entered:
    """Record that the identity of a donor was established."""
    return record(office, request, established, partial(_identity, established))


def record_custody_check(office: Office, request: Request, checked: CustodyChecked) -> Entered:
    """Record a custody check, whatever it found; the newest of a donation counts."""
    return record(office, request, checked, partial(_custody, checked))


def certify_death(office: Office, request: Request, certified: DeathCertified) -> Entered:
    """Record that death was certified, by however many; the gates stay shut until as many have as the law asks for.

    A declaration that the law is not content with is followed by another one, with everybody who certifies; the newest
    counts. Whoever certified before stays one of those who decide about the death.
    """
    return record(office, request, certified, partial(_death, certified))


def newest_custody_check(using: str, donation: str) -> CustodyCheck | None:
    """Return the custody check of a donation that counts."""
    return newest(using, CustodyCheck, donation)


def _identity(established: IdentityEstablished, unit: Unit) -> Happening:
    case = open_case(unit, established.donation)
    if found(unit.using, IdentityCheck, case_id=case.donation):
        raise InputError("The identity of this donor is established already.")
    added(
        unit.using, IdentityCheck(event_id=unit.event_id, case_id=case.donation, method=established.method)
    )  # fmt: skip
    fields: dict[str, Value] = {"donation": case.donation, "method": established.method}
    return Happening("identity.verified", fields, case=case.donation, subject_id=case.subject_id)


def _custody(checked: CustodyChecked, unit: Unit) -> Happening:
    case = open_case(unit, checked.donation)
    added(
        unit.using,
        CustodyCheck(
            event_id=unit.event_id,
            case_id=case.donation,
            result=checked.result.value,
            register=checked.register,
            lookback_months=checked.lookback_months,
            checked_at=past(checked.checked_at, unit.at, called="The time of the custody check"),
            register_run_by=checked.register_run_by,
            signer=checked.signer,
            died_in_detention=checked.died_in_detention,
            began_with_fatal_event=checked.began_with_fatal_event,
        ),
    )
    fields: dict[str, Value] = {
        "donation": case.donation,
        "result": checked.result.value,
        "register": checked.register,
        "lookback_months": checked.lookback_months,
    }
    return Happening("custody.checked", fields, case=case.donation, subject_id=case.subject_id)


def _death(certified: DeathCertified, unit: Unit) -> Happening:
    case = open_case(unit, certified.donation)
    if _stands(case, unit):
        raise InputError("The death of this donor is certified already, as the law asks.")
    persons = sorted(each.person for each in certified.certifiers)
    if not persons or not all(persons) or len(set(persons)) < len(persons):
        raise InputError("A declaration names at least one person who certifies, and each person once.")
    declared_at = past(certified.declared_at, unit.at, called="The time of death")
    _add_certifiers(certified, case, unit)
    _add_examinations(certified, case, unit)
    added(
        unit.using,
        DeathDeclaration(
            event_id=unit.event_id,
            case_id=case.donation,
            criteria=certified.criteria.value,
            declared_at=declared_at,
            manner=None if certified.manner is None else certified.manner.value,
            certifier_first=persons[0],
            certifier_second=persons[1] if persons[1:] else None,
            certifiers_needed=_needed(certified.criteria, unit),
        ),
    )
    certifiers: list[Value] = [staff_pseudonym(unit.office, name) for name in persons]
    fields: dict[str, Value] = {
        "donation": case.donation,
        "criteria": certified.criteria.value,
        "declared_at": declared_at,
        "certifiers": certifiers,
    }
    return Happening("death.certified", fields, case=case.donation, subject_id=case.subject_id)


def _stands(case: DonorCase, unit: Unit) -> bool:
    """Tell whether a death is declared that the law is content with: by enough people, after enough examinations."""
    if not found(unit.using, DeathDeclaration, case_id=case.donation):
        return False
    return rules.death(unit.office, case, unit.at).opens


def _needed(criteria: DeathCriteria, unit: Unit) -> int:
    """Return how many people certify a death by these criteria; where the law does not say, two."""
    neurological = criteria is DeathCriteria.NEUROLOGICAL
    parameter = Parameter.NEUROLOGICAL_CERTIFIERS if neurological else Parameter.CIRCULATORY_CERTIFIERS
    # By neurological criteria one is never enough, whatever a law says: the table asks for two as well.
    return max(_TWO if neurological else 1, number_of(rules.law_of(unit.office), parameter) or _TWO)


def _add_certifiers(certified: DeathCertified, case: DonorCase, unit: Unit) -> None:
    rows = (
        CertifierRow(
            death_id=unit.event_id,
            person=each.person,
            case_id=case.donation,
            employer=each.employer,
            function=each.role,
            registered_years=each.registered_years,
            certified_at=past(each.certified_at, unit.at, called="The time of a certificate"),
            declared_no_conflict=each.declared_no_conflict,
        )
        for each in certified.certifiers
    )
    add_all(unit.using, CertifierRow, rows)


def _add_examinations(certified: DeathCertified, case: DonorCase, unit: Unit) -> None:
    if any(len(set(each.examiners)) not in {1, _TWO} for each in certified.examinations):
        raise InputError("An examination is made by one doctor or by two different ones; name them.")
    rows = (
        ExaminationRow(
            death_id=unit.event_id,
            number=number,
            case_id=case.donation,
            examined_at=past(each.examined_at, unit.at, called="The time of an examination"),
            examiner_first=each.examiners[0],
            examiner_second=each.examiners[1] if each.examiners[1:] else None,
            confirms_death=each.confirms_death,
            apnoea_or_ancillary_test=each.apnoea_or_ancillary_test,
            confounders_excluded=each.confounders_excluded,
        )
        for number, each in enumerate(certified.examinations, start=1)
    )
    add_all(unit.using, ExaminationRow, rows)
