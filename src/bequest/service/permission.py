"""Knows whether an account may do something to a row, asks the decision table, and writes down who looked at what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bequest.ledger.leaf import instant_text
from bequest.service.models import BreakGlass, Read
from bequest.service.office import now
from bequest.service.problem import ProblemError
from bequest.service.roles import (
    ON_PAPER,
    About,
    Action,
    Belonging,
    Role,
    Verdict,
    action_words,
    cell_of,
    holds,
    role_words,
)
from bequest.service.security_log import write_event

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bequest.service.models import Account
_RELATIONS = {
    Verdict.OWN_CENTRE: "of your own centre",
    Verdict.OWN_HOSPITAL: "of your own hospital",
    Verdict.OWN_OFFER: "that was offered to your own programme",
    Verdict.AT_BEDSIDE: "of your own hospital, or that was offered to your own programme",
    Verdict.AS_REVIEWER: "of a case of which you are a reviewer from outside",
    Verdict.OWN_REGISTRATION: "that is your own",
    Verdict.OWN_PLACED: "that is your own, once the organ is placed",
}


@dataclass(frozen=True, slots=True)
class Permit:
    """Hold that an account may do something, and the break-glass by which, if any.

    `happened_at` is when it was done, where it was done on paper and is entered later.
    """

    account: Account
    action: Action
    verdict: Verdict
    glass: BreakGlass | None = None
    happened_at: datetime | None = None

    @property
    def belonging(self) -> Belonging:
        """Return what the account is."""
        return belonging(self.account)


def belonging(account: Account) -> Belonging:
    """Return what an account is, as the decision table asks."""
    return Belonging(Role(account.role), account.centre, account.candidate, account.user.get_username())


def may(account: Account, action: Action, about: Callable[[], About]) -> Permit:
    """Return the permit of an account for an action; raise `ProblemError` where the table denies it.

    `about` is asked only of who may do this to some rows, so that a denied account learns of no row whether it exists.
    """
    own = belonging(account)
    cell = cell_of(action, own.role)
    if cell.verdict is Verdict.DENY:
        _wrote_denial(account, action)
        raise denied(action, own.role, cell.verdict)
    found = about()
    if holds(cell.verdict, own, found):
        return Permit(account, action, cell.verdict)
    glass = _open_glass(account) if cell.break_glass else None
    if glass is None:
        _wrote_denial(account, action)
        raise denied(action, own.role, cell.verdict)
    return Permit(account, action, cell.verdict, glass)


def may_enter(account: Account, action: Action, about: Callable[[], About], happened_at: datetime) -> Permit:
    """Return the permit to enter what was done on paper by others; raise `ProblemError` where there is none."""
    permit = may(account, Action.PAPERS_ENTER, About)
    if action not in ON_PAPER:
        raise ProblemError(422, "input", f"To {action_words()[action]} is never entered later; leave Happened-At out.")
    about()
    return replace(permit, action=action, happened_at=happened_at)


def _wrote_denial(account: Account, action: Action) -> None:
    write_event("denied", account.user_id, action=action.value, role=account.role)


def denied(action: Action, role: Role, verdict: Verdict) -> ProblemError:
    """Return the refusal of an action to a role, in words."""
    words = action_words()[action]
    only = f" but {_RELATIONS[verdict]}" if verdict in _RELATIONS else ""
    return ProblemError(
        403, "denied", f"Your role ({role_words()[role]}) may not {words}{only}.", action=action.value, role=role.value
    )


def wrote_down(permit: Permit, subject: str) -> None:
    """Write down that somebody looks at a row about a person, before it is shown."""
    Read.objects.create(
        account=permit.account,
        at=instant_text(now()),
        action=permit.action.value,
        subject=subject,
        break_glass=permit.glass,
    )


def _open_glass(account: Account) -> BreakGlass | None:
    return (
        BreakGlass.objects.filter(account=account, expires_at__gt=instant_text(now())).order_by("-expires_at").first()
    )
