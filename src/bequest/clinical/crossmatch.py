"""Knows the virtual crossmatch: whether a donor carries what a candidate must not receive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.antigens import BITS
from bequest.clinical.equivalences import Edition, covered
from bequest.clinical.names import listed_names
from bequest.clinical.planes import Planes, each_a_person, holders, holders_of_any, one_a_person, planes_of
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bequest.clinical.typing import HlaTyping

NONE = "none"
"""What is written when antibodies were looked for and none was found."""


@dataclass(frozen=True, slots=True)
class UnacceptableColumns:
    """Hold the unacceptable antigens of a pool, one bit a registration in each plane, read-only.

    `covered`: all that a registration's list covers. `not_known`: registrations whose antibody status is not known.
    """

    covered: Planes
    not_known: NDArray[np.uint64]  # (words,)

    def __len__(self) -> int:
        """Return the number of registrations."""
        return self.covered.people

    @property
    def listed(self) -> NDArray[np.bool_]:
        """Tell for each registration whether its antibody status is known, shape (registrations,)."""
        return one_a_person(self.not_known, len(self)) == 0


def crossmatch(donor: HlaTyping, unacceptable: UnacceptableColumns) -> NDArray[np.int8]:
    """Return for each registration 0 negative, 1 positive, -1 cannot be judged.

    Positive: the donor carries something that the list covers. Cannot be judged: the antibody status is not known, or
    the donor may carry something that the list covers, because a locus is not typed, is known as a broad antigen or
    an antigen only where a split or an allele is listed, or is ambiguous.
    """
    positive = holders_of_any(unacceptable.covered, donor.carried)
    left_open = (holders_of_any(unacceptable.covered, donor.open) | unacceptable.not_known) & ~positive
    found, doubtful = each_a_person(np.array([positive, left_open]), len(unacceptable))
    return found - doubtful


def crossmatch_of_pair(donor: HlaTyping, unacceptable: str | None) -> int:
    """Return the virtual crossmatch of one pair: 0 negative, 1 positive, -1 cannot be judged."""
    return int(crossmatch(donor, unacceptable_columns([unacceptable]))[0])


def unacceptable_columns(texts: Sequence[str | None], edition: Edition = Edition.OPTN_2025) -> UnacceptableColumns:
    """Return the lists of a pool: blank-separated antigens, `none`, or None where the status is not known.

    Raises InputError with one sentence for each row that is wrong.
    """
    covered_of: dict[str | None, int] = {}
    problems: list[str] = []
    # A loop over registrations: text has to be read piece by piece; each distinct text is read once.
    for row, text in enumerate(texts):
        if text not in covered_of:
            try:
                names = parse_unacceptable(text)
                covered_of[text] = _NOT_KNOWN if names is None else covered(names, edition)
            except InputError as error:
                covered_of[text] = _NOT_KNOWN
                problems.extend(f"Unacceptable antigens in row {row + 1}: {problem}" for problem in error.problems)
    if problems:
        raise InputError(*problems)
    planes = planes_of([covered_of[text] for text in texts], BITS + 64)
    not_known = holders(planes, BITS).copy()
    not_known.setflags(write=False)
    return UnacceptableColumns(planes, not_known)


def parse_unacceptable(text: str | None) -> tuple[str, ...] | None:
    """Return the canonical names that a list holds, sorted; nothing for `none`; None where the status is not known.

    Raises InputError for a name that is not known, and for `none` beside an antigen.
    """
    pieces = (text or "").split()
    if not pieces:
        return None
    if NONE in (piece.lower() for piece in pieces):
        if len(pieces) > 1:
            message = f"{text!r} says none and names antigens; write none, or the antigens."
            raise InputError(message)
        return ()
    return tuple(sorted({name for piece in pieces for name in listed_names(piece)}))


_NOT_KNOWN = 1 << BITS
"""The set of a registration whose antibody status is not known: a bit beyond all antigens."""
