"""Knows sets of antigens of many people as planes: for each antigen one bit a person, 64 people a word.

To ask who has an antigen is then to take one plane, and to ask who has any of several is to join their planes, which
touches a hundredth of the memory that one set a person would.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Planes:
    """Hold a set of antigens for each of `people`, read-only; an antigen that nobody has keeps no plane.

    The bit of person p is bit p % 64 of word p // 64; the bits beyond the last person are 0.
    """

    people: int
    used: int  # the antigens that somebody has, as a set
    place: NDArray[np.intp]  # (antigens,), row of `planes`, -1 where nobody has the antigen
    planes: NDArray[np.uint64]  # (antigens somebody has, words)


def planes_of(sets: Sequence[int], antigens: int) -> Planes:
    """Return the planes of sets given as integers, one a person, of at most so many antigens (a multiple of 64)."""
    size = antigens // 8
    table = np.frombuffer(b"".join(one.to_bytes(size, "little") for one in sets), dtype=np.uint8)
    table = table.reshape(len(sets), size)
    union = np.bitwise_or.reduce(table, axis=0) if sets else np.zeros(size, dtype=np.uint8)
    used = np.flatnonzero(np.unpackbits(union, bitorder="little"))
    words = -(-len(sets) // 64)
    octets = np.zeros((len(used), 8 * words), dtype=np.uint8)
    for start in range(0, len(sets), _CHUNK):
        bits = np.unpackbits(table[start : start + _CHUNK], axis=1, bitorder="little")[:, used]
        packed = np.packbits(bits.T, axis=1, bitorder="little")
        octets[:, start // 8 : start // 8 + packed.shape[1]] = packed
    planes = octets.view("<u8").astype(np.uint64)
    place = np.full(antigens, -1, dtype=np.intp)
    place[used] = np.arange(len(used))
    place.setflags(write=False)
    planes.setflags(write=False)
    return Planes(len(sets), int.from_bytes(union.tobytes(), "little"), place, planes)


def holders(planes: Planes, antigen: int) -> NDArray[np.uint64]:
    """Return who has one antigen, given by its number, shape (words,)."""
    place = planes.place[antigen]
    return planes.planes[place] if place >= 0 else nobody(planes)


def holders_of_any(planes: Planes, antigens: int) -> NDArray[np.uint64]:
    """Return who has any antigen of a set, shape (words,)."""
    octets = (antigens & planes.used).to_bytes(len(planes.place) // 8, "little")
    rows = planes.place[np.flatnonzero(np.unpackbits(np.frombuffer(octets, dtype=np.uint8), bitorder="little"))]
    return np.bitwise_or.reduce(planes.planes[rows], axis=0) if len(rows) else nobody(planes)


def holders_of_each(planes: Planes, sets: Sequence[int]) -> NDArray[np.uint64]:
    """Return for each of some sets who has any antigen of it, shape (sets, words): holders_of_any of many at once."""
    found = np.zeros((len(sets), -(-planes.people // 64)), dtype=np.uint64)
    size = len(planes.place) // 8
    octets = b"".join([(one & planes.used).to_bytes(size, "little") for one in sets])
    bits = np.unpackbits(np.frombuffer(octets, dtype=np.uint8).reshape(len(sets), size), axis=1, bitorder="little")
    own, antigens = np.nonzero(bits)
    if len(own):
        # A set of which nobody has anything takes no part: reduceat would give it the next one's plane.
        occupied, starts = np.unique(own, return_index=True)
        found[occupied] = np.bitwise_or.reduceat(planes.planes[planes.place[antigens]], starts, axis=0)
    return found


def nobody(planes: Planes) -> NDArray[np.uint64]:
    """Return a plane without a bit, shape (words,)."""
    return np.zeros(-(-planes.people // 64), dtype=np.uint64)


def one_a_person(plane: NDArray[np.uint64], people: int) -> NDArray[np.int8]:
    """Return a plane as 0 or 1 for each person, shape (people,)."""
    bits: NDArray[np.uint8] = np.unpackbits(
        plane.astype(_OCTETS, copy=False).view(np.uint8),
        count=people,
        bitorder="little",
    )
    return bits.view(np.int8)


def each_a_person(planes: NDArray[np.uint64], people: int) -> NDArray[np.int8]:
    """Return several planes as 0 or 1 for each person, shape (planes, people): one_a_person of many at once."""
    octets = planes.astype(_OCTETS, copy=False).view(np.uint8)
    bits: NDArray[np.uint8] = np.unpackbits(octets, axis=1, count=people, bitorder="little")
    return bits.view(np.int8)


def of_people(planes: Planes, people: NDArray[np.intp]) -> Planes:
    """Return the planes of some of the people, in the order given; an antigen that none of them has keeps its plane."""
    found = of_people_each(planes.planes, people, planes.people)
    return Planes(len(people), planes.used, planes.place, found)


def of_people_each(planes: NDArray[np.uint64], people: NDArray[np.intp], before: int) -> NDArray[np.uint64]:
    """Return planes of `before` people, shape (planes, words), as planes of some of them, in the order given."""
    bits = np.zeros((len(planes), 64 * -(-len(people) // 64)), dtype=np.uint8)
    # Taken so, each plane's bits lie side by side; an index of both axes would lay them across, and packing takes long.
    bits[:, : len(people)] = np.take(each_a_person(planes, before).view(np.uint8), people, axis=1)
    found = np.packbits(bits, axis=1, bitorder="little").view("<u8").astype(np.uint64)
    found.setflags(write=False)
    return found


def members(antigens: int) -> Iterator[int]:
    """Yield the numbers of the antigens of a set, rising."""
    while antigens:
        lowest = antigens & -antigens
        yield lowest.bit_length() - 1
        antigens ^= lowest


_OCTETS = np.dtype("<u8")
"""A word with its octets in one order on every machine."""
_CHUNK = 64 * 128
"""People taken at once, so that the bits spread out stay in the cache."""
