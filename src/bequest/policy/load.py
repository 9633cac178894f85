"""Knows how a policy file becomes a policy: every block read, every static check made, all mistakes told at once."""

from __future__ import annotations

import re
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.model.enums import Organ, PolicyStatus
from bequest.model.errors import PolicyError
from bequest.policy.canonical import policy_hash
from bequest.policy.checks import check_points_key, check_reach, check_status
from bequest.policy.declare import Context, declared_names
from bequest.policy.document import read_document
from bequest.policy.expression import Space, references
from bequest.policy.head import adoption, offers, pattern, tables, title
from bequest.policy.listings import class_sections
from bequest.policy.order import order_keys
from bequest.policy.policy import Policy
from bequest.policy.rules import screens, sequence_sections, sequences
from bequest.policy.scoring import points
from bequest.policy.section import choice, complain, day, is_block, only, told, top
from bequest.policy.stages import check_stage_names, check_stage_reach, stages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bequest.model.column import Column
    from bequest.policy.expression import Reference
    from bequest.policy.policy import OrderKey
    from bequest.policy.section import Section
    from bequest.policy.sources import Source

KEYS = (
    "policy", "organ", "title", "edition", "effective", "adopted", "status", "parameters", "conditions", "screens",
    "sequences", "classes", "second_listings", "otherwise", "points", "order", "offers", "inputs",
    "geography", "tables", "stages",
)  # fmt: skip
"""The keys of a policy file."""

_OF_DICTIONARY = frozenset({Space.CANDIDATE, Space.DONOR})
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*")
EDITION = re.compile(r"[A-Za-z0-9]+([.-][A-Za-z0-9]+)*")


def load_policy(written: str, *, label: str, sources: Mapping[str, Source]) -> Policy:
    """Return the policy that a file's text describes.

    `label` names the file in messages. Raise PolicyError with every mistake of the file, each with its line and place.
    """
    document = read_document(written, label=label)
    file = top(document, [])
    organ = choice(file, "organ", Organ)
    # A wrong organ is told once; no column is then judged by the organs it belongs to.
    context = Context(declared_names(file, None if file.problems else organ, sources), sources)
    draft = Policy(
        name=pattern(file, "policy", NAME, remedy="write it as `policy: core/heart`"),
        organ=organ,
        title=title(file),
        edition=pattern(file, "edition", EDITION, remedy="write a label such as core-2026-1"),
        effective=day(file, "effective"),
        status=choice(file, "status", PolicyStatus),
        adopted=adoption(file),
        parameters=context.names.parameters,
        conditions=condition_texts(file),
        screens=screens(file, context),
        sequences=sequences(file, context),
        stages=stages(file, context),
        points=points(file, context),
        order=_order(file, context),
        offers=offers(file, sources),
        inputs=context.names.inputs,
        geography=context.names.geography,
        reads=frozenset(),
        tables=tables(file),
        hash="",
        place=label,
        content=document.content,
    )
    only(file, KEYS)
    check_points_key(file, draft)
    check_status(file, draft, sources)
    check_stage_names(file, draft)
    if not file.problems:
        # Only rules without a mistake can be judged together.
        check_reach(file, draft)
        check_stage_reach(file, draft)
    if file.problems:
        raise PolicyError(*told(file.problems))
    return replace(draft, reads=_reads(draft), hash=policy_hash(document.content, tables=draft.tables))


def condition_texts(file: Section) -> Mapping[str, str]:
    """Return the named conditions of a file as they are written."""
    block = file.content.get("conditions", ())
    entries = block.items() if is_block(block) else ()
    return MappingProxyType({name: "always" if value is True else str(value) for name, value in entries})


def _order(file: Section, context: Context) -> tuple[OrderKey, ...]:
    blocks = tuple(block for owner in sequence_sections(file) for each in class_sections(owner) for block in each)
    if "order" not in file.content and not all("order" in block.content for block in blocks):
        complain(file, "'order' is missing; write the keys that rank candidates inside a class")
    class_ids = frozenset(str(block.content.get("id", "")) for block in blocks)
    return order_keys(file, context.names, class_ids=class_ids)


def _reads(policy: Policy) -> frozenset[Column]:
    return frozenset(entry.column for entry in _references(policy) if entry.space in _OF_DICTIONARY)


def _references(policy: Policy) -> Iterator[Reference]:
    for screen in policy.screens:
        yield from references(screen.when)
    keys = list(policy.order)
    for sequence in policy.sequences:
        yield from references(sequence.when)
        for entry in (entry for listing in sequence.listings for entry in listing.classes):
            yield from references(entry.when)
            keys.extend(entry.order or ())
    for stage in policy.stages:
        for rule in (*stage.screens, *stage.classes):
            yield from references(rule.when)
    for term in policy.points.terms if policy.points else ():
        yield from references(term.when) if term.when is not None else ()
        yield from (entry for entry in (term.of, *term.times) if entry is not None)
    yield from (key.of for key in keys if key.of is not None)
