"""Knows how an account is made and its password set: by whoever runs the machine, never by a stranger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction

from bequest.model.errors import InputError
from bequest.registry.models import Candidate, Centre
from bequest.service.models import Account
from bequest.service.roles import Role, belongs_to
from bequest.service.security_log import write_event

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


@dataclass(frozen=True, slots=True)
class NewAccount:
    """Hold what an account is to be; `centre` is also where a donor coordinator's hospital stands."""

    name: str
    role: Role
    password: str
    centre: str | None = None
    candidate: str | None = None
    demo: bool = False


def add_account(new: NewAccount) -> Account:
    """Make an account; raise `InputError` with every mistake in it."""
    problems = _problems(new)
    user = User(username=new.name)
    try:
        user.full_clean(exclude=["password"])
    except ValidationError:
        problems.append(f"The name '{new.name[:40]}' is taken, or is no name: letters, digits and @ . + - _ only.")
    try:
        validate_password(new.password, user)
    except ValidationError as error:
        problems.extend(f"The password: {message}" for message in error.messages)
    if problems:
        raise InputError(*problems)
    user.set_password(new.password)
    with _transaction():
        user.save()
        return Account.objects.create(
            user=user,
            role=new.role.value,
            centre=new.centre,
            candidate=new.candidate,
            demo=new.demo,
            given_password=not new.demo,
        )


def add_demo_accounts(names: Mapping[str, str], role: Role, password: str) -> None:
    """Make accounts of invented people by their names, each of a centre or hospital, who share one password.

    It is hashed once: a demo has many centres, and nothing is protected by it.
    """
    hashed = make_password(password)
    with _transaction():
        for name, place in sorted(names.items()):
            user = User.objects.create(username=name, password=hashed)
            Account.objects.create(
                user=user, role=role.value, centre=place, candidate=None, demo=True, given_password=False
            )


def set_password(name: str, password: str) -> None:
    """Set the password of an account anew: every session of it ends, and at the next one its owner chooses another."""
    user = _user(name)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InputError(*(f"The password: {message}" for message in error.messages)) from None
    user.set_password(password)
    with _transaction():
        user.save()
        Account.objects.filter(user=user).update(given_password=True)


def own_password_chosen(user: object) -> None:
    """Note that somebody chose a password of their own."""
    Account.objects.filter(user=user).update(given_password=False)


def end_factors(name: str) -> int:
    """End the second factors of an account whose owner lost them, and its sessions; return how many factors there were.

    At the next sign-in the person sets up another one before anything else opens. Whoever runs the machine makes sure
    first, by other means, of who asks.
    """
    user = _user(name)
    with _transaction():
        count = Authenticator.objects.filter(user=user).delete()[0]
        for session in Session.objects.all():
            if session.get_decoded().get(SESSION_KEY) == str(user.pk):
                session.delete()
    write_event("factors_ended", user.pk)
    return count


def close_account(name: str) -> None:
    """Close an account: it stays, because the log names it, and nobody signs in to it any more."""
    user = _user(name)
    user.is_active = False
    user.save()


def account_named(name: str) -> Account:
    """Return the account of a name; raise `InputError` where there is none."""
    return Account.objects.select_related("user").get(user=_user(name))


def _user(name: str) -> User:
    user = User.objects.filter(username=name).first()
    if user is None or not Account.objects.filter(user=user).exists():
        raise InputError(f"There is no account '{name[:40]}'; bequest user add makes one.")
    return user


def _transaction() -> Any:  # noqa: ANN401  Django's own has no type
    return transaction.atomic()


def _problems(new: NewAccount) -> list[str]:
    kind = belongs_to(new.role)
    found: list[str] = []
    if kind in {"centre", "hospital"}:
        if new.centre is None:
            found.append(f"A {new.role.value} belongs to a {kind}; name it with --centre.")
        elif not Centre.objects.filter(id=new.centre).exists():
            found.append(f"'{new.centre[:40]}' is not in the table of places; add it first.")
    elif new.centre is not None:
        found.append(f"A {new.role.value} belongs to no centre; leave --centre out.")
    if kind == "candidate":
        if new.candidate is None:
            found.append("A patient is a candidate; name it with --candidate.")
        elif not Candidate.objects.filter(id=new.candidate).exists():
            found.append(f"There is no candidate '{new.candidate[:40]}'; check the identifier.")
    elif new.candidate is not None:
        found.append(f"A {new.role.value} is no candidate; leave --candidate out.")
    return found
