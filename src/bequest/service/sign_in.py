"""Knows how somebody signs in: nobody signs up, factors are kept sealed, a program brings a token of an account."""

from __future__ import annotations

import hashlib
from base64 import b32encode, b64decode, b64encode
from secrets import token_bytes
from typing import TYPE_CHECKING

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter

from bequest.ledger.errors import LedgerError
from bequest.ledger.leaf import instant_text
from bequest.registry.office_keys import open_for_office, seal_for_office
from bequest.service.models import Account, Token
from bequest.service.office import now, office

if TYPE_CHECKING:
    from datetime import datetime

    from allauth.socialaccount.models import SocialLogin
    from django.http import HttpRequest

TOKEN_BYTES = 32
_PREFIX = "bequest_"
_FACTOR, _SEALED = "second factor", "sealed:"
_SECRET_BYTES = 20


class NoSignUp(DefaultAccountAdapter):
    """Sign nobody up: accounts are made by `bequest user add`."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False."""
        del request
        return False


class NoSocialSignUp(DefaultSocialAccountAdapter):
    """Let people in who connected their provider to an account of theirs; sign nobody up."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Return False."""
        del request, sociallogin
        return False


class SealedFactors(DefaultMFAAdapter):
    """Keep what codes of a second factor are made from sealed: whoever reads the database alone makes none.

    What was kept before it was sealed is read as it stands. What cannot be opened makes codes that nobody has.
    """

    def encrypt(self, text: str) -> str:
        """Return a secret under the key of the office."""
        return _SEALED + b64encode(seal_for_office(office(), text.encode(), _FACTOR)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return what `encrypt` sealed."""
        if not encrypted_text.startswith(_SEALED):
            return encrypted_text
        try:
            return open_for_office(office(), b64decode(encrypted_text.removeprefix(_SEALED)), _FACTOR).decode()
        except (LedgerError, ValueError):
            return b32encode(token_bytes(_SECRET_BYTES)).decode()


def account_of(user: object) -> Account | None:
    """Return the account of a user of Django who may sign in, None for anybody else."""
    if not getattr(user, "is_authenticated", False) or not getattr(user, "is_active", False):
        return None
    return Account.objects.select_related("user").filter(user=user).first()


def token_text(random: bytes) -> str:
    """Return a new token, to be shown once."""
    return _PREFIX + random.hex()


def keep_token(account: Account, text: str, *, expires_at: datetime) -> None:
    """Keep the digest of a token; the token itself is kept by who uses it."""
    Token.objects.create(digest=_digest(text), account=account, expires_at=instant_text(expires_at))


def account_of_token(text: str) -> Account | None:
    """Return the account of a token that holds, None for any other text."""
    found = Token.objects.select_related("account__user").filter(digest=_digest(text)).first()
    if found is None or found.expires_at <= instant_text(now()) or not found.account.user.is_active:
        return None
    return found.account


def _digest(text: str) -> str:
    # The token is 32 random bytes, so that nobody can try all of them: no slow hash is needed.
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
