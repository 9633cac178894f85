"""Knows the donor plans of the library: every version by name and effective date, and files outside it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from bequest.model.errors import PolicyError
from bequest.policy import library
from bequest.policy.plan_load import load_plan
from bequest.policy.section import nearest
from bequest.policy.sources import packaged_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from bequest.policy.library import Version
    from bequest.policy.plan import DonorPlan
    from bequest.policy.policy import Policy


def plan(name_or_path: str | Path, *, on: date | str | None = None) -> DonorPlan:
    """Return a donor plan of the library, as in force on a day, or that of a file; named as policies are."""
    written = str(name_or_path)
    if isinstance(name_or_path, Path) or written.endswith(library.FILE_ENDINGS):
        path = Path(written)
        return plan_of_text(library.read_text(path), path)
    name, _, edition = written.partition("@")
    found = plan_versions(name)
    if edition:
        return loaded_plan(library.of_edition(found, edition))
    return loaded_plan(found[-1] if on is None else library.in_force(found, library.day_of(on)))


def names_plan(written: str) -> bool:
    """Tell whether a text names a donor plan: one of the library, or a file that begins as one."""
    if written.endswith(library.FILE_ENDINGS):
        path = Path(written)
        return path.is_file() and library.is_plan(library.read_text(path))
    return written.partition("@")[0] in packaged_plans()


def plan_names() -> tuple[str, ...]:
    """Return the names of the library's donor plans, sorted."""
    return tuple(sorted(packaged_plans()))


def plan_versions(name: str) -> tuple[Version, ...]:
    """Return the versions of a donor plan of the library, oldest first."""
    found = packaged_plans().get(name)
    if found is None:
        hint = nearest(name, plan_names()) or f"the library holds {', '.join(plan_names()) or 'none yet'}"
        raise PolicyError(f"no donor plan of the library is called '{name}'; {hint}")
    return found


@cache
def loaded_plan(version: Version) -> DonorPlan:
    """Return the plan of a version of the library."""
    find = _finder(version.effective)
    return load_plan(version.written, label=version.place, sources=packaged_sources(), find=find)


def plan_of_text(written: str, path: Path) -> DonorPlan:
    """Return the plan of a file whose text is read already; it names policies of the library."""
    return load_plan(written, label=str(path), sources=library.sources_for(path), find=_finder(None))


@cache
def packaged_plans() -> Mapping[str, tuple[Version, ...]]:
    """Return the versions of every packaged donor plan by name, oldest first."""
    return library.read_plans(files("bequest.policies"))


def _finder(on: date | None) -> Callable[[str], Policy]:
    """Return the look-up of policies: as in force on a day, or the last version where no day is given."""
    return lambda name: library.policy(name, on=on)
