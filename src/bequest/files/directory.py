"""Knows a directory of tables, and reads from it what a match run takes: a pool, donors, centres."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.files.columns import facts_of_rows, values_of
from bequest.files.donor_rows import check_donors
from bequest.files.header import plural
from bequest.files.judge import judge
from bequest.files.problems import quoted, raise_problems, suggestion
from bequest.files.raw import raw_frame
from bequest.files.rows import check_one_world, check_places
from bequest.files.table import SUFFIXES, judged_file
from bequest.files.typings import check_typings, has_wrong_names
from bequest.matching.pool import build_pool
from bequest.model.centre import Centre
from bequest.model.column import Table
from bequest.model.enums import CentreKind, Organ
from bequest.model.errors import InputError
from bequest.model.identifiers import CentreId
from bequest.model.instant import instant_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import polars as pl

    from bequest.files.judge import Judged
    from bequest.matching.pool import Pool
    from bequest.model.donor import Donor


_NO_DIRECTORY = "{} is no directory; name the one that holds registrations, donors and centres."


def read_pool(directory: str | Path, organ: Organ | str, at: datetime | str) -> Pool:
    """Return one organ's waiting list as of an instant, from the registrations and centres of a directory.

    Raises InputError with everything that is wrong in any row of any organ; nothing is loaded by half.
    """
    wanted, as_of = _organ(organ), instant_of(at)
    folder = _folder(directory)
    centres = judged_file(find_table(folder, Table.CENTRE), Table.CENTRE)
    registrations = judged_file(find_table(folder, Table.REGISTRATION), Table.REGISTRATION)
    check_places(registrations, centres)
    beside = [judged_file(find_table(folder, Table.DONOR), Table.DONOR)] if _paths(folder, Table.DONOR) else []
    check_one_world(registrations, centres, *beside)
    if registrations.problems.count or centres.problems.count or has_wrong_names(registrations):
        check_typings(registrations)
    raise_problems(registrations.problems, centres.problems)
    return _pool(registrations, centres, organ=wanted, as_of=as_of)


def listed_organs(directory: str | Path) -> frozenset[Organ]:
    """Return the organs for which a directory holds registrations; read_pool tells whether their rows are right."""
    registrations = judged_file(find_table(_folder(directory), Table.REGISTRATION), Table.REGISTRATION)
    named = set(registrations.frame["organ"].drop_nulls().to_list())
    return frozenset(organ for organ in Organ if organ.value in named)


def read_donor(directory: str | Path, donor: str, *, places: pl.DataFrame | None = None) -> Donor:
    """Return one donor of a directory; every other donor in the file must be right as well.

    `places` are the centres and hospitals, where they are not a file of the directory.
    """
    donors = read_donors(directory, places=places)
    if str(donor) not in donors:
        # No suggestion: the nearest identifier is another person.
        raise InputError(f"{directory} holds no donor {quoted(str(donor))}; check the identifier.")
    return donors[str(donor)]


def read_donors(directory: str | Path, *, places: pl.DataFrame | None = None) -> Mapping[str, Donor]:
    """Return the donors of a directory by identifier, in file order.

    `places` are the centres and hospitals, where they are not a file of the directory. Raises InputError with
    everything that is wrong, RefusedError if one of the donors must never be offered from.
    """
    folder = _folder(directory)
    if places is None:
        centres = judged_file(find_table(folder, Table.CENTRE), Table.CENTRE)
    else:
        centres = judge(raw_frame(places, "the places"), Table.CENTRE)
    judged = judged_file(find_table(folder, Table.DONOR), Table.DONOR)
    check_places(judged, centres)
    check_one_world(judged, centres)
    check_typings(judged)
    donors = check_donors(judged)
    raise_problems(judged.problems, centres.problems)
    return donors


def read_centres(directory: str | Path) -> Mapping[str, Centre]:
    """Return the transplant centres and donor hospitals of a directory by identifier, in file order."""
    judged = judged_file(find_table(_folder(directory), Table.CENTRE), Table.CENTRE)
    check_one_world(judged)
    raise_problems(judged.problems)
    centres: dict[str, Centre] = {}
    # A loop over places: each becomes a record, and there are few of them.
    for row in facts_of_rows(judged):
        centres[str(row["centre"])] = Centre(
            centre=CentreId(str(row["centre"])),
            kind=CentreKind(row["kind"]),
            name=_text(row.get("name")),
            country=str(row["country"]),
            region=_text(row.get("region")),
            latitude_deg=float(str(row["latitude_deg"])),
            longitude_deg=float(str(row["longitude_deg"])),
        )
    return MappingProxyType(centres)


def find_table(directory: Path, table: Table) -> Path:
    """Return the one file of a directory that holds a table; raise InputError if there is none or more than one."""
    paths = _paths(directory, table)
    if len(paths) == 1:
        return paths[0]
    if paths:
        raise InputError(f"{directory} holds {' and '.join(path.name for path in paths)}; keep one of them.")
    others = "".join(f" {path.name} cannot be read; save it as 'CSV UTF-8'." for path in _named(directory, table))
    wanted = " or ".join(plural(table) + suffix for suffix in SUFFIXES)
    raise InputError(f"{directory} holds no {plural(table)}; put {wanted} there.{others}")


def _folder(directory: object) -> Path:
    """Return the path that a caller gives; whether a directory is there is told where it is read."""
    if not isinstance(directory, str | Path):
        raise InputError(_NO_DIRECTORY.format(directory))
    return Path(directory)


def _paths(directory: Path, table: Table) -> list[Path]:
    if not directory.is_dir():
        raise InputError(_NO_DIRECTORY.format(directory))
    return [path for path in _named(directory, table) if path.suffix.lower() in SUFFIXES]


def _named(directory: Path, table: Table) -> list[Path]:
    return [path for path in sorted(directory.iterdir()) if path.stem == plural(table)]


def _pool(registrations: Judged, centres: Judged, *, organ: Organ, as_of: datetime) -> Pool:
    organs = registrations.frame["organ"]
    mine = organs == organ.value
    if not mine.any():
        present = ", ".join(sorted(organs.unique().to_list())) or "no registration at all"
        raise InputError(f"{registrations.origin.file} holds no registration for {organ.value}; it holds: {present}.")
    check_typings(registrations, (~mine).arg_true().to_list())
    raise_problems(registrations.problems)
    try:
        return build_pool(
            organ,
            as_of=as_of,
            registrations=values_of(registrations.frame.filter(mine), Table.REGISTRATION),
            centres=values_of(centres.frame, Table.CENTRE),
        )
    except InputError:
        # The typings of the pool's own rows are read once, by matching; only if it found one wrong are they looked for.
        check_typings(registrations, mine.arg_true().to_list())
        raise_problems(registrations.problems)
        raise


def _organ(organ: Organ | str) -> Organ:
    if isinstance(organ, Organ):
        return organ
    known = {entry.value: entry for entry in Organ}
    named = str(organ)
    if named not in known:
        near = suggestion(named, known) or ";"
        raise InputError(f"{quoted(named)} is no organ{near} choose one of: {', '.join(known)}.")
    return known[named]


def _text(value: object) -> str | None:
    return None if value is None else str(value)
