"""Knows how a policy file writes an order: keys, their direction, where missing values go, and where they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.model.column import Kind
from bequest.model.errors import PolicyError
from bequest.policy.expression import Space
from bequest.policy.parse import identifiers, read_reference
from bequest.policy.policy import KeyKind, OrderKey
from bequest.policy.section import Section, complain, is_block, items, nearest, only, text, truth

if TYPE_CHECKING:
    from bequest.policy.document import Value
    from bequest.policy.expression import Reference
    from bequest.policy.names import Names

_KINDS = {"points": KeyKind.POINTS, "lottery": KeyKind.LOTTERY}
_REMEDY = "write a key such as `waiting_days desc`, or {key: waiting_days, desc: true, missing: last}"
_ENDS = ("first", "last")


def order_keys(section: Section, names: Names, *, class_ids: frozenset[str] | None) -> tuple[OrderKey, ...]:
    """Return the keys under `order`; the registration number, always the last key, is not among them.

    `class_ids` are the classes that a key may be limited to; None where a key may not be limited.
    """
    keys: list[OrderKey] = []
    for place, value in enumerate(items(section, "order")):
        block = _block(section, place, value)
        before = len(block.problems)
        key = _key(block, names)
        classes = _classes(block, class_ids)
        if len(block.problems) > before or key is None:
            continue
        key = OrderKey(key.name, key.of, key.kind, key.descending, key.missing_first, classes)
        _check_place(block, key, keys)
        keys.append(key)
    return tuple(keys)


def _block(section: Section, place: int, value: Value) -> Section:
    where = f"{section.where}, order key {place + 1}" if section.where else f"order key {place + 1}"
    path = (*section.path, "order", place)
    if is_block(value):
        return Section(section.document, value, path, where, section.problems)
    words = value.split() if isinstance(value, str) else []
    if len(words) not in (1, 2) or words[1:] not in ([], ["desc"]):
        complain(Section(section.document, {}, path, where, section.problems), f"the key cannot be read; {_REMEDY}")
        words = []
    content: dict[str, Value] = {"key": words[0], "desc": len(words) > 1} if words else {}
    return Section(section.document, content, path, where, section.problems)


def _key(section: Section, names: Names) -> OrderKey | None:
    if not section.content:
        return None
    only(section, ("key", "desc", "missing", "classes"))
    name = text(section, "key", remedy=_REMEDY)
    descending = truth(section, "desc")
    kind = _KINDS.get(name, KeyKind.COLUMN)
    missing_first = _missing_first(section, kind)
    if kind is KeyKind.LOTTERY and descending:
        complain(section, "a lottery has no direction; leave `desc` out", key="desc")
    reference = _reference(section, name, names) if kind is KeyKind.COLUMN else None
    if kind is KeyKind.COLUMN and reference is None:
        return None
    return OrderKey(name, reference, kind, descending, missing_first, None)


def _reference(section: Section, name: str, names: Names) -> Reference | None:
    if name == "registration":
        complain(section, "the registration number is always the last key by itself; remove it", key="key")
        return None
    if not name or identifiers(name) & names.broken:
        return None
    try:
        reference = read_reference(name, names)
    except PolicyError as error:
        complain(section, str(error), key="key")
        return None
    own = names.declared(reference)
    if reference.space is Space.DONOR or (own is not None and not own.varies):
        complain(section, f"'{name}' is the same for every candidate and orders nobody; remove it", key="key")
    if reference.column.kind is Kind.CODE:
        complain(section, f"'{name}' holds codes, which have no order; write classes instead", key="key")
    return reference


def _missing_first(section: Section, kind: KeyKind) -> bool:
    if "missing" not in section.content:
        return False
    if kind is not KeyKind.COLUMN:
        complain(section, f"{kind.value} are never missing; leave `missing` out", key="missing")
    written = text(section, "missing", remedy="write first or last")
    if written and written not in _ENDS:
        complain(section, f"'missing' cannot be '{written}'; write first or last", key="missing")
    return written == "first"


def _classes(section: Section, class_ids: frozenset[str] | None) -> frozenset[str] | None:
    if "classes" not in section.content:
        return None
    if class_ids is None:
        complain(section, "an order inside a class holds in that class only; leave `classes` out", key="classes")
        return None
    written = items(section, "classes")
    if not written:
        complain(section, "'classes' names no class; name one, or leave it out to mean all", key="classes")
    for name in written:
        if name not in class_ids:
            hint = nearest(str(name), class_ids) or "write the id of a class"
            complain(section, f"'{name}' is no class of this policy; {hint}", key="classes")
    return frozenset(str(name) for name in written)


def _check_place(section: Section, key: OrderKey, earlier: list[OrderKey]) -> None:
    if any(other.name == key.name and (other.classes is None or other.classes == key.classes) for other in earlier):
        complain(section, f"'{key.name}' decides nothing a second time; remove it")
    if any(other.kind is KeyKind.LOTTERY and other.classes is None for other in earlier):
        complain(section, "a key after the lottery decides nothing; write the lottery last")
