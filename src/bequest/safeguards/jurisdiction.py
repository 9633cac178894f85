"""Knows the law of each country as far as the gates ask for it: numbers and permissions with their sources.

The data are data/safeguards/jurisdictions.csv; a parameter that nobody wrote down is not known and opens nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.model.errors import InputError
from bequest.model.tables import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

EVERYWHERE = "*"
"""Stands for every country that has no row of its own."""
_FILE = "safeguards/jurisdictions.csv"
_TRUTHS = MappingProxyType({"yes": True, "no": False})
_WORDS = MappingProxyType({truth: word for word, truth in _TRUTHS.items()})


class Parameter(Enum):
    """Name what a jurisdiction may set; data/safeguards/parameters.csv says what each means."""

    CIRCULATORY_PATHWAY = "circulatory_pathway"
    WITHDRAWAL_SIGNERS = "withdrawal_signers"
    NEUROLOGICAL_CERTIFIERS = "neurological_certifiers"
    NEUROLOGICAL_CERTIFIER_ROLES = "neurological_certifier_roles"
    CIRCULATORY_CERTIFIERS = "circulatory_certifiers"
    CERTIFIER_REGISTERED_YEARS = "certifier_registered_years"
    NEUROLOGICAL_EXAMINATIONS = "neurological_examinations"
    NEUROLOGICAL_INTERVAL_MINUTES = "neurological_interval_minutes"
    NO_TOUCH_MINUTES = "no_touch_minutes"
    REGISTER_LOOK_UP = "register_look_up"
    KIN_CONTACT_ALWAYS = "kin_contact_always"
    DEEMED_CONSENT = "deemed_consent"
    DEEMED_FROM_AGE_YEARS = "deemed_from_age_years"
    DEEMED_RESIDENCE_MONTHS = "deemed_residence_months"
    DEEMED_KIN_ATTEMPTS = "deemed_kin_attempts"
    COORDINATOR_INDEPENDENT = "coordinator_independent"
    CUSTODY_LOOKBACK_MONTHS = "custody_lookback_months"
    CUSTODY_ANSWER_HOURS = "custody_answer_hours"
    REFERRAL_KEEP_HOURS = "referral_keep_hours"
    DIRECTED_DONATION = "directed_donation"
    BYPASS_ANSWER_HOURS = "bypass_answer_hours"
    LISTING_CHANGE_HOURS = "listing_change_hours"
    CLOSING_HOURS = "closing_hours"
    RETENTION_YEARS = "retention_years"
    VIGILANCE_NOTICE_HOURS = "vigilance_notice_hours"
    FINAL_REPORT_MONTHS = "final_report_months"
    SMALLEST_CELL = "smallest_cell"


class _Form(Enum):
    TRUTH = "truth"
    WHOLE = "whole"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold what one country's law says of one parameter, and how sure that is."""

    value: int | bool | tuple[str, ...]
    certainty: str
    status: str
    cite: str
    note: str

    @property
    def unverified(self) -> bool:
        """Return whether nobody has held the value against its source."""
        return self.status == "unverified"


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """Hold the law of one country; a parameter that is not there is not known."""

    country: str
    entries: Mapping[Parameter, Entry]


@dataclass(frozen=True, slots=True)
class Meaning:
    """Hold what a parameter is: its unit, the lowest value any country may give, the rules that read it."""

    form: _Form
    unit: str
    at_least: int | None
    rules: tuple[str, ...]
    meaning: str


def jurisdiction(country: str) -> Jurisdiction:
    """Return the law of a country; raise InputError for one that nobody has written down."""
    return jurisdiction_from_rows(country, read_rows(_FILE))


