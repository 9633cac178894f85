"""Knows how a small file that somebody names on the command line is read as text, whatever it turns out to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.model.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


def read_text(path: Path, *, longest: int) -> str:
    """Return the UTF-8 text of a plain file of at most `longest` characters; raise InputError for anything else.

    A device or a pipe may have no end, and is not opened.
    """
    if path.exists() and not path.is_file():
        raise InputError(f"{path}: this is no plain file; name a file.")
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(longest + 1)
    except UnicodeDecodeError:
        raise InputError(f"{path}: the file is not UTF-8 text; save it as UTF-8.") from None
    except OSError as error:
        raise InputError(f"{path}: the file cannot be read ({error.strerror}); check the path.") from None
    if len(text) > longest:
        raise InputError(f"{path}: the file is longer than {longest} characters; keep in it what is asked for.")
    return text
