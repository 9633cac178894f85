"""Knows the addresses of the service."""

from __future__ import annotations

from django.urls import include, path

from bequest.service import pages
from bequest.service.rest.api import api

urlpatterns = [
    path("", pages.start, name="start"),
    path("source/", pages.source, name="source"),
    path("api/v1/", api().urls),
    # Passwords are set on the machine itself: nothing is sent by mail, and nobody signs up.
    path("accounts/password/reset/", pages.no_reset),
    path("accounts/email/", pages.not_here),
    path("accounts/", include("allauth.urls")),
]
handler400 = "bequest.service.pages.bad_request"
handler404 = "bequest.service.pages.not_here"
handler500 = "bequest.service.pages.our_mistake"
