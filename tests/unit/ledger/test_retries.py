"""What the database stopped in favour of another transaction is done again, and nothing else is."""

import pytest

from bequest.ledger.retries import with_retries


class DatabaseError(Exception):
    def __init__(self, sqlstate):
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def failing(*states):
    """Return work that fails with each state in turn, and then gives its name."""
    left = [DatabaseError(state) for state in states]

    def work():
        if left:
            raise left.pop(0)
        return "done"

    return work


def run(work, tries=3):
    paused = []
    return with_retries(work, error=DatabaseError, tries=tries, pause=paused.append), paused


@pytest.mark.parametrize("states", [(), ("40001",), ("40P01", "40001")])
def test_work_is_done_again_until_it_is_done(states):
    assert run(failing(*states)) == ("done", list(range(1, len(states) + 1)))


def test_another_error_goes_on_at_once():
    with pytest.raises(DatabaseError, match="23505"):
        run(failing("23505"))


def test_the_last_try_is_the_last():
    with pytest.raises(DatabaseError, match="40001"):
        run(failing("40001", "40001", "40001"))
