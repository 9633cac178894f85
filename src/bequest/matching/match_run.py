"""Knows the match run: one ranking of one organ's list for one donor, with a reason for every registration."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bequest.matching.evaluation import NO_CLASS
from bequest.matching.explain import explain
from bequest.matching.favourable import best_places
from bequest.matching.program import screens_of
from bequest.matching.quantise import decimal_text, quantise_one
from bequest.matching.wording import ids_of, key_text
from bequest.model.column import Table
from bequest.model.columns import column
from bequest.model.identifiers import RegistrationId
from bequest.model.match_run import NO_CLASS_REASON, NotRankedEntry, RankedEntry
from bequest.model.pickled import reduced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from numpy.typing import NDArray

    from bequest.matching.evaluation import Evaluation
    from bequest.matching.explanation import Explanation
    from bequest.matching.facts import Facts
    from bequest.matching.favourable import BestPlace
    from bequest.matching.inputs import Inputs
    from bequest.matching.pool import Pool
    from bequest.matching.program import Program
    from bequest.matching.stage_explain import StageExplanation
    from bequest.matching.stage_run import StageRun
    from bequest.model.donor import Donor, Fact
    from bequest.model.enums import Organ
    from bequest.policy.policy import Policy


class Places(NamedTuple):
    """Hold the places of a run in columns, the first rank first: a row of the pool, an offer kind, a stage or None."""

    rows: NDArray[np.int64]
    offer_kinds: list[str]
    stages: list[str | None]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MatchRun:
    """Hold the result of `run`: what went in, the integers that came out, and views of them for people.

    `stage`: the stage of a run whose order this is (matching/staged_run.py); None for a run itself.
    """

    policy: Policy
    donor: Donor
    pool: Pool
    organ: Organ
    at: datetime
    engine: str
    inputs: Inputs
    lottery_seed: str | None
    program: Program
    facts: Facts
    evaluation: Evaluation
    stage: StageRun | None = None

    __reduce__ = reduced

    def __repr__(self) -> str:
        """Return one line that names the run and nothing about anyone in it."""
        return (
            f"MatchRun({self.policy.name} {self.policy.edition}, {self.organ.value}, donor {self.donor.donor}, at "
            f"{_instant(self.at)}, {len(self.pool)} registrations, {len(self)} ranked)"
        )

    def __len__(self) -> int:
        """Return the number of ranked entries; a registration may be ranked once an offer kind."""
        return len(self.evaluation.order_row)

    def ranked(self, top: int | None = None) -> list[RankedEntry]:
        """Return the first `top` entries of the order, or all of them."""
        return [self._entry(place) for place in range(len(self) if top is None else min(top, len(self)))]

    def places(self) -> Places:
        """Return what offers follow after: the row, the offer kind and the stage of every entry of `ranked`."""
        result, listings = self.evaluation, self.program.sequence.listings
        kinds = [listing.offer_kind.value for listing in listings]
        stages = [[each.stage for each in listing.classes] for listing in listings]
        of_listing: list[int] = result.order_listing.tolist()
        classes: list[int] = result.class_[result.order_listing, result.order_row].tolist()
        return Places(
            result.order_row,
            [kinds[listing] for listing in of_listing],
            [stages[listing][index] for listing, index in zip(of_listing, classes, strict=True)],
        )

    def not_ranked(self) -> list[NotRankedEntry]:
        """Return every registration that is not ranked, in registration order, with its reasons."""
        return list(self._not_ranked())

    def best_places(self) -> Mapping[int, BestPlace]:
        """Return by row of the pool the best place that the missing facts of one who is not ranked allow.

        In a stage nobody's is known: inside its classes the order is that of the run.
        """
        if self.stage is not None:
            return {}
        return best_places(self.policy, self.program, facts=self.facts, result=self.evaluation)

    def rank_of(self, registration: str) -> tuple[int, ...]:
        """Return the ranks of a registration, first offer 1; empty when it is not ranked."""
        places = np.flatnonzero(self.evaluation.order_row == self.pool.row(registration))
        return tuple(int(place) + 1 for place in places)

    def explain(self, registration: str) -> Explanation | StageExplanation:
        """Return why a registration has its rank, or why it has none; raises InputError for an unknown one."""
        return explain(self, registration) if self.stage is None else self.stage.explain(registration)

    @property
    def inputs_digest(self) -> str:
        """Return the SHA-256 of what came from outside the pool: balances, turns, medians."""
        return self.inputs.digest

    @property
    def input_digest(self) -> str:
        """Return the SHA-256 of everything that was ranked: donor, pool, organ and instant."""
        facts = {name: _fact_text(name, value) for name, value in sorted(self.donor.facts.items())}
        head = [self.donor.donor, self.donor.hospital, facts, self.organ.value, self.at.isoformat(), self.pool.digest]
        return hashlib.sha256(json.dumps(head, ensure_ascii=False).encode()).hexdigest()

    @property
    def digest(self) -> str:
        """Return the SHA-256 of inputs, policy and all integer results; the same from any evaluator on any machine."""
        head = [self.policy.hash, self.input_digest, self.inputs_digest, self.lottery_seed, self.program.sequence.id]
        digest = hashlib.sha256(json.dumps(head).encode())
        for column_bytes in self._result_columns():
            digest.update(column_bytes)
        return digest.hexdigest()

    @property
    def results_digest(self) -> str:
        """Return the SHA-256 of the list of classes that the donor chose and of all integer results, nothing else."""
        digest = hashlib.sha256(self.program.sequence.id.encode() + b"\n")
        for column_bytes in self._result_columns():
            digest.update(column_bytes)
        return digest.hexdigest()

    def _result_columns(self) -> Iterator[bytes]:
        """Yield the integer results, each in its fixed width, little-endian."""
        result = self.evaluation
        for array, form in (
            (result.failed, "<u8"), (result.unknown, "<u8"), (result.class_, "<i2"), (result.class_unknown, "u1"),
            (result.points, "<i8"), (result.order_listing, "<i8"), (result.order_row, "<i8"),
        ):  # fmt: skip
            yield np.ascontiguousarray(array).astype(form).tobytes()

    def to_dict(self) -> dict[str, object]:
        """Return the whole run as plain data: the content of `bequest match --json`."""
        return {
            "policy": self.policy.name,
            "edition": self.policy.edition,
            "policy_hash": self.policy.hash,
            "status": self.policy.status.value,
            "engine": self.engine,
            "synthetic": self.donor.synthetic or self.pool.synthetic,
            "conditional": self.donor.conditional,
            "at": _instant(self.at),
            "donor": self.donor.donor,
            "organ": self.organ.value,
            "sequence": self.program.sequence.id,
            "lottery_seed": self.lottery_seed,
            "input_digest": self.input_digest,
            "inputs_digest": self.inputs_digest,
            "digest": self.digest,
            "ranked": [
                {
                    "rank": entry.rank,
                    "registration": entry.registration,
                    "offer_kind": entry.offer_kind.value,
                    "class": entry.class_id,
                    "points": entry.points,
                    "keys": dict(entry.keys),
                    "stage": entry.stage,
                }
                for entry in self.ranked()
            ],
            "not_ranked": [
                {
                    "registration": entry.registration,
                    "failed": list(entry.failed),
                    "unknown": list(entry.unknown),
                    "optimistic_rank": entry.optimistic_rank,
                }
                for entry in self._not_ranked()
            ],
        }

    def to_polars(self) -> object:
        """Return the run as a polars.DataFrame, one row an entry, ranked ones first (docs/decisions/0005)."""
        return import_module("bequest.files.frames").match_run_frame(self)

    def _entry(self, place: int) -> RankedEntry:
        result = self.evaluation
        listing, row = int(result.order_listing[place]), int(result.order_row[place])
        index = int(result.class_[listing, row])
        of_listing = self.program.sequence.listings[listing]
        keys = (self.program.keys[key] for key in self.program.class_keys[listing][index])
        return RankedEntry(
            rank=place + 1,
            registration=RegistrationId(str(self.pool.registrations[row])),
            offer_kind=of_listing.offer_kind,
            class_id=of_listing.classes[index].id,
            points=None
            if self.policy.points is None
            else decimal_text(int(result.points[listing, row]), self.program.decimals),
            keys=MappingProxyType({key.name: key_text(self, key, listing=listing, row=row) for key in keys}),
            stage=of_listing.classes[index].stage,
        )

    def _not_ranked(self) -> Iterator[NotRankedEntry]:
        result = self.evaluation
        screens = [screen.id for screen in screens_of(self.policy)]
        best = self.best_places()
        for row in np.flatnonzero((result.class_ == NO_CLASS).all(axis=0)).tolist():
            failed = ids_of(int(result.failed[row]), screens)
            unknown = ids_of(int(result.unknown[row]), screens)
            if not failed and not unknown:
                unplaced = (NO_CLASS_REASON,)
                failed, unknown = ((), unplaced) if result.class_unknown[:, row].any() else (unplaced, ())
            rank = best[row].rank if row in best else None
            yield NotRankedEntry(RegistrationId(str(self.pool.registrations[row])), failed, unknown, rank)


def _fact_text(name: str, value: Fact) -> str:
    """Return a donor's fact as it is digested: a number at its resolution, so that 40 and 40.0 are one."""
    entry = column(Table.DONOR, name)
    assert entry is not None, "a donor has facts of the dictionary only"
    return decimal_text(quantise_one(value, entry), entry.decimals) if isinstance(value, Decimal) else str(value)


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
