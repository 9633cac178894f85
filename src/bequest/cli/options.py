"""Knows the options that `match` and `explain` share, and how the run that they ask for is made."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from bequest.cli.pack_file import opened_pack, packed_places, packed_policy, packed_pool
from bequest.cli.text_file import read_text
from bequest.files import read_donor, read_pool
from bequest.matching import run
from bequest.matching.reorder import reorder
from bequest.model.enums import Organ
from bequest.model.errors import InputError
from bequest.model.instant import instant_of
from bequest.policy import policy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bequest.matching.match_run import MatchRun
    from bequest.matching.pool import Pool
    from bequest.matching.stage_run import StageRun
    from bequest.model.donor import Donor
    from bequest.policy import Policy


class Evaluator(Enum):
    """Name a way to the ranks; both give the same result."""

    NUMPY = "numpy"
    NUMBA = "numba"


ORGANS = ", ".join(organ.value for organ in Organ)

DirectoryArgument = Annotated[
    Path, typer.Argument(metavar="DIR", help="Folder with the files registrations, donors and centres.")
]
DonorOption = Annotated[str, typer.Option("--donor", metavar="ID", help="Identifier of the donor.")]
OrganOption = Annotated[Organ, typer.Option("--organ", metavar="ORGAN", help=f"The organ offered: {ORGANS}.")]
PolicyOption = Annotated[
    str | None,
    typer.Option(
        "--policy",
        metavar="POLICY",
        help="Name in the library, as in force at the instant of the run (core/kidney, or one edition: "
        "core/kidney@core-2026-1), or the path of a policy file.",
    ),
]
AtOption = Annotated[
    str, typer.Option("--at", metavar="INSTANT", help="Instant of the run with its time zone: 2026-11-01T00:00:00Z.")
]
EvaluatorOption = Annotated[
    Evaluator,
    typer.Option("--evaluator", help="Way to the result: plain NumPy or compiled. Both give the same ranks."),
]
InputsOption = Annotated[
    Path | None,
    typer.Option(
        "--inputs", metavar="FILE", help="JSON file with the balances, turns or medians that the policy names."
    ),
]
SeedOption = Annotated[
    str | None,
    typer.Option("--lottery-seed", metavar="HEX", help="Published seed, where the policy draws lots between equals."),
]
UnverifiedOption = Annotated[
    bool,
    typer.Option("--allow-unverified", help="Run a policy of status unverified all the same; never for a live offer."),
]
PackOption = Annotated[
    Path | None,
    typer.Option(
        "--pack",
        metavar="FILE",
        help="Downtime pack: lists, places and the policy in force come from it, and DIR holds the donors alone.",
    ),
]
DeskKeyOption = Annotated[
    Path | None,
    typer.Option("--desk-key", metavar="FILE", help="With --pack: the desk's key, which opens packs of the office."),
]
NeededDeskKeyOption = Annotated[
    Path, typer.Option("--desk-key", metavar="FILE", help="The desk's key, which opens packs of the office.")
]
StageOption = Annotated[
    str | None,
    typer.Option(
        "--stage",
        metavar="STAGE",
        help="Stage of the policy, such as extended, into whose order those who remain after the run are put.",
    ),
]
OfferedOption = Annotated[
    list[str] | None,
    typer.Option(
        "--offered",
        metavar="ID",
        help="With --stage: a registration that was offered the organ already; give the option once for each.",
    ),
]
JsonOption = Annotated[
    str | None,
    typer.Option(
        "--json", metavar="FILE|-", help="Write the complete result as JSON to a file, or to standard output (-)."
    ),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold what a person asked for: one organ of one donor, ranked under one policy at one instant."""

    directory: Path
    donor: str
    organ: Organ
    policy: str | None
    at: str
    evaluator: Evaluator
    inputs: Path | None
    lottery_seed: str | None
    allow_unverified: bool
    pack: Path | None = None
    desk_key: Path | None = None


def run_of(asked: Asked) -> MatchRun:
    """Return the match run that was asked for; raise BequestError for whatever is wrong or missing."""
    at = instant_of(asked.at, called="--at")
    chosen, donor, pool = _of_files(asked, at) if asked.pack is None else _of_pack(asked, asked.pack, at)
    return run(
        chosen,
        donor,
        organ=asked.organ,
        pool=pool,
        at=at,
        inputs=None if asked.inputs is None else read_inputs(asked.inputs),
        lottery_seed=None if asked.lottery_seed is None else seed_of(asked.lottery_seed),
        allow_unverified=asked.allow_unverified,
        evaluator=asked.evaluator.value,
    )


