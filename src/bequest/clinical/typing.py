"""Knows HLA typings: of one donor as a record, of a pool as planes of bits; what is ambiguous stays so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.clinical.antigens import BITS, Locus, locus_bits
from bequest.clinical.genotype import FIELDS, clear_of, exceeds_two, field_start, mark, without_repetition
from bequest.clinical.planes import Planes, holders_of_any, planes_of
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class HlaTyping:
    """Hold what is known of one person's HLA.

    Sets of antigens are integers, one bit an antigen (layout: antigens.py). `carried`: what the person surely
    carries, at the level to which it is known. `open`: what the person may carry beyond that, because the typing is
    ambiguous, is known as a broad antigen only, or leaves a locus out. `broad_a`, `broad_b`, `broad_dr`: broad
    antigens; `split_dr`: DR splits as matched (DR17 and DR18 as DR3). 0 where the locus is not typed or not resolved.
    """

    carried: int
    open: int
    broad_a: int
    broad_b: int
    broad_dr: int
    split_dr: int

    @property
    def typed_abdr(self) -> bool:
        """Tell whether HLA-A, -B and -DR are known, so that mismatches can be counted."""
        return self.broad_a != 0 and self.broad_b != 0 and self.broad_dr != 0


@dataclass(frozen=True, slots=True)
class TypingColumns:
    """Hold the typings of a pool, one bit a registration in each plane, read-only.

    `antigens`: the antigens carried, then the antigens that FIELDS count. `not_scored`: registrations that lack HLA-A,
    -B or -DR. `split_not_known`: registrations with fewer DR splits than DR broads.
    """

    antigens: Planes
    not_scored: NDArray[np.uint64]  # (words,)
    split_not_known: NDArray[np.uint64]  # (words,)

    def __len__(self) -> int:
        """Return the number of registrations."""
        return self.antigens.people


def parse_typing(text: str | None) -> HlaTyping:
    """Return the typing of one person: antigens or alleles by blanks, or a GL string with ^ + | and /.

    One antigen at a locus means that both copies carry it. None or blanks: nothing is typed. An unknown name or more
    than two antigens at a locus raises InputError.
    """
    return _typing(_checked(text or ""))


def parse_antigen_list(text: str) -> HlaTyping:
    """Return the typing of a person for whom any number of antigens is reported, as older records sum them up."""
    return _typing(_pieces(text))


def typing_columns(texts: Sequence[str | None]) -> TypingColumns:
    """Return the typings of a pool; None is a registration that is not typed.

    Raises InputError with one sentence for each row that is wrong.
    """
    packed_of: dict[str | None, int] = {None: 0}
    problems: list[str] = []
    # A loop over registrations: text has to be read piece by piece; each distinct text is read once.
    for row, text in enumerate(texts):
        if text is not None and text not in packed_of:
            try:
                packed_of[text] = _packed(text)
            except InputError as error:
                packed_of[text] = 0
                problems.extend(f"HLA typing in row {row + 1}: {problem}" for problem in error.problems)
    if problems:
        raise InputError(*problems)
    return _columns([packed_of[text] for text in texts])


def columns_of(typings: Iterable[HlaTyping]) -> TypingColumns:
    """Return typings that are already read as columns."""
    return _columns([_repacked(typing) for typing in typings])


_WORD = (1 << 64) - 1
_PACKED_BITS = BITS + 64 * len(FIELDS)


def _pieces(text: str) -> list[str]:
    return list(dict.fromkeys(text.replace("^", " ").split()))


def _packed(text: str) -> int:
    """Return the antigens of a typing and the words of FIELDS as one integer."""
    pieces = _pieces(text)
    packed = counts = unresolved = 0
    for piece in pieces:
        token = mark(piece)
        packed |= token.packed
        counts += token.counts
        unresolved |= token.unresolved
    if exceeds_two(counts):
        return _joined(_checked(text))
    return packed & clear_of(unresolved) if unresolved else packed


def _checked(text: str) -> list[str]:
    """Return the pieces of a typing that holds no more than two antigens at a locus."""
    pieces = _pieces(text)
    if not exceeds_two(sum(mark(piece).counts for piece in pieces)):
        return pieces
    fewer = without_repetition(pieces)
    if exceeds_two(sum(mark(piece).counts for piece in fewer)):
        message = f"{text!r} names more than two antigens at a locus; a person has two copies of each gene."
        raise InputError(message)
    return list(fewer)


def _joined(pieces: Iterable[str]) -> int:
    packed = unresolved = 0
    for piece in pieces:
        token = mark(piece)
        packed |= token.packed
        unresolved |= token.unresolved
    return packed & clear_of(unresolved)


def _typing(pieces: Sequence[str]) -> HlaTyping:
    packed = _joined(pieces)
    carried = packed & ((1 << BITS) - 1)
    marks = [mark(piece) for piece in pieces]
    named = {token.locus for token in marks}
    possible = 0
    for token in marks:
        possible |= token.open
    for locus in Locus:
        # Bw4 and Bw6 follow from HLA-B, unless they are named themselves.
        follows = locus is Locus.BW and Locus.B in named and not any(token.epitope_open for token in marks)
        if locus not in named and not follows:
            possible |= locus_bits(locus)
    fields = [packed >> field_start(field) & _WORD for field in FIELDS]
    return HlaTyping(carried, possible & ~carried, *fields)


def _repacked(typing: HlaTyping) -> int:
    packed = typing.carried
    fields = (typing.broad_a, typing.broad_b, typing.broad_dr, typing.split_dr)
    for field, antigens in zip(FIELDS, fields, strict=True):
        packed |= antigens << field_start(field)
    return packed


def _columns(packed: Sequence[int]) -> TypingColumns:
    antigens = planes_of(packed, _PACKED_BITS)
    typed = [holders_of_any(antigens, _WORD << field_start(field)) for field in ("broad_a", "broad_b", "broad_dr")]
    scored = typed[0] & typed[1] & typed[2]
    not_scored = ~scored
    split_not_known = _fewer_splits_than_broads(packed)
    not_scored.setflags(write=False)
    split_not_known.setflags(write=False)
    return TypingColumns(antigens, not_scored, split_not_known)


def _fewer_splits_than_broads(packed: Sequence[int]) -> NDArray[np.uint64]:
    """Return which registrations have a DR broad whose split is not known, shape (words,)."""
    broads, splits = field_start("broad_dr"), field_start("split_dr")
    # One integer a registration: whether it is so becomes the only antigen of a plane.
    fewer = [int((one >> splits & _WORD).bit_count() < (one >> broads & _WORD).bit_count()) for one in packed]
    return holders_of_any(planes_of(fewer, 64), 1)
