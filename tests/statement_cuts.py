"""Knows how a program is ended between two statements of a transaction."""

from __future__ import annotations

from django.db import connections

from bequest.ledger.store import Store


class PowerCutError(BaseException):
    """End a program between two statements."""


class Cut:
    """Count the statements of a transaction, and end the program before one of them."""

    def __init__(self, monkeypatch, office, before):
        self.left = before
        run = Store.run

        def counted(store, statement, parameters=()):
            self.step()
            return run(store, statement, parameters)

        monkeypatch.setattr(Store, "run", counted)
        self.wrapper = connections[office.using].execute_wrapper(self.wrapped)

    def wrapped(self, execute, *arguments):
        self.step()
        return execute(*arguments)

    def step(self):
        self.left -= 1
        if self.left < 0:
            raise PowerCutError
