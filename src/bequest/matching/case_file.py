"""Knows how a file of golden cases is written, and says what is wrong with one that is written otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bequest.model.enums import OfferKind
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

Facts = Mapping[str, object]

_HEAD = ("policy", "at", "centres", "donor", "candidate", "cases", "signed_off")
_CASE = ("name", "why", "donor", "candidates", "expect", "inputs", "lottery_seed")
_EXPECT = ("order", "classes", "points", "not_ranked", "offers", "stages")
_OFFERS = ("order", "classes", "points")
_STAGE = ("without", "order", "classes", "not_listed")
_KINDS = tuple(kind.value for kind in OfferKind if kind is not OfferKind.SINGLE)
_REASONS = ("failed", "unknown", "optimistic_rank")
_GUIDE = "see docs/how-to/write-a-policy.md"


@dataclass(frozen=True, slots=True)
class ExpectedOffers:
    """Hold the order that must come out for one offer kind beside the main list, such as both kidneys."""

    order: tuple[str, ...]
    classes: Mapping[str, str]
    points: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ExpectedStage:
    """Hold what must come out of one stage of the policy; `without` names whoever was offered the organ before."""

    without: tuple[str, ...]
    order: tuple[str, ...]
    classes: Mapping[str, str]
    not_listed: Mapping[str, ExpectedReasons]


@dataclass(frozen=True, slots=True)
class Expected:
    """Hold what must come out of a case; a part that the case leaves out is empty.

    `offers` has an entry for each offer kind that the case speaks of, `stages` one for each stage.
    """

    order: tuple[str, ...]
    classes: Mapping[str, str]
    points: Mapping[str, str]
    not_ranked: Mapping[str, ExpectedReasons]
    offers: Mapping[str, ExpectedOffers] = field(default_factory=dict[str, ExpectedOffers])
    stages: Mapping[str, ExpectedStage] = field(default_factory=dict[str, ExpectedStage])


@dataclass(frozen=True, slots=True)
class ExpectedReasons:
    """Hold why somebody must not be ranked; `says_rank` tells whether the case states an optimistic rank, or none."""

    failed: tuple[str, ...]
    unknown: tuple[str, ...]
    says_rank: bool
    optimistic_rank: object


@dataclass(frozen=True, slots=True)
class Case:
    """Hold one golden case: a donor, named candidates, and what must come out."""

    name: str
    why: str
    policy: str
    at: datetime
    centres: Mapping[str, Facts]
    donor: Facts
    candidates: Mapping[str, Facts]
    inputs: Facts | None
    lottery_seed: str | None
    expect: Expected
    place: str


def read_cases(path: Path) -> tuple[Case, ...]:
    """Return the cases of one YAML file; raise InputError for anything that is not as the guide says."""
    content = case_yaml(path)
    place = path.name
    only(content, _HEAD, place=place)
    need(content, ("policy", "at", "cases"), place=place, every="case file")
    case_instant(content, place=place)
    raw_cases = list_at(content["cases"], place=f"{place}, cases")
    return tuple(
        _case(content, mapping(raw, place=f"{place}, case {number}"), place=f"{place}, case {number}")
        for number, raw in enumerate(raw_cases, start=1)
    )


def case_instant(content: Facts, *, place: str) -> datetime:
    """Return the instant of a file of cases."""
    at = content["at"]
    if not isinstance(at, datetime):
        raise InputError(f"{place}: 'at' is '{at}'; write an instant such as 2026-11-01T00:00:00Z.")
    return utc(at)


def utc(written: datetime) -> datetime:
    """Return an instant of a case file with its zone; YAML leaves UTC out."""
    return written.astimezone(UTC) if written.tzinfo else written.replace(tzinfo=UTC)


def _case(content: Facts, raw: Facts, *, place: str) -> Case:
    only(raw, _CASE, place=place)
    need(raw, ("name", "why", "candidates", "expect"), place=place, every="case")
    place = f"{place} '{raw['name']}'"
    shared = mapping(content.get("candidate"), place=f"{place}, shared candidate")
    shared_donor = mapping(content.get("donor"), place=f"{place}, shared donor")
    candidates = {
        name: {**shared, **mapping(facts, place=f"{place}, candidate {name}")}
        for name, facts in mapping(raw["candidates"], place=f"{place}, candidates").items()
    }
    return Case(
        name=str(raw["name"]),
        why=str(raw["why"]),
        policy=str(content["policy"]),
        at=case_instant(content, place=place),
        centres={
            name: mapping(facts, place=f"{place}, centre {name}")
            for name, facts in mapping(content.get("centres"), place=f"{place}, centres").items()
        },
        donor={**shared_donor, **mapping(raw.get("donor"), place=f"{place}, donor")},
        candidates=candidates,
        inputs=None if "inputs" not in raw else mapping(raw["inputs"], place=f"{place}, inputs"),
        lottery_seed=_seed(raw, place=place),
        expect=_expected(mapping(raw["expect"], place=f"{place}, expect"), tuple(candidates), place=place),
        place=place,
    )


def _seed(raw: Facts, *, place: str) -> str | None:
    seed = raw.get("lottery_seed")
    if seed is not None and not isinstance(seed, str):
        raise InputError(f"{place}: 'lottery_seed' is read as the number {seed}; put it in quotes.")
    return seed


def _expected(raw: Facts, known: tuple[str, ...], *, place: str) -> Expected:
    place = f"{place}, expect"
    only(raw, _EXPECT, place=place)
    offers = mapping(raw.get("offers"), place=f"{place}, offers")
    stages = mapping(raw.get("stages"), place=f"{place}, stages")
    for kind in offers:
        if kind not in _KINDS:
            raise InputError(f"{place}: '{kind}' is no offer kind beside the main list; use: {', '.join(_KINDS)}.")
    return Expected(
        order=_people(raw, "order", known, place=place),
        classes=_texts(raw, "classes", known, place=place),
        points=_texts(raw, "points", known, place=place),
        not_ranked=_all_reasons(raw, "not_ranked", known, place=place),
        offers={kind: _offers(each, known, place=f"{place}, offers of {kind}") for kind, each in offers.items()},
        stages={name: _stage(each, known, place=f"{place}, stage {name}") for name, each in stages.items()},
    )


def _offers(value: object, known: tuple[str, ...], *, place: str) -> ExpectedOffers:
    raw = mapping(value, place=place)
    only(raw, _OFFERS, place=place)
    return ExpectedOffers(
        order=_people(raw, "order", known, place=place),
        classes=_texts(raw, "classes", known, place=place),
        points=_texts(raw, "points", known, place=place),
    )


def _stage(value: object, known: tuple[str, ...], *, place: str) -> ExpectedStage:
    raw = mapping(value, place=place)
    only(raw, _STAGE, place=place)
    return ExpectedStage(
        without=_people(raw, "without", known, place=place),
        order=_people(raw, "order", known, place=place),
        classes=_texts(raw, "classes", known, place=place),
        not_listed=_all_reasons(raw, "not_listed", known, place=place),
    )


def _people(raw: Facts, part: str, known: tuple[str, ...], *, place: str) -> tuple[str, ...]:
    """Return a list of people of the case."""
    names = names_at(raw.get(part), place=f"{place}, {part}")
    _all_known(names, known, place=place)
    return names


def _texts(raw: Facts, part: str, known: tuple[str, ...], *, place: str) -> Mapping[str, str]:
    """Return a text for each of some people of the case."""
    texts = mapping(raw.get(part), place=f"{place}, {part}")
    _all_known(tuple(texts), known, place=place)
    return {name: str(value) for name, value in texts.items()}


def _all_reasons(raw: Facts, part: str, known: tuple[str, ...], *, place: str) -> Mapping[str, ExpectedReasons]:
    reasons = mapping(raw.get(part), place=f"{place}, {part}")
    _all_known(tuple(reasons), known, place=place)
    return {
        name: _reasons(mapping(each, place=f"{place}, {name}"), place=f"{place}, {name}")
        for name, each in reasons.items()
    }


def _all_known(names: tuple[str, ...], known: tuple[str, ...], *, place: str) -> None:
    for name in names:
        if name not in known:
            raise InputError(f"{place}: '{name}' is none of the candidates; use: {', '.join(known) or 'nobody'}.")


def _reasons(raw: Facts, *, place: str) -> ExpectedReasons:
    only(raw, _REASONS, place=place)
    return ExpectedReasons(
        failed=names_at(raw.get("failed"), place=f"{place}, failed"),
        unknown=names_at(raw.get("unknown"), place=f"{place}, unknown"),
        says_rank="optimistic_rank" in raw,
        optimistic_rank=raw.get("optimistic_rank"),
    )


def case_yaml(path: Path) -> Facts:
    """Return the content of a file of golden cases."""
    try:
        content: object = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        line = "" if error.problem_mark is None else f":{error.problem_mark.line + 1}"
        raise InputError(f"{path.name}{line}: this is not readable YAML: {error.problem}; correct it.") from None
    except YAMLError as error:
        raise InputError(f"{path.name}: this is not readable YAML: {str(error).splitlines()[0]}; correct it.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: the file cannot be read as text ({error}); give a file of golden cases.") from None
    return mapping(content, place=path.name)


def mapping(value: object, *, place: str) -> Facts:
    """Return names with values; nothing at all is an empty mapping."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InputError(f"{place}: expected names with values, got '{value}'; {_GUIDE}.")
    return {str(name): entry for name, entry in cast("Mapping[object, object]", value).items()}


def list_at(value: object, *, place: str) -> list[object]:
    """Return a list; nothing at all is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise InputError(f"{place}: expected a list, got '{value}'; {_GUIDE}.")
    return cast("list[object]", value)


def names_at(value: object, *, place: str) -> tuple[str, ...]:
    """Return a list of names; nothing at all is an empty one."""
    return tuple(str(name) for name in list_at(value, place=place))


def only(content: Facts, known: tuple[str, ...], *, place: str) -> None:
    """Refuse a name that has no meaning here."""
    for name in content:
        if name not in known:
            raise InputError(f"{place}: '{name}' is not known here; use: {', '.join(known)}.")


def need(content: Facts, needed: tuple[str, ...], *, place: str, every: str) -> None:
    """Refuse what lacks a name that it must have."""
    for name in needed:
        if name not in content:
            raise InputError(f"{place}: '{name}' is missing; every {every} has it.")
