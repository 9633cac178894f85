"""Knows the checks that look at a whole policy: points in the order, unverified sources, classes never reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.model.enums import PolicyStatus
from bequest.policy.boxes import Verdict
from bequest.policy.listings import class_sections
from bequest.policy.policy import KeyKind
from bequest.policy.reach import reach
from bequest.policy.rules import sequence_sections
from bequest.policy.section import complain
from bequest.policy.show import cited
from bequest.policy.sources import Certainty

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bequest.policy.policy import Citation, OrderKey, Policy, PolicyClass
    from bequest.policy.section import Section
    from bequest.policy.sources import Source


def check_points_key(file: Section, policy: Policy) -> None:
    """Refuse the order key `points` in a policy without points."""
    keys: list[OrderKey] = [*policy.order, *(key for entry in _classes(policy) for key in entry.order or ())]
    if policy.points is None and any(key.kind is KeyKind.POINTS for key in keys):
        complain(file, "the order reads points, but there is no block `points`; write it or remove the key")


def check_status(file: Section, policy: Policy, sources: Mapping[str, Source]) -> None:
    """Refuse a policy that rests on an unverified source and does not say so in its status."""
    doubtful = doubtful_sources(cited(policy), sources)
    if doubtful and policy.status is not PolicyStatus.UNVERIFIED:
        sentence = f"rests on unverified sources ({', '.join(doubtful)}); write `status: unverified` or cite others"
        complain(file, sentence, key="status")


def doubtful_sources(cited_here: Iterable[Citation], sources: Mapping[str, Source]) -> list[str]:
    """Return the sources among those cited that nobody has verified, sorted."""
    return sorted({cite.key for cite in cited_here if sources[cite.key].certainty is Certainty.UNVERIFIED})


def check_reach(file: Section, policy: Policy) -> None:
    """Refuse what can never be reached, and a mark that says so of a class that can."""
    verdicts = reach(policy)
    if verdicts.screens is Verdict.NEVER:
        complain(file, "no candidate can ever pass all screens together; correct the conditions", key="screens")
        return
    for section, sequence, chosen in zip(sequence_sections(file), policy.sequences, verdicts.sequences, strict=True):
        if chosen is Verdict.NEVER:
            complain(section, "can never be chosen: earlier ones take each of its donors; correct `when`", key="when")
            continue
        if "classes_of" in section.content:
            # Its classes are judged where they are written.
            continue
        blocks = [block for each in class_sections(section) for block in each]
        entries = [entry for listing in sequence.listings for entry in listing.classes]
        for block, entry in zip(blocks, entries, strict=True):
            _check_class(block, entry, verdicts.classes[entry.id])


def _check_class(section: Section, entry: PolicyClass, verdict: Verdict) -> None:
    if verdict is Verdict.NEVER and entry.shadowed_in_source is None:
        remedy = "correct the condition, or, if the source has it so, add `shadowed_in_source: KEY PLACE`"
        sentence = f"can never be reached: whoever fits it fits an earlier class or fails a screen; {remedy}"
        complain(section, sentence, key="when")
    if verdict is Verdict.REACHED and entry.shadowed_in_source is not None:
        complain(section, "is marked as shadowed and can be reached; remove the mark", key="shadowed_in_source")


def _classes(policy: Policy) -> Iterator[PolicyClass]:
    for sequence in policy.sequences:
        for listing in sequence.listings:
            yield from listing.classes
