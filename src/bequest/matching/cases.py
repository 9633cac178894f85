"""Knows golden cases: a clinician says who must be ranked before whom, and why; here they are run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.matching.case_file import Case, ExpectedOffers, read_cases
from bequest.matching.case_people import case_donor, case_pool
from bequest.matching.ranking import run
from bequest.matching.reorder import reorder
from bequest.model.enums import OfferKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.matching.case_file import ExpectedReasons, ExpectedStage
    from bequest.matching.match_run import MatchRun
    from bequest.model.match_run import NotRankedEntry, RankedEntry
    from bequest.policy.policy import Policy

__all__ = ["Case", "CaseResult", "case_donor", "case_pool", "read_cases", "run_case"]


@dataclass(frozen=True, slots=True)
class CaseResult:
    """Hold how a case came out: `differences` is empty when it passed, and tells what differs and why when not."""

    case: Case
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Return whether everything came out as expected."""
        return not self.differences


def run_case(case: Case, policy: Policy, *, evaluator: str = "numpy") -> CaseResult:
    """Return what differs between a case and the run of its policy."""
    result = run(
        policy,
        case_donor(case, policy),
        organ=policy.organ,
        pool=case_pool(case, policy),
        at=case.at,
        inputs=case.inputs,
        lottery_seed=case.lottery_seed,
        allow_unverified=True,
        evaluator=evaluator,
    )
    found = _ranked_differences(case, result) + _not_ranked_differences(case, result)
    if found:
        found += [str(result.explain(f"R-{name}")) for name in sorted(case.candidates)]
    for name, wanted in case.expect.stages.items():
        found += _stage_differences(name, wanted, case=case, result=result, evaluator=evaluator)
    return CaseResult(case, tuple(found))


def _ranked_differences(case: Case, result: MatchRun) -> list[str]:
    main = ExpectedOffers(case.expect.order, case.expect.classes, case.expect.points)
    found = _order_differences("", main, [each for each in result.ranked() if each.offer_kind is OfferKind.SINGLE])
    for kind, wanted in case.expect.offers.items():
        entries = [each for each in result.ranked() if each.offer_kind.value == kind]
        found += _order_differences(f"{kind} ", wanted, entries)
    return found


def _order_differences(kind: str, wanted: ExpectedOffers, ranked: list[RankedEntry]) -> list[str]:
    names = [entry.registration.removeprefix("R-") for entry in ranked]
    expected = list(wanted.order)
    found = [] if names == expected else [f"{kind}order: expected {expected}, got {names}"]
    classes = {name: entry.class_id for name, entry in zip(names, ranked, strict=True)}
    points = {name: entry.points for name, entry in zip(names, ranked, strict=True) if entry.points is not None}
    return (
        found
        + _unlike(f"{kind}classes", wanted.classes, got=classes)
        + _unlike(f"{kind}points", wanted.points, got=points)
    )


def _stage_differences(name: str, wanted: ExpectedStage, *, case: Case, result: MatchRun, evaluator: str) -> list[str]:
    gone = [f"R-{person}" for person in wanted.without]
    stage = reorder(result, name, without=gone, evaluator=evaluator)
    ranked = stage.ranked()
    names = [entry.registration.removeprefix("R-") for entry in ranked]
    classes = {person: entry.class_id for person, entry in zip(names, ranked, strict=True)}
    expected = list(wanted.order)
    found = [] if names == expected else [f"stage {name} order: expected {expected}, got {names}"]
    found += _unlike(f"stage {name} classes", wanted.classes, got=classes)
    reasons = {entry.registration.removeprefix("R-"): entry for entry in stage.not_listed()}
    for person, each in wanted.not_listed.items():
        entry = reasons.get(person)
        if entry is None:
            found.append(f"stage {name}: {person} is listed")
        elif sorted(each.failed) != sorted(entry.failed) or sorted(each.unknown) != sorted(entry.unknown):
            got = f"failed {list(entry.failed)}, unknown {list(entry.unknown)}"
            found.append(
                f"stage {name}: {person}: expected failed {list(each.failed)}, unknown {list(each.unknown)}, got {got}"
            )
    return found + ([str(stage.explain(f"R-{person}")) for person in sorted(case.candidates)] if found else [])


def _unlike(part: str, wanted: Mapping[str, str], *, got: Mapping[str, str]) -> list[str]:
    return [
        f"{part}: expected {name} {value}, got {got.get(name)}"
        for name, value in wanted.items()
        if got.get(name) != value
    ]


def _not_ranked_differences(case: Case, result: MatchRun) -> list[str]:
    wanted = case.expect.not_ranked
    got = {entry.registration.removeprefix("R-"): entry for entry in result.not_ranked()}
    found = [
        f"not_ranked: {name} is not ranked, but the case does not say so" for name in sorted(set(got) - set(wanted))
    ]
    for name, reasons in wanted.items():
        entry = got.get(name)
        found += [f"not_ranked: {name} is ranked"] if entry is None else _reason_differences(name, reasons, entry=entry)
    return found


def _reason_differences(name: str, wanted: ExpectedReasons, *, entry: NotRankedEntry) -> list[str]:
    found = [
        f"not_ranked: {name} {part}: expected {list(expected)}, got {list(got)}"
        for part, expected, got in (
            ("failed", wanted.failed, entry.failed),
            ("unknown", wanted.unknown, entry.unknown),
        )
        if sorted(expected) != sorted(got)
    ]
    if wanted.says_rank and wanted.optimistic_rank != entry.optimistic_rank:
        found.append(
            f"not_ranked: {name} optimistic_rank: expected {wanted.optimistic_rank}, got {entry.optimistic_rank}"
        )
    return found
