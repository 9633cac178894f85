"""Knows the population and the call that the tests of the command line share."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bequest.cli.main import main
from bequest.matching import run
from bequest.matching.cases import case_donor, case_pool, read_cases
from bequest.model.enums import Organ
from bequest.policy import policy as policy_of
from bequest.simulation.population import make_population
from bequest.simulation.population.writer import FileFormat, write_population

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bequest.matching.match_run import MatchRun
    from bequest.policy import Policy

AT = "2026-11-01T00:00:00Z"


@dataclass(frozen=True)
class Answer:
    """Hold what one call of the command line gave."""

    code: int
    out: str
    err: str

    def json(self) -> dict[str, object]:
        return json.loads(self.out)


@pytest.fixture(scope="session")
def hearts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with 300 invented people on the heart list and three donors."""
    folder = tmp_path_factory.mktemp("population") / "hearts"
    made = make_population(
        country="demo", organ=Organ.HEART, candidates=300, donors=3, seed=1, at=datetime(2026, 11, 1, tzinfo=UTC)
    )
    write_population(made, folder, file_format=FileFormat.CSV)
    return folder


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Return a call of the command line in this process."""

    def call(*words: object) -> Answer:
        code = main([str(word) for word in words])
        told = capsys.readouterr()
        return Answer(code, told.out, told.err)

    return call


@pytest.fixture
def match_words(hearts: Path) -> list[str]:
    """Return the words behind `match` and `explain` that ask for the first donor's heart."""
    return [str(hearts), "--donor", "D-0001", "--organ", "heart", "--policy", "core/heart", "--at", AT]


@pytest.fixture
def rank(tmp_path: Path) -> Callable[..., MatchRun]:
    """Return a run of invented candidates, each named with the facts that differ from the ordinary."""

    def ranked(
        candidates: str,
        *,
        policy: str | Policy = "core/heart",
        donor: str = "",
        inputs: dict[str, object] | None = None,
    ) -> MatchRun:
        chosen = policy_of(policy) if isinstance(policy, str) else policy
        path = tmp_path / "case.yaml"
        path.write_text(CASE.format(policy=chosen.name, candidates=candidates, donor=donor), encoding="utf-8")
        (case,) = read_cases(path)
        return run(
            chosen,
            case_donor(case, chosen),
            organ=chosen.organ,
            pool=case_pool(case, chosen),
            at=case.at,
            inputs=inputs,
            evaluator="numpy",
            allow_unverified=True,
        )

    return ranked


CASE = """
policy: {policy}
at: 2026-11-01T00:00:00Z
donor: {{blood_group: O, age_years: 40.5, weight_kg: 80, height_cm: 180, hla: A1 A2 B8 B44 DR4 DR17,
  hcv_positive: false}}
candidate:
  status: active
  blood_group: O
  age_years: 50
  weight_kg: 80
  hla: A1 A2 B8 B44 DR4 DR17
  unacceptable_antigens: none
  urgency_granted: 9
  urgency_valid_until: 2027-01-01T00:00:00Z
  waiting_days: 100
  preservation_hours: 3
  accepts_circulatory_donor: true
  accepts_hcv_positive_donor: false
  donor_age_years_max: 65
cases:
  - name: one
    why: a test
    donor: {{{donor}}}
    candidates: {{{candidates}}}
    expect: {{order: []}}
"""
