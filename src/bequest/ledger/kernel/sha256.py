"""Knows SHA-256 of very many short messages at once (FIPS 180-4): side by side, so that the machine's vectors do them.

hashlib is called once a message, and the calls cost more than the hashing. The results are those of hashlib, to which a
test holds them.
"""

from __future__ import annotations

import numpy as np
from numba import njit

_ROUNDS = 64
_BLOCK = 64
_LANES = 32
"""How many messages are hashed side by side: enough to fill the vectors, few enough for the nearest cache."""


def _fraction(prime, root):
    """Return the first 32 bits of the fraction of a root of a prime, as FIPS 180-4 makes its constants."""
    wanted = prime << (32 * root)
    low, high = 0, 1 << 40
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**root <= wanted else (low, middle)
    return low & 0xFFFFFFFF


_PRIMES = [number for number in range(2, 312) if all(number % other for other in range(2, number))]
_CONSTANTS = np.array([_fraction(prime, 3) for prime in _PRIMES], dtype=np.uint32)
_BEGIN = np.array([_fraction(prime, 2) for prime in _PRIMES[:8]], dtype=np.uint32)


@njit(cache=True, nogil=True)
def digests(prefixes, texts, starts, chosen, found):
    """Write the 32 bytes of each message into its row of `found`.

    Message i is row i of `prefixes` (n, p) and behind it text number chosen[i]: texts[starts[k]:starts[k + 1]]. All are
    bytes; `starts` and `chosen` whole numbers.
    """
    words = np.empty((_ROUNDS, _LANES), dtype=np.uint32)
    state = np.empty((8, _LANES), dtype=np.uint32)
    turned = np.empty((8, _LANES), dtype=np.uint32)
    block = np.zeros((_LANES, _BLOCK), dtype=np.uint8)
    blocks = np.empty(_LANES, dtype=np.int64)
    for first in range(0, len(prefixes), _LANES):
        lanes = min(_LANES, len(prefixes) - first)
        _begin(blocks, state, prefixes.shape[1], starts, chosen[first : first + lanes])
        for number in range(blocks.max()):
            for lane in range(lanes):
                if number < blocks[lane]:
                    text = chosen[first + lane]
                    _fill(block[lane], prefixes[first + lane], texts[starts[text] : starts[text + 1]], number)
            _expand(block, words)
            turned[:] = state
            _turn(turned, words)
            for lane in range(lanes):
                if number < blocks[lane]:
                    for place in range(8):
                        state[place, lane] += turned[place, lane]
        _write(state, found[first : first + lanes])


@njit(cache=True, nogil=True)
def _begin(blocks, state, prefix, starts, chosen):
    """Set the state of each lane to what SHA-256 begins with, and count the blocks of its padded message."""
    blocks[:] = 0
    for lane in range(len(chosen)):
        blocks[lane] = (prefix + starts[chosen[lane] + 1] - starts[chosen[lane]] + 8) // _BLOCK + 1
    for place in range(8):
        for lane in range(_LANES):
            state[place, lane] = _BEGIN[place]


@njit(cache=True, nogil=True)
def _write(state, found):
    """Write the words of each lane as bytes."""
    for lane in range(len(found)):
        for place in range(32):
            found[lane, place] = (state[place // 4, lane] >> np.uint32(24 - 8 * (place % 4))) & np.uint32(255)


@njit(cache=True, nogil=True)
def _fill(block, prefix, text, number):
    """Write one block of a padded message."""
    begin, own = number * _BLOCK, len(prefix)
    size = own + len(text)
    from_prefix, from_text = max(0, min(_BLOCK, own - begin)), max(0, min(_BLOCK, size - begin))
    for place in range(from_prefix):
        block[place] = prefix[begin + place]
    for place in range(from_prefix, from_text):
        block[place] = text[begin + place - own]
    for place in range(from_text, _BLOCK):
        block[place] = 0
    if from_text < _BLOCK and begin <= size:
        block[from_text] = 128
    if begin + _BLOCK >= size + 9:
        for place in range(8):
            block[_BLOCK - 1 - place] = ((size * 8) >> (8 * place)) & 255


@njit(cache=True, nogil=True)
def _expand(block, words):
    """Write the words of each round, of all lanes."""
    for place in range(16):
        for lane in range(_LANES):
            words[place, lane] = (
                (np.uint32(block[lane, 4 * place]) << np.uint32(24))
                | (np.uint32(block[lane, 4 * place + 1]) << np.uint32(16))
                | (np.uint32(block[lane, 4 * place + 2]) << np.uint32(8))
                | np.uint32(block[lane, 4 * place + 3])
            )
    for place in range(16, _ROUNDS):
        for lane in range(_LANES):
            early, late = words[place - 15, lane], words[place - 2, lane]
            words[place, lane] = (
                words[place - 16, lane]
                + (_rotated(early, 7) ^ _rotated(early, 18) ^ (early >> np.uint32(3)))
                + words[place - 7, lane]
                + (_rotated(late, 17) ^ _rotated(late, 19) ^ (late >> np.uint32(10)))
            )


@njit(cache=True, nogil=True)
def _turn(turned, words):
    """Do the rounds in place: instead of moving eight words on, their numbers turn."""
    for number in range(_ROUNDS):
        a, b, c, d = (-number) & 7, (1 - number) & 7, (2 - number) & 7, (3 - number) & 7
        e, f, g, h = (4 - number) & 7, (5 - number) & 7, (6 - number) & 7, (7 - number) & 7
        for lane in range(_LANES):
            left, right = turned[a, lane], turned[e, lane]
            mixed = (
                turned[h, lane]
                + (_rotated(right, 6) ^ _rotated(right, 11) ^ _rotated(right, 25))
                + ((right & turned[f, lane]) ^ (~right & turned[g, lane]))
                + _CONSTANTS[number]
                + words[number, lane]
            )
            most = (left & turned[b, lane]) ^ (left & turned[c, lane]) ^ (turned[b, lane] & turned[c, lane])
            turned[d, lane] += mixed
            turned[h, lane] = mixed + (_rotated(left, 2) ^ _rotated(left, 13) ^ _rotated(left, 22)) + most


@njit(cache=True, nogil=True, inline="always")
def _rotated(word, by):
    return (word >> np.uint32(by)) | (word << np.uint32(32 - by))
