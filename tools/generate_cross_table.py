"""Knows the page that says which rule of which source is in which line of which policy; run it to write the page."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from bequest.policy import library
from bequest.policy.document import read_document
from bequest.policy.plans import loaded_plan, plan_names, plan_versions
from bequest.policy.sources import packaged_sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bequest.policy.document import Document, Value
    from bequest.policy.library import Version

    Place = tuple[str | int, ...]

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "rules-and-sources.md"
_POLICIES = "../../src/bequest/policies"
_HEAD = f"""# Rules and sources

Which place of which source stands in which rule of which policy, and in which lines of its file. Written by
`python tools/generate_cross_table.py` from the policy files; a test holds the page against them. Rows of one table
of a source that stand one after the other are one entry here, with the lines of all of them. A rule that cites two
places stands in two rows.

How sure each source is stands under `certainty` in [sources.yaml]({_POLICIES}/sources.yaml), and in the first table.
"""
_CITING = ("cite", "shadowed_in_source")
_NOUNS = {
    "parameters": ("parameter", "parameters"), "inputs": ("input", "inputs"),
    "geography": ("table of places", "tables of places"), "screens": ("screen", "screens"),
    "classes": ("class", "classes"), "terms": ("term", "terms"), "offers": ("offers", "offers"),
    "stages": ("stage", "stages"), "orders": ("order", "orders"), "steps": ("step", "steps"),
    "second_organs": ("second organ", "second organs"), "divided_organs": ("divided organ", "divided organs"),
}  # fmt: skip
_ROW = re.compile(r"(.* )(\d+)")


@dataclass(frozen=True, slots=True)
class Cited:
    """Hold one or more rules in a row that cite one place, or places that follow each other, of one source."""

    source: str
    stem: str  # the place, without its number where it has one
    numbers: tuple[int, int] | None
    owner: Place  # the list or table in which the rules stand
    positions: tuple[int, int]  # of the first and the last rule in it
    ids: tuple[str, str]
    lines: tuple[int, int]

    @property
    def place(self) -> str:
        """Return the place in the source as it is cited."""
        if self.numbers is None:
            return self.stem
        first, last = self.numbers
        return f"{self.stem}{first}" if first == last else f"{self.stem}{first} to {last}"

    @property
    def told(self) -> str:
        """Return the rules and their lines."""
        first, last = self.lines
        lines = f"{first}" if first == last else f"{first}-{last}"
        one, many = _NOUNS[str(self.owner[-1])]
        if self.ids[0] == one:
            return f"{one} ({lines})"
        if self.positions[0] == self.positions[1]:
            return f"{one} `{self.ids[0]}` ({lines})"
        return f"{many} `{self.ids[0]}` to `{self.ids[1]}` ({lines})"


def cross_table() -> str:
    """Return the page: every source with the policies that cite it, then one table a policy."""
    versions = [version for name in library.names() for version in library.versions(name)]
    versions += [version for name in plan_names() for version in plan_versions(name)]
    cited = {version: joined(citations(read_document(version.written, label=version.place))) for version in versions}
    return "\n".join(
        (_HEAD, *_sources(cited), *(line for version in versions for line in _policy(version, cited[version])))
    )


def citations(document: Document) -> tuple[Cited, ...]:
    """Return every citation of a policy file, from the first line to the last."""
    found: list[Cited] = []
    for path, position, block in _blocks(document.content, (), 0):
        lines = [line for other, line in document.lines.items() if other[: len(path)] == path]
        name = str(block.get("id", path[-1]))
        for entry in _cited(block):
            source, _, locator = entry.partition(" ")
            row = _ROW.fullmatch(locator)
            found.append(
                Cited(
                    source,
                    stem=row[1] if row else locator,
                    numbers=(int(row[2]), int(row[2])) if row else None,
                    owner=path[:-1] or path,
                    positions=(position, position),
                    ids=(name, name),
                    lines=(min(lines), max(lines)),
                )
            )
    return tuple(found)


def joined(cited: Iterable[Cited]) -> tuple[Cited, ...]:
    """Return citations by source, those made one that follow each other in the file and in the source."""
    found: list[Cited] = []
    for one in sorted(cited, key=lambda each: (each.source, each.stem, each.lines)):
        before = found[-1] if found else None
        if before is None or not _follows(before, one):
            found.append(one)
            continue
        found[-1] = replace(
            before,
            numbers=None if before.numbers is None or one.numbers is None else (before.numbers[0], one.numbers[1]),
            positions=(before.positions[0], one.positions[1]),
            ids=(before.ids[0], one.ids[1]),
            lines=(before.lines[0], one.lines[1]),
        )
    return tuple(found)


def _follows(before: Cited, after: Cited) -> bool:
    """Return whether a rule comes right after another one, and its place in the source is the same or the next."""
    if (before.source, before.stem, before.owner) != (after.source, after.stem, after.owner):
        return False
    if before.positions[1] + 1 != after.positions[0]:
        return False
    if before.numbers is None or after.numbers is None:
        return before.numbers is after.numbers
    (first, last), number = before.numbers, after.numbers[0]
    several = before.positions[0] < before.positions[1]
    return (number == last and first == last) or (number == last + 1 and (first < last or not several))


def _blocks(value: Value, path: Place, position: int) -> Iterator[tuple[Place, int, Mapping[str, Value]]]:
    """Yield every block that cites, with the way to it and its position in the list or table that holds it."""
    if isinstance(value, tuple):
        for place, entry in enumerate(value):
            yield from _blocks(entry, (*path, place), place)
    elif not isinstance(value, str) and hasattr(value, "items"):
        # What has items in a parsed file is a table.
        block = cast("Mapping[str, Value]", value)
        if any(key in block for key in _CITING):
            yield path, position, block
        for place, (key, entry) in enumerate(block.items()):
            yield from _blocks(entry, (*path, key), place)


def _cited(block: Mapping[str, Value]) -> Iterator[str]:
    for key in _CITING:
        value = block.get(key, ())
        for entry in value if isinstance(value, tuple) else (value,):
            yield " ".join(str(entry).split())


def _sources(cited: Mapping[Version, tuple[Cited, ...]]) -> Iterator[str]:
    yield from ("## Sources", "", "| source | title | certainty | cited by |", "| --- | --- | --- | --- |")
    for key, source in sorted(packaged_sources().items()):
        citing = {version.name for version, entries in cited.items() if any(one.source == key for one in entries)}
        told = ", ".join(sorted(citing)) or "no policy"
        yield f"| `{key}` | {_cell(source.title)} | {source.certainty.value} | {told} |"
    yield ""


def _policy(version: Version, cited: tuple[Cited, ...]) -> Iterator[str]:
    read = loaded_plan(version) if library.is_plan(version.written) else library.loaded(version)
    status = read.status.value
    yield from (f"## {version.name} {version.edition}", "")
    yield f"[{version.place}]({_POLICIES}/{version.place}), in force from {version.effective}, status {status}."
    yield from ("", "| source | place | rules, with their lines |", "| --- | --- | --- |")
    rows: dict[tuple[str, str], list[Cited]] = {}
    for one in cited:
        rows.setdefault((one.source, one.place), []).append(one)
    for (source, place), rules in sorted(rows.items(), key=lambda row: (row[0][0], row[1][0].lines)):
        yield f"| `{source}` | {_cell(place)} | {'; '.join(one.told for one in rules)} |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    """Write the page."""
    PAGE.write_text(cross_table(), encoding="utf-8")


if __name__ == "__main__":
    main()
