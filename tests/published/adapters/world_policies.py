"""Knows the files about kidney scores of single countries: each row is one candidate, run by the real policy."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from adapters.comparison import BadFileError, Compared, Difference, agrees, number_of, rows_of, text_of
from adapters.one_run import one_run, table_of, told
from adapters.sheets import Expected, inputs_of, within

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from adapters.one_run import OneRun

    Row = Mapping[str, object]

_QUEBEC, _UK, _PORTUGAL = "quebec/kidney@quebec-2026-03", "uk/kidney@uk-2019-09", "pt/kidney@pt-2007"
_AU_NATIONAL, _AU_STATE = "au/kidney-national@au-2020", "au/kidney-state@au-2020"
_MISMATCHES = {"a": "hla_mismatches_a", "b": "hla_mismatches_b", "dr": "hla_mismatches_dr"}
_PRINTED = Expected("", Decimal("0.05"))
_LEVELS = {"1": (0, 0, 0), "2": (0, 1, 0), "3/4": (0, 2, 0)}
"""Mismatches of each level of the UK scheme, one choice of several."""
_LEVEL_TERMS = ("level-1", "level-1-age", "level-2", "level-2-age", "level-3-or-4-age")
_HLA_TERMS = ("hla-none", "hla-no-b-dr", "hla-one", "hla-one-each", "hla-more")
_PENALTY = ("from-o-to-b", "from-o-to-b-in-tier-a")
_HARDEST, _ORDINARY = 10, 1
_NO_OFFER = "australia-score-without-an-offer"


def is_ours(content: Row) -> bool:
    """Return whether a file holds one of these sections."""
    return any(_rows(content, section) for section in _SECTIONS)


def compare(content: Row) -> Iterator[Compared]:
    """Return each row of each section, compared."""
    for section, compared in _SECTIONS.items():
        found = _rows(content, section)
        if found:
            for name, row in rows_of({section: found}, section):
                where = f"{section}.{name}"
                yield Compared(where, row.get("inputs", row), tuple(compared(row, where)))


def _rows(content: Row, section: str) -> object:
    """Return the rows of a section, which may stand as `rows` of it, or of a part of it named after a dot."""
    found: object = content
    for step in section.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found.get("rows") if isinstance(found, dict) else found


def _quebec(row: Row, where: str) -> Iterator[Difference]:
    given = inputs_of(row, where=where)
    person = {
        "dialysis_full_years": given["full_years_on_dialysis"],
        "hla_mismatches_dr": given["dr_mismatches"],
        "dr_homozygous": given["recipient_dr_homozygous"],
        "hla_identical": given["identical_a_b_dr"],
        "cpra_percent": given["cpra"],
        "age_years": given["recipient_age"],
    }
    run = one_run(_QUEBEC, {"age_years": given["donor_age"]}, {"x": person}, where=where)
    parts = {
        "waiting": ("waiting",), "hla": ("hla-identical", "dr-fits", "dr-half"), "cpra": ("sensitised",),
        "age_gap": ("similar-age", "distant-age"), "age": ("age",),
    }  # fmt: skip
    yield from _parts(table_of(row, "components", where=where), parts, run)
    yield from _unlike("score", number_of(row, "score", where=where), run.points_of("x"))


def _quebec_or_uk_groups(row: Row, where: str) -> Iterator[Difference]:
    groups = {"blood_group": text_of(row, "recipient", where=where)}
    donor = {"blood_group": text_of(row, "donor", where=where)}
    if "tier" not in row:
        run = one_run(_QUEBEC, donor, {"x": {**groups, "hla_mismatches_dr": 2}}, where=where)
        yield from _same("eligible", row["eligible"], bool(run.order))
        return
    score = _HARDEST if text_of(row, "tier", where=where) == "A" else _ORDINARY
    person = {**groups, "matchability_score": score, "cpra_percent": 0}
    run = one_run(_UK, donor, {"x": person}, where=where)
    yield from _same("eligible", row["eligible"], bool(run.order))
    if run.order:
        yield from _unlike("penalty", number_of(row, "penalty", where=where), run.terms_of("x", *_PENALTY))


def _uk_tier_b(row: Row, where: str) -> Iterator[Difference]:
    given = inputs_of(row, where=where)
    person = {
        **_mismatched(given, where),
        "donor_kidney_risk_quartile": _quartile(given, "dri", where),
        "kidney_risk_quartile": _quartile(given, "rri", where),
        "age_years": given["age"],
        "matchability_score": given["ms"],
        "blood_group": given["cabo"],
        "waiting_days": given["waitdays"],
        "cpra_percent": 0,
    }
    donor = {"age_years": given["dage"], "blood_group": given["dabo"]}
    run = one_run(_UK, donor, {"x": person}, where=where)
    parts = {
        "risk_index_combo": ("risk-d1", "risk-d2", "risk-d3", "risk-d4"), "hla_match_age": _LEVEL_TERMS,
        "matchability": ("matchability",), "age_difference": ("age-gap",), "total_hla_mismatch": ("mismatches",),
        "blood_group": _PENALTY, "waiting_days_1_per_day": ("waiting",),
    }  # fmt: skip
    yield from _parts(table_of(row, "components", where=where), parts, run)
    yield from _same("hla_level", row["hla_level"], _level(run, row["hla_level"]))
    yield from _unlike("total_tier_B_points", number_of(row, "total_tier_B_points", where=where), run.points_of("x"))


def _uk_level(row: Row, where: str) -> Iterator[Difference]:
    person = {**_mismatched(row, where), "age_years": 50, "matchability_score": _ORDINARY, "cpra_percent": 0}
    run = one_run(_UK, {}, {"x": person}, where=where)
    yield from _same("level", row["level"], _level(run, row["level"]))


def _level(run: OneRun, expected: object) -> object:
    """Return the level of HLA; levels 3 and 4 give the same points, and one cannot be told from the other."""
    applying = run.applying("x")
    if "level-3-or-4-age" in applying:
        return expected if expected in (3, 4) else 3
    return 1 if "level-1" in applying else 2


def _uk_part(row: Row, where: str) -> Iterator[Difference]:
    component, expected = text_of(row, "component", where=where), number_of(row, "points", where=where)
    ordinary = {"age_years": 50, "matchability_score": _ORDINARY, "cpra_percent": 0}
    donor: Row = {}
    if component == "matchability":
        person: Row = {**ordinary, "matchability_score": row["match_score"]}
        terms: tuple[str, ...] = ("matchability",)
    elif component == "hla_and_age":
        level = dict(zip(_MISMATCHES, _LEVELS[text_of(row, "level", where=where)], strict=True))
        person, terms = {**ordinary, **_mismatched(level, where), "age_years": row["patient_age"]}, _LEVEL_TERMS
    elif component == "age_gap":
        person, terms = {**ordinary, "age_difference_years": row["difference_years"]}, ("age-gap",)
    else:
        raise BadFileError(f"row {where}: '{component[:40]}' is no part of the UK scheme that is known here.")
    got = one_run(_UK, donor, {"x": person}, where=where).terms_of("x", *terms)
    if not within(expected, got, _PRINTED):
        yield Difference("points", expected, got)


def _uk_tier(row: Row, where: str) -> Iterator[Difference]:
    person = {
        "matchability_score": row["match_score"],
        "cpra_percent": row["crf_percent"],
        "waiting_days": row["waiting_days"],
    }
    run = one_run(_UK, {}, {"x": person}, where=where)
    yield from _same("tier", row["tier"], str(run.class_of("x")).removeprefix("tier-").upper())


def _portugal(row: Row, where: str) -> Iterator[Difference]:
    given = inputs_of(row, where=where)
    counts = {locus: given[f"mm{locus.upper()}"] for locus in _MISMATCHES}
    person = {
        **_mismatched(counts, where),
        "cpra_percent": given["cpra"],
        "age_years": given["cand_age"],
        "dialysis_months": given["months_dialysis"],
    }
    run = one_run(_PORTUGAL, {"age_years": given["donor_age"]}, {"x": person}, where=where)
    parts = {"hla": _HLA_TERMS, "pra": ("sensitised",), "age": ("age",), "dialysis": ("dialysis",)}
    yield from _parts({name: row[name] for name in parts}, parts, run)
    yield from _unlike("total", number_of(row, "total", where=where), run.points_of("x"))


def _portugal_hla(row: Row, where: str) -> Iterator[Difference]:
    person = {**_mismatched(row, where), "age_years": 50}
    got = one_run(_PORTUGAL, {}, {"x": person}, where=where).terms_of("x", *_HLA_TERMS)
    yield from _unlike("points", number_of(row, "points", where=where), got)


def _portugal_age(row: Row, where: str) -> Iterator[Difference]:
    donor, person = {"age_years": row["donor_age"]}, {"age_years": row["candidate_age"]}
    got = one_run(_PORTUGAL, donor, {"x": person}, where=where).terms_of("x", "age")
    yield from _unlike("points", number_of(row, "points", where=where), got)


def _australia_national(row: Row, where: str) -> Iterator[Difference]:
    given = inputs_of(row, where=where)
    person = {**_australian(given, where), "cpra_percent": given["pra"]}
    run = one_run(_AU_NATIONAL, {}, {"x": person}, where=where)
    offered = bool(run.order)
    yield from _same("national_offer", row["national_offer"], offered)
    expected, got = number_of(row, "score", where=where), run.points_of("x")
    if not agrees(expected, got):
        without = not offered and row["national_offer"] is False
        yield Difference("score", expected, got, _NO_OFFER if without else "")


def _australia_state(row: Row, where: str) -> Iterator[Difference]:
    given = inputs_of(row, where=where)
    person = {**_australian(given, where), "dr_homozygous": given["recipient_dr_homozygous"]}
    place = {"country": "AU", "region": text_of(given, "state", where=where)}
    run = one_run(_AU_STATE, {}, {"x": person}, where=where, centres={"HOSPITAL": place, "CENTRE": place})
    yield from _unlike("score", number_of(row, "score", where=where), run.points_of("x"))


def _australian(given: Row, where: str) -> dict[str, object]:
    own = {"age_years": given["age"], "dialysis_months": given["waiting_months"]}
    return {**_mismatched(given, where), **own}


def _mismatched(given: Row, where: str) -> dict[str, object]:
    """Return the mismatches of a row at each locus and together."""
    counts = {ours: int(number_of(given, locus, where=where)) for locus, ours in _MISMATCHES.items()}
    return {**counts, "hla_mismatches": sum(counts.values())}


def _quartile(given: Row, field: str, where: str) -> int:
    text = text_of(given, field, where=where)
    if text[1:] not in {"1", "2", "3", "4"}:
        raise BadFileError(f"row {where}, '{field}': '{text[:40]}' is no quartile.")
    return int(text[1:])


def _parts(expected: Row, parts: Mapping[str, tuple[str, ...]], run: OneRun) -> Iterator[Difference]:
    for name, terms in parts.items():
        yield from _unlike(name, expected[name], run.terms_of("x", *terms))


def _unlike(field: str, expected: object, got: float | None) -> Iterator[Difference]:
    if not agrees(expected, got):
        yield Difference(field, expected, got)


def _same(field: str, expected: object, got: object) -> Iterator[Difference]:
    if expected != got:
        yield Difference(field, expected, got)


_SECTIONS = {
    section: told(compared)
    for section, compared in {
        "quebec_kidney": _quebec,
        "abo": _quebec_or_uk_groups,
        "uk_kidney_2019.tier_B": _uk_tier_b,
        "uk_kidney_2019.hla_level": _uk_level,
        "parts": _uk_part,
        "tier": _uk_tier,
        "portugal_kidney": _portugal,
        "hla_points": _portugal_hla,
        "age_points": _portugal_age,
        "national": _australia_national,
        "state": _australia_state,
    }.items()
}
