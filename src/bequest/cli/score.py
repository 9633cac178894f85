"""Knows the verb `score`: one published clinical score, for one person or for each row of a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bequest.cli.layout import Heading, Line, columns, folded, labelled
from bequest.cli.output import json_text, show, terminal_width, write
from bequest.cli.score_inputs import pairs_given, rows_given, typed
from bequest.clinical.scores.registry import NOT_OFFERED, editions, score_named
from bequest.clinical.scores.score import accepted, score_one
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bequest.clinical.scores.score import Score, Scored, ScoreInput

NameArgument = Annotated[
    str | None,
    typer.Argument(metavar="NAME", help="Score, its newest edition, or NAME@EDITION; list or nothing lists them."),
]
PairsArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="KEY=VALUE", help="Inputs of one person; with none, what the score reads is shown."),
]
InputsOption = Annotated[
    Path | None,
    typer.Option("--inputs", metavar="FILE", help="CSV file, or JSON file with a list of tables: one row a person."),
]
ListOption = Annotated[bool, typer.Option("--list", help="List every score, and what is not offered; as list does.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Write the result as JSON to standard output.")]


def score(
    name: NameArgument = None,
    pairs: PairsArgument = None,
    *,
    inputs: InputsOption = None,
    listed: ListOption = False,
    as_json: JsonOption = False,
) -> None:
    """Work out a published clinical score, for one person or for each row of a file.

    Names of inputs carry their unit. What is out of range is refused; what is unusual is accepted and flagged.
    """
    if listed and name not in {None, "list"}:
        raise InputError(f"--list shows every score, and '{name}' names one; leave out one of the two.")
    if name is None or name == "list":
        _refuse_inputs(pairs, inputs)
        _list(as_json=as_json)
        return
    chosen = score_named(name)
    if pairs and inputs is not None:
        raise InputError("--inputs and KEY=VALUE were both given; give one of them.")
    if inputs is not None:
        _score_rows(chosen, rows_given(inputs), as_json=as_json)
    elif pairs:
        _score_person(chosen, pairs_given(pairs), as_json=as_json)
    elif as_json:
        write(json_text(_about(chosen) | {"inputs": _inputs(chosen)}))
    else:
        _show_edition(chosen)


def _refuse_inputs(pairs: Sequence[str] | None, inputs: Path | None) -> None:
    if pairs or inputs is not None:
        raise InputError(
            "Inputs were given, and no score; write its name first, such as `bequest score meld-3 inr=1.2`."
        )


def _list(*, as_json: bool) -> None:
    """Show every edition of every score: its standing and what it reads."""
    if as_json:
        missing = [
            {"score": one.name, "edition": one.edition, "title": one.title, "why": one.why} for one in NOT_OFFERED
        ]
        write(
            json_text(
                {"scores": [_about(one) | {"inputs": _inputs(one)} for one in editions()], "not_offered": missing}
            )
        )
        return
    width = terminal_width()
    rows = [(_key(one), _status(one), _whose(one)) for one in editions()]
    table = columns([Heading((word,), keep=True) for word in ("score", "status", "of")], rows)
    lines = [Line(text, "bold") for text in table.heading_lines()]
    for one, row in zip(editions(), rows, strict=True):
        reads = ", ".join(entry.name if entry.required else f"[{entry.name}]" for entry in one.inputs)
        told = (f"{one.title}{_in_force(one)}", f"reads {reads}")
        lines.append(Line(table.line(row)))
        lines += [Line(f"    {text}") for part in told for text in folded(part, None if width is None else width - 4)]
    refused = [(f"{one.name}@{one.edition}", f"{one.title}: {one.why}.") for one in NOT_OFFERED]
    show([*lines, Line(), Line("Not offered", "bold"), *map(Line, labelled(refused, width))])


def _show_edition(chosen: Score) -> None:
    """Show what a score reads and gives."""
    width = terminal_width()
    inputs = [(entry.name, f"{entry.meaning}; {_accepted(entry)}") for entry in chosen.inputs]
    outputs = [(output.name, f"{output.meaning}{_bracketed(output.unit)}") for output in chosen.outputs]
    lines = [*_head(chosen, width), Line(), Line("Reads", "bold"), *map(Line, labelled(inputs, width))]
    show([*lines, Line(), Line("Gives", "bold"), *map(Line, labelled(outputs, width))])


def _score_person(chosen: Score, given: Mapping[str, str], *, as_json: bool) -> None:
    """Show the score of one person."""
    scored = score_one(chosen, typed(chosen, given))
    if as_json:
        write(json_text(_about(chosen) | _result(scored)))
        return
    width = terminal_width()
    values = [(output.name, _measure(scored.values[output.name], output.unit)) for output in chosen.outputs]
    notes = [Line(text) for note in _notes(scored) for text in folded(note, width)]
    show([*_head(chosen, width), Line(), *map(Line, labelled(values, width)), *([Line(), *notes] if notes else [])])


def _score_rows(chosen: Score, rows: Sequence[Mapping[str, object]], *, as_json: bool) -> None:
    """Show the score of each row; nothing is shown where any row is wrong."""
    scored: list[Scored] = []
    problems: list[str] = []
    for number, given in enumerate(rows, start=1):
        try:
            scored.append(score_one(chosen, typed(chosen, given)))
        except InputError as error:
            problems += [f"row {number}: {problem}" for problem in error.problems]
    if problems:
        raise InputError(*problems)
    if as_json:
        results = [{"row": number, **_result(one)} for number, one in enumerate(scored, start=1)]
        write(json_text(_about(chosen) | {"results": results}))
        return
    names = [output.name for output in chosen.outputs]
    headings = [Heading((word,), right=True, keep=True) for word in ("row", *names)]
    cells = [
        [str(number), *(_number(one.values[name]) for name in names)] for number, one in enumerate(scored, start=1)
    ]
    table = columns(headings, cells)
    lines = [*_head(chosen, terminal_width()), Line(), *(Line(text, "bold") for text in table.heading_lines())]
    for row, one in zip(cells, scored, strict=True):
        lines += [Line(table.line(row)), *(Line(f"    {note}") for note in _notes(one))]
    show(lines)


def _head(chosen: Score, width: int | None) -> list[Line]:
    """Return what a reader has to know before any value."""
    pairs = [("source", chosen.source), ("status", _status(chosen))]
    pairs += [("for", chosen.whom)] if chosen.whom else []
    pairs += [("caution", chosen.caution)] if chosen.caution else []
    title = folded(f"{_key(chosen)}: {chosen.title}{_in_force(chosen)}", width)
    return [*(Line(text, "bold") for text in title), *map(Line, labelled(pairs, width))]


def _notes(scored: Scored) -> list[str]:
    """Return what is unusual about one person, and why there is no score."""
    missing = [f"no score: {', '.join(scored.missing)} missing."] if scored.missing else []
    return [*missing, *([scored.outside] if scored.outside else []), *(f"unusual: {one}" for one in scored.unusual)]


def _result(scored: Scored) -> dict[str, object]:
    return {
        "values": dict(scored.values),
        "unusual": list(scored.unusual),
        "missing": list(scored.missing),
        "outside": scored.outside,
    }


def _about(chosen: Score) -> dict[str, object]:
    return {
        "score": chosen.name,
        "edition": chosen.edition,
        "title": chosen.title,
        "status": _status(chosen),
        "caution": chosen.caution,
        "of": _whose(chosen),
        "whom": chosen.whom,
        "effective": None if chosen.effective is None else chosen.effective.isoformat(),
        "until": None if chosen.until is None else chosen.until.isoformat(),
        "source": chosen.source,
        "sensitive": list(chosen.sensitive),
        "outputs": {output.name: output.unit for output in chosen.outputs},
    }


def _inputs(chosen: Score) -> list[dict[str, object]]:
    return [
        {
            "name": entry.name,
            "meaning": entry.meaning,
            "required": entry.required,
            "accepted": _accepted(entry),
            "other_names": sorted(entry.other_units),
        }
        for entry in chosen.inputs
    ]


def _accepted(entry: ScoreInput) -> str:
    """Return in words what an input may be."""
    if entry.several is not None:
        values = f"names with blanks between them, such as {entry.choices[0]} {entry.choices[1]}"
    elif entry.choices:
        values = f"one of {', '.join(entry.choices)}"
    elif entry.flag:
        values = "true or false"
    else:
        values = accepted(entry)
    other = f", or as {', '.join(sorted(entry.other_units))}" if entry.other_units else ""
    return f"{values}{other}{'' if entry.required else ', may be left out'}"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.10g}"


def _measure(value: float | None, unit: str) -> str:
    return _number(value) if value is None else f"{_number(value)} {unit}".rstrip()


def _bracketed(text: str) -> str:
    return f" ({text})" if text else ""


def _key(chosen: Score) -> str:
    return f"{chosen.name}@{chosen.edition}"


def _status(chosen: Score) -> str:
    return "verified" if chosen.verified else "unverified"


def _whose(chosen: Score) -> str:
    return "donor" if chosen.of_donor else "candidate"


def _in_force(chosen: Score) -> str:
    """Return the days between which an edition was in force, as far as they are known."""
    first = "" if chosen.effective is None else f" from {chosen.effective}"
    last = "" if chosen.until is None else f" until {chosen.until}"
    return f",{first}{last}" if first or last else ""
