"""Knows what a lock file may hold: names, exact versions and hashes, and no address or path."""

from __future__ import annotations

import re
import sys
from pathlib import Path

LOCKS = ("requirements.lock", "requirements-dev.lock")

_PIN = re.compile(r"(?P<name>[a-z0-9][a-z0-9._-]*)(\[[a-z0-9,._ -]+\])?==[^ ;\\]+( ; [^\\]+)?( \\)?")
_HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
_ADDRESS = re.compile(r"://|(^|\s)(/|\.\.?/|~/|[A-Za-z]:\\)")


def lock_problems(text: str, *, place: str) -> tuple[str, ...]:
    """Return one sentence for each line of a lock that is no hashed pin, hash or comment."""
    lines = text.splitlines()
    after = [*lines[1:], ""]
    found: list[str] = []
    for number, (line, following) in enumerate(zip(lines, after, strict=True), start=1):
        where = f"{place}, line {number}"
        if _ADDRESS.search(line):
            found.append(f"{where}: holds an address or a path; write the locks with `make lock`.")
        elif line.lstrip().startswith("#") or _HASH.fullmatch(line):
            continue
        elif _PIN.fullmatch(line) is None:
            found.append(f"{where}: is no exact version of a package; write the locks with `make lock`.")
        elif _HASH.fullmatch(following) is None:
            found.append(f"{where}: has no hash; write the locks with `make lock`.")
    return tuple(found)


def pins(text: str) -> frozenset[str]:
    """Return the pins of a lock with their markers, without hashes."""
    return frozenset(line.removesuffix(" \\") for line in text.splitlines() if _PIN.fullmatch(line))


def disagreements(run: str, dev: str) -> tuple[str, ...]:
    """Return one sentence for each pin of the lock for running that the lock for testing does not hold."""
    return tuple(
        f"requirements-dev.lock: lacks {pin} of requirements.lock; write both with `make lock`."
        for pin in sorted(pins(run) - pins(dev))
    )


def main() -> int:
    """Print every problem of both locks; return 1 if there is one."""
    run, dev = (Path(name).read_text(encoding="utf-8") for name in LOCKS)
    found = (*lock_problems(run, place=LOCKS[0]), *lock_problems(dev, place=LOCKS[1]), *disagreements(run, dev))
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
