"""Knows the factors that the published policies of single countries need beside the common ones.

What follows from the registrations alone is worked out once for a pool and kept, so that a run only looks it up.
"""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.antigens import Locus, locus_bits
from bequest.clinical.crossmatch import NONE, UnacceptableColumns, crossmatch, unacceptable_columns
from bequest.clinical.scores.registry import score_named
from bequest.clinical.typing import HlaTyping, parse_typing
from bequest.matching.coded import Coded, few
from bequest.matching.pair import age_years, donor_fact
from bequest.matching.quantise import quantise
from bequest.matching.urgency import urgency_in_force
from bequest.model.column import MISSING, Table
from bequest.model.columns import known_column

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from bequest.matching.pair import Pair
    from bequest.matching.pool import Pool

    Whole = NDArray[np.int64]
    Numbers = NDArray[np.float64]

_MONTHS = 12
_MONTH_YEAR_DAYS = 365
"""Days of the year of which a twelfth is a month of dialysis (dialysis_months)."""
_COSINE_YEARS, _SINE_YEARS = 18, 50
"""The years by which an age is divided to be an angle, as the names of the two factors say."""


def _whole(pair: Pair, name: str) -> Whole:
    return pair.pool.columns[name].whole()


def _urgency_confirmed_days(pair: Pair) -> Coded:
    # Urgency shares its codes, the date of confirmation does not (pool_columns.TOGETHER).
    shared, force = pair.pool.columns["urgency_granted"], urgency_in_force(pair)
    since, own = shared.having(force.since).whole(), force.own[shared.codes]
    until = _whole(pair, "urgency_valid_until")
    # A confirmation is of the granted level. MISSING is the least integer, so the later of two dates is one known.
    latest = np.where(own, since, np.maximum(since, _whole(pair, "urgency_confirmed_on")))
    granted = (until != MISSING) & (until >= pair.at_seconds) & (shared.whole() != MISSING)
    known = (granted | own) & (since != MISSING) & (latest <= pair.at_days)
    return few(np.where(known, pair.at_days - np.where(known, latest, 0), MISSING))


def _needs_several_organs(pair: Pair) -> Coded:
    needed = pair.pool.columns["needed_with"]
    none = known_column(Table.REGISTRATION, "needed_with").codes.index("none")
    return needed.having(np.where(needed.values == MISSING, MISSING, needed.values != none))


def _same_city(pair: Pair) -> Coded:
    label, here = pair.pool.labels["city"], pair.donor.facts.get("city")
    if here is None:
        return pair.pool.alike(MISSING)
    return label.having([MISSING if text is None else int(text == here) for text in label.texts])


@lru_cache(maxsize=4)
def _approved(pool: Pool) -> UnacceptableColumns:
    return unacceptable_columns([text or NONE for text in pool.texts["approved_antigens"]])


def _carries_approved_antigen(pair: Pair) -> Coded:
    found = crossmatch(pair.typing, _approved(pair.pool))
    return few(np.where(found < 0, MISSING, found.astype(np.int64)))


def _dialysis(pair: Pair) -> tuple[Coded, NDArray[np.bool_], Whole]:
    """Return the first days of dialysis, which of them have come, and the days since then."""
    since = pair.pool.columns["dialysis_since_on"]
    begun = (since.values != MISSING) & (since.values <= pair.at_days)
    return since, begun, pair.at_days - np.where(begun, since.values, pair.at_days)


