"""Knows how a policy file writes lists of classes: the main list, and second listings for other offer kinds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.model.enums import OfferKind
from bequest.policy.cite import citations, optional_citations, refuse_who
from bequest.policy.declare import condition_of
from bequest.policy.order import order_keys
from bequest.policy.policy import Listing, PolicyClass
from bequest.policy.section import children, choice, complain, identifier, only, optional_text, text

if TYPE_CHECKING:
    from bequest.policy.declare import Context
    from bequest.policy.section import Section


@dataclass(frozen=True, slots=True)
class _Draft:
    """Hold a list whose place in the overall order is not yet known; `after` counts the main classes before each."""

    kind: OfferKind
    blocks: tuple[Section, ...]
    classes: tuple[PolicyClass, ...]
    after: tuple[int, ...]


def listings(section: Section, context: Context, *, kind: OfferKind = OfferKind.SINGLE) -> tuple[Listing, ...]:
    """Return the main list of a sequence, which offers `kind`, and its second listings; every class has its place."""
    main = _main(section, context, kind)
    drafts = [main]
    for block in children(section, "second_listings", noun="second listing"):
        draft = _second(block, context, main)
        if draft.kind in [earlier.kind for earlier in drafts]:
            complain(block, f"offer kind '{draft.kind.value}' is listed already; join the two lists", key="offer_kind")
        drafts.append(draft)
    keys = [[(after, number, place) for place, after in enumerate(draft.after)] for number, draft in enumerate(drafts)]
    overall = {key: place for place, key in enumerate(sorted(key for each in keys for key in each))}
    return tuple(
        Listing(draft.kind, draft.classes, tuple(overall[key] for key in each))
        for draft, each in zip(drafts, keys, strict=True)
    )


def class_sections(owner: Section) -> tuple[tuple[Section, ...], ...]:
    """Return the blocks of the classes of a sequence, list by list, the main list first."""
    seconds = children(owner, "second_listings", noun="second listing")
    return tuple(children(each, "classes", noun="class") for each in (owner, *seconds))


def _main(section: Section, context: Context, kind: OfferKind) -> _Draft:
    blocks, classes = _classes(section, context)
    for block in blocks:
        if "after" in block.content:
            sentence = (
                "'after' places a class of a second listing; the main list goes by the order of the file; remove it"
            )
            complain(block, sentence, key="after")
    # Main class i has the key (i + 1, 0, i); a class of a second listing after it has (i + 1, 1 or more, its place).
    return _Draft(kind, blocks, classes, tuple(range(1, len(classes) + 1)))


def _second(section: Section, context: Context, main: _Draft) -> _Draft:
    only(section, ("offer_kind", "classes"))
    kind = choice(section, "offer_kind", OfferKind)
    blocks, classes = _classes(section, context)
    after = tuple(_after(block, main) for block in blocks)
    for block, earlier, later in zip(blocks[1:], after, after[1:], strict=False):
        if later < earlier:
            sentence = "stands in the overall order before the class above it; write the classes in their order"
            complain(block, sentence, key="after")
    return _Draft(kind, blocks, classes, after)


def _classes(section: Section, context: Context) -> tuple[tuple[Section, ...], tuple[PolicyClass, ...]]:
    blocks = children(section, "classes", noun="class")
    if not blocks:
        complain(section, "there are no classes; write at least one")
    return blocks, tuple(class_of(block, context) for block in blocks)


def _after(section: Section, main: _Draft) -> int:
    ids = [entry.id for entry in main.classes]
    after = optional_text(section, "after", remedy="write the id of a class of the main list")
    if after is None:
        return len(ids)
    if after not in ids:
        complain(section, f"'{after}' is no class of the main list of this sequence; correct it", key="after")
        return len(ids)
    return ids.index(after) + 1


def class_of(section: Section, context: Context) -> PolicyClass:
    """Return one class of a list."""
    only(section, ("id", "when", "say", "cite", "order", "shadowed_in_source", "after", "stage"))
    when, written = condition_of(section, "when", context.names)
    cite = citations(section, context.sources)
    shadowed = optional_citations(section, context.sources, key="shadowed_in_source")
    refuse_who(section, (*cite, *shadowed), context.sources)
    if len(shadowed) > 1:
        complain(section, "one citation is enough; leave the place where the source shows it", key="shadowed_in_source")
    return PolicyClass(
        id=identifier(section),
        when=when,
        text=written,
        say=text(section, "say", remedy="say in words who belongs here"),
        cite=cite,
        order=order_keys(section, context.names, class_ids=None) if "order" in section.content else None,
        shadowed_in_source=shadowed[0] if shadowed else None,
        stage=optional_text(section, "stage", remedy="write the id of a stage of this policy"),
    )
