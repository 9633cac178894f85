"""Checkpoints."""

import pytest

from bequest.ledger.checkpoint import Checkpoint, parse
from bequest.ledger.errors import LedgerError
from bequest.ledger.merkle import EMPTY_ROOT
from ledger_keys import ORIGIN, stated


@pytest.mark.parametrize("checkpoint", [stated(0), stated(7), Checkpoint("other", 0, EMPTY_ROOT, ("more", "lines"))])
def test_a_checkpoint_is_read_as_it_was_written(checkpoint):
    assert parse(checkpoint.text()) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n",
        f"{ORIGIN}\n1\n",
        f"{ORIGIN}\n01\n{'A' * 43}=\n",
        f"{ORIGIN}\n1\nAAAA\n",
        f"{ORIGIN}\n0\n{'A' * 43}=\n",
        f"\n1\n{'A' * 43}=\n",
        f"{ORIGIN}\n1\n{'A' * 43}=\n\n",
        f"{ORIGIN}\n1\n{'A' * 43}=",
    ],
)
def test_a_text_that_is_no_checkpoint_is_refused(text):
    with pytest.raises(LedgerError):
        parse(text)


@pytest.mark.parametrize(("origin", "size"), [("", 1), ("a\nb", 1), ("a", -1)])
def test_a_state_that_no_log_can_have_is_refused(origin, size):
    with pytest.raises(LedgerError):
        Checkpoint(origin, size, EMPTY_ROOT)