def _of_files(asked: Asked, at: datetime) -> tuple[Policy, Donor, Pool]:
    if asked.policy is None:
        raise InputError("--policy is missing; give it, or rank from a downtime pack with --pack and --desk-key.")
    if asked.desk_key is not None:
        raise InputError("--desk-key opens a downtime pack; give the pack with --pack, or leave it out.")
    chosen = policy(asked.policy, on=at)
    _refuse_without_inputs(asked, chosen)
    return (
        chosen,
        read_donor(asked.directory, asked.donor),
        read_pool(asked.directory, organ=asked.organ, at=at),
    )


def _of_pack(asked: Asked, file: Path, at: datetime) -> tuple[Policy, Donor, Pool]:
    if asked.policy is not None or asked.desk_key is None:
        raise InputError("--pack needs --desk-key, and says itself which policy is in force: leave --policy out.")
    pack = opened_pack(file, asked.desk_key)
    chosen = packed_policy(pack, asked.organ)
    _refuse_without_inputs(asked, chosen)
    return (
        chosen,
        read_donor(asked.directory, asked.donor, places=packed_places(pack)),
        packed_pool(pack, asked.organ, at),
    )


def stage_run_of(run: MatchRun, asked: Asked, *, stage: str | None, offered: Sequence[str] | None) -> StageRun | None:
    """Return the stage that was asked for, None where none was; who was offered the organ has a meaning in it only."""
    if stage is None:
        if offered:
            raise InputError("--offered says who remains for a stage; give the stage with --stage, or leave it out.")
        return None
    return reorder(run, stage, without=offered or (), evaluator=asked.evaluator.value)


def _refuse_without_inputs(asked: Asked, chosen: Policy) -> None:
    """Say everything that a policy needs beside the files, and where a population holds it, in one go."""
    if asked.inputs is not None or not chosen.inputs:
        return
    beside = asked.directory / INPUTS
    hint = f"; {beside}, if it holds them, is read with --inputs {beside}." if beside.is_file() else "."
    raise InputError(
        *(f"{chosen.name} needs '{name}' ({declared.why})" for name, declared in sorted(chosen.inputs.items())),
        f"Give them in a JSON file with --inputs{hint}",
    )


def read_inputs(path: Path) -> dict[str, object]:
    """Return the inputs of a JSON file: a table by name, bare or under the key `inputs`; numbers stay exact.

    Raises InputError for a file that cannot be read, is no JSON, or says something twice.
    """
    text = read_text(path, longest=_LONGEST)
    try:
        content = cast(
            "object",
            json.loads(
                text, parse_float=Decimal, parse_int=Decimal, parse_constant=_no_number, object_pairs_hook=_once
            ),
        )
    except json.JSONDecodeError as error:
        raise InputError(f"{path}, line {error.lineno}: this is no JSON ({error.msg}); correct it.") from None
    except (RecursionError, ArithmeticError):
        raise InputError(f"{path}: the file is nested too deeply, or a number is too long; correct it.") from None
    table = _table(content, path)
    if "inputs" not in table:
        return table
    beside = sorted(set(table) - _ABOUT)
    if beside:
        raise InputError(*(f"{path}: '{name}' stands beside 'inputs'; move it into that table." for name in beside))
    return _table(table["inputs"], path)


INPUTS = "inputs.json"
"""The file beside the tables of a population that holds inputs; it is read only when it is named."""
_LONGEST = 2_000_000
"""Characters of a file of inputs."""

# What a file may say about itself beside its inputs, as the one that `population make` writes does.
_ABOUT = frozenset({"inputs", "synthetic", "country", "organ", "seed", "at", "sha256"})


def _table(content: object, path: Path) -> dict[str, object]:
    if not isinstance(content, dict):
        raise InputError(f'{path}: expected a table of inputs by name, such as {{"inputs": {{"balance": 3}}}}.')
    return cast("dict[str, object]", content)


def _no_number(written: str) -> object:
    raise InputError(f"--inputs: '{written}' is no number; give a number.")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    table = dict(pairs)
    if len(table) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"--inputs: '{twice}' stands twice in one table; keep one.")
    return table


def seed_of(written: str) -> str:
    """Return a published seed in the one form it is drawn from; raise InputError where it is no such seed."""
    if not re.fullmatch(r"[0-9a-fA-F]+", written):
        raise InputError(f"--lottery-seed '{written}' is not hexadecimal; give the published seed, digits 0-9 and a-f.")
    return written.lower()