def _dialysis_full_years(pair: Pair) -> Coded:
    since, begun, _ = _dialysis(pair)
    # The month and day of an anniversary are compared, as those of a birthday are (pool_columns.birthdays).
    months, day = _month_and_day(np.where(begun, since.values, pair.at_days))
    at_months, at_day = _month_and_day(np.array([pair.at_days]))
    return since.having(np.where(begun, (at_months - months - (at_day < day)) // _MONTHS, MISSING))


def _dialysis_months(pair: Pair) -> Coded:
    since, begun, days = _dialysis(pair)
    scaled = days * _MONTHS * 10 ** known_column(Table.FACTOR, "dialysis_months").decimals
    return since.having(np.where(begun, (2 * scaled + _MONTH_YEAR_DAYS) // (2 * _MONTH_YEAR_DAYS), MISSING))


def _monthly_points_months(pair: Pair) -> Coded:
    since = pair.pool.columns["monthly_points_since_on"]
    begun = (since.values != MISSING) & (since.values <= pair.at_days)
    months, day = _month_and_day(np.where(begun, since.values, pair.at_days))
    at_months, at_day = _month_and_day(np.array([pair.at_days]))
    return since.having(np.where(begun, at_months - months - (at_day < day), MISSING))


def _month_and_day(days: Whole) -> tuple[Whole, Whole]:
    """Return months since January 1970, and days since the first of that month."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    return months.astype(np.int64), (dates - months.astype("datetime64[D]")).astype(np.int64)


def _ages(pair: Pair) -> Coded:
    """Return completed years; where a golden case states the age, that age."""
    computed = age_years(pair)
    given = pair.pool.given.get("age_years")
    return computed if given is None else pair.pool.each(np.where(given == MISSING, computed.whole(), given))


def _of_age(name: str, curve: Callable[[Numbers], Numbers]) -> Callable[[Pair], Coded]:
    """Return the factor that is a curve over the completed years of the candidate."""

    def factor(pair: Pair) -> Coded:
        ages = _ages(pair)
        return ages.having(quantise(curve(_number(ages.values)), known_column(Table.FACTOR, name)))

    return factor


def _number(values: Whole, decimals: int = 0) -> Numbers:
    return np.where(values == MISSING, np.nan, values / 10.0**decimals)


@lru_cache(maxsize=4)
def _typings(pool: Pool) -> tuple[HlaTyping, ...]:
    """Return what is known of each registration's HLA; each distinct text is read once."""
    texts = pool.texts["hla"]
    read = {text: parse_typing(text) for text in dict.fromkeys(texts)}
    return tuple(read[text] for text in texts)


@lru_cache(maxsize=4)
def _dr_homozygous(pool: Pool) -> Coded:
    # A loop over registrations, once a pool: sets of antigens are integers of any length.
    counts = np.array([typing.split_dr.bit_count() for typing in _typings(pool)], dtype=np.int64)
    return few(np.where(counts == 0, MISSING, counts == 1))


@lru_cache(maxsize=4)
def _antigens(pool: Pool) -> tuple[dict[int, int], Whole]:
    """Return the sets of antigens at HLA-A, -B and -DR that occur, and which of them each registration has."""
    places: dict[int, int] = {_NOT_TYPED: 0}
    # A loop over registrations, once a pool, as above.
    own = [places.setdefault(_abdr(typing), len(places)) for typing in _typings(pool)]
    return places, np.array(own, dtype=np.int64)


def _hla_identical(pair: Pair) -> Coded:
    here = _abdr(pair.typing)
    if here == _NOT_TYPED:
        return pair.pool.alike(MISSING)
    places, own = _antigens(pair.pool)
    return few(np.where(own == places[_NOT_TYPED], MISSING, own == places.get(here, len(places))))


_NOT_TYPED = 0
"""The set of antigens of a person who is not typed at HLA-A, -B and -DR."""


def _abdr(typing: HlaTyping) -> int:
    wanted = locus_bits(Locus.A) | locus_bits(Locus.B) | locus_bits(Locus.DR)
    return typing.carried & wanted if typing.typed_abdr else _NOT_TYPED


def _meld_or_meld_xi(pair: Pair) -> Coded:
    ages = _number(_ages(pair).whole())
    found = score_named("ch-liver@ch-2017").compute({
        "age_years": ages,
        "dialysis": _number(_whole(pair, "dialysis_with_creatinine")),
        "oral_anticoagulation": _number(_whole(pair, "oral_anticoagulation")),
        **{
            name: _number(_whole(pair, name), known_column(Table.REGISTRATION, name).decimals)
            for name in ("creatinine_mg_per_dl", "bilirubin_mg_per_dl", "inr")
        },
    })  # fmt: skip
    # Whether somebody is younger than 12 has to be known.
    points = np.where(np.isnan(ages), np.nan, found["points"])
    return few(quantise(points, known_column(Table.FACTOR, "meld_or_meld_xi")))


def _kidney_risk_quartile(pair: Pair) -> Coded:
    listed, dialysed = _whole(pair, "listed_on"), _whole(pair, "dialysis_since_on")
    known = (listed != MISSING) & (listed <= pair.at_days)
    found = score_named("uk-krri@uk-2019").compute({
        "age_years": _number(_ages(pair).whole()),
        "on_dialysis_at_listing": ((dialysed != MISSING) & (dialysed <= listed)).astype(np.float64),
        "waiting_days": np.where(known, pair.at_days - np.where(known, listed, 0), np.nan),
        "diabetes": _number(_whole(pair, "diabetes")),
    })  # fmt: skip
    return few(quantise(found["quartile"], known_column(Table.FACTOR, "kidney_risk_quartile")))


def _donor_kidney_risk_quartile(pair: Pair) -> Coded:
    score = score_named("uk-kdri@uk-2019")
    given = {name: np.array([_donor_number(pair, fact)]) for name, fact in _DONOR_FACTS.items()}
    given["donor_female"] = np.array([_FEMALE.get(str(pair.donor.facts.get("sex")), np.nan)])
    quartile = quantise(score.compute(given)["quartile"], known_column(Table.FACTOR, "donor_kidney_risk_quartile"))
    return pair.pool.alike(int(quartile[0]))


_DONOR_FACTS = MappingProxyType({
    "donor_age_years": "age_years",
    "donor_height_cm": "height_cm",
    "donor_hypertension": "hypertension",
    "donor_cmv_positive": "cmv_positive",
    "donor_egfr_ml_per_min": "egfr_ml_per_min",
    "donor_hospital_days": "hospital_days",
})  # fmt: skip
_FEMALE = MappingProxyType({"female": 1.0, "male": 0.0})


def _donor_number(pair: Pair, name: str) -> float:
    entry = known_column(Table.DONOR, name)
    value = donor_fact(pair.donor, entry)
    return np.nan if value == MISSING else value / 10.0**entry.decimals


def _cpra_percent_two_decimals(pair: Pair) -> Coded:
    cpra = pair.pool.columns["cpra_percent"]
    finer, entry = (
        known_column(Table.REGISTRATION, "cpra_percent"),
        known_column(Table.FACTOR, "cpra_percent_two_decimals"),
    )
    step = 10 ** (finer.decimals - entry.decimals)
    return cpra.having(np.where(cpra.values == MISSING, MISSING, (2 * cpra.values + step) // (2 * step)))


FACTORS: Mapping[str, Callable[[Pair], Coded]] = MappingProxyType({
    "urgency_confirmed_days": _urgency_confirmed_days,
    "needs_several_organs": _needs_several_organs,
    "same_city": _same_city,
    "carries_approved_antigen": _carries_approved_antigen,
    "meld_or_meld_xi": _meld_or_meld_xi,
    "monthly_points_months": _monthly_points_months,
    "dialysis_full_years": _dialysis_full_years,
    "dialysis_months": _dialysis_months,
    "dr_homozygous": lambda pair: _dr_homozygous(pair.pool),
    "hla_identical": _hla_identical,
    "inverse_age_per_year": _of_age("inverse_age_per_year", lambda age: 1 / np.maximum(age, 1)),
    "cosine_of_age_by_18_years": _of_age("cosine_of_age_by_18_years", lambda age: np.cos(age / _COSINE_YEARS)),
    "sine_of_age_by_50_years": _of_age("sine_of_age_by_50_years", lambda age: np.sin(age / _SINE_YEARS)),
    "kidney_risk_quartile": _kidney_risk_quartile,
    "donor_kidney_risk_quartile": _donor_kidney_risk_quartile,
    "cpra_percent_two_decimals": _cpra_percent_two_decimals,
})  # fmt: skip
