"""Knows the verb `explain`: why one registration has its rank, or has none."""

from __future__ import annotations

from typing import Annotated

import typer

from bequest.cli.layout import GLUE, Line, folded
from bequest.cli.missing import cells_to_fill
from bequest.cli.options import (
    Asked,
    AtOption,
    DirectoryArgument,
    DonorOption,
    Evaluator,
    EvaluatorOption,
    InputsOption,
    JsonOption,
    OfferedOption,
    OrganOption,
    PolicyOption,
    SeedOption,
    StageOption,
    UnverifiedOption,
    run_of,
    stage_run_of,
)
from bequest.cli.output import show, terminal_width, write_json

RegistrationOption = Annotated[
    str, typer.Option("--registration", metavar="ID", help="Identifier of the registration to explain.")
]


def explain(
    directory: DirectoryArgument,
    *,
    donor: DonorOption,
    organ: OrganOption,
    policy: PolicyOption,
    at: AtOption,
    registration: RegistrationOption,
    json: JsonOption = None,
    evaluator: EvaluatorOption = Evaluator.NUMPY,
    inputs: InputsOption = None,
    lottery_seed: SeedOption = None,
    allow_unverified: UnverifiedOption = False,
    stage: StageOption = None,
    offered: OfferedOption = None,
) -> None:
    """Say why one registration has its rank, or has none.

    The same options as those of `match` give the same run; the explanation is read from its stored result.
    """
    asked = Asked(directory, donor, organ, policy, at, evaluator, inputs, lottery_seed, allow_unverified)
    run = run_of(asked)
    reordered = stage_run_of(run, asked, stage=stage, offered=offered)
    told = run.explain(registration) if reordered is None else reordered.explain(registration)
    cells = cells_to_fill(run, registration)
    if json is not None:
        write_json({**told.to_dict(), "cells_to_fill": cells}, json)
    if json != "-":
        text = f"{told}\nMissing in the files: {', '.join(cells)}." if cells else str(told)
        show(_lines(text, terminal_width()))


_SYNTHETIC = "[synthetic: true]"


def _lines(text: str, width: int | None) -> list[Line]:
    lines: list[Line] = []
    for written in text.splitlines():
        indent = len(written) - len(written.lstrip())
        pieces = folded(written.replace(_SYNTHETIC, _SYNTHETIC.replace(" ", GLUE)), width, hang=indent + 2)
        lines += [Line(piece, "" if lines else "bold") for piece in pieces]
    return lines
