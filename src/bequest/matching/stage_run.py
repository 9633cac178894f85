"""Knows the result of a stage: those who remain of a match run in their new order, and why others are not in it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from bequest.matching.evaluation import NO_CLASS
from bequest.matching.program import screens_of
from bequest.matching.stage_explain import explain_stage
from bequest.matching.wording import ids_of
from bequest.model.identifiers import RegistrationId
from bequest.model.match_run import NO_CLASS_REASON
from bequest.model.pickled import reduced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from bequest.matching.evaluation import Evaluation
    from bequest.matching.facts import Facts
    from bequest.matching.match_run import MatchRun
    from bequest.matching.program import Program
    from bequest.matching.stage_explain import StageExplanation
    from bequest.model.enums import OfferKind
    from bequest.policy.policy import Policy, Stage

ALREADY_OFFERED = "already-offered"
"""Stands among the reasons of those whom the caller left out."""
NOT_RANKED = "not-ranked"
"""Stands among the reasons of those whom the run itself does not rank."""


@dataclass(frozen=True, slots=True)
class StageEntry:
    """Hold one place in the order of a stage, with the rank that the run gave."""

    rank: int
    registration: RegistrationId
    offer_kind: OfferKind
    class_id: str
    rank_in_run: int


@dataclass(frozen=True, slots=True)
class NotListedEntry:
    """Hold why a registration is not in the order of a stage: screens that failed, or that cannot be judged."""

    registration: RegistrationId
    failed: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StageRun:
    """Hold the result of `reorder`: the finished run, the stage as a policy of its own, and the new order.

    `order` holds places of the run's order, shape (listed,), first offer first. `without` are the registrations that
    were left out.
    """

    run: MatchRun
    stage: Stage
    policy: Policy
    program: Program
    facts: Facts
    evaluation: Evaluation
    without: frozenset[str]
    order: NDArray[np.int64]

    __reduce__ = reduced

    def __post_init__(self) -> None:
        """Close the array: a result is not rewritten."""
        self.order.setflags(write=False)

    def __repr__(self) -> str:
        """Return one line that names the stage and nothing about anyone in it."""
        return f"StageRun({self.stage.id} of {self.run!r}, {len(self)} listed)"

    def __len__(self) -> int:
        """Return the number of places; a registration may have one an offer kind."""
        return len(self.order)

    def row_at(self, place: int) -> int:
        """Return the row of the pool that stands at a place of the stage, from 0."""
        return int(self.run.evaluation.order_row[self.order[place]])

    def class_at(self, place: int) -> int:
        """Return the class of the stage, by its number, at a place of the stage, from 0."""
        return int(self.evaluation.class_[0, self.row_at(place)])

    def ranked(self, top: int | None = None) -> list[StageEntry]:
        """Return the first `top` entries of the stage, or all of them."""
        return [self._entry(place) for place in range(len(self) if top is None else min(top, len(self)))]

    def not_listed(self) -> list[NotListedEntry]:
        """Return every registration that is not listed, in registration order, with its reasons."""
        return list(self._not_listed())

    def explain(self, registration: str) -> StageExplanation:
        """Return why a registration has its place in the stage, or none; raises InputError for an unknown one."""
        return explain_stage(self, registration)

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the run, the stage, those left out and every integer result."""
        head = [self.run.digest, self.stage.id, sorted(self.without)]
        digest = hashlib.sha256(json.dumps(head).encode())
        result = self.evaluation
        for array, form in (
            (result.failed, "<u8"), (result.unknown, "<u8"), (result.class_, "<i2"), (result.class_unknown, "u1"),
            (self.order, "<i8"),
        ):  # fmt: skip
            digest.update(np.ascontiguousarray(array).astype(form).tobytes())
        return digest.hexdigest()

    def to_dict(self) -> dict[str, object]:
        """Return the stage as plain data: the content of `bequest match --stage --json`."""
        run = self.run.to_dict()
        head = {key: run[key] for key in ("policy", "edition", "policy_hash", "status", "engine", "synthetic", "at")}
        return {
            **head,
            "conditional": run["conditional"],
            "donor": run["donor"],
            "organ": run["organ"],
            "run_digest": run["digest"],
            "stage": self.stage.id,
            "begins": self.stage.begins,
            "without": sorted(self.without),
            "digest": self.digest,
            "ranked": [
                {
                    "rank": entry.rank,
                    "registration": entry.registration,
                    "offer_kind": entry.offer_kind.value,
                    "class": entry.class_id,
                    "rank_in_run": entry.rank_in_run,
                }
                for entry in self.ranked()
            ],
            "not_listed": [
                {"registration": entry.registration, "failed": list(entry.failed), "unknown": list(entry.unknown)}
                for entry in self._not_listed()
            ],
        }

    def _entry(self, place: int) -> StageEntry:
        in_run = int(self.order[place])
        listing = int(self.run.evaluation.order_listing[in_run])
        return StageEntry(
            rank=place + 1,
            registration=RegistrationId(str(self.run.pool.registrations[self.row_at(place)])),
            offer_kind=self.run.program.sequence.listings[listing].offer_kind,
            class_id=self.stage.classes[self.class_at(place)].id,
            rank_in_run=in_run + 1,
        )

    def _not_listed(self) -> Iterator[NotListedEntry]:
        listed = set(self.run.evaluation.order_row[self.order].tolist())
        unranked = {str(entry.registration) for entry in self.run.not_ranked()}
        for row in range(len(self.run.pool)):
            if row not in listed:
                yield self._reasons(row, unranked)

    def _reasons(self, row: int, unranked: set[str]) -> NotListedEntry:
        """Return the one reason that comes first: the run, then the caller, then the screens, then the classes."""
        registration = str(self.run.pool.registrations[row])
        entry = NotListedEntry(RegistrationId(registration), (), ())
        if registration in unranked:
            return replace(entry, failed=(NOT_RANKED,))
        if registration in self.without:
            return replace(entry, failed=(ALREADY_OFFERED,))
        screens = [screen.id for screen in screens_of(self.policy)]
        failed = ids_of(int(self.evaluation.failed[row]), screens)
        unknown = ids_of(int(self.evaluation.unknown[row]), screens)
        if failed or unknown:
            return replace(entry, failed=failed, unknown=unknown)
        assert self.evaluation.class_[0, row] == NO_CLASS, "whoever has a class is listed"
        unclear = bool(self.evaluation.class_unknown[0, row])
        return replace(entry, unknown=(NO_CLASS_REASON,)) if unclear else replace(entry, failed=(NO_CLASS_REASON,))
