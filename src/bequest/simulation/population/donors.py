"""Knows how donors are drawn: lawful ones only, all of whom may be offered at the instant asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bequest.model.column import Table
from bequest.model.columns import columns_of
from bequest.model.donor import SYNTHETIC_COUNTRY
from bequest.model.enums import DonorKind, Organ
from bequest.simulation.population.distributions import shares
from bequest.simulation.population.donor_times import donor_times
from bequest.simulation.population.further_columns import further_columns
from bequest.simulation.population.groups import creatinine_band
from bequest.simulation.population.haplotypes import drawn_hla
from bequest.simulation.population.kidney_profile import kdpi_percent
from bequest.simulation.population.people import AGE_BANDS, Coded, banded, identifiers, level, number, truths, yes
from bequest.simulation.population.places import drawn_places
from bequest.simulation.population.sizes import rounded, sizes
from bequest.simulation.population.tissue import preserved_at, tissue_columns
from bequest.simulation.population.worked_out import Known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bequest.simulation.population.people import People
    from bequest.simulation.population.places import Place

WIDTH = 4
"""Digits of an identifier; more where there are more rows."""
INFANT_YEARS = 2
"""Below this age it is given in hundredths of a year, above it in whole years."""


def donor_columns(people: People, hospitals: Sequence[Place], *, at: np.datetime64) -> dict[str, object]:
    """Return the columns of the donors table, in the dictionary's order, rows sorted by identifier."""
    hospital, area = drawn_places(people, hospitals)
    clinical, groups = _clinical(people, area, at=at)
    columns: dict[str, object] = {
        "donor": identifiers("D", people.numbers, len(people), width=WIDTH),
        "kind": [DonorKind.DECEASED.value] * len(people),
        "synthetic": [True] * len(people),
        "country": [SYNTHETIC_COUNTRY] * len(people),
        "hospital": np.array([place.centre for place in hospitals], dtype=np.object_)[hospital].tolist(),
        "identity_established": [True] * len(people),
        "consented_organs": _consented_organs(people),
        "consent_basis": level(people, "consent basis", area=area).texts().tolist(),
        "objection_found": [False] * len(people),
        "custody_result": level(people, "custody result").texts().tolist(),
        "custody_register": ["Synthetic register of detention"] * len(people),
        **clinical,
    }
    rows: list[int] = hospital.tolist()
    known = Known(
        people=people,
        entries=people,
        day=at.astype("datetime64[D]"),
        listed_days=np.zeros(len(people), dtype=np.int64),
        places=[hospitals[row] for row in rows],
        columns=columns,
        groups=groups,
    )
    columns |= further_columns(known)
    wanted = [column.name for column in columns_of(Table.DONOR) if not column.organs or people.organ in column.organs]
    return {name: columns[name] for name in wanted if name in columns}


def _clinical(people: People, area: Coded, *, at: np.datetime64) -> tuple[dict[str, object], dict[str, Coded]]:
    """Return the clinical columns, and the groups by which further columns differ."""
    criteria, cause = level(people, "death criteria", area=area), level(people, "cause of death", area=area)
    sex, age = level(people, "sex", area=area), _age_years(people, area)
    age_band = banded(age, AGE_BANDS)
    height, weight = sizes(people, sex, age)
    hypertension, diabetes = (yes(people, name, age_band=age_band) for name in ("hypertension", "diabetes"))
    creatinine = rounded(number(people, "creatinine", age_band=age_band), 2)
    tissue, preserved = _tissue(people, age, at=at, sex=sex)
    columns: dict[str, object] = {
        "death_criteria": criteria.texts().tolist(),
        **donor_times(people, at, circulatory=criteria.has("circulatory"), preserved_at=preserved),
        "blood_group": _blood_group(people, area),
        "age_years": age,
        "sex": sex.texts().tolist(),
        "height_cm": height,
        "weight_kg": weight,
        "hla": [None] * len(people) if tissue else drawn_hla(people).texts().tolist(),
        "cause_of_death": cause.texts().tolist(),
        "creatinine_mg_per_dl": creatinine,
        "hypertension": hypertension.tolist(),
        "diabetes": diabetes.tolist(),
        "hcv_positive": truths(level(people, "hcv positive")),
    }
    risks = {
        "age_years": np.floor(age),
        "height_cm": height,
        "weight_kg": weight,
        "creatinine_mg_per_dl": creatinine,
        "hypertension": hypertension.astype(np.float64),
        "diabetes": diabetes.astype(np.float64),
        "cerebrovascular": cause.has("cerebrovascular").astype(np.float64),
        "circulatory": criteria.has("circulatory").astype(np.float64),
    }
    columns |= {"kdpi_percent": kdpi_percent(risks), **tissue}
    return columns, {
        "area": area,
        "age_band": age_band,
        "death_criteria": criteria,
        "creatinine_band": creatinine_band(creatinine),
    }


def _tissue(
    people: People, age_years: NDArray[np.float64], *, at: np.datetime64, sex: Coded
) -> tuple[dict[str, object], NDArray[np.datetime64] | None]:
    """Return the columns of corneas, and when they were preserved; nothing and None for any other organ."""
    if people.organ is not Organ.CORNEA:
        return {}, None
    storage = level(people, "storage method")
    preserved = preserved_at(people, at, storage=storage)
    return {"preserved_at": preserved, **tissue_columns(people, age_years, sex=sex, storage=storage)}, preserved


def _age_years(people: People, area: Coded) -> NDArray[np.float64]:
    age = number(people, "age", area=area)
    return np.where(age < INFANT_YEARS, rounded(age, 2), np.floor(age))


def _blood_group(people: People, area: Coded) -> list[str]:
    group = level(people, "blood group", area=area)
    texts = group.texts()
    for name, subgroup in (("A", "A{}"), ("AB", "A{}B")):
        rows = np.flatnonzero(group.has(name))
        part = level(people.some(rows), "blood subgroup", blood_group=Coded((name,), np.zeros(len(rows), np.intp)))
        written = np.array([name if code == "plain" else subgroup.format(code) for code in part.levels], np.object_)
        texts[rows] = written[part.codes]
    return texts.tolist()


_SINGLE = (Organ.HEART, Organ.LUNG, Organ.LIVER, Organ.KIDNEY, Organ.PANCREAS, Organ.INTESTINE, Organ.CORNEA)
_TOGETHER = {
    Organ.KIDNEY_PANCREAS: (Organ.KIDNEY, Organ.PANCREAS),
    Organ.ISLET: (Organ.PANCREAS,),
    Organ.LIVER_INTESTINE: (Organ.LIVER, Organ.INTESTINE),
    Organ.HEART_LUNG: (Organ.HEART, Organ.LUNG),
}


def _consented_organs(people: People) -> list[str]:
    """Return the organs within the scope of each consent: the one asked for always, others by chance."""
    table = shares(people.choice("further organ").label)
    share = float(table.upper[table.levels.index("yes")])
    always = {people.organ, *_TOGETHER.get(people.organ, ())}
    given = [
        (
            organ.value,
            np.ones(len(people), dtype=np.bool_) if organ in always else people.chance(f"gives {organ.value}") < share,
        )
        for organ in Organ
        if organ in always or organ in _SINGLE
    ]
    names = [np.where(gives, name, "").tolist() for name, gives in given]
    # A loop over donors: text is put together piece by piece, and donors are few.
    return [" ".join(filter(None, pieces)) for pieces in zip(*names, strict=True)]
