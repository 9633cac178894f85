"""Knows how a demo night is told: a heading for each part, then a line a step: the time, the leaf, who does what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from bequest.cli.layout import Line, folded
from bequest.cli.output import show

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bequest.cli.night_desk import Answer

_LEAF_WIDTH = 10
_HANG = 7 + _LEAF_WIDTH + 2
_LEAST_WIDTH = 40
_MOST_WIDTH = 110
_MOST_REASONS = 3
_SHUT = frozenset({"blocked", "held"})
_REASON = re.compile(r"^[A-Z]{3}-[0-9]{2} (?:held|blocked|flagged)[^:]*: ")


class Page:
    """Write a night line by line as it happens."""

    def __init__(self, width: int | None) -> None:
        """Take the width of the terminal, None for a pipe: there no line is folded."""
        self._width = None if width is None else max(_LEAST_WIDTH, min(width, _MOST_WIDTH))
        self._part = 0

    def part(self, title: str, *says: str) -> None:
        """Begin a part of the night."""
        self._part += 1
        heading = folded(f"{self._part}. {title}", self._width, hang=3)
        self._show([Line(), *(Line(each, "bold") for each in heading), *self._paragraphs(says)])

    def says(self, *sentences: str) -> None:
        """Say something beside the steps."""
        self._show(self._paragraphs(sentences))

    def lines(self, lines: Iterable[Line]) -> None:
        """Write lines as they are."""
        self._show(list(lines))

    def step(self, at: datetime, leaf: int | None, sentence: str) -> None:
        """Tell a step that was taken."""
        self._show(Line(each) for each in self._row(_clock(at), _leaf(leaf), sentence))

    def refused(self, at: datetime, sentence: str, answer: Answer) -> None:
        """Tell an attempt that the office refused, and why."""
        lines = self._row(_clock(at), _leaf(answer.leaf), f"REFUSED: {sentence}")
        self._show([Line(each, "bold red") for each in lines])
        reasons = why(answer.content)
        shown = reasons if len(reasons) <= _MOST_REASONS + 1 else reasons[:_MOST_REASONS]
        for reason in shown:
            self._show([Line(each) for each in self._row("", "", f"Why: {reason}")])
        if shown != reasons:
            more = f"Why: and {len(reasons) - len(shown)} more reasons, all of them in the answer."
            self._show([Line(each) for each in self._row("", "", more)])

    def _row(self, time: str, leaf: str, sentence: str) -> list[str]:
        head = f"{time:<5}  {leaf:<{_LEAF_WIDTH}}  "
        if self._width is None:
            return [head + sentence]
        # On a narrow page the sentence stands below its time and leaf.
        narrow = self._width < _HANG + _LEAST_WIDTH
        if narrow:
            start = [head.rstrip()] if head.strip() else []
            return [*start, *(f"  {each}" for each in folded(sentence, self._width - 2))]
        first, *others = folded(sentence, self._width - _HANG)
        return [head + first, *(" " * _HANG + each for each in others)]

    def _paragraphs(self, sentences: Iterable[str]) -> list[Line]:
        # What is indented stays so where it folds.
        hangs = ((sentence, len(sentence) - len(sentence.lstrip())) for sentence in sentences)
        return [Line(each) for sentence, hang in hangs for each in folded(sentence, self._width, hang=hang)]

    @staticmethod
    def _show(lines: Iterable[Line]) -> None:
        show(lines)


def why(problem: Mapping[str, object]) -> list[str]:
    """Return why the office refused, a sentence a reason, each with the rule behind it: those that shut a gate."""
    # The answer was JSON: a list of objects, where there is one.
    reasons = cast("list[dict[str, object]]", problem.get("reasons") or [])
    told = [(str(each["rule"]), str(each["sentence"])) for each in reasons if each["verdict"] in _SHUT]
    if not told:
        rule = str(problem.get("rule", ""))
        return [_reason(rule, str(problem.get("detail", "")))]
    # Two rules may say the same; it is told once.
    return list({sentence: _reason(rule, sentence) for rule, sentence in reversed(told)}.values())[::-1]


def _reason(rule: str, sentence: str) -> str:
    plain = _REASON.sub("", sentence).strip()
    return f"{plain} [{rule}]" if rule else plain


def _clock(at: datetime) -> str:
    return f"{at:%H:%M}"


def _leaf(leaf: int | None) -> str:
    return "no leaf" if leaf is None else f"leaf {leaf}"
