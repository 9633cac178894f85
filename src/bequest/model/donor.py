"""Knows the donor: the facts, and the gates that must be open before anything is offered.

A donor is refused here, in every file, case and run alike: living, without consent, in custody or of unknown
custody, without death or an opened circulatory pathway, unidentified (DESIGN.md section 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar, cast

from bequest.model.column import Kind, Table
from bequest.model.columns import columns_of
from bequest.model.consent import Consent
from bequest.model.custody import OPENING_RESULTS, CustodyCheck
from bequest.model.death import DeathDeclaration
from bequest.model.enums import (
    ConsentBasis,
    CustodyResult,
    DeathCriteria,
    DonorKind,
    Organ,
)
from bequest.model.errors import InputError, RefusedError
from bequest.model.identifiers import CentreId, DonorId
from bequest.model.pickled import reduced

if TYPE_CHECKING:
    from collections.abc import Mapping

Fact = str | bool | Decimal | datetime
SYNTHETIC_COUNTRY = "ZZ"

_E = TypeVar("_E", bound=Enum)


@dataclass(frozen=True, slots=True, repr=False)
class Donor:
    """Hold one deceased donor, or one with an open circulatory pathway.

    `facts` holds the dictionary's donor columns that a policy or a factor may read; a fact that is not known is absent.
    """

    donor: DonorId
    synthetic: bool
    country: str
    hospital: CentreId
    consent: Consent
    custody: CustodyCheck
    death: DeathDeclaration
    facts: Mapping[str, Fact]

    __reduce__ = reduced

    def __repr__(self) -> str:
        """Return the identifier alone: what is known about a person belongs in no log."""
        return f"Donor({self.donor})"

    @property
    def allocation_open_at(self) -> datetime:
        """Return the instant from which organs may be offered: consent, custody and death or pathway are all there."""
        opened = self.death.declared_at or self.death.pathway_opened_at
        assert opened is not None, "a donor has a death or pathway instant"
        return max(self.consent.recorded_at, self.custody.checked_at, opened)

    @property
    def conditional(self) -> bool:
        """Return whether offers hold only if the person dies in time (circulatory pathway, death not yet declared)."""
        return self.death.declared_at is None


def donor_from_facts(facts: Mapping[str, object], *, place: str) -> Donor:
    """Return the donor that a row describes, or refuse it.

    `facts` maps donor columns to text, numbers, truth values and aware datetimes; None is missing. Values must
    already fit the data dictionary. Raises InputError for what is missing, RefusedError for what must never be.
    """
    known = {name: value for name, value in facts.items() if value is not None}
    if known.get("kind") == DonorKind.LIVING.value:
        raise RefusedError(
            f"{place}: the donor is living. Bequest offers organs of deceased donors only; remove the row."
        )
    missing = _missing(known)
    if missing:
        raise InputError(*(f"{place}, column '{name}': missing. {remedy}" for name, remedy in missing))
    donor = Donor(
        donor=DonorId(str(known["donor"])),
        synthetic=bool(known["synthetic"]),
        country=str(known["country"]),
        hospital=CentreId(str(known["hospital"])),
        consent=_consent(known, place=place),
        custody=CustodyCheck(
            _code(CustodyResult, known["custody_result"]),
            _instant(known["custody_checked_at"]),
            cast("str | None", known.get("custody_register")),  # a TEXT column holds text
        ),
        death=DeathDeclaration(
            _code(DeathCriteria, known["death_criteria"]),
            _optional_instant(known.get("death_declared_at")),
            _optional_instant(known.get("pathway_opened_at")),
        ),
        facts=MappingProxyType(_readable(known)),
    )
    refused = refusals(donor, identity_established=bool(known["identity_established"]))
    if refused:
        raise RefusedError(*(f"{place}: {sentence}" for sentence in refused))
    return donor


def refusals(donor: Donor, *, identity_established: bool = True) -> tuple[str, ...]:
    """Return why nothing of this donor may be offered, one sentence a reason; empty when the gates are open."""
    reasons: list[str] = []
    if donor.consent.objection_found:
        reasons.append("an objection to donation was found; nobody can override it. Nothing may be offered.")
    if donor.custody.result not in OPENING_RESULTS:
        reasons.append(
            f"the custody check says '{donor.custody.result.value}'. Organs of a person in custody, or whose custody "
            "is not known, are never offered; only a clear check or a magistrate's release opens the gate."
        )
    if not identity_established:
        reasons.append("the identity of the person is not established; refer the case to the coroner.")
    if donor.synthetic != (donor.country == SYNTHETIC_COUNTRY):
        reasons.append("synthetic people, and they alone, have country ZZ; correct 'synthetic' or 'country'.")
    return tuple(reasons)


_ALWAYS_REMEDY = "Give a value; docs/reference/data-dictionary.md says what it means."
_REMEDIES = MappingProxyType({
    "consent_basis": "Without a legal basis of consent there is no donor; record the basis or remove the row.",
    "consent_recorded_at": "Say when the consent was recorded.",
    "custody_result": "Without a custody check there is no donor; record its result or remove the row.",
    "death_declared_at": (
        "Give the instant at which death was certified, or pathway_opened_at for the circulatory pathway; "
        "without either nobody is a donor."
    ),
})  # fmt: skip


def _missing(known: Mapping[str, object]) -> list[tuple[str, str]]:
    names = [column.name for column in columns_of(Table.DONOR) if column.required and column.name not in known]
    death = known.get("death_declared_at") or (
        known.get("pathway_opened_at") if known.get("death_criteria") == DeathCriteria.CIRCULATORY.value else None
    )
    if death is None:
        names.append("death_declared_at")
    return [(name, _REMEDIES.get(name, _ALWAYS_REMEDY)) for name in names]


def _consent(known: Mapping[str, object], *, place: str) -> Consent:
    organs: list[Organ] = []
    for word in str(known["consented_organs"]).split():
        try:
            organs.append(Organ(word))
        except ValueError:
            names = ", ".join(organ.value for organ in Organ)
            raise InputError(
                f"{place}, column 'consented_organs': '{word}' is no organ; give some of: {names}."
            ) from None
    return Consent(
        _code(ConsentBasis, known["consent_basis"]),
        _instant(known["consent_recorded_at"]),
        tuple(organs),
        bool(known["objection_found"]),
    )


def _readable(known: Mapping[str, object]) -> dict[str, Fact]:
    """Return the facts that factors and policies read, in dictionary order, numbers as Decimal."""
    facts: dict[str, Fact] = {}
    for column in columns_of(Table.DONOR):
        value = known.get(column.name)
        if value is None:
            continue
        if column.kind in {Kind.WHOLE, Kind.DECIMAL}:
            facts[column.name] = Decimal(str(value))
        elif isinstance(value, datetime):
            facts[column.name] = _instant(value)
        elif isinstance(value, bool):
            facts[column.name] = value
        else:
            facts[column.name] = str(value)
    return facts


def _code(kind: type[_E], value: object) -> _E:
    return kind(str(value))


def _instant(value: object) -> datetime:
    assert isinstance(value, datetime), "the reader turns instants into datetimes"
    assert value.tzinfo is not None, "instants carry their time zone"
    return value.astimezone(UTC)


def _optional_instant(value: object) -> datetime | None:
    return None if value is None else _instant(value)
