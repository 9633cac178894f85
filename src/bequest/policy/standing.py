"""Knows what the status of a policy and the certainty of a source mean to whoever reads them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.model.enums import PolicyStatus
from bequest.policy.sources import Certainty

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.policy.plan import DonorPlan
    from bequest.policy.policy import Policy

CERTAINTY_WORDS: Mapping[Certainty, str] = MappingProxyType({
    Certainty.PRIMARY: "its own text was read",
    Certainty.REPRODUCED: "its official text was read in a public copy",
    Certainty.SECONDARY: "told by others; its own text was not read",
    Certainty.CODE: "a public program that carries it out; the official text was not read",
    Certainty.OWN: "our own decision",
    Certainty.UNVERIFIED: "from memory; never compared with any text",
})  # fmt: skip
"""How each kind of source was seen, in words."""


def status_words(policy: Policy | DonorPlan) -> str:
    """Return what the status of a policy or a donor plan means to whoever uses its ranking."""
    if policy.status is PolicyStatus.UNVERIFIED:
        return "UNVERIFIED: some of its facts were never compared with their source. Never for a live offer."
    if policy.adopted is not None:
        return f"{policy.status.value}, adopted by {policy.adopted.by} on {policy.adopted.on.isoformat()}."
    if policy.status is PolicyStatus.OWN:
        return "own: written by the authors of Bequest, adopted by nobody yet."
    if policy.status is PolicyStatus.REFERENCE:
        return "reference: follows published sources, for comparison; it is not the issuer's own system."
    return "published: follows the text that its issuer published."
