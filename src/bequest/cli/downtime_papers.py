"""Knows the sheet of what was done on paper while the service was down, and how it is entered afterwards."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from bequest.model.errors import InputError
from bequest.model.instant import instant_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Content = Mapping[str, object]
    Ask = Callable[[str, Content, Mapping[str, str]], tuple[int, Content]]
    """Ask the service: path, body and headers in; status and content of the answer out."""

_KEYS = {"id", "at", "path", "body"}
_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_ADDRESS = re.compile(r"(?:/[A-Za-z0-9._{}-]+)+")
_REFERENCE = re.compile(r"\{([a-z][a-z0-9-]*)\.([a-z_]+)\}")
_CREATED, _REFUSED = 201, 409
_MOST_LINES = 10_000


@dataclass(frozen=True, slots=True)
class Paper:
    """Hold one line of the sheet: its name, when it was done, and the request that enters it.

    `{name.member}` in the address or the body stands for a member of the answer to an earlier line.
    """

    name: str
    at: str
    path: str
    body: Content


@dataclass(frozen=True, slots=True)
class Outcome:
    """Hold what became of a line: its leaf, why it was refused, and the leaf of the incident that was reported."""

    paper: Paper
    leaf: int | None
    refused: str = ""
    incident: int | None = None


def read_papers(text: str, *, label: str) -> tuple[Paper, ...]:
    """Return the lines of a sheet, a JSON list in the order of their instants; raise `InputError` with all mistakes."""
    try:
        content = cast("object", json.loads(text))
    except (ValueError, RecursionError):
        raise InputError(f"{label}: this is no JSON; write a list of lines.") from None
    if not isinstance(content, list) or not 0 < len(cast("list[object]", content)) <= _MOST_LINES:
        raise InputError(
            f"{label}: write a list of 1 to {_MOST_LINES:,} lines, each a table with id, at, path and body."
        )
    problems: list[str] = []
    papers = [
        _paper(each, f"{label}, line {number}", problems)
        for number, each in enumerate(cast("list[object]", content), start=1)
    ]
    names = [paper.name for paper in papers]
    problems += [
        f"{label}: '{name}' names two lines; give each a name of its own."
        for name in sorted({name for name in names if name and names.count(name) > 1})
    ]
    if problems:
        raise InputError(*problems)
    ordered = sorted(papers, key=lambda paper: instant_of(paper.at, called="at"))
    if [paper.name for paper in ordered] != names:
        raise InputError(f"{label}: the lines are not in the order in which things were done; sort them by `at`.")
    return tuple(papers)


def _paper(given: object, place: str, problems: list[str]) -> Paper:
    line = cast("dict[str, object]", given) if isinstance(given, dict) else {}
    name, at, path, body = (line.get(key) for key in ("id", "at", "path", "body"))
    if set(line) - _KEYS or not {"id", "at", "path"} <= set(line):
        problems.append(f"{place}: a line has id, at, path and body, and nothing else.")
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        problems.append(f"{place}: the id is a name of small letters, digits and hyphens.")
    if not isinstance(path, str) or _ADDRESS.fullmatch(path) is None:
        problems.append(
            f"{place}: the path is an address of the API without /api/v1, such as /offers/{{offer.offer}}/acceptance."
        )
    if body is not None and not isinstance(body, dict):
        problems.append(f"{place}: the body is a table.")
    try:
        instant_of(str(at), called="at")
    except InputError as error:
        problems.append(f"{place}: {error}")
    return Paper(str(name), str(at), str(path), cast("Content", body) if isinstance(body, dict) else {})


def entered(papers: Sequence[Paper], ask: Ask) -> Iterator[Outcome]:
    """Yield what became of each line: entered, or refused and then reported as an incident; a fact is never lost.

    The same sheet can be entered again: what was entered before is answered as it was then.
    """
    answers: dict[str, Content] = {}
    for paper in papers:
        try:
            path, body = (
                _filled(paper.path, answers),
                cast("Content", json.loads(_filled(json.dumps(paper.body), answers))),
            )
        except KeyError as missing:
            yield Outcome(
                paper, None, f"It builds on '{missing.args[0]}', which was not entered; look at that line first."
            )
            continue
        status, answer = ask(path, body, {"Idempotency-Key": _key(paper, path, body), "Happened-At": paper.at})
        if status == _CREATED:
            answers[paper.name] = answer
            yield Outcome(paper, _leaf(answer))
            continue
        told = str(answer.get("detail", f"The service answered {status}."))
        incident = _reported(paper, answer, told, ask) if status == _REFUSED and "rule" in answer else None
        yield Outcome(paper, _leaf(answer), told, incident)


def _reported(paper: Paper, refusal: Content, told: str, ask: Ask) -> int | None:
    """Report that it happened all the same: the one it was given to, or another, holds what was given twice."""
    body: dict[str, object] = {
        "happened_at": paper.at,
        "severity": "critical",
        "reporter": "team_member",
        "rule": refusal["rule"],
        "report": f"Done on paper during a downtime, and refused when it was entered: {told}",
    }
    leaf = _leaf(refusal)
    if leaf is not None:
        body["about"] = leaf
    status, answer = ask("/incidents", body, {"Idempotency-Key": _key(paper, "/incidents", body)})
    return _leaf(answer) if status == _CREATED else None


def _filled(text: str, answers: Mapping[str, Content]) -> str:
    def member(found: re.Match[str]) -> str:
        answer = answers[found[1]]
        if found[2] not in answer:
            raise KeyError(f"{found[1]}.{found[2]}")
        return str(answer[found[2]])

    return _REFERENCE.sub(member, text)


def _leaf(answer: Content) -> int | None:
    leaf = answer.get("leaf")
    return leaf if isinstance(leaf, int) else None


def _key(paper: Paper, path: str, body: Content) -> str:
    written = json.dumps([paper.name, paper.at, path, body], sort_keys=True)
    return f"paper-{hashlib.sha256(written.encode()).hexdigest()[:40]}"
