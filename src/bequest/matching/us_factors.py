"""Knows the factors that the published policies of the United States need beside the common ones."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bequest.matching.coded import Coded
    from bequest.matching.pair import Pair

FACTORS: Mapping[str, Callable[[Pair], Coded]] = MappingProxyType({})
