"""Knows how a verb ends: its exit code, and every mistake in the input as one line on standard error."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from io import UnsupportedOperation
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

from typer import Abort, TyperException

from bequest.model.errors import BequestError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable

DONE, FINDING, BAD_INPUT, INTEGRITY = 0, 1, 2, 3
STOPPED = 130
"""The code of a program that the keyboard stopped, as shells know it."""
READER_GONE = 141
"""The code of a program whose reader closed the pipe, as shells know it."""


_PLAIN = tuple(
    (re.compile(words), plain)
    for words, plain in (
        # What is told of a wrong value is about Python; this is about the value.
        (r"Value error, ", ""),
        (r"Input should be greater than or equal to (\S+)", r"give a whole number, \1 or more."),
        (r"Input should be a valid integer.*|Unable to parse input string as an integer.*", "this is no whole number."),
        (r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)", r"'\1' is one word too many."),
    )
)


class ReaderGoneError(Exception):
    """Say that whoever read the output closed the pipe: `bequest match ... | head`."""


def _open_streams() -> None:
    """Refuse to go on without a standard output; put nowhere in place of a missing standard error.

    Python has None in place of a stream that was closed before the program began.
    """
    if cast("TextIO | None", sys.stderr) is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  open until the program ends
    if cast("TextIO | None", sys.stdout) is None:
        raise InputError("standard output is closed; open it, or send it to a file.")


def exit_code(work: Callable[[], object], *, called: str) -> int:
    """Return the exit code of a verb; tell what the person who called it can set right.

    `called` names the verb or the group, for the hint. What is no mistake in the input is our own mistake, and stays a
    traceback.
    """
    try:
        _open_streams()
        code = work()
    except BequestError as error:
        return _told(*str(error).splitlines())
    except TyperException as error:
        usage = _one_line(f"bequest {called} --help")
        return _told(_one_line(error.format_message()), f"`{usage}` shows how it is written.")
    except (KeyboardInterrupt, Abort):
        code = STOPPED
    except ReaderGoneError:
        # Whoever closed the pipe has seen enough, and is told nothing.
        return READER_GONE
    except SystemExit:
        # Typer leaves the program in this way in one case only: a help page whose reader closed the pipe.
        return READER_GONE
    except OSError as error:
        return _told(_sentence(error))
    if code == STOPPED:
        _told("stopped; what was not finished was not written.")
    return code if isinstance(code, int) else DONE


def _one_line(text: str) -> str:
    for words, plain in _PLAIN:
        text = words.sub(plain, text)
    return " ".join(text.split())


def _sentence(error: OSError) -> str:
    where = "" if error.filename is None else f"{error.filename}: "
    return f"{where}{error.strerror or error}; check the path and its permissions."


def _told(*sentences: str) -> int:
    for sentence in sentences:
        _tell(sentence)
    return BAD_INPUT


def _tell(sentence: str) -> None:
    try:
        print(f"bequest: {sentence}", file=sys.stderr, flush=True)
    except OSError:
        # Nobody reads standard error either; the exit code still tells.
        silence(sys.stderr)


def silence(stream: TextIO) -> None:
    """Send what a broken stream still holds to nowhere, so that leaving the program does not fail on it."""
    # A stream that is no file holds nothing that the system would write at the end.
    with suppress(UnsupportedOperation):
        number = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)
