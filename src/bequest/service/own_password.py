"""Knows that a password which somebody else has set is for one sign-in: its owner chooses another before all else."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from allauth.account.authentication import get_authentication_records
from allauth.account.signals import password_changed
from django.http import HttpResponseRedirect
from django.urls import reverse

from bequest.service.accounts import own_password_chosen
from bequest.service.models import Account
from bequest.service.problem import problem
from bequest.service.protection import API

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest, HttpResponse

    Answer = Callable[[HttpRequest], HttpResponse]

_OPEN = ("/accounts/password/change/", "/accounts/logout/", "/accounts/reauthenticate/", "/static/")


class OwnPasswordMiddleware:
    """Lead who signed in with a password that was given to them to the page where they choose their own."""

    def __init__(self, get_response: Answer) -> None:
        """Take what answers."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the answer, or the way to the change of the password."""
        if not _was_given(request) or request.path.startswith(_OPEN):
            return self._get_response(request)
        if request.path.startswith(API):
            says = "Choose a password of your own first: sign in to the pages of the service."
            return problem(403, "own-password", says)
        return HttpResponseRedirect(reverse("account_change_password"))


def connect() -> None:
    """Note whoever changes their password."""
    password_changed.connect(_chosen, dispatch_uid="bequest own password")


def _chosen(user: object, **_: object) -> None:
    own_password_chosen(user)


def _was_given(request: HttpRequest) -> bool:
    """Return whether somebody signed in with a password that they did not choose; a provider's is none of ours."""
    if not request.user.is_authenticated:
        return False
    records = cast("list[Mapping[str, object]]", get_authentication_records(request, request.user))
    with_password = any(each.get("method") == "password" for each in records)
    return with_password and Account.objects.filter(user=request.user, given_password=True).exists()
