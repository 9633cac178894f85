"""Knows SHA-256, HMAC and Merkle roots of very many short messages at once, as rows of bytes.

What hashlib does one by one takes a second for the rows of a nation's list; here it takes a quarter, and other threads
go on meanwhile. Every array is of bytes (uint8), one message or hash a row.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Places = NDArray[np.int64]

HASH_BYTES, BLOCK_BYTES = 32, 64


def hash_each(messages: Bytes) -> Bytes:
    """Return the SHA-256 of each message (n, any length) as (n, 32)."""
    return hash_each_before(messages, (b"",), np.zeros(len(messages), dtype=np.int64))


def hash_each_before(beginnings: Bytes, texts: Sequence[bytes], chosen: Places) -> Bytes:
    """Return the SHA-256 of each beginning (n, any length) and behind it the text that is chosen for it, as (n, 32)."""
    starts = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum(list(map(len, texts)), out=starts[1:])
    found = np.empty((len(beginnings), HASH_BYTES), dtype=np.uint8)
    kernel()(np.require(beginnings, requirements=["C", "W"]), as_bytes(b"".join(texts)), starts, chosen, found)
    return found


def hmac_each(keys: Bytes, messages: Bytes) -> Bytes:
    """Return the HMAC-SHA-256 (RFC 2104) of each message under its key of at most 64 bytes, or under the one key."""
    block = np.zeros((len(messages), BLOCK_BYTES), dtype=np.uint8)
    block[:, : keys.shape[1]] = keys
    inner = hash_each(np.hstack([block ^ np.uint8(0x36), messages]))
    return hash_each(np.hstack([block ^ np.uint8(0x5C), inner]))


def nodes(left: Bytes, right: Bytes) -> Bytes:
    """Return the hash of each inner node over its two children (RFC 6962, section 2.1)."""
    return hash_each(np.hstack([np.full((len(left), 1), 1, dtype=np.uint8), left, right]))


def root_of(hashes: Bytes) -> bytes:
    """Return the root over the hashes of one leaf at least, in their order (RFC 6962, section 2.1)."""
    level = hashes
    while len(level) > 1:
        pairs = nodes(level[0:-1:2], level[1::2])
        level = np.vstack([pairs, level[-1:]]) if len(level) % 2 else pairs
    return level[0].tobytes()


def as_bytes(data: bytes) -> Bytes:
    """Return bytes as an array of one dimension."""
    return np.frombuffer(data, dtype=np.uint8)


def kernel() -> Callable[[Bytes, Bytes, Places, Places, Bytes], None]:
    """Return the compiled loop; it is loaded, and with it numba, when it is first asked for."""
    module = import_module("bequest.ledger.kernel.sha256")
    return cast("Callable[[Bytes, Bytes, Places, Places, Bytes], None]", module.digests)
