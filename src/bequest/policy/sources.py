"""Knows the sources that citations name: the packaged sources.yaml and one beside a policy file outside the library."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.model.errors import PolicyError
from bequest.policy.document import read_document
from bequest.policy.expression import number_text
from bequest.policy.section import child, choice, complain, only, optional_text, text, told, top

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.policy.section import Section

_KEYS = ("title", "issuer", "date", "address", "certainty")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")


class Certainty(Enum):
    """Name how a source was seen."""

    PRIMARY = "primary"
    REPRODUCED = "official reproduced"
    SECONDARY = "secondary"
    CODE = "public code"
    OWN = "own"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Source:
    """Hold one source; `date` is as printed, often a year only."""

    key: str
    title: str
    issuer: str
    date: str
    address: str | None
    certainty: Certainty


@cache
def packaged_sources() -> Mapping[str, Source]:
    """Return the sources of the library by key."""
    file = files("bequest.policies").joinpath("sources.yaml")
    return read_sources(file.read_text(encoding="utf-8"), label="sources.yaml")


def with_sources_beside(packaged: Mapping[str, Source], written: str, *, label: str) -> Mapping[str, Source]:
    """Return packaged sources and those of a file together; a file may not say a packaged one anew."""
    beside = read_sources(written, label=label)
    again = sorted(key for key in beside if key in packaged and beside[key] != packaged[key])
    if again:
        raise PolicyError(*(f"{label}: the library has another source '{key}'; rename it" for key in again))
    return MappingProxyType({**packaged, **beside})


def read_sources(written: str, *, label: str) -> Mapping[str, Source]:
    """Return the sources of a file by key; raise PolicyError with every mistake."""
    file = top(read_document(written, label=label), [])
    entries = {key: child(file, key, where=f"source '{key}'") for key in file.content}
    found = {key: _source(key, entry) for key, entry in entries.items() if entry is not None}
    if file.problems:
        raise PolicyError(*told(file.problems))
    return MappingProxyType(found)


def _source(key: str, section: Section) -> Source:
    only(section, _KEYS)
    if not _KEY.fullmatch(key):
        complain(section, "the key must be letters, digits, dots and hyphens; rename it")
    return Source(
        key=key,
        title=text(section, "title", remedy="write the title as printed"),
        issuer=text(section, "issuer", remedy="write who published it"),
        date=_printed_date(section),
        address=optional_text(section, "address", remedy="write where it is found"),
        certainty=choice(section, "certainty", Certainty),
    )


def _printed_date(section: Section) -> str:
    value = section.content.get("date")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return number_text(value)
    return text(section, "date", remedy="write the year or the day of the edition")
