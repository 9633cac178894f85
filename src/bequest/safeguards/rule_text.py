"""Knows the rules as the data state them: source, certainty, condition, action, and who may lift it.

The data are data/safeguards/safeguard_rules.json; docs/reference/safeguards.md is their page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, TypedDict, cast

from bequest.model.tables import read_json
from bequest.model.team import Role, Service
from bequest.safeguards.finding import RuleId

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE = "safeguards/safeguard_rules.json"


@dataclass(frozen=True, slots=True)
class ReleaseNeeds:
    """Hold who may lift a rule's hold or block: how many different people, each of another of these roles.

    A signer of one of the services `not_of` does not count, and neither does one whose service is not known.
    """

    signatures: int
    roles: tuple[Role, ...]
    not_of: tuple[Service, ...]


@dataclass(frozen=True, slots=True)
class RuleText:
    """Hold one rule in the words of the data; `released_by` None means that the fact itself must change."""

    id: RuleId
    source: str
    certainty: str
    certainty_note: str
    unverified: bool
    condition: str
    action: str
    actions: tuple[str, ...]
    evidence: str
    signed_by: str
    released_by: ReleaseNeeds | None

    @property
    def block_is_lifted(self) -> bool:
        """Return whether signatures lift a block of this rule; where it can also hold, they lift the hold alone."""
        return self.released_by is not None and "HOLD" not in self.actions

    @property
    def cited(self) -> str:
        """Return the source as a reason shows it; what nobody verified says so."""
        return f"{self.source} (unverified)" if self.unverified else self.source


class _Needs(TypedDict):
    signatures: int
    roles: list[str]
    not_of: list[str]


# The functional form, because `if` is a word of Python.
_Row = TypedDict("_Row", {
    "id": str, "source": str, "actions": list[str], "certainty": str, "certainty_note": str, "status": str,
    "if": str, "then": str, "evidence_fields": str, "signed_by": str, "released_by": _Needs | None,
})  # fmt: skip


@cache
def rule_texts() -> Mapping[RuleId, RuleText]:
    """Return every rule of the data by its id, in the order of the data."""
    rows = cast("list[_Row]", cast("dict[str, object]", read_json(_FILE))["rules"])  # packaged, so its form is ours
    return MappingProxyType({RuleId(row["id"]): _text(row) for row in rows})


@cache
def annex_a() -> Mapping[str, str]:
    """Return the fields of Annex A, Part A, that every donor must be characterised by: our name, the annex's words."""
    table = cast("dict[str, list[dict[str, str]]]", read_json("safeguards/eu_annex_a.json"))  # packaged
    return MappingProxyType({row["id"]: row["field"] for row in table["part_A_minimum"]})


def _text(row: _Row) -> RuleText:
    needs = row["released_by"]
    return RuleText(
        RuleId(row["id"]),
        row["source"],
        row["certainty"],
        row["certainty_note"],
        row["status"] == "unverified",
        row["if"],
        row["then"],
        tuple(row["actions"]),
        row["evidence_fields"],
        row["signed_by"],
        None
        if needs is None
        else ReleaseNeeds(
            needs["signatures"],
            tuple(Role(role) for role in needs["roles"]),
            tuple(Service(service) for service in needs["not_of"]),
        ),
    )
