"""Sets how many cases Hypothesis generates (`test` by default, the others by --hypothesis-profile), and Django up."""

import django
from django.conf import settings as django_settings
from hypothesis import HealthCheck, settings

from bequest.registry.settings import settings_of

# Modules of the registry can be imported only once Django knows them. Each test names its own database.
django_settings.configure(**{**settings_of("none", secret_key="of tests"), "DATABASES": {}})  # noqa: S106  no secret
django.setup()

# Generation speed says more about a shared machine than about the code, so neither is a finding.
_CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)

# The same cases in every run: a change fails because of what it changed. `soak` is where new cases are looked for.
settings.register_profile("test", _CALM, max_examples=100, derandomize=True)
settings.register_profile("full", _CALM, max_examples=200, derandomize=True)
settings.register_profile("uncompiled", _CALM, max_examples=15, derandomize=True)
settings.register_profile("soak", _CALM, max_examples=5000)
settings.load_profile("test")
