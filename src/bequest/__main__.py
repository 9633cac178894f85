"""Knows how `python -m bequest` starts the command line."""

from __future__ import annotations

import sys

from bequest.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
