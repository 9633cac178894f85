"""Knows how to compile the loop ahead of time: `python -m bequest.ledger.warm` fills numba's cache on disk."""

from __future__ import annotations

import numpy as np

from bequest.ledger.many_hashes import hash_each


def warm() -> None:
    """Compile the loop for the one signature it has, by hashing one message of nothing."""
    hash_each(np.zeros((1, 0), dtype=np.uint8))


if __name__ == "__main__":
    warm()
