"""Hashes of many messages at once: those of hashlib, whatever the lengths, and however many there are."""

from __future__ import annotations

import hashlib
import hmac
from random import Random

import numpy as np
import pytest

from bequest.ledger.many_hashes import as_bytes, hash_each, hash_each_before, hmac_each, root_of
from bequest.ledger.merkle import root
from bequest.ledger.warm import warm

pytestmark = pytest.mark.jit


def drawn(*sizes, seed=0):
    draw = Random(seed)  # noqa: S311  it makes up messages
    return [draw.randbytes(size) for size in sizes]


def rows(messages):
    return as_bytes(b"".join(messages)).reshape((len(messages), -1))


@pytest.mark.parametrize("size", [*range(131), 247, 248, 256, 1000])
def test_messages_of_every_length_have_the_hash_of_hashlib(size):
    messages = drawn(*[size] * 3, seed=size)
    found = hash_each(rows(messages) if size else np.zeros((3, 0), dtype=np.uint8))
    assert [each.tobytes() for each in found] == [hashlib.sha256(message).digest() for message in messages]


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 100, 128, 4100])
def test_messages_of_mixed_lengths_stand_side_by_side(count):
    draw = Random(count)  # noqa: S311  the same
    heads, texts = drawn(*[33] * count, seed=count), drawn(*range(120), seed=1)
    chosen = np.array([draw.randrange(len(texts)) for _ in range(count)], dtype=np.int64)
    found = hash_each_before(as_bytes(b"".join(heads)).reshape((count, 33)), texts, chosen)
    told = [head + texts[text] for head, text in zip(heads, chosen, strict=True)]
    assert [each.tobytes() for each in found] == [hashlib.sha256(message).digest() for message in told]


def test_the_published_values_of_the_standard_hold():
    # FIPS 180-4, examples of NIST: "abc", and the message of two blocks.
    two_blocks = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
    assert hash_each(rows([b"abc"])).tobytes().hex() == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    assert hash_each(rows([two_blocks])).tobytes().hex() == (
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    )


@pytest.mark.parametrize("keys", [1, 50])
def test_keyed_hashes_are_those_of_hmac(keys):
    of_each, messages = drawn(*[32] * keys), drawn(*[32] * 50, seed=2)
    found = hmac_each(rows(of_each), rows(messages))
    told = [hmac.digest(of_each[place % keys], message, "sha256") for place, message in enumerate(messages)]
    assert [each.tobytes() for each in found] == told


@pytest.mark.parametrize("count", [1, 2, 3, 5, 64, 100, 129])
def test_the_root_is_that_of_the_tree(count):
    hashes = drawn(*[32] * count)
    assert root_of(rows(hashes)) == root(hashes)


def test_the_loop_runs_on_nothing():
    assert warm() is None
