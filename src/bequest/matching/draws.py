"""Knows keyed draws: a draw is a hash of seed, question, subject and object, so anyone can derive it again."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_SHIFT_1, _SHIFT_2, _SHIFT_3 = np.uint64(30), np.uint64(27), np.uint64(31)
_TO_53_BITS = np.uint64(11)
_UNIT = 2.0**-53


def uniform(seed: int | str, question: str, subject: int | str, objects: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Return one number in [0, 1) for each object, of the shape of `objects`.

    The number depends on nothing but the seed, the question, the subject and the object: any subset of the objects, in
    any order and in any process, is given the same numbers.
    """
    return (bits(seed, question, subject, objects) >> _TO_53_BITS).astype(np.float64) * _UNIT


def bits(seed: int | str, question: str, subject: int | str, objects: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return 64 bits for each object, of the shape of `objects`: the whole draw, where `uniform` keeps 53 of them.

    Source: SplitMix64 (Steele, Lea and Flood 2014, the mixing of their figure 17), started from the first 8 bytes,
    big-endian, of SHA-256 over the UTF-8 text `seed|question|subject`.
    """
    text = f"{seed}|{question}|{subject}".encode()
    start = np.uint64(int.from_bytes(hashlib.sha256(text).digest()[:8], "big"))
    # Arrays of uint64 wrap modulo 2**64 without a warning; the formula wants that.
    mixed = np.asarray(objects, dtype=np.uint64).reshape(-1) * _GOLDEN + start
    mixed = (mixed ^ (mixed >> _SHIFT_1)) * _MIX_1
    mixed = (mixed ^ (mixed >> _SHIFT_2)) * _MIX_2
    return (mixed ^ (mixed >> _SHIFT_3)).reshape(np.shape(objects))
