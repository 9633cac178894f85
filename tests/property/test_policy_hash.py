"""The hash of a policy stands for what it says, and for nothing else."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bequest.policy.canonical import policy_hash
from bequest.policy.document import read_document
from bequest.policy.expression import number_text
from bequest.policy.load import load_policy
from unit.policy.policy_text import SOURCES, load, policy_text

LINES = policy_text(classes="[{id: a, when: always, say: all, cite: core}]").splitlines()
HASH = load(classes="[{id: a, when: always, say: all, cite: core}]").hash


@given(st.permutations(LINES), st.lists(st.text("abc #:'", max_size=20), min_size=len(LINES), max_size=len(LINES)))
def test_the_order_of_keys_and_comments_do_not_change_the_hash(lines, remarks):
    written = "".join(f"# {remark}\n{line}  # {remark}\n" for line, remark in zip(lines, remarks, strict=True))
    assert load_policy(written, label="heart.yaml", sources=SOURCES).hash == HASH


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_a_number_keeps_its_value_and_has_one_text(number):
    text = number_text(number)
    assert Decimal(text) == number
    assert number_text(Decimal(text + "0") if "." in text else Decimal(text)) == text


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_different_numbers_have_different_hashes(one, other):
    hashes = [policy_hash(read_document(f"a: {number}", label="x").content, tables=()) for number in (one, other)]
    assert (hashes[0] == hashes[1]) is (one == other)
