"""A log is set up in a new database, and never over something that is there."""

import pytest

from bequest.cli.ledger_database import open_store
from bequest.ledger.store import head
from ledger_stores import closed_at_end, postgres_schema


def test_a_log_is_made_in_a_new_file(tmp_path, ask):
    path = tmp_path / "log.db"
    assert ask("ledger", "init", "--db", path).code == 0
    with closed_at_end(open_store(str(path))) as store:
        assert head(store).size == 0


def test_a_file_that_is_there_is_left_alone(tmp_path, ask):
    path = tmp_path / "log.db"
    path.write_text("mine", encoding="utf-8")
    assert ask("ledger", "init", "--db", path).code == 2
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.postgres
def test_a_log_is_made_in_an_empty_schema(ask):
    with postgres_schema() as place:
        answer = ask("ledger", "init", "--db", place)
        assert (answer.code, answer.out) == (0, "The tables of the log are made in PostgreSQL.\n")
        with closed_at_end(open_store(place)) as store:
            assert head(store).size == 0


@pytest.mark.postgres
def test_a_log_is_not_made_twice_in_one_schema(ask):
    with postgres_schema() as place:
        ask("ledger", "init", "--db", place)
        answer = ask("ledger", "init", "--db", place)
        assert answer.code == 2
        assert answer.err.startswith("bequest: The tables cannot be made here")
