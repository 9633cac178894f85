"""Knows the service as an application of Django: its name."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ServiceConfig(AppConfig):
    """Be the service: accounts, who looked at what, and pages."""

    name = "bequest.service"
    label = "service"

    def ready(self) -> None:
        """Have events of sign-in written down and followed; the modules need the tables, which are there only now."""
        import_module("bequest.service.security_log").connect()
        import_module("bequest.service.own_password").connect()
