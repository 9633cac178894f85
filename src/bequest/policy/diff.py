"""Knows how two policies differ, rule by rule, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.policy.plan_show import show_plan
from bequest.policy.show import ShownRule, ShownSection, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bequest.policy.plan import DonorPlan
    from bequest.policy.policy import Policy


def diff(before: Policy, after: Policy) -> tuple[str, ...]:
    """Return one sentence for every rule, part or order that differs; none when the two say the same."""
    return _differing(show(before), show(after))


def plan_diff(before: DonorPlan, after: DonorPlan) -> tuple[str, ...]:
    """Return one sentence for every rule, part or order that differs; none when the two say the same."""
    return _differing(show_plan(before), show_plan(after))


def _differing(before: Iterable[ShownSection], after: Iterable[ShownSection]) -> tuple[str, ...]:
    old = {section.title: section for section in before}
    new = {section.title: section for section in after}
    titles = dict.fromkeys((*old, *new))
    return tuple(sentence for title in titles for sentence in _section(old.get(title), new.get(title)))


def _section(old: ShownSection | None, new: ShownSection | None) -> Iterator[str]:
    was = {} if old is None else {rule.name: rule for rule in old.rules}
    is_ = {} if new is None else {rule.name: rule for rule in new.rules}
    for name in dict.fromkeys((*was, *is_)):
        yield from _rule(was.get(name), is_.get(name))
    kept = tuple(name for name in was if name in is_)
    moved = tuple(name for name in is_ if name in was)
    if old is not None and old.ordered and kept != moved:
        what = "steps" if moved[-1].startswith("step ") else "classes"
        yield f"{moved[0]}: the order of the {what} was {_listed(kept)} and becomes {_listed(moved)}"


def _rule(old: ShownRule | None, new: ShownRule | None) -> Iterator[str]:
    if new is None:
        assert old is not None, "a rule stands in one of the two"
        yield f"{old.name} is gone ({_parts(old)})"
    elif old is None:
        yield f"{new.name} is new ({_parts(new)})"
    else:
        was, is_ = dict(old.parts), dict(new.parts)
        for part in dict.fromkeys((*was, *is_)):
            if part not in was:
                yield f"{new.name}: {part} is new, {_quoted(is_[part])}"
            elif part not in is_:
                yield f"{new.name}: {part} is gone, it was {_quoted(was[part])}"
            elif was[part] != is_[part]:
                yield f"{new.name}: {part} was {_quoted(was[part])} and becomes {_quoted(is_[part])}"


def _parts(rule: ShownRule) -> str:
    return ", ".join(f"{part} {_quoted(text)}" for part, text in rule.parts) or "nothing more is said"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(name.partition(" ")[2] for name in names if name.startswith(("class ", "step ")))


def _quoted(text: str) -> str:
    return f"`{text}`" if '"' in text else f'"{text}"'
