"""Knows the files of the public Eurotransplant kidney simulator: mismatches of pairs, vPRA and crossmatch of lists."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from adapters.comparison import BadFileError, Compared, Difference, number_of, rows_of, text_of, texts
from bequest.clinical.cpra import vpra
from bequest.clinical.crossmatch import crossmatch_of_pair
from bequest.clinical.equivalences import with_complete_broads
from bequest.clinical.mismatch import mismatches_of_pair
from bequest.clinical.typing import parse_antigen_list, parse_typing, typing_columns
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bequest.clinical.typing import HlaTyping, TypingColumns

_MISMATCHES = {"mm_a_broad": "a", "mm_b_broad": "b", "mm_dr_split": "dr"}


def has_mismatches(content: Mapping[str, object]) -> bool:
    """Return whether a file holds pairs with their mismatches."""
    return {"donor", "patient", *_MISMATCHES} <= _fields(content)


def compare_mismatches(content: Mapping[str, object]) -> Iterator[Compared]:
    """Return each pair, compared."""
    for name, case in rows_of(content, "cases"):
        donor, patient = (text_of(case, side, where=name) for side in ("donor", "patient"))
        try:
            found = mismatches_of_pair(parse_antigen_list(donor), parse_antigen_list(patient))
        except InputError as error:
            raise BadFileError(f"row {name}: {error}") from None
        expected = {field: number_of(case, field, where=name) for field in _MISMATCHES}
        got = {field: None if found is None else getattr(found, ours) for field, ours in _MISMATCHES.items()}
        differing = [
            Difference(field, expected[field], got[field]) for field in expected if got[field] != expected[field]
        ]
        yield Compared(name, {"donor": donor, "patient": patient}, tuple(differing))


def has_lists(content: Mapping[str, object]) -> bool:
    """Return whether a file holds lists of unacceptable antigens with vPRA and crossmatch against a pool."""
    return "pool" in content and {"unacceptable", "vpra", "incompatible_first40"} <= _fields(content)


def compare_lists(content: Mapping[str, object]) -> Iterator[Compared]:
    """Return each list's share, then its crossmatch with each donor, compared: every published number is a row."""
    pool = list(texts(content["pool"], where="'pool'"))
    try:
        donors, columns = [parse_typing(text) for text in pool], typing_columns(pool)
    except InputError as error:
        raise BadFileError(f"'pool': {error}") from None
    for name, case in rows_of(content, "cases"):
        listed = {"unacceptable": text_of(case, "unacceptable", where=name)}
        try:
            yield Compared(name, listed, tuple(_of_shares(case, columns, name)))
            for donor, differences in _of_crossmatches(case, donors, pool, name):
                yield Compared(f"{name}, donor {donor}", {**listed, "donor": pool[donor]}, differences)
        except InputError as error:
            raise BadFileError(f"row {name}: {error}") from None


def _of_shares(case: Mapping[str, object], columns: TypingColumns, where: str) -> Iterator[Difference]:
    """Return where the vPRA or the list with its broad antigens differs."""
    listed = text_of(case, "unacceptable", where=where).split()
    expected, got = Decimal(number_of(case, "vpra", where=where)), vpra(listed, columns)
    if got != expected:
        yield Difference("vpra", expected, got)
    if "expanded" in case:
        published, found = (
            list(texts(case["expanded"], where=f"row {where}, 'expanded'")),
            list(with_complete_broads(listed)),
        )
        if found != published:
            yield Difference("expanded", published, found)


def _of_crossmatches(
    case: Mapping[str, object], donors: Sequence[HlaTyping], pool: Sequence[str], where: str
) -> Iterator[tuple[int, tuple[Difference, ...]]]:
    """Return each donor's number and how the crossmatch differs; only by broad antigens is a known difference."""
    published = case.get("incompatible_first40")
    if not isinstance(published, list) or len(published) > len(donors) or not set(map(str, published)) <= {"0", "1"}:
        raise BadFileError(
            f"row {where}: 'incompatible_first40' is no list of 0 and 1, one for each of the first donors."
        )
    unacceptable = text_of(case, "unacceptable", where=where)
    for number, expected in enumerate(published):
        got = int(crossmatch_of_pair(donors[number], unacceptable) == 1)
        as_typed = set(unacceptable.split()) & set(pool[number].split())
        known_as = "broad-antigen-of-a-donor-left-out" if got and not as_typed else ""
        difference = Difference("incompatible_first40", expected, got, known_as)
        yield number, () if got == expected else (difference,)


def _fields(content: Mapping[str, object]) -> set[str]:
    """Return the fields of the first case, none where there is no case."""
    cases = content.get("cases")
    first = cases[0] if isinstance(cases, list) and cases else None
    return set(first) if isinstance(first, dict) else set()
