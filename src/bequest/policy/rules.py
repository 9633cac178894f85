"""Knows how a policy file writes its screens and sequences."""

from __future__ import annotations

import re
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.model.enums import OfferKind
from bequest.policy.cite import citations, refuse_who
from bequest.policy.declare import condition_of
from bequest.policy.expression import ALWAYS, Space, references, spelled
from bequest.policy.listings import class_sections, listings
from bequest.policy.policy import Screen, Sequence
from bequest.policy.section import children, choice, complain, identifier, only, optional_text, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.policy.declare import Context
    from bequest.policy.expression import Condition
    from bequest.policy.policy import Listing
    from bequest.policy.section import Section

MAX_SCREENS = 63
"""One 64-bit word holds a bit a screen; the first is `active`, which the engine adds."""

NOT_RANKED = "not ranked"
_LIST_KEYS = ("classes", "second_listings", "otherwise")
_SEQUENCE_ID = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")


def screens(section: Section, context: Context) -> tuple[Screen, ...]:
    """Return the screens in the order of the file."""
    blocks = children(section, "screens", noun="screen")
    if len(blocks) > MAX_SCREENS:
        complain(section, f"there are {len(blocks)} screens and at most {MAX_SCREENS} fit; join some", key="screens")
    check_unique(blocks)
    return tuple(_screen(block, context) for block in blocks)


def sequences(section: Section, context: Context) -> tuple[Sequence, ...]:
    """Return the sequences; a file that writes its classes at the top has one, for every donor.

    A sequence may take the classes of another one and offer something else, such as both kidneys en bloc.
    """
    owners = sequence_sections(section)
    check_unique(owners)
    check_unique(tuple(block for owner in owners for each in class_sections(owner) for block in each))
    if "sequences" not in section.content:
        return (_sequence(section, context, id_="all"),)
    for key in _LIST_KEYS:
        if key in section.content:
            complain(section, f"'{key}' stands beside 'sequences'; move it into a sequence", key=key)
    if not owners:
        complain(section, "there is no sequence; write one, or `classes` at the top", key="sequences")
    lists = {str(owner.content.get("id", "")): owner for owner in owners if "classes_of" not in owner.content}
    return tuple(_chosen_sequence(owner, context, lists) for owner in owners)


def sequence_sections(section: Section) -> tuple[Section, ...]:
    """Return the blocks that hold lists of classes: the sequences, or the whole file without them."""
    return children(section, "sequences", noun="sequence") if "sequences" in section.content else (section,)


def _screen(section: Section, context: Context) -> Screen:
    only(section, ("id", "when", "say", "cite"))
    when, written = condition_of(section, "when", context.names)
    cite = citations(section, context.sources)
    refuse_who(section, cite, context.sources)
    name = identifier(section)
    if name == "active":
        complain(section, "'active' is the screen that the engine adds first by itself; remove this one", key="id")
    return Screen(name, when, written, text(section, "say", remedy="say in words what must hold"), cite)


def _chosen_sequence(section: Section, context: Context, lists: Mapping[str, Section]) -> Sequence:
    only(section, ("id", "when", "offer_kind", "classes_of", *_LIST_KEYS))
    name = text(section, "id", remedy="write a short name such as A")
    if name and not _SEQUENCE_ID.fullmatch(name):
        complain(section, f"'{name}' must be letters, digits and hyphens; rename it", key="id")
    return _sequence(section, context, id_=name, lists=lists)


def _sequence(
    section: Section, context: Context, *, id_: str, lists: Mapping[str, Section] = MappingProxyType({})
) -> Sequence:
    when, written = condition_of(section, "when", context.names) if section.path else (ALWAYS, "always")
    _check_donor_only(section, when, context)
    otherwise = optional_text(section, "otherwise", remedy=f"write `otherwise: {NOT_RANKED}`") or ""
    if otherwise not in ("", NOT_RANKED):
        complain(section, f"'otherwise' cannot be '{otherwise}'; write `otherwise: {NOT_RANKED}`", key="otherwise")
    found = _listings(section, context, lists)
    _check_endings(section, found, otherwise)
    return Sequence(id_, when, written, found, otherwise)


def _listings(section: Section, context: Context, lists: Mapping[str, Section]) -> tuple[Listing, ...]:
    """Return the lists of a sequence: its own, or those of the one that it names."""
    kind = choice(section, "offer_kind", OfferKind) if "offer_kind" in section.content else OfferKind.SINGLE
    name = optional_text(section, "classes_of", remedy="write the id of another sequence")
    if name is None:
        return listings(section, context, kind=kind)
    for key in ("classes", "second_listings"):
        if key in section.content:
            complain(section, f"'{key}' stands beside 'classes_of'; remove one of the two", key=key)
    owner = lists.get(name)
    if owner is None:
        complain(section, f"'{name}' is no sequence with classes of its own; correct it", key="classes_of")
        return ()
    # The mistakes of those classes are told where they are written.
    return listings(replace(owner, problems=[]), context, kind=kind)[:1]


def _check_donor_only(section: Section, when: Condition, context: Context) -> None:
    for reference in references(when):
        own = context.names.declared(reference)
        if reference.space is Space.CANDIDATE or (own is not None and own.varies):
            sentence = f"'{spelled(reference)}' belongs to a candidate, but the donor chooses the sequence"
            complain(section, f"{sentence}; read donor.NAME", key="when")


def _check_endings(section: Section, found: tuple[Listing, ...], otherwise: str) -> None:
    last = [listing.classes[-1] for listing in found if listing.classes]
    open_ended = [entry for entry in last if entry.when != ALWAYS]
    if open_ended and not otherwise:
        sentence = f"what happens to those who fit no class is not said after '{open_ended[0].id}'"
        complain(section, f"{sentence}; add `otherwise: {NOT_RANKED}` or a last class `when: always`")
    if otherwise and last and not open_ended:
        sentence = "'otherwise' can never apply, because the last class takes everyone; remove one of the two"
        complain(section, sentence, key="otherwise")


def check_unique(blocks: tuple[Section, ...]) -> None:
    """Refuse an id that two of the blocks have."""
    seen: set[str] = set()
    for block in blocks:
        name = str(block.content.get("id", ""))
        if name and name in seen:
            complain(block, f"the id '{name}' stands at two places; give each its own", key="id")
        seen.add(name)