def jurisdiction_from_rows(country: str, rows: Iterable[Mapping[str, str]]) -> Jurisdiction:
    """Return the law that rows of that table state for a country, `*` where the country has no row of its own.

    Raises InputError for a country without a row, a parameter or value that is none, and for a value below the floor
    that no country may go under.
    """
    own, general = ([row for row in rows if row["country"] == name] for name in (country, EVERYWHERE))
    if country == EVERYWHERE or not own:
        raise InputError(f"The law of '{country[:20]}' is not written down; add its rows to data/{_FILE}.")
    found = {Parameter(row["parameter"]): _entry(row) for row in (*general, *own)}
    return Jurisdiction(country, MappingProxyType({name: found[name] for name in Parameter if name in found}))


def own_entries(country: str) -> Mapping[Parameter, Entry]:
    """Return what stands in a country's own rows, `*` for those of every country, in the order of the parameters."""
    found = {Parameter(row["parameter"]): _entry(row) for row in read_rows(_FILE) if row["country"] == country}
    return {name: found[name] for name in Parameter if name in found}


def countries() -> tuple[str, ...]:
    """Return the countries whose law is written down, in alphabetical order."""
    return tuple(sorted({row["country"] for row in read_rows(_FILE)} - {EVERYWHERE}))


@cache
def meanings() -> Mapping[Parameter, Meaning]:
    """Return what each parameter is, in the order of its table."""
    rows = {
        Parameter(row["parameter"]): Meaning(
            _Form(row["kind"]),
            row["unit"],
            int(row["at_least"]) if row["at_least"] else None,
            tuple(row["rules"].split()),
            row["meaning"],
        )
        for row in read_rows("safeguards/parameters.csv")
    }
    return MappingProxyType(rows)


def number_of(law: Jurisdiction, parameter: Parameter) -> int | None:
    """Return the number that a law gives, None where it is not known."""
    entry = law.entries.get(parameter)
    if entry is None:
        return None
    assert type(entry.value) is int, f"{parameter.value} is a number"
    return entry.value


def permits(law: Jurisdiction, parameter: Parameter) -> bool | None:
    """Return whether a law says yes, None where it is not known."""
    entry = law.entries.get(parameter)
    if entry is None:
        return None
    assert isinstance(entry.value, bool), f"{parameter.value} is yes or no"
    return entry.value


def names_of(law: Jurisdiction, parameter: Parameter) -> tuple[str, ...] | None:
    """Return the names that a law lists, None where it is not known."""
    entry = law.entries.get(parameter)
    if entry is None:
        return None
    assert isinstance(entry.value, tuple), f"{parameter.value} is a list"
    return entry.value


def unverified_for(law: Jurisdiction, rules: Iterable[str]) -> tuple[str, ...]:
    """Return in words the unverified numbers and permissions of a law that some rules read."""
    asked = set(rules)
    return tuple(
        f"{name.value} = {shown(entry)} ({law.country}, {entry.cite}, unverified)"
        for name, entry in law.entries.items()
        if entry.unverified and asked & set(meanings()[name].rules)
    )


def shown(entry: Entry) -> str:
    """Return a value as pages and sentences write it."""
    if isinstance(entry.value, tuple):
        return " ".join(entry.value)
    return _WORDS[entry.value] if isinstance(entry.value, bool) else str(entry.value)


def _entry(row: Mapping[str, str]) -> Entry:
    name = Parameter(row["parameter"])
    meaning = meanings()[name]
    value = _value(row["value"], meaning.form, place=f"{row['country']}, {name.value}")
    if meaning.at_least is not None and isinstance(value, int) and value < meaning.at_least:
        raise InputError(
            f"{row['country']}, {name.value}: {value} is below {meaning.at_least}; a country may only ask for more."
        )
    return Entry(value, row["certainty"], row["status"], row["cite"], row["note"])


def _value(text: str, form: _Form, *, place: str) -> int | bool | tuple[str, ...]:
    if form is _Form.LIST:
        return tuple(text.split())
    if form is _Form.TRUTH and text in _TRUTHS:
        return _TRUTHS[text]
    if form is _Form.WHOLE and text.isascii() and text.isdigit():
        return int(text)
    raise InputError(f"{place}: '{text[:20]}' is no value; give yes or no, or a whole number, as its kind asks.")
