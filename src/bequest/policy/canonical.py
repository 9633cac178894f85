"""Knows the one text that stands for a policy's content, and the hash made of it."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from bequest.model.tables import table_digest
from bequest.policy.expression import number_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.policy.document import Value

Json: TypeAlias = "str | bool | list[Json] | dict[str, Json]"


def policy_hash(content: Mapping[str, Value], *, tables: tuple[str, ...]) -> str:
    """Return the SHA-256 over the canonical content and over every packaged table named, 64 hexadecimal digits."""
    digests = {name: table_digest(name) for name in tables}
    whole = _text({"policy": _plain(content), "tables": dict(digests)})
    return hashlib.sha256(whole.encode("utf-8")).hexdigest()


def plan_hash(content: Mapping[str, Value]) -> str:
    """Return the SHA-256 over the canonical content of a donor plan, 64 hexadecimal digits."""
    return hashlib.sha256(_text({"plan": _plain(content)}).encode("utf-8")).hexdigest()


def canonical_json(content: Value) -> str:
    """Return canonical JSON: sorted keys, no blanks, numbers as decimal text, dates as ISO text."""
    return _text(_plain(content))


def _plain(value: Value) -> Json:
    match value:
        case str() | bool():
            return value
        case Decimal():
            return number_text(value)
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(entry) for entry in value]
        case _:
            return {key: _plain(entry) for key, entry in value.items()}


def _text(value: Json) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
