"""Knows services for tests: a database with the office's people and accounts of every role, asked over HTTP."""

from __future__ import annotations

import itertools
import json
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

from django.contrib.auth.models import User
from django.core.cache import cache as django_cache
from django.core.management import call_command
from django.db import connections
from django.test import Client

from bequest.registry.office import Office
from bequest.service import office as office_module
from bequest.service.models import Account
from bequest.service.protection import READS, WRITES
from bequest.service.rest import events, runs, statistics
from bequest.service.roles import Role, belongs_to
from bequest.service.settings import service_database
from bequest.service.sign_in import keep_token
from registry_offices import Clock, Entropy, copied, new_place, opened, people

PASSWORD = "correct horse battery"  # noqa: S105  of tests
_NUMBERS = itertools.count()


@dataclass(frozen=True)
class Desk:
    """Ask a service as somebody."""

    office: Office
    accounts: dict[str, Account]
    clients: dict[str | None, Client] = field(default_factory=dict)

    def client(self, name=None):
        """Return the browser in which somebody is signed in, or nobody."""
        if name not in self.clients:
            self.clients[name] = Client()
            if name is not None:
                backend = "allauth.account.auth_backends.AuthenticationBackend"
                self.clients[name].force_login(self.accounts[name].user, backend=backend)
        # Tests ask faster than people do; those of the rate ask a client of their own.
        READS.forget()
        WRITES.forget()
        return self.clients[name]

    def get(self, name, address, **headers):
        """Ask to read."""
        return self.client(name).get(f"/api/v1{address}", headers=headers)

    def post(self, name, address, body=None, key=None, **headers):
        """Ask for something to be done."""
        return self._send("post", name, address, body, key, headers)

    def patch(self, name, address, body=None, key=None, **headers):
        """Ask for a change."""
        return self._send("patch", name, address, body, key, headers)

    def _send(self, method, name, address, body, key, headers):
        return getattr(self.client(name), method)(
            f"/api/v1{address}",
            data=json.dumps({} if body is None else body),
            content_type="application/json",
            headers={"Idempotency-Key": key or f"request-{next(_NUMBERS):06}", **headers},
        )


@contextmanager
def new_desk(name="sqlite"):
    """Give the desk of a registry as `opened` fills it, on `sqlite` or `postgresql`.

    It has an account `role` for each role, and one `role_elsewhere` for each role that belongs somewhere.
    """
    place, now, drawn = _template(name)
    with copied(place) as copy, _database(copy):
        # Another desk may be open around this one, which is served again afterwards.
        office_module.KEPT.insert(0, Office("ZZ", bytes(32), Clock(now), Entropy(drawn), evaluator="numpy"))
        office_module.office.cache_clear()
        try:
            yield Desk(
                office_module.KEPT[0],
                {each.user.username: each for each in Account.objects.select_related("user")},
            )
        finally:
            del office_module.KEPT[0]
            office_module.office.cache_clear()


@contextmanager
def _database(place):
    """Have the service's database be that of a place, and afterwards what it was before."""
    settings = connections.configure_settings({"default": service_database(place)})["default"]
    before = connections.databases["default"]
    with suppress(AttributeError):
        del connections["default"]
    connections.databases["default"] = settings
    try:
        yield
    finally:
        connections["default"].close()
        del connections["default"]
        connections.databases["default"] = before


def forget():
    """Forget what a process remembers between requests."""
    runs.kept_ranking.cache_clear()
    django_cache.clear()
    statistics.counted_before.cache_clear()
    events.FEED.forget()
    READS.forget()
    WRITES.forget()


def forget_templates():
    """Forget the filled registries once they are removed."""
    _template.cache_clear()


@cache
def _template(name):
    """Return the place of a filled registry with accounts, the instant then, and how often entropy was drawn."""
    place = new_place(name)
    with _database(place):
        call_command("migrate", verbosity=0)
        office = opened(Office("ZZ", bytes(32), Clock(), Entropy(), evaluator="numpy"))
        for role in Role:
            _add(role, elsewhere=False)
            if belongs_to(role) != "no":
                _add(role, elsewhere=True)
        _user("priya", Role.POLICY_OFFICE)
        _user("allocator_second", Role.ALLOCATOR)
        _user("policy_office_second", Role.POLICY_OFFICE)
        return place, office.clock.now, office.entropy.drawn


def home(*, elsewhere=False):
    """Return the centre of the accounts, or of those elsewhere."""
    centres = sorted({each["centre"] for each in people().registrations})
    return centres[1 if elsewhere else 0]


def hospital(*, elsewhere=False):
    """Return the hospital of the accounts, or of those elsewhere."""
    return people().donors[1 if elsewhere else 0]["hospital"]


def own_registration(*, elsewhere=False):
    """Return the facts of a registration at the centre of the accounts, or of those elsewhere."""
    return next(each for each in people().registrations if each["centre"] == home(elsewhere=elsewhere))


def _add(role, *, elsewhere):
    kind = belongs_to(role)
    centre = {"centre": home(elsewhere=elsewhere), "hospital": hospital(elsewhere=elsewhere)}.get(kind)
    candidate = own_registration(elsewhere=elsewhere)["candidate"] if kind == "candidate" else None
    _user(f"{role.value}{'_elsewhere' if elsewhere else ''}", role, centre, candidate)


def _user(name, role, centre=None, candidate=None):
    user = User(username=name)
    # A slow hash is for passwords that are guessed; tests of signing in set their own.
    user.password = "!"  # noqa: S105  nobody signs in with it
    user.save()
    return Account.objects.create(
        user=user, role=role.value, centre=centre, candidate=candidate, demo=True, given_password=False
    )


@contextmanager
def new_service_place(name="sqlite"):
    """Give the place of a filled registry with accounts for a process of its own, and the instant then.

    The token of an account `name` is `bequest_name`.
    """
    place, now, _ = _template(name)
    with copied(place) as copy:
        with _database(copy):
            for each in Account.objects.select_related("user"):
                keep_token(each, f"bequest_{each.user.username}", expires_at=now + timedelta(days=3650))
        yield copy, now
