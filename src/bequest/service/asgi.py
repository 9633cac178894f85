"""Knows how the service starts as an application of ASGI: settings from the environment, Django, and the checks."""

from __future__ import annotations

import os
import warnings
from importlib import import_module
from threading import Event
from typing import TYPE_CHECKING, Any, cast

import django
from django.conf import settings

from bequest.service.seats import SeatedHandler
from bequest.service.settings import settings_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.core.handlers.asgi import ASGIHandler


def set_up(environment: Mapping[str, str]) -> None:
    """Set Django up from an environment; raise `InputError` for whatever must not run."""
    # Django takes any settings by their names.
    settings.configure(**cast("dict[str, Any]", settings_from(environment)))
    django.setup()


def application() -> ASGIHandler:
    """Return the application; each process of a server asks for it once."""
    if not settings.configured:
        set_up(os.environ)
    # WhiteNoise hands out files as plain iterators, which Django reads whole: ours are small.
    warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
    # The handler of requests needs the settings when it is made.
    handler = SeatedHandler()
    # It knows tables, which can be imported only once Django is set up.
    import_module("bequest.service.following").begin(Event())
    return handler
