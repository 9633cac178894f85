"""Knows the library of policies: every version by name and effective date, and files outside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from bequest.model.errors import PolicyError
from bequest.policy.document import MAX_CHARACTERS
from bequest.policy.load import load_policy
from bequest.policy.section import nearest
from bequest.policy.sources import packaged_sources, with_sources_beside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable

    from bequest.policy.policy import Policy
    from bequest.policy.sources import Source

_HEADLINE = re.compile(r"^(policy|plan|edition|effective):[ ]*['\"]?([^'\"#\n]*?)['\"]?[ ]*(?:#.*)?$", re.MULTILINE)
FILE_ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Version:
    """Hold one version of one policy of the library; `place` is its file as messages name it."""

    name: str
    edition: str
    effective: date
    place: str
    written: str


def policy(name_or_path: str | Path, *, on: date | str | None = None) -> Policy:
    """Return a policy of the library, as in force on a day, or the policy of a file.

    `name_or_path`: "core/heart" for the version in force `on` that day (the last one when `on` is None, because nothing
    here reads the clock), "core/heart@core-2026-1" for one edition, or the path of a .yaml file, whatever its date.
    """
    written = str(name_or_path)
    if isinstance(name_or_path, Path) or written.endswith(FILE_ENDINGS):
        return load_file(Path(written))
    name, _, edition = written.partition("@")
    found = versions(name)
    if edition:
        return loaded(of_edition(found, edition))
    return loaded(found[-1] if on is None else in_force(found, day_of(on)))


def names() -> tuple[str, ...]:
    """Return the names of the library's policies, sorted."""
    return tuple(sorted(packaged_library()))


def versions(name: str) -> tuple[Version, ...]:
    """Return the versions of a policy of the library, oldest first."""
    found = packaged_library().get(name)
    if found is None:
        hint = nearest(name, names()) or f"the library holds {', '.join(names()) or 'none yet'}"
        raise PolicyError(f"no policy of the library is called '{name}'; {hint}")
    return found


@cache
def loaded(version: Version) -> Policy:
    """Return the policy of a version of the library."""
    return load_policy(version.written, label=version.place, sources=packaged_sources())


def load_file(path: Path) -> Policy:
    """Return the policy of a file; citations may name sources of the library and of a sources.yaml beside the file."""
    return load_text(read_text(path), path)


def load_text(written: str, path: Path) -> Policy:
    """Return the policy of a file whose text is read already."""
    return load_policy(written, label=str(path), sources=sources_for(path))


def sources_for(path: Path) -> Mapping[str, Source]:
    """Return the sources that a file may cite: those of the library and of a sources.yaml beside the file."""
    beside = path.with_name("sources.yaml")
    if not beside.is_file():
        return packaged_sources()
    return with_sources_beside(packaged_sources(), read_text(beside), label=str(beside))


