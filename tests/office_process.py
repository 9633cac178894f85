"""Knows how a verb of the service runs by the clock of a test: `python office_process.py CLOCK VERB ...`."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from bequest.cli.main import main
from office_clock import SharedClock


def by_the_clock_of(path):
    """Have the service take its instants from a file, once it is set up."""
    asgi = import_module("bequest.service.asgi")
    set_up = asgi.set_up

    def set_up_by_clock(environment):
        set_up(environment)
        import_module("bequest.service.office").now = SharedClock(Path(path))

    asgi.set_up = set_up_by_clock


if __name__ == "__main__":
    by_the_clock_of(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
