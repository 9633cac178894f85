"""Knows a clerk who works on an office until killed: `python office_clerk.py CLOCK PLACE NAME`.

It takes one donation after the other to its offers, and writes a line with the key of each request once it is answered.
Some offers are accepted, some declined, and some left to expire.
"""

from __future__ import annotations

import itertools
import secrets
import sys
import time
from pathlib import Path

import conftest  # noqa: F401  it sets Django up
import registry_offices
from bequest.model.errors import InputError
from bequest.registry.models import Answer
from bequest.registry.offers import Accepting, Ending, accept_offer, decline_offer, next_rank
from bequest.registry.office import Request
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import found
from office_clock import SharedClock

STEPS = ("looked_up", "consented", "verified", "declared", "identified", "checked", "dead", "open")
OFFERS = 3
PATIENCE_SECONDS = 20


class Clerk:
    """Ask with keys of its own, and say which were answered."""

    def __init__(self, office, name):
        self.office, self.name, self.asked, self.numbers = office, name, [], itertools.count()
        registry_offices.ask = self.ask

    def ask(self, actor="nadia", key=None):
        """Return a request, whose key is said once it is answered."""
        self.asked.append(key or f"{self.name}-{next(self.numbers)}")
        return Request(self.asked[-1], actor)

    def answered(self, step, *given, **more):
        """Return the answer to a step, after its keys were said; a refusal is an answer too."""
        self.asked.clear()
        answer = None
        try:
            answer = step(*given, **more)
        except GateRefusedError as refused:
            print(f"refused {refused}", file=sys.stderr, flush=True)  # noqa: T201  whoever started it reads it
        except InputError as error:
            print(f"wrong {error}", file=sys.stderr, flush=True)  # noqa: T201  whoever started it reads it
            # Nothing is recorded of what cannot be meant: the last request has no answer to be kept.
            self.asked.pop()
        for key in self.asked:
            print(key, flush=True)  # noqa: T201  whoever started it reads it
        return answer

    def night(self, number):
        """Take a donation to its offers."""
        name = f"{self.name}-D-{number}"
        donation = self.answered(registry_offices.Donation.reported, self.office, number % 5, name)
        for step in STEPS:
            self.answered(getattr(donation, step))
        run = self.answered(donation.run)
        for each in range(OFFERS if run is not None else 0):
            rank = next_rank(self.office, run.event_id)
            offer = None if rank is None else self.answered(registry_offices.offer, self.office, run, rank)
            if offer is not None:
                self.end(offer.event_id, (number - each - 1) % OFFERS)

    def end(self, offer, how):
        """Accept an offer, decline it, or wait until it has expired."""
        if how == 0:
            self.answered(lambda: accept_offer(self.office, self.ask("tomas"), Accepting(offer)))
        elif how == 1:
            self.answered(lambda: decline_offer(self.office, self.ask("tomas"), Ending(offer, "size_mismatch")))
        else:
            until = time.monotonic() + PATIENCE_SECONDS
            while found(self.office.using, Answer, offer_id=offer) is None and time.monotonic() < until:
                time.sleep(0.1)


def main():
    """Work night after night."""
    clock, place, name = sys.argv[1:]
    with registry_offices.office_at(place, SharedClock(Path(clock)), secrets.token_bytes) as office:
        clerk = Clerk(office, name)
        for number in itertools.count():
            clerk.night(number)


if __name__ == "__main__":
    main()
