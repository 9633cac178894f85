"""Sets how many cases Hypothesis generates: `test` by default, the others by --hypothesis-profile."""

from hypothesis import HealthCheck, settings

# Generation speed says more about a shared machine than about the code, so neither is a finding.
_CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)

# The same cases in every run: a change fails because of what it changed. `soak` is where new cases are looked for.
settings.register_profile("test", _CALM, max_examples=100, derandomize=True)
settings.register_profile("full", _CALM, max_examples=200, derandomize=True)
settings.register_profile("uncompiled", _CALM, max_examples=15, derandomize=True)
settings.register_profile("soak", _CALM, max_examples=5000)
settings.load_profile("test")
