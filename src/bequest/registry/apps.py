"""Knows the registry as an application of Django: its name, and the check that runs when a program starts."""

from __future__ import annotations

from django.apps import AppConfig
from django.core import checks

from bequest.registry.schema.check import check_databases


class RegistryConfig(AppConfig):
    """Be the registry; `manage check --database default` and every migration compare the database with its schema."""

    name = "bequest.registry"
    label = "registry"

    def ready(self) -> None:
        """Register the check of the database."""
        checks.register(check_databases, checks.Tags.database)
