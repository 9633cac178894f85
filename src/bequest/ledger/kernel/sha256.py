"""Knows SHA-256 of very many short messages at once (FIPS 180-4): side by side, so that the machine's vectors do them.

hashlib is called once a message, and the calls cost more than the hashing. The results are those of hashlib, to which a
test holds them.
"""

from __future__ import annotations

import numpy as np
from numba import njit

_ROUNDS, _WORDS, _BLOCK_BYTES = 64, 8, 64
_LANES = 64
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
_BEGIN = np.array([_fraction(prime, 2) for prime in _PRIMES[:_WORDS]], dtype=np.uint32)


@njit(cache=True, nogil=True)
def digests(beginnings, texts, starts, chosen, found):
    """Write into each row of `found` (n, 32) the hash of a beginning (n, any length) and the text chosen for it.

    Text i of `texts` is from starts[i] on, up to starts[i + 1].
    """
    own, longest = beginnings.shape[1], 0
    for text in range(len(starts) - 1):
        longest = max(longest, starts[text + 1] - starts[text])
    padded = np.empty((_LANES, _BLOCK_BYTES * _blocks(own + longest)), dtype=np.uint8)
    blocks = np.zeros(_LANES, dtype=np.int64)
    words = np.zeros((_ROUNDS, _LANES), dtype=np.uint32)
    state = np.empty((_WORDS, _LANES), dtype=np.uint32)
    turned = np.empty((_WORDS, _LANES), dtype=np.uint32)
    for first in range(0, len(found), _LANES):
        lanes = min(_LANES, len(found) - first)
        for lane in range(lanes):
            text = chosen[first + lane]
            length = starts[text + 1] - starts[text]
            blocks[lane] = _blocks(own + length)
            padded[lane, :own] = beginnings[first + lane]
            padded[lane, own : own + length] = texts[starts[text] : starts[text + 1]]
            _pad(padded[lane], own + length, blocks[lane])
        for place in range(_WORDS):
            state[place] = _BEGIN[place]
        for number in range(blocks[:lanes].max()):
            _read(padded, number, lanes, words)
            _expand(words)
            turned[:] = state
            _turn(turned, words)
            for lane in range(lanes):
                if number < blocks[lane]:
                    for place in range(_WORDS):
                        state[place, lane] += turned[place, lane]
        _write(state, lanes, found[first : first + lanes])


@njit(cache=True, nogil=True, inline="always")
def _blocks(size):
    """Return how many blocks a message of so many bytes takes, with the mark of its end and its size behind it."""
    return (size + 8) // _BLOCK_BYTES + 1


@njit(cache=True, nogil=True)
def _pad(message, size, blocks):
    """Write behind a message one bit, and at the end of its last block its size in bits, which 32 of them hold."""
    end = _BLOCK_BYTES * blocks
    message[size:end] = 0
    message[size] = 0x80
    for place in range(4):
        message[end - 1 - place] = (8 * size >> 8 * place) & 0xFF


@njit(cache=True, nogil=True)
def _read(padded, number, lanes, words):
    """Write the sixteen words of a block of each message."""
    for place in range(16):
        begin = _BLOCK_BYTES * number + 4 * place
        for lane in range(lanes):
            high = np.uint32(padded[lane, begin]) << np.uint32(24) | np.uint32(padded[lane, begin + 1]) << np.uint32(16)
            low = np.uint32(padded[lane, begin + 2]) << np.uint32(8) | np.uint32(padded[lane, begin + 3])
            words[place, lane] = np.uint32(high | low)


@njit(cache=True, nogil=True)
def _write(state, lanes, found):
    for lane in range(lanes):
        for place in range(_WORDS):
            word = state[place, lane]
            for byte in range(4):
                found[lane, 4 * place + byte] = (word >> np.uint32(24 - 8 * byte)) & np.uint32(0xFF)


@njit(cache=True, nogil=True)
def _expand(words):
    """Write the words of each round behind the sixteen of the block, of all lanes."""
    for place in range(16, _ROUNDS):
        for lane in range(_LANES):
            early, late = words[place - 15, lane], words[place - 2, lane]
            near = np.uint32(_rotated(early, 7) ^ _rotated(early, 18) ^ np.uint32(early >> np.uint32(3)))
            far = np.uint32(_rotated(late, 17) ^ _rotated(late, 19) ^ np.uint32(late >> np.uint32(10)))
            words[place, lane] = _sum(_sum(words[place - 16, lane], near), _sum(words[place - 7, lane], far))


@njit(cache=True, nogil=True)
def _turn(turned, words):
    """Do the rounds in place: instead of moving eight words on, their numbers turn."""
    for number in range(_ROUNDS):
        a, b, c, d = (-number) & 7, (1 - number) & 7, (2 - number) & 7, (3 - number) & 7
        e, f, g, h = (4 - number) & 7, (5 - number) & 7, (6 - number) & 7, (7 - number) & 7
        constant = _CONSTANTS[number]
        for lane in range(_LANES):
            left, right = turned[a, lane], turned[e, lane]
            second, third = turned[b, lane], turned[c, lane]
            chosen = np.uint32((right & turned[f, lane]) ^ (~right & turned[g, lane]))
            most = np.uint32((left & second) ^ (left & third) ^ (second & third))
            near = np.uint32(_rotated(right, 6) ^ _rotated(right, 11) ^ _rotated(right, 25))
            far = np.uint32(_rotated(left, 2) ^ _rotated(left, 13) ^ _rotated(left, 22))
            mixed = _sum(_sum(_sum(turned[h, lane], near), _sum(chosen, constant)), words[number, lane])
            turned[d, lane] = _sum(turned[d, lane], mixed)
            turned[h, lane] = _sum(_sum(mixed, far), most)


# Numba makes 64 bits of what is done with two words of 32; a vector holds twice as many where each is cut at once.
@njit(cache=True, nogil=True, inline="always")
def _rotated(word, by):
    return np.uint32(np.uint32(word >> np.uint32(by)) | np.uint32(word << np.uint32(32 - by)))


@njit(cache=True, nogil=True, inline="always")
def _sum(one, other):
    return np.uint32(one + other)
