"""Knows the service as an application of Django: its name."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ServiceConfig(AppConfig):
    """Be the service: accounts, who looked at what, and pages."""

    name = "bequest.service"
    label = "service"

    def ready(self) -> None:
        """Have events of safety written down; the module needs the tables, which are there only now."""
        import_module("bequest.service.security_log").connect()
