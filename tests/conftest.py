"""Sets how many cases Hypothesis generates (`test` by default, the others by --hypothesis-profile), and Django up."""

import sys
from pathlib import Path

import django
import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, settings

from bequest.service.settings import settings_from

# Modules of the registry and of the service can be imported only once Django knows them. Each test names its own
# database; those of an office hold the registry alone.
_FILES = Path(__file__).parent / "keys"
django_settings.configure(**{
    **settings_from({
        "BEQUEST_MODE": "demo",
        "BEQUEST_HOSTS": "testserver 127.0.0.1 localhost",
        "BEQUEST_SECRET_KEY_FILE": str(_FILES / "secret"),
        "BEQUEST_WRAPPING_KEY_FILE": str(_FILES / "wrapping"),
    }),
    "DATABASES": {},
    "DATABASE_ROUTERS": ["office_router.OfficeRouter"],
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
})  # fmt: skip
django.setup()

# Generation speed says more about a shared machine than about the code, so neither is a finding.
_CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)

# The same cases in every run: a change fails because of what it changed. `soak` is where new cases are looked for.
settings.register_profile("test", _CALM, max_examples=100, derandomize=True)
settings.register_profile("full", _CALM, max_examples=200, derandomize=True)
settings.register_profile("uncompiled", _CALM, max_examples=15, derandomize=True)
settings.register_profile("soak", _CALM, max_examples=5000)
settings.load_profile("test")


@pytest.fixture(scope="session", autouse=True)
def _no_templates_left():
    yield
    # Only where a test has filled a registry is the module that knows how there at all.
    offices = sys.modules.get("registry_offices")
    if offices is not None:
        offices.remove_templates()
