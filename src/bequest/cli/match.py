"""Knows the verb `match`: one organ's waiting list, ranked for one donor."""

from __future__ import annotations

from typing import Annotated

import typer

from bequest.cli.match_page import match_page
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
from bequest.cli.output import show, terminal_width, write_json
from bequest.cli.pack_lines import pack_lines
from bequest.cli.stage_page import stage_page

TopOption = Annotated[
    int,
    typer.Option("--top", metavar="N", min=0, help="How many of the ranked the table shows; the JSON has all of them."),
]


def match(
    directory: DirectoryArgument,
    *,
    donor: DonorOption,
    organ: OrganOption,
    at: AtOption,
    top: TopOption = 20,
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
    """Rank one organ's waiting list for one donor.

    Every registration of the list is given its rank or its reason. Files, policy and instant decide the result alone:
    whoever repeats the run gets the same digest.
    """
    asked = Asked(
        directory, donor, organ, policy, at, evaluator, inputs, lottery_seed, allow_unverified, pack, desk_key
    )
    run = run_of(asked)
    reordered = stage_run_of(run, asked, stage=stage, offered=offered)
    if json is not None:
        write_json(run.to_dict() if reordered is None else reordered.to_dict(), json)
    if json != "-":
        width = terminal_width()
        show(pack_lines(pack, desk_key, width))
        if reordered is None:
            show(match_page(run, asked, top=top, width=width))
        else:
            show(stage_page(reordered, top=top, width=width))