def read_text(path: Path) -> str:
    """Return the text of a plain file, and no more of it than shows that it is too long; raise PolicyError."""
    try:
        if path.exists() and not path.is_file():
            raise PolicyError(f"{path}: this is no plain file; name the file of a policy")
        with path.open(encoding="utf-8-sig") as file:
            return file.read(MAX_CHARACTERS + 1)
    except UnicodeDecodeError:
        raise PolicyError(f"{path}: the file is not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise PolicyError(f"{path}: the file cannot be read ({error.strerror}); check the path") from None


@cache
def packaged_library() -> Mapping[str, tuple[Version, ...]]:
    """Return the versions of every packaged policy by name, oldest first."""
    return read_library(files("bequest.policies"))


def read_library(root: Traversable) -> Mapping[str, tuple[Version, ...]]:
    """Return the versions under a folder `<jurisdiction>/<file>.yaml` by name, oldest first.

    Raise PolicyError when among the versions of a name, in the order of their editions, a date does not rise.
    """
    return _read_versions(root, wanted="policy")


def read_plans(root: Traversable) -> Mapping[str, tuple[Version, ...]]:
    """Return the versions of the donor plans that stand among the policies, in the same way."""
    return _read_versions(root, wanted="plan")


def is_plan(written: str) -> bool:
    """Tell whether a text is that of a donor plan: it has a line `plan:` where a policy has `policy:`."""
    headlines = {match.group(1) for match in _HEADLINE.finditer(written)}
    return "plan" in headlines and "policy" not in headlines


def _read_versions(root: Traversable, *, wanted: str) -> Mapping[str, tuple[Version, ...]]:
    folders = sorted((entry for entry in root.iterdir() if entry.is_dir()), key=lambda entry: entry.name)
    found: dict[str, list[Version]] = {}
    for folder in folders:
        for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if file.name.endswith(FILE_ENDINGS):
                written = file.read_text(encoding="utf-8")
                if is_plan(written) is (wanted == "plan"):
                    version = _version(written, place=f"{folder.name}/{file.name}", wanted=wanted)
                    found.setdefault(version.name, []).append(version)
    ordered = {name: tuple(sorted(each, key=_edition_key)) for name, each in sorted(found.items())}
    problems = [problem for each in ordered.values() for problem in _falling(each)]
    if problems:
        raise PolicyError(*problems)
    return MappingProxyType(ordered)


def effective_line(written: str) -> int:
    """Return the line of the effective date of a policy file, 1 when it stands at no line's beginning."""
    match = next((match for match in _HEADLINE.finditer(written) if match.group(1) == "effective"), None)
    return 1 if match is None else written.count("\n", 0, match.start()) + 1


def _version(written: str, *, place: str, wanted: str) -> Version:
    headlines = {match.group(1): match.group(2) for match in _HEADLINE.finditer(written)}
    try:
        effective = date.fromisoformat(headlines.get("effective", ""))
        return Version(headlines[wanted], headlines["edition"], effective, place, written)
    except (KeyError, ValueError):
        raise PolicyError(
            f"{place}: a file of the library needs the lines `{wanted}:`, `edition:` and `effective:` (2026-01-31), "
            "each at the beginning of a line; write them"
        ) from None


def _falling(ordered: tuple[Version, ...]) -> Iterator[str]:
    for earlier, later in pairwise(ordered):
        if later.effective <= earlier.effective:
            yield (
                f"{later.place}:{effective_line(later.written)}: edition {later.edition} takes effect on "
                f"{later.effective}, not after edition {earlier.edition} ({earlier.effective}, {earlier.place}); "
                "dates of a policy must rise: correct one"
            )


def _edition_key(version: Version) -> tuple[tuple[int, str], ...]:
    pieces = re.findall(r"[0-9]+|[^0-9]+", version.edition)
    return tuple((int(piece), "") if piece.isdigit() else (-1, piece) for piece in pieces)


def in_force(found: tuple[Version, ...], day: date) -> Version:
    """Return the version of a name that is in force on a day."""
    past = [version for version in found if version.effective <= day]
    if not past:
        first = found[0]
        began = f"the first takes effect on {first.effective}"
        raise PolicyError(f"no version of '{first.name}' is in force on {day}; {began}")
    return past[-1]


def of_edition(found: tuple[Version, ...], edition: str) -> Version:
    """Return the version of a name that has an edition."""
    for version in found:
        if version.edition == edition:
            return version
    hint = nearest(edition, (version.edition for version in found)) or f"the last is {found[-1].edition}"
    raise PolicyError(f"'{found[0].name}' has no edition '{edition}'; {hint}")


def day_of(on: date | str) -> date:
    """Return the day that a date, an instant or a text names."""
    if isinstance(on, datetime):
        if on.tzinfo is None:
            raise PolicyError(f"the instant {on} has no time zone; give it in UTC, or give a date")
        return on.astimezone(UTC).date()
    if isinstance(on, date):
        return on
    try:
        # What is no text names no day, whatever it looks like as one.
        return date.fromisoformat(on if isinstance(cast("object", on), str) else "")
    except ValueError:
        raise PolicyError(f"'{on}' is no date; write it as 2026-01-31") from None
