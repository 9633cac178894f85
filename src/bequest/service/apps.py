"""Knows the service as an application of Django: its name."""

from __future__ import annotations

from django.apps import AppConfig


class ServiceConfig(AppConfig):
    """Be the service: accounts, who looked at what, and pages."""

    name = "bequest.service"
    label = "service"
