"""Knows the verb `explain`: why one registration has its rank, or has none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bequest.cli.layout import GLUE, Line, folded
from bequest.cli.missing import cells_to_fill, counted_without
from bequest.cli.options import (
    Asked,
    AtOption,
    DeskKeyOption,
    DirectoryArgument,
    DonorOption,
    Evaluator,
    EvaluatorOption,
    InputsOption,
    JsonOption,
    OfferedOption,
    OrganOption,
    PackOption,
    PolicyOption,
    SeedOption,
    StageOption,
    UnverifiedOption,
    run_of,
    stage_run_of,
)
from bequest.cli.output import CONDITIONAL, show, terminal_width, write_json
from bequest.cli.pack_lines import pack_lines
from bequest.model.enums import PolicyStatus
from bequest.policy.standing import status_words

if TYPE_CHECKING:
    from bequest.matching.match_run import MatchRun

RegistrationOption = Annotated[
    str, typer.Option("--registration", metavar="ID", help="Identifier of the registration to explain.")
]


def explain(
    directory: DirectoryArgument,
    *,
    donor: DonorOption,
    organ: OrganOption,
    at: AtOption,
    registration: RegistrationOption,
    json: JsonOption = None,
    evaluator: EvaluatorOption = Evaluator.NUMPY,
    inputs: InputsOption = None,
    lottery_seed: SeedOption = None,
    allow_unverified: UnverifiedOption = False,
    stage: StageOption = None,
    offered: OfferedOption = None,
    policy: PolicyOption = None,
    pack: PackOption = None,
    desk_key: DeskKeyOption = None,
) -> None:
    """Say why one registration has its rank, or has none.

    The same options as those of `match` give the same run; the explanation is read from its stored result.
    """
    asked = Asked(
        directory, donor, organ, policy, at, evaluator, inputs, lottery_seed, allow_unverified, pack, desk_key
    )
    run = run_of(asked)
    reordered = stage_run_of(run, asked, stage=stage, offered=offered)
    told = run.explain(registration) if reordered is None else reordered.explain(registration)
    cells, without = cells_to_fill(run, registration), counted_without(run, registration)
    if json is not None:
        write_json({**told.to_dict(), "cells_to_fill": cells, "counted_without": without}, json)
    if json != "-":
        text = str(told)
        if cells:
            text += f"\nMissing in the files: {', '.join(cells)}."
        if without:
            text += f"\nNot reported, so a score put in their place what its own rules say: {', '.join(without)}."
        show([*pack_lines(pack, desk_key, terminal_width()), *_lines(_with_warnings(text, run), terminal_width())])


def _with_warnings(text: str, run: MatchRun) -> str:
    """Return an explanation with what everybody must know who is shown it alone, below its first line."""
    unverified = [status_words(run.policy)] if run.policy.status is PolicyStatus.UNVERIFIED else []
    conditional = [CONDITIONAL] if run.donor.conditional else []
    first, rest = text.split("\n", 1)
    return "\n".join((first, *unverified, *conditional, rest))


_SYNTHETIC = "[synthetic: true]"


def _lines(text: str, width: int | None) -> list[Line]:
    lines: list[Line] = []
    for written in text.splitlines():
        indent = len(written) - len(written.lstrip())
        pieces = folded(written.replace(_SYNTHETIC, _SYNTHETIC.replace(" ", GLUE)), width, hang=indent + 2)
        lines += [Line(piece, "" if lines else "bold") for piece in pieces]
    return lines
