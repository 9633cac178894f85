"""Knows how a policy file writes its stages: who remains after the run, and in which order, as in rescue."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bequest.model.enums import OfferKind
from bequest.policy.boxes import Verdict
from bequest.policy.cite import citations, own_words, refuse_who
from bequest.policy.expression import ALWAYS
from bequest.policy.listings import class_of
from bequest.policy.policy import Listing, Sequence, Stage
from bequest.policy.reach import reach
from bequest.policy.rules import check_unique, screens, sequence_sections
from bequest.policy.section import children, complain, identifier, nearest, only, optional_text, text

if TYPE_CHECKING:
    from bequest.policy.declare import Context
    from bequest.policy.policy import Policy
    from bequest.policy.section import Section

NOT_LISTED = "not listed"
_KEYS = ("id", "say", "begins", "screens", "classes", "otherwise", "cite")
_NOT_IN_STAGES = ("order", "after", "stage", "shadowed_in_source")


def stages(section: Section, context: Context) -> tuple[Stage, ...]:
    """Return the stages in the order of the file."""
    blocks = children(section, "stages", noun="stage")
    check_unique(blocks)
    return tuple(_stage(block, context) for block in blocks)


def stage_policy(policy: Policy, stage: Stage) -> Policy:
    """Return the policy that the stage itself is: its screens and its one list, without points and order.

    The name of its sequence is one that no sequence of a file can have.
    """
    listing = Listing(OfferKind.SINGLE, stage.classes, tuple(range(len(stage.classes))))
    sequence = Sequence(f"stage {stage.id}", ALWAYS, "always", (listing,), stage.otherwise)
    return replace(policy, screens=stage.screens, sequences=(sequence,), points=None, order=())


def check_stage_names(file: Section, policy: Policy) -> None:
    """Refuse a class of the run that waits for a stage which the policy does not have."""
    known = [stage.id for stage in policy.stages]
    for section, sequence in zip(sequence_sections(file), policy.sequences, strict=True):
        for listing in sequence.listings:
            for entry in listing.classes:
                if entry.stage is not None and entry.stage not in known:
                    hint = nearest(entry.stage, known) or "write it under `stages`"
                    complain(section, f"class '{entry.id}' waits for stage '{entry.stage}', which is missing; {hint}")


def check_stage_reach(file: Section, policy: Policy) -> None:
    """Refuse a class of a stage that nobody can ever reach."""
    for block, stage in zip(children(file, "stages", noun="stage"), policy.stages, strict=True):
        passed = replace(stage_policy(policy, stage), screens=(*policy.screens, *stage.screens))
        verdicts = reach(passed)
        for each, entry in zip(children(block, "classes", noun="class"), stage.classes, strict=True):
            if verdicts.classes[entry.id] is Verdict.NEVER:
                sentence = "can never be reached: whoever fits it fits an earlier class or fails a screen"
                complain(each, f"{sentence}; correct the condition", key="when")


def _stage(section: Section, context: Context) -> Stage:
    only(section, _KEYS)
    cite = citations(section, context.sources)
    refuse_who(section, cite, context.sources)
    blocks = children(section, "classes", noun="class")
    if not blocks:
        complain(section, "there are no classes; write at least one")
    check_unique(blocks)
    for block in blocks:
        for key in _NOT_IN_STAGES:
            if key in block.content:
                complain(
                    block, f"'{key}' has no place in a stage, which keeps the order of the run; remove it", key=key
                )
    classes = tuple(class_of(block, context) for block in blocks)
    otherwise = optional_text(section, "otherwise", remedy=f"write `otherwise: {NOT_LISTED}`") or ""
    if otherwise not in ("", NOT_LISTED):
        complain(section, f"'otherwise' cannot be '{otherwise}'; write `otherwise: {NOT_LISTED}`", key="otherwise")
    if classes and (classes[-1].when == ALWAYS) == bool(otherwise):
        sentence = "either the last class takes everyone (`when: always`), or those who fit no class are not listed"
        complain(section, f"{sentence}; write one of the two, `otherwise: {NOT_LISTED}` for the second")
    return Stage(
        id=identifier(section),
        say=text(section, "say", remedy="say in words what this stage is"),
        begins=own_words(section, "begins", remedy="say in words when the stage begins"),
        screens=screens(section, context),
        classes=classes,
        otherwise=otherwise,
        cite=cite,
    )
