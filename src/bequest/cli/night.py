"""Knows how a demo night is played: somebody does something, the office answers, and the page tells both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bequest.cli.night_desk import Person
from bequest.ledger.leaf import instant_text
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bequest.cli.night_clock import Clock
    from bequest.cli.night_desk import Answer, Desk
    from bequest.cli.night_page import Page

_MADE = 201
_LOWEST_ERROR, _LOWEST_FAULT = 400, 500
_STEP = timedelta(minutes=2)

COORDINATOR = Person("donor-coordinator", "The donor coordinator")
SECOND_COORDINATOR = Person("donor-coordinator-2", "A second donor coordinator")
DUTY = Person("allocator", "The duty desk")
SECOND_DUTY = Person("allocator-2", "A second person at the duty desk")


@dataclass(frozen=True, slots=True)
class Stage:
    """Hold what a night is played on: an office to ask, a page, a clock, and who answers for a centre.

    `timers` does what is due in an office whose clock is played; `facts` are those of the donor of the night.
    """

    desk: Desk
    page: Page
    clock: Clock
    centre_person: Callable[[str], Person]
    timers: Callable[[], int]
    facts: Mapping[str, str]
    hospital: str

    def let_pass(self, **span: float) -> None:
        """Let time pass, where it is played."""
        self.clock.let_pass(timedelta(**span))

    def ago(self, **span: float) -> str:
        """Return an instant some time before now, as a request writes it."""
        return instant_text((self.clock() - timedelta(**span)).replace(microsecond=0))

    def does(self, who: Person, what: str, path: str, body: Mapping[str, object] | None = None) -> Answer:
        """Let somebody do something that must be taken, and tell it."""
        answer = self.quietly(who, path, body)
        self.page.step(self.clock(), answer.leaf, f"{who.words} {what}")
        return answer

    def quietly(self, who: Person, path: str, body: Mapping[str, object] | None = None) -> Answer:
        """Let somebody do something that must be taken, and tell nothing of it."""
        self.clock.let_pass(_STEP)
        answer = self.desk.post(who, path, body)
        if answer.status != _MADE:
            raise InputError(
                f"The office did not take what the night needs: {who.words} asked for {path.rpartition('/')[2]}, and "
                f"it answered {answer.status}: {answer.text('detail')}"
            )
        return answer

    def is_refused(self, who: Person, what: str, path: str, body: Mapping[str, object] | None = None) -> Answer:
        """Let somebody attempt what must be refused, and tell the refusal."""
        self.clock.let_pass(_STEP)
        answer = self.desk.post(who, path, body)
        if not _LOWEST_ERROR <= answer.status < _LOWEST_FAULT:
            raise InputError(
                f"The office must refuse this and answered {answer.status}: {who.words} {what} Report this as a fault."
            )
        self.page.refused(self.clock(), f"{who.words} {what}", answer)
        return answer

    def sees(self, who: Person, path: str) -> Answer:
        """Return what somebody looks at."""
        answer = self.desk.get(who, path)
        if answer.status >= _LOWEST_ERROR:
            raise InputError(f"The office does not show what the night needs: {answer.text('detail')}")
        return answer
